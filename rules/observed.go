package rules

import "time"

// Observed is what would have been said of a case by a program that only looks
// on, beside what people did without it.
type Observed struct {
	First time.Time // when it would have been told first
	Step  string    // by which step
	Words int       // how many messages that would have been by now

	Done time.Time // when somebody took it up after that, or it was over; zero: not yet
	How  string    // "claimed", "answered in Stripe", "closed: won"
	Late bool      // the deadline was over by then, or is over now
}

// Observe follows a case's history up to now. It is false for a case of which
// nothing would have been said while observing. What of the history cannot be
// followed, because it came from another case, is left out.
func Observe(events []Event, now time.Time) (Observed, bool) {
	var o Observed
	var c Case
	for _, e := range events {
		next, err := Apply(c, e)
		if err != nil {
			continue
		}
		was := c
		c = next
		if e.Told != nil && e.Told.Observed {
			o.Words++
			if o.First.IsZero() {
				o.First, o.Step = e.At, e.Told.Step
			}
		}
		if how := tookUp(was, c, e); how != "" && !o.First.IsZero() && o.Done.IsZero() {
			o.Done, o.How = e.At, how
			o.Late = passed(was, e.At)
		}
	}
	if o.Done.IsZero() {
		o.Late = passed(c, now)
	}
	return o, !o.First.IsZero()
}

func passed(c Case, at time.Time) bool {
	deadline := c.Deadline().At
	return !deadline.IsZero() && deadline.Before(at)
}

// tookUp says how an event showed that somebody was on the case, "" if it did
// not. It names nobody: the words are for a page that is passed on.
func tookUp(was, is Case, e Event) string {
	switch {
	case was.Finished():
	case !is.ClosedAt.IsZero():
		return "closed: " + OutcomeWords(outcomeWord(is.Outcome))
	case len(is.Answers) > 0:
		if last := is.Answers[len(is.Answers)-1]; last.Source != "person" {
			return "answered " + last.Words()
		}
		return "answered, says a person"
	case e.Type == EventClaim:
		return "claimed"
	case e.Type == EventSnooze:
		return "snoozed"
	case e.Type == EventLink:
		return "linked to its charge"
	}
	return ""
}
