package rules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// rung is a step as the config writes it: its name and its moment.
func rung(t *testing.T, name, when string, change ...func(*rules.Step)) rules.Step {
	t.Helper()
	w, err := rules.ParseWhen(when)
	if err != nil {
		t.Fatal(err)
	}
	s := rules.Step{Name: name, When: w}
	for _, f := range change {
		f(&s)
	}
	return s
}

func repeated(t *testing.T, span string) func(*rules.Step) {
	t.Helper()
	r, err := rules.ParseSpan(span)
	if err != nil {
		t.Fatal(err)
	}
	return func(s *rules.Step) { s.Repeat = r }
}

func only(f rules.Condition) func(*rules.Step) { return func(s *rules.Step) { s.If = f } }

func TestDefaultLaddersHaveNoFlaw(t *testing.T) {
	p := rules.Default(time.UTC)
	for _, lane := range []rules.Lane{rules.LaneDispute, rules.LaneStopRequest} {
		if flaws := p.Flaws(lane, []string{"onboarding"}); len(flaws) > 0 {
			t.Errorf("%s: %+v", lane, flaws)
		}
	}
}

func TestLadderThatLeavesACaseUnwatchedSaysWhich(t *testing.T) {
	opened, nudge := rung(t, "new", "opened"), rung(t, "nudge", "unanswered 1wd")
	last, due := rung(t, "last", "48h before deadline"), rung(t, "overdue", "deadline", repeated(t, "1d"))
	with := func(s rules.Step, f rules.Condition) rules.Step { s.If = f; return s }
	for _, tt := range []struct {
		name   string
		lane   rules.Lane
		ladder []rules.Step
		step   int // of the flaw; -1 the ladder
		key    string
		why    string // "" no flaw
	}{
		{"the least that watches", rules.LaneDispute, []rules.Step{opened, last}, 0, "", ""},
		{"nudges alone", rules.LaneDispute, []rules.Step{nudge}, 0, "", ""},
		{"nothing before the deadline", rules.LaneDispute, []rules.Step{opened, due}, -1, "", "no step that comes before the deadline, which may be only 72h away"},
		{"a nudge as late as a reminder's deadline", rules.LaneDispute, []rules.Step{opened, rung(t, "nudge", "unanswered 3d")}, -1, "", "before the deadline"},
		{"a nudge as late as a stop request's deadline", rules.LaneStopRequest, []rules.Step{opened, nudge}, -1, "", "only 24h away"},
		{"nothing without a deadline", rules.LaneDispute, []rules.Step{last, due}, -1, "", "where nobody names a deadline"},
		{"a reason left out", rules.LaneDispute, []rules.Step{opened, with(last, rules.Condition{Reasons: []string{rules.ReasonReturn}})}, -1, "", "a case without a known reason finds"},
		{"all reasons but none", rules.LaneDispute, []rules.Step{opened, with(last, rules.Condition{Reasons: rules.Reasons()})}, -1, "", "a case without a known reason finds"},
		{"a stage left out", rules.LaneDispute, []rules.Step{opened, with(last, rules.Condition{Stages: []string{"inquiry", "unknown"}})}, -1, "", "at the stage chargeback"},
		{"a stage each", rules.LaneDispute, []rules.Step{opened, with(last, rules.Condition{Stages: []string{"inquiry"}}), with(rung(t, "other", "1d before deadline"), rules.Condition{Stages: []string{"unknown", "chargeback"}})}, 0, "", ""},
		{"Stripe's own disputes left out", rules.LaneDispute, []rules.Step{opened, with(last, rules.Condition{Verdicts: []string{"genuine", "unverified"}})}, -1, "", "that Stripe alone shows"},
		{"a mailbox left out", rules.LaneStopRequest, []rules.Step{opened, with(last, rules.Condition{Mailboxes: []string{"onboarding"}})}, -1, "", "in mailbox second"},
		{"small amounts left out", rules.LaneDispute, []rules.Step{opened, with(last, rules.Condition{MinAmount: []rules.Money{{Minor: 5000, Currency: "EUR"}}})}, -1, "", "of a small amount in EUR"},
		{"the week after the last days", rules.LaneDispute, []rules.Step{opened, last, rung(t, "week", "7d before deadline")}, 2, "when", `comes before "last"`},
		{"the deadline before the last days", rules.LaneDispute, []rules.Step{opened, due, last}, 2, "when", `comes before "overdue"`},
		{"a nudge at the end", rules.LaneDispute, []rules.Step{opened, last, nudge}, 2, "when", "stands after it"},
		{"overdue steps turned round", rules.LaneDispute, []rules.Step{nudge, rung(t, "late", "3d after deadline"), rung(t, "later", "36h after deadline")}, 2, "when", `comes before "late"`},
		{"equal spans in other units", rules.LaneDispute, []rules.Step{opened, rung(t, "a", "2d before deadline"), last}, 0, "", ""},
		{"what just happened may stand anywhere", rules.LaneDispute, []rules.Step{nudge, opened, rung(t, "again", "reopened")}, 0, "", ""},
		{"another lane's stage", rules.LaneDispute, []rules.Step{nudge, with(last, rules.Condition{Stages: []string{"stop_request"}})}, 1, "if", "no case fits"},
		{"forged mails", rules.LaneDispute, []rules.Step{nudge, with(last, rules.Condition{Verdicts: []string{"forged"}})}, 1, "if", "no case fits"},
		{"twice the same moment", rules.LaneDispute, []rules.Step{nudge, last, rung(t, "more", "48h before deadline")}, 1, "when", `"more" comes at the same time`},
		{"twice at the opening", rules.LaneDispute, []rules.Step{opened, rung(t, "also", "opened"), nudge}, 1, "when", `"new" comes at the same time`},
		{"the same moment for other cases", rules.LaneDispute, []rules.Step{nudge, last, with(rung(t, "more", "48h before deadline"), rules.Condition{Stages: []string{"inquiry"}})}, 0, "", ""},
		{"a repeat is told although its first is not", rules.LaneDispute, []rules.Step{nudge, due, rung(t, "more", "deadline")}, 0, "", ""},
	} {
		p := rules.Default(time.UTC)
		p.Dispute, p.StopRequest = tt.ladder, tt.ladder
		flaws := p.Flaws(tt.lane, []string{"onboarding", "second"})
		switch {
		case tt.why == "" && len(flaws) > 0:
			t.Errorf("%s: %+v", tt.name, flaws)
		case tt.why != "" && (len(flaws) != 1 || flaws[0].Step != tt.step || flaws[0].Key != tt.key || !strings.Contains(flaws[0].Why, tt.why)):
			t.Errorf("%s: %+v, want %d %s: %s", tt.name, flaws, tt.step, tt.key, tt.why)
		}
	}
}

func TestConditionAsksWhatStripeSurelySaysWhereNoMailDoes(t *testing.T) {
	s := newStory(t, monday)
	s.p.Dispute = append(s.p.Dispute, rung(t, "big", "unanswered 2h", only(rules.Condition{
		Reasons: []string{rules.ReasonGoodsNotReceived}, MinAmount: []rules.Money{{Minor: 50000, Currency: "EUR"}},
	})))
	reading := func(minor int64) func(*rules.Reading) {
		return func(r *rules.Reading) {
			r.Reason, r.Amount = "product_not_received", rules.Money{Minor: minor, Currency: "EUR"}
		}
	}
	s.stripe("needs_response", "2026-03-20 12:00", reading(60000))
	s.until("2026-03-02 12:00")
	s.said("new", "big")
	s = newStory(t, monday)
	s.p.Dispute = append(s.p.Dispute, rung(t, "big", "unanswered 2h", only(rules.Condition{
		MinAmount: []rules.Money{{Minor: 50000, Currency: "EUR"}},
	})))
	s.stripe("needs_response", "2026-03-20 12:00", reading(40000))
	s.until("2026-03-02 12:00")
	s.said("new")
}
