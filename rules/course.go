package rules

import (
	"sort"
	"time"
)

// course is a step's tellings of one case: the first and, where it repeats,
// those after it.
type course struct {
	w     *watch
	step  *Step
	base  time.Time // of the first, before office hours and people hold it back
	first int       // the first that is untold
	shift int       // what a telling's number is beyond its place here: the ladder was another one
}

// course is false for a step that is not for this case, or whose anchor never
// comes in this round.
func (w *watch) course(s *Step) (course, bool) {
	k := course{w: w, step: s}
	if !s.If.asksNothing() && !s.If.holds(w.c) {
		return k, false
	}
	var ok bool
	if k.base, ok = w.base(s); !ok {
		return k, false
	}
	switch last, told := w.c.told(s.Name); {
	case told:
		k.goOn(last)
	case w.c.foldsSilently(s, k.base):
		k.first = 1
	}
	return k, true
}

// goOn continues behind the last telling. Where that came before its time, the
// step was told by another ladder, for the config has changed since, or under a
// clock that was ahead: then the first one goes on that comes after that moment.
func (k *course) goOn(last *Told) {
	k.first = last.N + 1
	if k.raw(last.N).After(last.At) && k.office(last.N).After(last.At) {
		k.first = k.until(0, func(n int) bool { return n >= last.N || k.office(n).After(last.At) })
		k.shift = last.N + 1 - k.first
	}
}

// foldsSilently: when a deadline moves later, what would have come before the
// new round began needs no word; it was due before the old deadline already.
func (c *Case) foldsSilently(s *Step, base time.Time) bool {
	return c.Round.Reason == RoundDeadlineLater && !base.After(c.Round.At) &&
		s.When.Anchor != Unanswered && s.When.Anchor != OnOpened
}

// told is the highest repeat of a step that needs no telling.
func (c *Case) told(step string) (*Told, bool) {
	for i := range c.Told {
		if c.Told[i].Step == step {
			return &c.Told[i], true
		}
	}
	return nil, false
}

// raw is the unadjusted time of telling n.
func (k *course) raw(n int) time.Time {
	if n == 0 {
		return k.base
	}
	return k.w.p.Calendar.Add(k.base, Span{n * k.step.Repeat.N, k.step.Repeat.Unit})
}

// office is when telling n is told if nobody holds it back.
func (k *course) office(n int) time.Time { return k.w.officeTime(k.step, k.raw(n)) }

// has says whether there is a telling n at all.
func (k *course) has(n int) bool {
	return n == 0 || !k.step.Repeat.IsZero() && !k.raw(n).After(k.w.end)
}

// at is when telling n is told.
func (k *course) at(n int) time.Time {
	return k.w.held(k.step, n, k.office(n))
}

// telling is when telling n is told; false where there is none.
func (k *course) telling(n int) (time.Time, bool) {
	if n > 0 && k.step.Repeat.IsZero() {
		return time.Time{}, false
	}
	raw := k.raw(n)
	if n > 0 && raw.After(k.w.end) {
		return time.Time{}, false
	}
	return k.w.held(k.step, n, k.w.officeTime(k.step, raw)), true
}

// newest is the last untold telling that is due, with its time, -1 for none, and
// the time of the one after it, zero for none.
func (k *course) newest(now time.Time) (n int, at, next time.Time) {
	n = k.until(k.first, func(i int) bool {
		t, ok := k.telling(i)
		return !ok || t.After(now)
	})
	next, _ = k.telling(n)
	if n == k.first {
		return -1, time.Time{}, next
	}
	return n - 1, k.at(n - 1), next
}

// until is the first telling from n on that is beyond. The times of tellings
// never decrease, so it searches instead of walking: a repeat of one second is
// no trap.
func (k *course) until(n int, beyond func(n int) bool) int {
	span := 1
	for !beyond(n + span - 1) {
		span *= 2
	}
	// all before the half is not beyond: that was asked already
	return n + span/2 + sort.Search(span-span/2-1, func(i int) bool { return beyond(n + span/2 + i) })
}
