package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Rung is what one step of a case's ladder is doing at a moment, and why.
type Rung struct {
	Step  string
	State RungState
	N     int       // of the telling that At is about
	At    time.Time // when it was told, is due since, or will be; zero where never
	Why   string
}

// RungState says how far a step is.
type RungState string

// The states of a step, for one case at one moment.
const (
	RungTold   RungState = "told"   // and does not come again
	RungFolded RungState = "folded" // its time had passed: another step spoke for it
	RungNow    RungState = "now"    // due, and told now
	RungAhead  RungState = "ahead"  // comes at At, if nothing happens until then
	RungNever  RungState = "never"  // not in this round
)

// Explain says of each step of c's ladder what it does at now, and why. It is
// [Decide] in words: what it calls now is what Decide tells or folds.
func Explain(c Case, p Policy, now time.Time) []Rung {
	var out []Rung
	w := c.watch(&p)
	for i := range w.steps {
		out = append(out, w.rung(&w.steps[i], now))
	}
	return out
}

func (w *watch) rung(s *Step, now time.Time) Rung {
	c := w.c
	r := Rung{Step: s.Name, State: RungNever}
	if c.Finished() {
		r.Why = "the case is " + string(c.StateAt(now))
		return c.past(s, r)
	}
	if why := s.If.excludes(c); why != "" {
		r.Why = "it is for " + why
		return r
	}
	k, ok := w.course(s)
	if !ok {
		r.Why = c.without(s.When)
		return r
	}
	n, at, next := k.newest(now)
	switch {
	case n >= 0:
		return Rung{s.Name, RungNow, n + k.shift, at, k.why(n)}
	case !next.IsZero():
		n = k.until(k.first, func(n int) bool { return !k.at(n).Before(next) })
		return Rung{s.Name, RungAhead, n + k.shift, next, k.why(n)}
	}
	if _, told := c.told(s.Name); k.first > 0 && !told {
		r.Why = "its time had passed before the deadline moved later"
		return r
	}
	r.Why = "it comes once"
	if !s.Repeat.IsZero() {
		r.Why = "its repeats have ended: the digest goes on"
	}
	return c.past(s, r)
}

// past is a step that was told in this round already, else r.
func (c *Case) past(s *Step, r Rung) Rung {
	for _, t := range c.Told {
		if t.Step != s.Name {
			continue
		}
		r.State, r.N, r.At = RungTold, t.N, t.At
		if t.Observed {
			r.Why = "recorded, not said: observe"
		}
		if t.Folded != "" && t.Folded != s.Name {
			r.State, r.Why = RungFolded, fmt.Sprintf("its time had come too: %q spoke for it", t.Folded)
		}
	}
	return r
}

// why says why telling n comes when it comes.
func (k *course) why(n int) string {
	const form = "Mon 2 Jan, 15:04"
	zone, c := k.w.p.Calendar.Location, k.w.c
	say := func(t time.Time) string { return t.In(zone).Format(form) }
	words := k.step.When.Words()
	if k.step.When.Anchor == Unanswered {
		words += " since " + say(c.Round.At)
	}
	if n > 0 {
		words += ", again every " + strings.TrimPrefix(k.step.Repeat.Words(), "1 ")
	}
	raw := k.raw(n)
	office := k.w.officeTime(k.step, raw)
	if !office.Equal(raw) {
		words += "; " + say(raw) + " is outside office hours"
	}
	if !k.at(n).Equal(office) {
		who := "a snooze by " + c.snoozer()
		if c.Claim != nil && office.Before(c.Claim.Until) && (k.step.When.Anchor == Unanswered || n > 0) {
			who = c.Claim.Who + ", who is on it"
		}
		words += "; held back from " + say(office) + " by " + who
	}
	return words
}

func (c *Case) snoozer() string {
	if c.Snooze == nil {
		return ""
	}
	return c.Snooze.Who
}

// without says why an anchor does not come in this round.
func (c *Case) without(w When) string {
	switch w.Anchor {
	case BeforeDeadline, AtDeadline, AfterDeadline:
		return "no deadline is known"
	}
	return "this round began for another reason: " + c.Round.Reason
}

// excludes says for which cases a condition is, where c is none of them; "" where
// it is.
func (f *Condition) excludes(c *Case) string {
	if f.holds(c) {
		return ""
	}
	var words []string
	add := func(what string, list []string, v string) {
		if len(list) > 0 && !slices.Contains(list, v) {
			words = append(words, what+" "+strings.Join(list, ", "))
		}
	}
	add("the reasons", f.Reasons, c.WhyDisputed())
	add("the stages", f.Stages, string(c.Stage))
	add("the verdicts", f.Verdicts, string(c.Verdict))
	add("the mailboxes", f.Mailboxes, c.Mailbox)
	if !f.enough(c.Disputed()) {
		var least []string
		for _, m := range f.MinAmount {
			least = append(least, m.String())
		}
		words = append(words, "amounts from "+strings.Join(least, ", "))
	}
	return strings.Join(words, ", and ")
}

// Words writes the moment out: "unanswered for 1 working day".
func (w When) Words() string {
	switch w.Anchor {
	case OnOpened:
		return "the case was opened"
	case OnReopened:
		return "the case was reopened"
	case OnStageChanged:
		return "the stage changed"
	case Unanswered:
		return "unanswered for " + w.Span.Words()
	case AtDeadline:
		return "the deadline"
	}
	return w.Span.Words() + " " + strings.TrimSuffix(string(w.Anchor), string(AtDeadline)) + "the deadline"
}
