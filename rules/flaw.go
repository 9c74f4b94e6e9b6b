package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Flaw is what is wrong with a ladder whose every step is well formed.
type Flaw struct {
	Step int    // index in the ladder, -1 for the ladder as a whole
	Key  string // of the step: when, repeat, if; "" for the whole
	Why  string
	Hint string
}

// Flaws says where a lane's ladder would leave a case unwatched, tells its steps
// in the wrong order, or holds a step that is never told. By a ladder without
// flaws every case is told before its deadline, and once if it has none.
// Mailboxes are all that there are.
func (p Policy) Flaws(lane Lane, mailboxes []string) []Flaw {
	ladder := p.Dispute
	if lane == LaneStopRequest {
		ladder = p.StopRequest
	}
	kinds := kindsOfCase(lane, ladder, mailboxes)
	nearest := p.Assume.nearest(lane)
	soon := "{step: last, when: 48h before deadline, mention: on_call}"
	if lane == LaneStopRequest { // its day is over before 48h are
		soon = "{step: again, when: unanswered 1h, repeat: 2h, mention: on_call}"
	}
	out := append(unreachable(lane, ladder), disordered(ladder)...)
	out = append(out, missing(ladder, kinds, need{
		met: func(s Step) bool {
			return s.When.Anchor == BeforeDeadline || s.When.Anchor == Unanswered && s.When.Span.about() < nearest.about()
		},
		lack: "no step that comes before the deadline, which may be only " + nearest.String() + " away (assume)",
		hint: "add one, such as " + soon,
	})...)
	return append(out, missing(ladder, kinds, need{
		met:  func(s Step) bool { return s.When.Anchor == OnOpened || s.When.Anchor == Unanswered },
		lack: "no step that is told where nobody names a deadline",
		hint: "add one, such as {step: nudge, when: unanswered 1wd, repeat: 1wd}",
	})...)
}

// about is a span's usual length, to put two in order: a working day is a fifth
// of a week.
func (s Span) about() time.Duration {
	const day = 24 * time.Hour
	unit := map[string]time.Duration{
		"s": time.Second, "m": time.Minute, "h": time.Hour, "d": day, "w": 7 * day, "wd": 7 * day / 5,
	}
	return time.Duration(s.N) * unit[s.Unit]
}

// nearest is the shortest time to a deadline that a lane assumes.
func (a Assumptions) nearest(lane Lane) Span {
	spans := []Span{a.Dispute, a.Fraud, a.HighRisk, a.Reminder, a.FollowUp}
	if lane == LaneStopRequest {
		spans = []Span{a.StopRequest, a.Investigation}
	}
	return slices.MinFunc(spans, func(a, b Span) int { return cmp.Compare(a.about(), b.about()) })
}

// phase is where in a case's life an anchor stands; 0 for what just happened,
// which is told first wherever it stands.
func (a Anchor) phase() int {
	return slices.Index([]Anchor{Unanswered, BeforeDeadline, AtDeadline, AfterDeadline}, a) + 1
}

// sooner says that s falls due before t in every case in which their order can
// be known.
func (s Step) sooner(t Step) bool {
	a, b := s.When.Anchor.phase(), t.When.Anchor.phase()
	switch {
	case a == 0 || b == 0:
		return false
	case a != b:
		return a < b
	case s.When.Anchor == BeforeDeadline:
		return s.When.Span.about() > t.When.Span.about()
	}
	return s.When.Span.about() < t.When.Span.about()
}

// disordered finds the steps that stand after a later one. Of several that are
// due at once the last of the ladder is told.
func disordered(ladder []Step) []Flaw {
	var out []Flaw
	for i, s := range ladder {
		for _, before := range ladder[:i] {
			if s.sooner(before) {
				out = append(out, Flaw{
					i, "when", fmt.Sprintf("comes before %q (%s), and stands after it", before.Name, before.When),
					fmt.Sprintf("put it before %q: of two that are due at once the last of the ladder is told", before.Name),
				})
				break
			}
		}
	}
	return out
}

// unreachable finds the steps that are never told.
func unreachable(lane Lane, ladder []Step) []Flaw {
	var out []Flaw
	for i, s := range ladder {
		if never := s.If.never(lane); never != "" {
			out = append(out, Flaw{i, "if", "no case fits: " + never, ""})
		}
		if j := shadow(ladder, i); j >= 0 {
			out = append(out, Flaw{
				i, "when", fmt.Sprintf("is never told: %q comes at the same time and speaks for it", ladder[j].Name),
				"give it another time, or its own cases by if",
			})
		}
	}
	return out
}

// never says why a condition can hold for no case of a lane.
func (f Condition) never(lane Lane) string {
	of := stages(lane)
	if len(f.Stages) > 0 && !slices.ContainsFunc(f.Stages, func(s string) bool { return slices.Contains(of, s) }) {
		return "this ladder is for " + strings.Join(of, ", ")
	}
	if len(f.Verdicts) > 0 && !slices.ContainsFunc(f.Verdicts, func(v string) bool { return v != string(Forged) }) {
		return "a forged mail opens none"
	}
	return ""
}

// shadow is the step that is told whenever step i would be, -1 for none. Of what
// just happened the first step is told, of all else the last.
func shadow(ladder []Step, i int) int {
	s := ladder[i]
	for j, o := range ladder {
		if j == i || o.When != s.When || !s.Repeat.IsZero() && o.Repeat != s.Repeat || !o.If.includes(s.If) {
			continue
		}
		if event := s.When.Anchor.phase() == 0; event && j < i || !event && j > i {
			return j
		}
	}
	return -1
}

// includes says that f surely holds wherever g does: it asks nothing, or the
// same.
func (f Condition) includes(g Condition) bool {
	return f.asksNothing() || slices.Equal(f.Reasons, g.Reasons) && slices.Equal(f.Stages, g.Stages) &&
		slices.Equal(f.Verdicts, g.Verdicts) && slices.Equal(f.Mailboxes, g.Mailboxes) && slices.Equal(f.MinAmount, g.MinAmount)
}

func (f *Condition) asksNothing() bool {
	return len(f.Reasons)+len(f.Stages)+len(f.Verdicts)+len(f.Mailboxes)+len(f.MinAmount) == 0
}

// stages are those of a lane's cases.
func stages(lane Lane) []string {
	if lane == LaneStopRequest {
		return []string{string(StageStopRequest), string(StageInvestigation)}
	}
	return []string{string(StageInquiry), string(StageChargeback), string(StageUnknown)}
}
