package rules_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// rungs are what Explain says, a line a step.
func (s *story) rungs() string {
	var out []string
	for _, r := range rules.Explain(s.c, s.p, s.now) {
		at := ""
		if !r.At.IsZero() {
			at = r.At.In(s.p.Calendar.Location).Format(" 2 15:04")
		}
		out = append(out, r.Step+" "+string(r.State)+at+": "+r.Why)
	}
	return strings.Join(out, "\n")
}

func TestEachStepSaysWhatItDoesAndWhy(t *testing.T) {
	s := newStory(t, monday)
	s.p.Dispute = []rules.Step{
		rung(t, "new", "opened"), rung(t, "again", "reopened"),
		rung(t, "nudge", "unanswered 1wd", repeated(t, "1wd")),
		rung(t, "big", "3d before deadline", only(rules.Condition{Reasons: []string{"return"}, MinAmount: []rules.Money{{Minor: 50000, Currency: "EUR"}}})),
		rung(t, "last", "48h before deadline"), rung(t, "overdue", "deadline"),
	}
	e := s.mail(rules.KindDisputeRequest, rules.Genuine, "2026-03-09 12:00")
	e.Mail.Amount = rules.Money{Minor: 12490, Currency: "EUR"}
	s.happens(e)
	s.until("2026-03-04 10:00")
	s.happens(s.word(rules.EventClaim, "2026-03-05 15:00"))
	want := `new told 2 10:00: it comes once
again never: this round began for another reason: opened
nudge ahead 5 15:00: unanswered for 1 working day since Mon 2 Mar, 10:00, again every working day; held back from Thu 5 Mar, 10:00 by anna, who is on it
big never: it is for the reasons return, and amounts from 500.00 EUR
last ahead 6 17:00: 48 hours before the deadline; Sat 7 Mar, 12:00 is outside office hours
overdue ahead 9 12:00: the deadline`
	if got := s.rungs(); got != want {
		t.Errorf("it says\n%s\nwant\n%s", got, want)
	}
	s.now = s.at("2026-03-06 18:00")
	if got := s.rungs(); !strings.Contains(got, "last now 6 17:00") || !strings.Contains(got, "nudge now 6 10:00") {
		t.Errorf("it says\n%s", got)
	}
	s.decide()
	if got := s.rungs(); !strings.Contains(got, "last told 6 18:00: it comes once") || !strings.Contains(got, "nudge ahead 9 10:00") {
		t.Errorf("it says\n%s", got)
	}
	s.happens(s.word(rules.EventAnswer, ""))
	if got := s.rungs(); !strings.Contains(got, "overdue never: the case is answered") {
		t.Errorf("it says\n%s", got)
	}
}

func TestStepsOfACaseWithoutADeadlineSaySo(t *testing.T) {
	s := newStory(t, monday)
	s.stripe("needs_response", "")
	if got := s.rungs(); !strings.Contains(got, "last never: no deadline is known") {
		t.Errorf("it says\n%s", got)
	}
}

// explained: what is told or folded now is what Explain calls now, and the next
// of all is the earliest that it calls ahead.
func (h *history) explained(due []rules.Escalation, next time.Time) {
	var told, now []string
	for _, e := range due {
		if e.News == nil && e.Step != "lost" {
			told = append(told, e.Step)
			for _, f := range e.Folded {
				told = append(told, f.Step)
			}
		}
	}
	var first time.Time
	for _, r := range rules.Explain(h.c, h.p, h.now) {
		if r.State == rules.RungNow {
			now = append(now, r.Step)
		}
		if r.State == rules.RungAhead && (first.IsZero() || r.At.Before(first)) {
			first = r.At
		}
		if r.Why == "" {
			h.Fatalf("%s is %s and says not why", r.Step, r.State)
		}
	}
	slices.Sort(told)
	slices.Sort(now)
	if !slices.Equal(told, now) {
		h.Fatalf("told %v, explained %v", told, now)
	}
	if len(due) == 0 && !first.IsZero() && (next.IsZero() || next.After(first)) {
		h.Fatalf("asked again at %v, and a step comes at %v", next, first)
	}
}

func TestWhatIsForeseenIsWhatIsTold(t *testing.T) {
	s := requested(t, "2026-03-12 12:00")
	s.happens(s.word(rules.EventClaim, "2026-03-04 17:00"))
	s.told = nil
	said, then, reached := rules.Foresee(s.c, s.p, s.now, s.at("2026-03-20 12:00"))
	s.until("2026-03-20 11:59")
	var names []string
	for _, e := range said {
		names = append(names, e.Step)
	}
	if !slices.Equal(names, s.told) || len(then.Told) != len(s.c.Told) || !reached.Equal(s.at("2026-03-20 12:00")) {
		t.Errorf("foreseen %v, told %v", names, s.told)
	}
	s.p.Dispute[1].Repeat = rules.Span{N: 1, Unit: "s"}
	said, _, reached = rules.Foresee(s.c, s.p, s.now, s.at("2026-04-20 12:00"))
	if len(said) > 1001 || !reached.Before(s.at("2026-04-20 12:00")) {
		t.Errorf("%d messages until %v", len(said), reached)
	}
}
