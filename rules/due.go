package rules

import (
	"sort"
	"time"
)

// instance is one repeat of a step whose time has come.
type instance struct {
	step Step
	rung int
	n    int
	at   time.Time
}

// due is what of c's ladder is due and untold, a telling a step, and when the
// next of all falls due.
func (c Case) due(p Policy, now time.Time) (due []instance, next time.Time) {
	for i, s := range p.ladder(c) {
		k, ok := c.course(p, s)
		if !ok {
			continue
		}
		n, later := k.newest(now)
		if n >= 0 {
			due = append(due, instance{step: s, rung: i, n: n, at: k.at(n)})
		}
		next = earlier(next, later)
	}
	return due, next
}

// course is a step's tellings of one case: the first and, where it repeats,
// those after it.
type course struct {
	c     Case
	p     Policy
	step  Step
	base  time.Time // of the first, before office hours and people hold it back
	first int       // the first that is untold
	end   time.Time // after which nothing repeats
}

// course is false for a step whose anchor never comes in this round.
func (c Case) course(p Policy, s Step) (course, bool) {
	base, ok := c.base(p, s.When)
	k := course{c: c, p: p, step: s, base: base, first: c.told(s.Name) + 1}
	if k.first == 0 && c.foldsSilently(s, base) {
		k.first = 1
	}
	last := c.Deadline().Last()
	k.end = later(last, c.Round.At).Add(repeatsEnd)
	if last.IsZero() { // nothing but the nudges watches it: not only while the office is closed
		k.end = later(k.end, p.Calendar.Add(c.Round.At, Span{10, "wd"}))
	}
	return k, ok
}

// raw is the unadjusted time of telling n.
func (k course) raw(n int) time.Time {
	if n == 0 {
		return k.base
	}
	return k.p.Calendar.Add(k.base, Span{n * k.step.Repeat.N, k.step.Repeat.Unit})
}

// at is when telling n is told.
func (k course) at(n int) time.Time {
	return k.c.held(k.p, k.step, n, k.c.officeTime(k.p.Calendar, k.step, k.raw(n)))
}

// has says whether there is a telling n at all.
func (k course) has(n int) bool {
	return n == 0 || !k.step.Repeat.IsZero() && !k.raw(n).After(k.end)
}

// newest is the last untold telling that is due, -1 for none, and the time of
// the one after it, zero for none.
func (k course) newest(now time.Time) (n int, next time.Time) {
	n = k.until(k.first, func(n int) bool { return !k.has(n) || k.at(n).After(now) })
	if k.has(n) {
		next = k.at(n)
	}
	if n == k.first {
		return -1, next
	}
	return n - 1, next
}

// until is the first telling from n on that is beyond. The times of tellings
// never decrease, so it searches instead of walking: a repeat of one second is
// no trap.
func (k course) until(n int, beyond func(n int) bool) int {
	span := 1
	for !beyond(n + span - 1) {
		span *= 2
	}
	return n + sort.Search(span, func(i int) bool { return beyond(n + i) })
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
		return c.released(p.Calendar, c.Claim.Until)
	}
	if c.Snooze == nil || !at.Before(c.Snooze.Until) {
		return at
	}
	return later(at, c.wakes(p))
}

// released is when what a person held back until t is told: in office hours,
// but never past the deadline.
func (c Case) released(cal Calendar, t time.Time) time.Time {
	deadline := c.Deadline().At
	ahead := cal.After(t)
	if c.Lane() == LaneStopRequest || t.Before(deadline) && ahead.After(deadline) {
		return t
	}
	return ahead
}

// wakes is when the snooze ends: at the last step before the deadline at the
// latest.
func (c Case) wakes(p Policy) time.Time {
	if last := c.lastWarning(p); !last.IsZero() && last.Before(c.Snooze.Until) {
		return last
	}
	return c.released(p.Calendar, c.Snooze.Until)
}

// lastWarning is the time of the last step before the deadline, as it falls if
// nobody holds it back; in a ladder that has none of the last nudge before it.
// It is zero where nothing comes before the deadline.
func (c Case) lastWarning(p Policy) time.Time {
	deadline := c.Deadline().At
	c.Claim, c.Snooze, c.Told = nil, nil, nil
	var last, nudge time.Time
	for _, s := range p.ladder(c) {
		k, ok := c.course(p, s)
		if !ok || !k.base.Before(deadline) {
			continue
		}
		switch s.When.Anchor {
		case BeforeDeadline:
			last = later(last, k.at(0))
		case Unanswered:
			n := k.until(0, func(n int) bool { return !k.has(n) || !k.raw(n).Before(deadline) })
			nudge = later(nudge, k.at(n-1))
		}
	}
	if last.IsZero() {
		return nudge
	}
	return last
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
