package rules_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/disputewatch/disputewatch/rules"
)

// told is one message of the ladder, to the minute.
type told struct {
	at     string
	step   string
	n      int
	folded []string
}

// telling is one telling of a step, and when it comes.
type telling struct {
	step, n int
	at      time.Time
}

// slowLadder is one case of one round, whose tellings are all written down
// before the first is told.
type slowLadder struct {
	slow
	opened, deadline time.Time
	claim, snooze    time.Time // until when; zero without
	loud             bool
	ladder           []rules.Step
	raws             map[[2]int]time.Time // as raw found them
}

// raw is when telling n comes in a world without offices and people.
func (l slowLadder) raw(i, n int) (at time.Time) {
	key := [2]int{i, n}
	if at, known := l.raws[key]; known {
		return at
	}
	defer func() { l.raws[key] = at }()
	s := l.ladder[i]
	at = l.deadline
	switch s.When.Anchor {
	case rules.OnOpened:
		at = l.opened
	case rules.Unanswered:
		at = l.add(l.opened, s.When.Span, 1)
	case rules.BeforeDeadline:
		at = l.add(l.deadline, s.When.Span, -1)
	case rules.AfterDeadline:
		at = l.add(l.deadline, s.When.Span, 1)
	}
	if n == 0 {
		return at
	}
	return l.add(at, rules.Span{N: n * s.Repeat.N, Unit: s.Repeat.Unit}, 1)
}

// inOffice is CONTRACT.md, "A step": a step before the deadline moves to the
// earlier office moment, any other to the next one, never past the deadline.
func (l slowLadder) inOffice(s rules.Step, n int, raw time.Time) time.Time {
	happens := n == 0 && (s.When.Anchor == rules.OnOpened || s.When.Anchor == rules.AtDeadline)
	if l.loud || happens || len(l.office(raw)) > 0 {
		return raw
	}
	if s.When.Anchor == rules.BeforeDeadline {
		return l.before(raw)
	}
	next := l.after(raw)
	if raw.After(l.deadline) || raw.Equal(l.deadline) || !next.After(l.deadline) {
		return next
	}
	if friday := l.before(raw); friday.After(l.opened) {
		return friday
	}
	return raw
}

// free is when what was held back until t comes.
func (l slowLadder) free(t time.Time) time.Time {
	next := l.after(t)
	if l.loud || t.Before(l.deadline) && next.After(l.deadline) {
		return t
	}
	return next
}

// warns is when the last step before the deadline comes, or the last nudge where
// there is none; zero where neither comes after the opening, when people spoke.
func (l slowLadder) warns() (at time.Time, nudge bool) {
	var last, nudged time.Time
	for i, s := range l.ladder {
		for n := 0; n == 0 || !s.Repeat.IsZero(); n++ {
			raw := l.raw(i, n)
			if !raw.Before(l.deadline) {
				break
			}
			at := l.inOffice(s, n, raw)
			if s.When.Anchor == rules.BeforeDeadline && n == 0 && at.After(l.opened) && at.After(last) {
				last = at
			}
			if s.When.Anchor == rules.Unanswered && at.After(l.opened) && at.After(nudged) {
				nudged = at
			}
		}
	}
	if last.IsZero() {
		return nudged, !nudged.IsZero()
	}
	return last, false
}

// wakes is when a snooze ends.
func (l slowLadder) wakes() time.Time {
	if last, _ := l.warns(); !last.IsZero() && last.Before(l.snooze) {
		return last
	}
	return l.free(l.snooze)
}

// frees is when what a claim holds back comes.
func (l slowLadder) frees() time.Time {
	if last, nudge := l.warns(); nudge && l.claim.After(l.deadline) {
		return last
	}
	return l.free(l.claim)
}

// tellings are all of the ladder, in order of their time; repeats end two weeks
// after the deadline.
func (l slowLadder) tellings() (out []telling) {
	wake, frees := l.wakes(), l.frees()
	for i, s := range l.ladder {
		for n := 0; n == 0 || !s.Repeat.IsZero(); n++ {
			raw := l.raw(i, n)
			end := l.deadline
			if end.Before(l.opened) {
				end = l.opened
			}
			if n > 0 && raw.After(end.Add(14*24*time.Hour)) {
				break
			}
			at := l.inOffice(s, n, raw)
			if at.Before(l.claim) && (n > 0 || s.When.Anchor == rules.Unanswered) {
				at = later(at, frees)
			}
			if at.Before(l.snooze) && at.Before(wake) {
				at = wake
			}
			out = append(out, telling{i, n, at})
		}
	}
	slices.SortStableFunc(out, func(a, b telling) int { return a.at.Compare(b.at) })
	return out
}

// tell goes through the tellings and folds what is due at once.
func (l slowLadder) tell() (out []told) {
	all := l.tellings()
	now := l.opened
	for len(all) > 0 {
		if all[0].at.After(now) {
			now = all[0].at
		}
		due := map[int]int{}
		for len(all) > 0 && !all[0].at.After(now) {
			due[all[0].step] = all[0].n
			all = all[1:]
		}
		last := -1
		for i := range l.ladder {
			if _, is := due[i]; is && (last < 0 || l.ladder[last].When.Anchor != rules.OnOpened || due[last] > 0) {
				last = i
			}
		}
		m := told{at: now.UTC().Format(time.RFC3339), step: l.ladder[last].Name, n: due[last]}
		for i, s := range l.ladder {
			if _, is := due[i]; is && i != last {
				m.folded = append(m.folded, s.Name)
			}
		}
		out = append(out, m)
	}
	return out
}

// orderly draws a ladder in the order of its phases.
func orderly(t *rapid.T) (out []rules.Step) {
	for i, a := range []rules.Anchor{rules.OnOpened, rules.Unanswered, rules.Unanswered, rules.BeforeDeadline, rules.BeforeDeadline, rules.AtDeadline, rules.AfterDeadline} {
		if rapid.IntRange(0, 3).Draw(t, "left out") == 0 {
			continue
		}
		s := rules.Step{Name: fmt.Sprintf("s%d", i), When: rules.When{Anchor: a}}
		if a != rules.OnOpened && a != rules.AtDeadline {
			s.When.Span = someSpan(t, "span")
		}
		if rapid.IntRange(0, 2).Draw(t, "repeats") == 0 {
			s.Repeat = rapid.SampledFrom([]rules.Span{{N: 11, Unit: "h"}, {N: 1, Unit: "d"}, {N: 1, Unit: "wd"}, {N: 2, Unit: "wd"}, {N: 1, Unit: "w"}}).Draw(t, "repeat")
		}
		out = append(out, s)
	}
	return out
}

// silent says that nothing comes before the deadline.
func (l slowLadder) silent() bool {
	for i := range l.ladder {
		if l.raw(i, 0).Before(l.deadline) {
			return false
		}
	}
	return true
}

// Asked only when it wants to be asked, Decide tells what somebody tells who
// wrote down every telling beforehand, at the same minute.
func TestLadderIsToldToTheMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, opened := someCalendar(t)
		l := slowLadder{slow: c, opened: opened, ladder: orderly(t), loud: rapid.IntRange(0, 4).Draw(t, "loud") == 0, raws: map[[2]int]time.Time{}}
		l.deadline = opened.Add(time.Duration(rapid.IntRange(-600, 10*24*60).Draw(t, "until the deadline")) * time.Minute)
		if l.deadline.After(opened) && l.silent() {
			return // told earlier than it asks: TestEveryCaseIsToldBeforeItsDeadline
		}
		kase := rules.Case{
			ID: "c-abc123", OpenedAt: opened, Stage: rules.StageUnknown, Round: rules.Round{N: 1, At: opened, Reason: rules.RoundOpened},
			MailDeadline: &rules.MailDeadline{At: l.deadline},
		}
		if l.loud {
			kase.Stage = rules.StageStopRequest
		}
		if rapid.IntRange(0, 2).Draw(t, "claimed") == 0 {
			l.claim = opened.Add(time.Duration(rapid.IntRange(1, 6000).Draw(t, "claimed for")) * time.Minute)
			kase.Claim = &rules.Promise{Who: "anna", At: opened, Until: l.claim}
		}
		if left := int(l.deadline.Sub(opened) / time.Minute); left > 0 && rapid.IntRange(0, 2).Draw(t, "snoozed") == 0 {
			l.snooze = opened.Add(time.Duration(rapid.IntRange(1, left).Draw(t, "snoozed for")) * time.Minute)
			kase.Snooze = &rules.Promise{Who: "anna", At: opened, Until: l.snooze}
		}
		p := rules.Policy{Calendar: c.Calendar, Dispute: l.ladder, StopRequest: l.ladder}
		want, now := l.tell(), opened
		for i := 0; ; i++ {
			due, next := rules.Decide(kase, p, now)
			if len(due) == 0 && next.IsZero() {
				if i != len(want) {
					t.Fatalf("told %d messages, want %d more: %v", i, len(want)-i, want[i])
				}
				return
			}
			if len(due) == 0 { // nothing at the opening
				due, _ = rules.Decide(kase, p, next)
				now = next
			}
			if i == len(want) || len(due) != 1 {
				t.Fatalf("at %v: told %+v beyond %d", now, due, len(want))
			}
			got := told{now.UTC().Format(time.RFC3339), due[0].Step, due[0].N, nil}
			for _, f := range due[0].Folded {
				got.folded = append(got.folded, f.Step)
			}
			if fmt.Sprint(got) != fmt.Sprint(want[i]) {
				t.Fatalf("message %d: %+v, want %+v; opened %v, deadline %v, claim %v, snooze %v, ladder %+v", i, got, want[i], opened, l.deadline, l.claim, l.snooze, l.ladder)
			}
			var err error
			if kase, err = rules.Apply(kase, rules.Event{Type: rules.EventTold, At: now, Told: &due[0]}); err != nil {
				t.Fatal(err)
			}
			if _, next = rules.Decide(kase, p, now); next.IsZero() {
				next = now
			}
			now = next
		}
	})
}
