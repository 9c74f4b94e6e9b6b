package rules

import (
	"fmt"
	"slices"
	"time"
)

// RefusedError is an event that cannot happen to a case as it stands: a claim
// on a closed case, an answer without a name. Nothing changed.
type RefusedError struct {
	Case, Event, Why string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s %s: %s", e.Event, e.Case, e.Why)
}

// Apply returns c after e happened to it; it is the only way to change a case.
// A case without OpenedAt is opened by e, which must be a mail or a reading of
// Stripe's. The given case stays as it is; on an error it is returned unchanged.
func Apply(c Case, e Event) (Case, error) {
	before := c
	c = clone(c)
	if c.OpenedAt.IsZero() {
		if e.Type != EventMail && e.Type != EventStripe {
			return before, &RefusedError{c.ID, string(e.Type), "the case was never opened"}
		}
		c.OpenedAt, c.Stage = e.At, StageUnknown
		c.Round = Round{N: 1, At: e.At, Reason: RoundOpened}
	}
	for _, k := range e.Keys {
		if !slices.Contains(c.Keys, k) {
			c.Keys = append(c.Keys, k)
		}
	}
	if err := c.take(e); err != nil {
		return before, err
	}
	if !before.Finished() && c.Finished() {
		c.endToo(e.At)
	}
	c.followDeadline(before, e)
	c.Round.Quiet = c.Finished() && (before.OpenedAt.IsZero() || before.Round.Quiet)
	c.State = c.StateAt(e.At)
	return c, nil
}

// take lets one event change the facts; what follows from them is Apply's.
func (c *Case) take(e Event) error {
	switch e.Type {
	case EventMail:
		if e.Mail == nil {
			return &RefusedError{c.ID, string(e.Type), "the event carries no mail"}
		}
		c.takeMail(e)
	case EventReread:
		if e.Mail == nil {
			return &RefusedError{c.ID, string(e.Type), "the event carries no mail"}
		}
		c.takeReread(e)
	case EventReply:
		if e.Mail == nil {
			return &RefusedError{c.ID, string(e.Type), "the event carries no mail"}
		}
		c.takeReply(e)
	case EventMatch, EventLink:
		if e.Match == nil {
			return &RefusedError{c.ID, string(e.Type), "the event carries no match"}
		}
		c.takeMatch(e)
	case EventStripe:
		if e.Stripe == nil {
			return &RefusedError{c.ID, string(e.Type), "the event carries no reading"}
		}
		c.takeStripe(e)
	case EventMissing:
		text := Missing
		if c.Match.Dispute != "" {
			text = Gone
		}
		c.warn(text)
		c.say(e.At, "missing", text)
	case EventTold:
		c.takeTold(e)
	case EventPosted:
		if e.Card != nil {
			c.Card = *e.Card
			c.endPromises(e.At) // the card shows the case without them
		}
	case EventMerge:
		c.takeMerge(e)
	case EventClaim, EventAnswer, EventSnooze, EventReopen, EventClose:
		return c.takeWord(e)
	default:
		return &RefusedError{c.ID, string(e.Type), "no such event"}
	}
	return nil
}

// Missing warns of a mail whose dispute Stripe does not show although it had
// time to: that is an alarm, no answer (DOMAIN.md §1).
const Missing = "Stripe still shows no dispute for this mail: ask Stripe or Klarna merchant support whether there is one."

// Gone warns that Stripe knows the dispute of a case no more: what was last read of
// it stays.
const Gone = "Stripe does not know this dispute in this account: it may be of test mode, or of another account. What is shown of it is old."

// The reasons why a round began.
const (
	RoundOpened        = "opened"
	RoundReopened      = "reopened"
	RoundStageChanged  = "stage changed"
	RoundDeadlineLater = "deadline later"
)

// begin starts a new round: the ladder counts anew from at. A case that was over
// when it came to light, and so was never told, is opened by it for those who read
// of it.
func (c *Case) begin(at time.Time, reason string) {
	if c.Round.Quiet {
		reason = RoundOpened
	}
	if c.Round.Reason == RoundOpened && c.Round.At.Equal(at) && len(c.Told) == 0 {
		return // the moment of its opening, before anything was told
	}
	c.Round = Round{N: c.Round.N + 1, At: at, Reason: reason}
	c.Told = nil
}

// reopen takes back every answer and the end of a case.
func (c *Case) reopen(at time.Time) {
	c.Answers, c.Claim, c.Snooze = nil, nil, nil
	c.ClosedAt, c.Outcome = time.Time{}, ""
	c.begin(at, RoundReopened)
}

// Duplicate is the outcome of a case that went into another one, which goes on for
// both. Only the book closes a case so.
const Duplicate = "duplicate"

// close ends the case; the first outcome stays unless Stripe knows better.
func (c *Case) close(at time.Time, outcome string) {
	if c.ClosedAt.IsZero() {
		c.ClosedAt = at
	}
	c.Outcome, c.EndSaid, c.Claim, c.Snooze = outcome, time.Time{}, nil, nil
}

// answer records one reason to count the case as answered, once for a source.
func (c *Case) answer(ev Evidence) {
	for i, old := range c.Answers {
		if old.Source == ev.Source && old.Who == ev.Who && ev.Source != "person" {
			c.Answers[i].Note, c.Answers[i].Said = ev.Note, later(old.Said, ev.Said)
			return
		}
	}
	c.Answers = append(c.Answers, ev)
}

// withdraw takes back the evidence for which drop is true, and says whether
// that leaves none.
func (c *Case) withdraw(drop func(Evidence) bool) (emptied bool) {
	had := len(c.Answers) > 0
	c.Answers = slices.DeleteFunc(c.Answers, drop)
	return had && len(c.Answers) == 0
}

// say queues a fact to be told in the card's thread. Before the card was
// posted nothing needs saying: the card will show it. Where the case was over
// before that, there will be none, unless it is for what contradicts its end. What
// happens at one moment is told in one message, under its gravest name.
func (c *Case) say(at time.Time, name, text string) {
	if c.Card.TS == "" && !(c.Finished() && grave(name) >= grave("contradiction")) {
		return
	}
	if n := len(c.News) - 1; n >= 0 && c.News[n].At.Equal(at) {
		c.News[n].Text += " " + text
		if grave(name) > grave(c.News[n].Name) {
			c.News[n].Name = name
		}
		return
	}
	c.Facts++
	c.News = append(c.News, News{c.Facts, name, at, text})
}

// grave orders the names of news that comes at one moment.
func grave(name string) int {
	return slices.Index([]string{"stage", "contradiction", string(StageInvestigation), string(StageStopRequest)}, name)
}

// warn adds what people must know before they act, once.
func (c *Case) warn(text string) {
	if !slices.Contains(c.Warnings, text) {
		c.Warnings = append(c.Warnings, text)
	}
}

// clocksDiffer is how far apart the clocks of two daemons may be.
const clocksDiffer = time.Hour

// SetBack is the case after the clock was set back to now: what began or was told
// under one that was ahead did so by now, or its ladder would be silent until that
// time comes.
func (c Case) SetBack(now time.Time) Case {
	ahead := now.Add(clocksDiffer)
	late := func(t Told) bool { return t.At.After(ahead) }
	if !c.Round.At.After(ahead) && !slices.ContainsFunc(c.Told, late) {
		return c // as nearly always
	}
	back := func(at *time.Time) {
		if at.After(ahead) {
			*at = now
		}
	}
	c = clone(c)
	back(&c.Round.At)
	for i := range c.Told {
		back(&c.Told[i].At)
	}
	return c
}

// StateAt derives the state at a moment from the facts: claims and snoozes
// lapse without an event.
func (c Case) StateAt(now time.Time) State {
	switch {
	case !c.ClosedAt.IsZero():
		return Closed
	case len(c.Answers) > 0:
		return Answered
	case c.Snooze != nil && now.Before(c.Snooze.Until):
		return Snoozed
	case c.Claim != nil && now.Before(c.Claim.Until):
		return Claimed
	}
	return Open
}

// Finished says that nobody has to act: the case is answered or closed.
func (c Case) Finished() bool { return !c.ClosedAt.IsZero() || len(c.Answers) > 0 }

// followDeadline begins a new round when the deadline moved later, and wakes a
// snooze when it came nearer or is known at last.
func (c *Case) followDeadline(before Case, e Event) {
	was, is := before.Deadline(), c.Deadline()
	if before.OpenedAt.IsZero() || c.Finished() || was.At.Equal(is.At) || before.Round.N != c.Round.N {
		return
	}
	switch {
	case is.At.IsZero():
		c.say(e.At, "deadline", "No deadline is known any more.")
	case was.At.IsZero():
		c.Snooze = nil
		c.say(e.At, "deadline", "A deadline is known now.")
	case is.At.After(was.At):
		c.begin(e.At, RoundDeadlineLater)
		c.say(e.At, "deadline", "The deadline moved later.")
	default:
		c.Snooze = nil
		c.say(e.At, "deadline", "The deadline came nearer.")
	}
}

// clone copies what Apply may change in place.
func clone(c Case) Case {
	c.Keys = slices.Clone(c.Keys)
	c.Answers = slices.Clone(c.Answers)
	c.Told = slices.Clone(c.Told)
	c.News = slices.Clone(c.News)
	c.Thread = slices.Clone(c.Thread)
	c.Warnings = slices.Clone(c.Warnings)
	c.StripeIDs = slices.Clone(c.StripeIDs)
	return c
}
