package rules

import (
	"slices"
	"sort"
	"time"
)

// repeatsEnd is how long after the last deadline steps repeat; from then on
// the digest speaks of the case (DESIGN.md, "Deciding").
const repeatsEnd = 14 * 24 * time.Hour

// Decide returns what must be told about c at now, most urgent first, and when
// it wants to be asked again; the zero time means: not before the next event.
// It is silent, but for news, about a case that is answered or closed, and
// never repeats a step that c.Told holds. Asking again changes nothing.
func Decide(c Case, p Policy, now time.Time) ([]Escalation, time.Time) {
	var out []Escalation
	for _, n := range c.News {
		out = append(out, Escalation{
			Case: c.ID, Round: c.Round.N, Step: "news", N: n.N, Due: n.At,
			Reason: n.Name, News: &n, Rank: c.rank(now) + 1,
		})
	}
	if c.Finished() {
		if e, ok := c.mourn(now); ok {
			out = append(out, e)
		}
		return out, time.Time{}
	}
	var due []instance
	var next time.Time
	ladder := p.ladder(c)
	for i, s := range ladder {
		d, later := c.instances(p, s, now)
		if d != nil {
			d.rung = i
			due = append(due, *d)
		}
		next = earlier(next, later)
	}
	if len(due) > 0 {
		out = append([]Escalation{c.tellLast(due, now)}, out...)
	}
	return out, next
}

// Next is the step that will be told next if nothing happens until then, and
// when; "" where none is left.
func Next(c Case, p Policy, now time.Time) (step string, at time.Time) {
	if c.Finished() {
		return "", time.Time{}
	}
	for _, s := range p.ladder(c) {
		due, later := c.instances(p, s, now)
		if due != nil {
			later = due.at
		}
		if !later.IsZero() && (at.IsZero() || later.Before(at)) {
			step, at = s.Name, later
		}
	}
	return step, at
}

// mourn tells of a case that was lost before anybody heard of it: its card is
// the first and last word.
func (c Case) mourn(now time.Time) (Escalation, bool) {
	if c.Outcome != "lost" || c.Card.TS != "" || len(c.Told) > 0 {
		return Escalation{}, false
	}
	return Escalation{
		Case: c.ID, Round: c.Round.N, Step: "lost", Due: c.ClosedAt,
		Reason: "it was lost before anybody was told", Rank: c.rank(now),
	}, true
}

// ladder is the steps that concern c.
func (p Policy) ladder(c Case) []Step {
	all := p.Dispute
	if c.Lane() == LaneStopRequest {
		all = p.StopRequest
	}
	return slices.DeleteFunc(slices.Clone(all), func(s Step) bool { return !s.If.holds(c) })
}

// holds says whether the condition includes c.
func (f Condition) holds(c Case) bool {
	in := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	return in(f.Reasons, c.WhyDisputed()) && in(f.Stages, string(c.Stage)) &&
		in(f.Verdicts, string(c.Verdict)) && in(f.Mailboxes, c.Mailbox) && f.enough(c.Disputed())
}

// enough: an amount that is unknown, or in a currency without a bound, passes:
// silence would be a guess.
func (f Condition) enough(m Money) bool {
	for _, least := range f.MinAmount {
		if least.Currency == m.Currency && m.Minor < least.Minor {
			return false
		}
	}
	return true
}

// instance is one repeat of a step whose time has come.
type instance struct {
	step Step
	rung int
	n    int
	at   time.Time
}

// instances finds the newest untold repeat of s that is due, and the time of
// the next one. The times of repeats never decrease, so it searches instead of
// walking: a repeat of one second is no trap.
func (c Case) instances(p Policy, s Step, now time.Time) (due *instance, next time.Time) {
	base, ok := c.base(p, s.When)
	if !ok {
		return nil, time.Time{}
	}
	first := c.told(s.Name) + 1
	if first == 0 && c.foldsSilently(s, base) {
		first = 1
	}
	end := later(c.Deadline().Last(), c.Round.At).Add(repeatsEnd)
	at := func(n int) (time.Time, bool) {
		if n > 0 && s.Repeat.IsZero() {
			return time.Time{}, false
		}
		raw := s.nth(p.Calendar, base, n)
		return c.held(p, s, n, c.officeTime(p.Calendar, s, raw)), n == 0 || !raw.After(end)
	}
	waits := func(n int) bool { t, ok := at(n); return !ok || t.After(now) }
	span := 1
	for !waits(first + span - 1) {
		span *= 2
	}
	n := first + sort.Search(span, func(i int) bool { return waits(first + i) })
	if n > first {
		t, _ := at(n - 1)
		due = &instance{step: s, n: n - 1, at: t}
	}
	if t, ok := at(n); ok {
		next = t
	}
	return due, next
}

// foldsSilently: when a deadline moves later, what would have come before the
// new round began needs no word; it was due before the old deadline already.
func (c Case) foldsSilently(s Step, base time.Time) bool {
	return c.Round.Reason == RoundDeadlineLater && !base.After(c.Round.At) && s.When.Anchor != Unanswered
}

// told is the highest repeat of a step that needs no telling, -1 for none.
func (c Case) told(step string) int {
	for _, t := range c.Told {
		if t.Step == step {
			return t.N
		}
	}
	return -1
}

// base is the moment that a step's first telling counts from the anchor.
func (c Case) base(p Policy, w When) (time.Time, bool) {
	deadline := c.Deadline().At
	switch w.Anchor {
	case OnOpened:
		return c.Round.At, c.Round.Reason == RoundOpened
	case OnReopened:
		return c.Round.At, c.Round.Reason == RoundReopened
	case OnStageChanged:
		return c.Round.At, c.Round.Reason == RoundStageChanged
	case Unanswered:
		return p.Calendar.Add(c.Round.At, w.Span), true
	case BeforeDeadline:
		return p.Calendar.Sub(deadline, w.Span), !deadline.IsZero()
	case AtDeadline:
		return deadline, !deadline.IsZero()
	case AfterDeadline:
		return p.Calendar.Add(deadline, w.Span), !deadline.IsZero()
	}
	return time.Time{}, false
}

// nth is the unadjusted time of repeat n.
func (s Step) nth(cal Calendar, base time.Time, n int) time.Time {
	if n == 0 {
		return base
	}
	return cal.Add(base, Span{n * s.Repeat.N, s.Repeat.Unit})
}

// officeTime moves a step into office hours: one before a deadline to the
// earlier office moment, a nudge to the next one but never past the deadline.
// What has just happened is told when it happens, and the lane of stop requests
// knows no office hours (CONTRACT.md, "A step").
func (c Case) officeTime(cal Calendar, s Step, t time.Time) time.Time {
	deadline := c.Deadline().At
	switch s.When.Anchor {
	case OnOpened, OnReopened, OnStageChanged:
		if t.Equal(c.Round.At) {
			return t
		}
	case AtDeadline:
		if t.Equal(deadline) {
			return t
		}
	}
	if c.Lane() == LaneStopRequest || cal.IsOpen(t) {
		return t
	}
	ahead := cal.After(t)
	if s.When.Anchor != BeforeDeadline && !(t.Before(deadline) && ahead.After(deadline)) {
		return ahead
	}
	if back := cal.Before(t); back.After(c.Round.At) {
		return back
	}
	return t
}

// held postpones what a claim or a snooze holds back: a claim the nudges and
// the repeats, a snooze everything before the last step ahead of the deadline.
func (c Case) held(p Policy, s Step, n int, at time.Time) time.Time {
	if c.Claim != nil && at.Before(c.Claim.Until) && (s.When.Anchor == Unanswered || n > 0) {
		return c.Claim.Until
	}
	if c.Snooze == nil || !at.Before(c.Snooze.Until) {
		return at
	}
	wake := c.Snooze.Until
	if last := c.lastWarning(p); !last.IsZero() && last.Before(wake) {
		wake = last
	}
	return later(at, wake)
}

// lastWarning is the time of the last step that comes before the deadline.
func (c Case) lastWarning(p Policy) time.Time {
	var last time.Time
	for _, s := range p.ladder(c) {
		if s.When.Anchor != BeforeDeadline {
			continue
		}
		if base, ok := c.base(p, s.When); ok {
			last = later(last, c.officeTime(p.Calendar, s, base))
		}
	}
	return last
}

// tellLast tells the furthest step of the ladder that is due and folds the
// others into it. When a round begins, what is already past folds into its
// first word, with the people whom it would have called.
func (c Case) tellLast(due []instance, now time.Time) Escalation {
	first := func(i instance) bool {
		return i.n == 0 && (i.step.When.Anchor == OnOpened || i.step.When.Anchor == OnReopened || i.step.When.Anchor == OnStageChanged)
	}
	told := due[len(due)-1]
	if i := slices.IndexFunc(due, first); i >= 0 {
		told = due[i]
	}
	e := Escalation{
		Case: c.ID, Round: c.Round.N, Step: told.step.Name, N: told.n, Due: told.at,
		Reason: told.reason(), Channel: told.step.Channel, Page: told.step.Page,
		Mention: slices.Clone(told.step.Mention), Rank: c.rank(now),
	}
	for _, i := range due {
		if i.step.Name == told.step.Name {
			continue
		}
		e.Folded = append(e.Folded, Told{Step: i.step.Name, N: i.n})
		e.Page = e.Page || i.step.Page
		for _, m := range i.step.Mention {
			if !slices.Contains(e.Mention, m) {
				e.Mention = append(e.Mention, m)
			}
		}
	}
	return e
}

// reason says in words why a step is told now.
func (i instance) reason() string {
	w := i.step.When.String()
	switch i.step.When.Anchor {
	case AtDeadline:
		w = "the deadline has come"
	case BeforeDeadline:
		w = i.step.When.Span.String() + " before the deadline"
	case AfterDeadline:
		w = i.step.When.Span.String() + " after the deadline"
	}
	if i.n > 0 {
		w += ", again after " + i.step.Repeat.String()
	}
	return w
}

// rank orders what waits to be told: stop requests first, then by the hours
// that are left.
func (c Case) rank(now time.Time) int {
	if c.Lane() == LaneStopRequest {
		return 0
	}
	left := c.Deadline().At
	if left.IsZero() {
		return 1000
	}
	return 10 + min(max(int(left.Sub(now).Hours()), 0), 9000)
}

// earlier is the earlier of two times, where a zero time is none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// later is the later of two times.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
