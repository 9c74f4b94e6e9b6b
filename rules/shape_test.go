package rules_test

import (
	"slices"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Each shape of a step comes at its minute, and not a minute before.
func TestEachStepComesAtItsMinuteAndNotAMinuteBefore(t *testing.T) {
	for _, tt := range []struct {
		name     string
		step     rules.Step
		begin    string // when the case opens
		deadline string // in its mail
		then     string // when it is reopened or changes its stage; "" never
		at       []string
	}{
		{"opened", rung(t, "x", "opened"), monday, "2026-03-16 23:59", "", []string{monday}},
		{"opened, at night", rung(t, "x", "opened"), "2026-03-01 03:00", "2026-03-16 23:59", "", []string{"2026-03-01 03:00"}},
		{"opened, with a repeat", rung(t, "x", "opened", repeated(t, "1d")), monday, "2026-03-04 15:00", "", []string{monday, "2026-03-03 10:00", "2026-03-04 10:00", "2026-03-05 10:00"}},
		{"reopened", rung(t, "x", "reopened"), monday, "2026-03-16 23:59", "2026-03-04 11:30", []string{"2026-03-04 11:30"}},
		{"stage changed", rung(t, "x", "stage changed"), monday, "2026-03-16 23:59", "2026-03-04 20:30", []string{"2026-03-04 20:30"}},
		{"unanswered, by the clock", rung(t, "x", "unanswered 90m"), monday, "2026-03-16 23:59", "", []string{"2026-03-02 11:30"}},
		{"unanswered, in seconds", rung(t, "x", "unanswered 3600s"), monday, "2026-03-16 23:59", "", []string{"2026-03-02 11:00"}},
		{"unanswered, in days over the weekend", rung(t, "x", "unanswered 5d"), monday, "2026-03-16 23:59", "", []string{"2026-03-09 09:00"}},
		{"unanswered, in weeks", rung(t, "x", "unanswered 1w"), monday, "2026-03-16 23:59", "", []string{"2026-03-09 10:00"}},
		{"unanswered, in working days", rung(t, "x", "unanswered 1wd"), "2026-03-06 17:55", "2026-03-16 23:59", "", []string{"2026-03-09 17:00"}},
		{"unanswered, in the evening", rung(t, "x", "unanswered 8h"), "2026-03-02 12:00", "2026-03-16 23:59", "", []string{"2026-03-03 09:00"}},
		{"unanswered, with a repeat", rung(t, "x", "unanswered 1h", repeated(t, "1wd")), monday, "2026-03-06 23:59", "", []string{"2026-03-02 11:00", "2026-03-03 11:00", "2026-03-04 11:00", "2026-03-05 11:00", "2026-03-06 11:00"}},
		{"unanswered counts from a new round", rung(t, "x", "unanswered 1d"), monday, "2026-03-16 23:59", "2026-03-03 09:30", []string{"2026-03-04 09:30"}},
		{"before the deadline, by the clock", rung(t, "x", "48h before deadline"), monday, "2026-03-12 12:00", "", []string{"2026-03-10 12:00"}},
		{"before the deadline, in days over the change of clocks", rung(t, "x", "2d before deadline"), "2026-03-20 10:00", "2026-03-31 12:00", "", []string{"2026-03-27 17:00"}},
		{"before the deadline, by the clock over the change of clocks", rung(t, "x", "96h before deadline"), "2026-03-20 10:00", "2026-03-31 12:00", "", []string{"2026-03-27 11:00"}},
		{"before the deadline, in working days", rung(t, "x", "3wd before deadline"), monday, "2026-03-16 08:00", "", []string{"2026-03-10 17:00"}},
		{"before a Monday's deadline", rung(t, "x", "24h before deadline"), monday, "2026-03-16 12:00", "", []string{"2026-03-13 17:00"}},
		{"before the deadline, with a repeat", rung(t, "x", "2d before deadline", repeated(t, "1d")), monday, "2026-03-05 15:00", "", []string{"2026-03-03 15:00", "2026-03-04 15:00", "2026-03-05 15:00", "2026-03-06 15:00"}},
		{"deadline", rung(t, "x", "deadline"), monday, "2026-03-05 23:59", "", []string{"2026-03-05 23:59"}},
		{"deadline, on a Sunday", rung(t, "x", "deadline"), monday, "2026-03-08 04:00", "", []string{"2026-03-08 04:00"}},
		{"deadline, with a repeat", rung(t, "x", "deadline", repeated(t, "1d")), monday, "2026-03-05 23:59", "", []string{"2026-03-05 23:59", "2026-03-09 09:00"}},
		{"after the deadline", rung(t, "x", "2h after deadline"), monday, "2026-03-05 12:00", "", []string{"2026-03-05 14:00"}},
		{"after the deadline, at night", rung(t, "x", "1h after deadline"), monday, "2026-03-05 23:59", "", []string{"2026-03-06 09:00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStory(t, tt.begin)
			s.p.Dispute = []rules.Step{tt.step}
			s.request(tt.deadline)
			begun := tt.step.When.Anchor != rules.OnOpened
			for i, at := range tt.at {
				if i == 0 && !begun {
					s.said("x")
					continue
				}
				if i == 0 && tt.then != "" {
					s.until(tt.then)
					s.told = nil
					s.anew(tt.step.When.Anchor)
					s.steps("x", at == tt.then)
				}
				if at == tt.then {
					continue
				}
				s.until(minuteBefore(s, at))
				s.steps("x", false)
				s.until(at)
				s.steps("x", true)
			}
			if tt.step.Repeat.IsZero() {
				s.until("2026-04-30 12:00")
				s.steps("x", false)
			}
		})
	}
}

// anew begins a new round of the kind that the anchor waits for.
func (s *story) anew(a rules.Anchor) {
	s.t.Helper()
	if a == rules.OnStageChanged {
		s.c.MailDeadline, s.c.Assumed = nil, time.Time{}
		s.c.Stage = rules.StageInquiry
		s.c.Match = rules.Match{Strength: rules.Exact, Charge: "ch_1", Dispute: "du_1"}
		s.stripe("needs_response", "2026-03-20 12:00")
		return
	}
	s.happens(s.word(rules.EventAnswer, ""))
	s.happens(s.word(rules.EventReopen, ""))
}

func minuteBefore(s *story, at string) string {
	return s.at(at).Add(-time.Minute).Format("2006-01-02 15:04")
}

// steps expects that a step was told once since the last look, or not at all;
// news are let pass.
func (s *story) steps(name string, once bool) {
	s.t.Helper()
	n := 0
	for _, told := range s.told {
		if told == name {
			n++
		}
	}
	if n > 1 || once != (n == 1) {
		s.t.Fatalf("at %s: told %v, want %s: %v", s.now.In(s.p.Calendar.Location).Format("Mon 2006-01-02 15:04"), s.told, name, once)
	}
	s.told = nil
}

func TestStopRequestsStepsKnowNoOfficeHours(t *testing.T) {
	for when, at := range map[string]string{
		"unanswered 5h":       "2026-03-08 03:00",
		"6h before deadline":  "2026-03-08 16:00",
		"deadline":            "2026-03-08 22:00",
		"30m after deadline":  "2026-03-08 22:30",
		"unanswered 4h":       "2026-03-08 02:00",
		"20h before deadline": "2026-03-08 02:00",
	} {
		s := newStory(t, "2026-03-07 22:00") // Saturday night
		s.p.StopRequest = []rules.Step{rung(t, "x", when)}
		s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
		s.until(minuteBefore(s, at))
		s.steps("x", false)
		s.until(at)
		s.steps("x", true)
	}
}

func TestStepCarriesItsChannelItsPeopleAndItsPage(t *testing.T) {
	s := newStory(t, monday)
	s.p.Dispute = []rules.Step{rung(t, "x", "unanswered 1h", func(s *rules.Step) {
		s.Channel, s.Mention, s.Page = "#leads", []string{"owner", "U024BE7LH"}, true
	})}
	s.change(s.mail(rules.KindDisputeRequest, rules.Genuine, "2026-03-16 23:59"))
	if due, next := rules.Decide(s.c, s.p, s.now.Add(59*time.Minute)); len(due) > 0 || !next.Equal(s.now.Add(time.Hour)) {
		t.Errorf("a minute before: %+v, next %v", due, next)
	}
	due, _ := rules.Decide(s.c, s.p, s.now.Add(time.Hour))
	if len(due) != 1 || due[0].Channel != "#leads" || !due[0].Page || !slices.Equal(due[0].Mention, []string{"owner", "U024BE7LH"}) {
		t.Errorf("%+v", due)
	}
}

// One case that fits each condition, and one that does not.
func TestEachConditionNarrowsAStep(t *testing.T) {
	for name, tt := range map[string]struct {
		only        rules.Condition
		fits, other func(*rules.Case)
	}{
		"reasons": {
			rules.Condition{Reasons: []string{rules.ReasonReturn}},
			func(c *rules.Case) { c.Reason = rules.ReasonReturn }, func(c *rules.Case) { c.Reason = "" },
		},
		"stages": {
			rules.Condition{Stages: []string{"chargeback"}},
			func(c *rules.Case) { c.Stage = rules.StageChargeback }, func(c *rules.Case) { c.Stage = rules.StageInquiry },
		},
		"verdicts": {
			rules.Condition{Verdicts: []string{"genuine"}},
			func(c *rules.Case) { c.Verdict = rules.Genuine }, func(c *rules.Case) { c.Verdict = rules.Unverified },
		},
		"mailboxes": {
			rules.Condition{Mailboxes: []string{"onboarding"}},
			func(c *rules.Case) { c.Mailbox = "onboarding" }, func(c *rules.Case) { c.Mailbox = "second" },
		},
		"an amount": {
			rules.Condition{MinAmount: []rules.Money{{Minor: 500, Currency: "EUR"}, {Minor: 9, Currency: "SEK"}}},
			func(c *rules.Case) { c.Amount = rules.Money{Minor: 500, Currency: "EUR"} }, func(c *rules.Case) { c.Amount = rules.Money{Minor: 499, Currency: "EUR"} },
		},
		"an unknown amount, or a small one": {
			rules.Condition{MinAmount: []rules.Money{{Minor: 500, Currency: "EUR"}}},
			func(c *rules.Case) { c.Amount = rules.Money{} }, func(c *rules.Case) { c.Amount = rules.Money{Minor: 1, Currency: "EUR"} },
		},
		"an amount in a currency without a bound": {
			rules.Condition{MinAmount: []rules.Money{{Minor: 500, Currency: "EUR"}}},
			func(c *rules.Case) { c.Amount = rules.Money{Minor: 1, Currency: "USD"} }, func(c *rules.Case) { c.Amount = rules.Money{Minor: 1, Currency: "EUR"} },
		},
	} {
		s := requested(t, "2026-03-16 23:59")
		s.p.Dispute = []rules.Step{rung(t, "x", "unanswered 1h", only(tt.only))}
		at := s.now.Add(time.Hour)
		fits, not := s.c, s.c
		tt.fits(&fits)
		tt.other(&not)
		if due, _ := rules.Decide(fits, s.p, at); len(due) != 1 {
			t.Errorf("%s: one that fits is told %v", name, due)
		}
		if due, next := rules.Decide(not, s.p, at); len(due) != 0 || !next.IsZero() {
			t.Errorf("%s: one that does not is told %v, next %v", name, due, next)
		}
	}
}
