package rules

import "time"

// instance is one telling of a step whose time has come.
type instance struct {
	step   *Step
	n      int
	at     time.Time
	repeat bool // the step was told before, as this ladder has it
}

// watch is a case with its ladder, and what all steps' times depend on: worked
// out once for each asking, for a daemon asks of ten thousand cases.
type watch struct {
	c        *Case
	p        *Policy
	steps    []Step    // of its lane; some may not concern it
	deadline time.Time // the nearer; zero where none is known
	end      time.Time // after which nothing repeats
	loud     bool      // its lane knows no office hours
	freed    time.Time // when what the claim holds back is told; zero without a claim
	awake    time.Time // the same of the snooze; worked out when it is needed
}

func (c *Case) watch(p *Policy) *watch {
	d := c.Deadline()
	w := &watch{c: c, p: p, steps: p.steps(c), deadline: d.At, loud: c.Lane() == LaneStopRequest}
	w.end = later(d.Last(), c.Round.At).Add(repeatsEnd)
	if d.At.IsZero() { // nothing but the nudges watches it: not only while the office is closed
		w.end = later(w.end, p.Calendar.Add(c.Round.At, Span{10, "wd"}))
	}
	if c.Claim != nil {
		w.freed = w.frees()
	}
	return w
}

// due is what of the ladder is due and untold, a telling a step, and when the
// next of all falls due.
func (w *watch) due(now time.Time) (due []instance, next time.Time) {
	for i := range w.steps {
		k, ok := w.course(&w.steps[i])
		if !ok {
			continue
		}
		n, at, later := k.newest(now)
		if n >= 0 {
			due = append(due, instance{k.step, n + k.shift, at, n > 0})
		}
		next = earlier(next, later)
	}
	return due, next
}

// base is the moment that a step's first telling counts from the anchor.
func (w *watch) base(s *Step) (time.Time, bool) {
	round, span := &w.c.Round, s.When.Span
	switch s.When.Anchor {
	case OnOpened:
		return round.At, round.Reason == RoundOpened || w.c.unheard()
	case OnReopened:
		return round.At, round.Reason == RoundReopened
	case OnStageChanged:
		return round.At, round.Reason == RoundStageChanged
	case Unanswered:
		at := w.p.Calendar.Add(round.At, span)
		if !at.Before(w.deadline) && w.deadline.After(round.At) && w.silent() {
			at = w.inTime()
		}
		return at, true
	}
	if w.deadline.IsZero() {
		return time.Time{}, false
	}
	switch s.When.Anchor {
	case BeforeDeadline:
		return w.p.Calendar.Sub(w.deadline, span), true
	case AfterDeadline:
		return w.p.Calendar.Add(w.deadline, span), true
	}
	return w.deadline, true
}

// silent says that the ladder has nothing to tell before the deadline, for it is
// nearer than a nudge.
func (w *watch) silent() bool {
	for i := range w.steps {
		s := &w.steps[i]
		at, comes := w.c.Round.At, false
		switch s.When.Anchor {
		case Unanswered:
			at, comes = w.p.Calendar.Add(at, s.When.Span), true
		case OnOpened, OnReopened, OnStageChanged, BeforeDeadline:
			at, comes = w.base(s)
		}
		if comes && at.Before(w.deadline) && s.If.holds(w.c) {
			return false
		}
	}
	return true
}

// inTime is the last office moment an hour before the deadline, or when the round
// began.
func (w *watch) inTime() time.Time {
	at := w.deadline.Add(-time.Hour)
	if !w.loud {
		at = w.p.Calendar.Before(at)
	}
	return later(w.c.Round.At, at)
}

// unheard says that nobody has a card of the case when a round begins: it was over
// before its first word got out, or a summary told of it among those that can no
// longer be answered.
func (c *Case) unheard() bool { return c.Card.TS == "" }

// officeTime moves a step into office hours: one before a deadline to the
// earlier office moment, a nudge to the next one but never past the deadline.
// What has just happened is told when it happens, and the lane of stop requests
// knows no office hours (CONTRACT.md, "A step").
func (w *watch) officeTime(s *Step, t time.Time) time.Time {
	cal := &w.p.Calendar
	switch s.When.Anchor {
	case OnOpened, OnReopened, OnStageChanged:
		if t.Equal(w.c.Round.At) {
			return t
		}
	case AtDeadline:
		if t.Equal(w.deadline) {
			return t
		}
	}
	if w.loud || cal.IsOpen(t) {
		return t
	}
	if s.When.Anchor == BeforeDeadline {
		return cal.Before(t) // before the round began: told with its first word
	}
	ahead := cal.After(t)
	if !t.Before(w.deadline) || !ahead.After(w.deadline) {
		return ahead
	}
	if back := cal.Before(t); back.After(w.c.Round.At) {
		return back
	}
	return t
}

// held postpones what a claim or a snooze holds back: a claim the nudges and
// the repeats, a snooze everything before the last step ahead of the deadline.
func (w *watch) held(s *Step, n int, at time.Time) time.Time {
	c := w.c
	if c.Claim != nil && at.Before(c.Claim.Until) && (s.When.Anchor == Unanswered || n > 0) {
		at = later(at, w.freed)
	}
	if c.Snooze == nil || !at.Before(c.Snooze.Until) {
		return at
	}
	return later(at, w.wakes())
}

// released is when what a person held back until t is told: in office hours,
// but never past the deadline.
func (w *watch) released(t time.Time) time.Time {
	ahead := w.p.Calendar.After(t)
	if w.loud || t.Before(w.deadline) && ahead.After(w.deadline) {
		return t
	}
	return ahead
}

// frees is when what the claim holds back is told: when it lapses, or by the last
// nudge before the deadline where it would outlast that and no other step comes
// before it.
func (w *watch) frees() time.Time {
	k := w.c.Claim
	if !w.deadline.IsZero() && k.Until.After(w.deadline) {
		if last, nudge := w.lastWarning(k.At); nudge {
			return last
		}
	}
	return w.released(k.Until)
}

// wakes is when the snooze ends: at the last step before the deadline at the
// latest.
func (w *watch) wakes() time.Time {
	if w.awake.IsZero() {
		w.awake = w.released(w.c.Snooze.Until)
		if last, _ := w.lastWarning(w.c.Snooze.At); !last.IsZero() && last.Before(w.c.Snooze.Until) {
			w.awake = last
		}
	}
	return w.awake
}

// lastWarning is the time of the last step before the deadline, as it falls if
// nobody holds it back; where none comes after a person's word was said, of the
// last nudge before the deadline. It is zero where nothing comes between the two:
// who takes a case or lets it rest after its last warning is taken at his word.
func (w *watch) lastWarning(said time.Time) (at time.Time, nudge bool) {
	free := *w.c
	free.Claim, free.Snooze, free.Told = nil, nil, nil
	w = free.watch(w.p)
	var last, nudged time.Time
	for i := range w.steps {
		k, ok := w.course(&w.steps[i])
		if !ok || !k.base.Before(w.deadline) {
			continue
		}
		switch k.step.When.Anchor {
		case BeforeDeadline:
			last = later(last, k.at(0))
		case Unanswered:
			n := k.until(0, func(n int) bool { return !k.has(n) || !k.raw(n).Before(w.deadline) })
			nudged = later(nudged, k.at(n-1))
		}
	}
	if last.After(said) {
		return last, false
	}
	if nudged.After(said) {
		return nudged, true
	}
	return time.Time{}, false
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
