package rules_test

import (
	"slices"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml/emltest"
	"github.com/disputewatch/disputewatch/rules"
)

func TestNewCaseIsToldAtOnce(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.said("new")
}

func TestNewCaseIsToldAtOnceAlsoAtNight(t *testing.T) {
	s := newStory(t, "2026-03-01 03:00") // a Sunday
	s.request("2026-03-16 23:59")
	s.said("new")
}

func TestUnansweredDisputeReachesTheLeadBeforeTheDeadline(t *testing.T) {
	s := requested(t, "2026-03-05 18:00")
	s.said("new")
	s.until("2026-03-03 09:59")
	s.said()
	s.until("2026-03-03 10:00") // 1 working day
	s.said("nudge")
	s.until("2026-03-03 16:59")
	s.said()
	s.until("2026-03-03 17:00") // 48 h before is 18:00: the earlier office moment
	s.said("last")
	s.until("2026-03-05 17:59")
	s.said("nudge", "nudge")
	s.until("2026-03-05 18:00")
	s.said("overdue")
}

func TestRepeatsEndTwoWeeksAfterTheDeadline(t *testing.T) {
	s := requested(t, "2026-03-04 12:00")
	s.until("2026-03-18 17:00")
	s.told = nil
	if next := s.decide(); !next.IsZero() {
		t.Fatalf("wants to be asked again at %v", next)
	}
	s.until("2026-06-01 12:00")
	s.said()
}

func TestStepBeforeAMondayDeadlineComesOnFriday(t *testing.T) {
	s := requested(t, "2026-03-16 08:00") // Monday; 48 h before is Saturday
	s.until("2026-03-13 16:59")
	s.told = nil
	s.until("2026-03-13 17:00")
	if !slices.Contains(s.told, "last") {
		t.Fatalf("on Friday at the end of the office: told %v", s.told)
	}
}

func TestDaemonThatWasDownTellsTheFurthestStepOnce(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.said("new")
	s.now = s.at("2026-03-15 12:00") // nobody asked for 13 days
	due, _ := rules.Decide(s.c, s.p, s.now)
	if len(due) != 1 || due[0].Step != "last" {
		t.Fatalf("told %+v, want last alone", due)
	}
	var folded []string
	for _, f := range due[0].Folded {
		folded = append(folded, f.Step)
	}
	if !slices.Equal(folded, []string{"nudge", "week"}) {
		t.Errorf("folded %v, want nudge and week", folded)
	}
	s.decide()
	s.said("last")
}

func TestStepsThatArePastAtTheOpeningFoldIntoNewAndCallTheirPeople(t *testing.T) {
	s := newStory(t, monday)
	s.change(s.mail(rules.KindDisputeRequest, rules.Genuine, "2026-03-03 12:00"))
	due, _ := rules.Decide(s.c, s.p, s.now)
	if len(due) != 1 || due[0].Step != "new" || len(due[0].Folded) != 2 {
		t.Fatalf("told %+v, want new with week and last folded", due)
	}
	if !slices.Contains(due[0].Mention, "on_call") {
		t.Errorf("26 hours are left and nobody on call is mentioned: %v", due[0].Mention)
	}
}

func TestClaimHoldsNudgesButNotTheLastWarning(t *testing.T) {
	s := requested(t, "2026-03-05 18:00")
	s.happens(s.word(rules.EventClaim, "2026-03-05 17:00"))
	s.said("new", "claimed")
	s.until("2026-03-05 16:00")
	s.said("last")
	s.until("2026-03-05 17:00") // lapsed: one nudge for all that were held
	s.said("nudge")
}

func TestSnoozeNeverSleepsPastTheLastWarning(t *testing.T) {
	s := requested(t, "2026-03-12 12:00")
	s.happens(s.word(rules.EventSnooze, "2026-03-12 11:00"))
	s.told = nil
	s.until("2026-03-10 11:59")
	s.said()
	s.until("2026-03-10 12:00")
	s.said("last")
}

func TestStopRequestIsLoudAtNightAndPages(t *testing.T) {
	s := newStory(t, "2026-03-07 22:00") // Saturday night
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	s.said("new")
	s.until("2026-03-07 23:00")
	s.said("again")
	s.until("2026-03-08 01:00")
	s.said("again")
	s.happens(s.reply(s.now))
	s.said("answered")
	s.until("2026-03-09 12:00")
	s.said()
}

func TestRepeatOfOneSecondIsNoTrap(t *testing.T) {
	s := newStory(t, monday)
	s.p.Dispute[1].Repeat = rules.Span{N: 1, Unit: "s"}
	s.request("2026-04-30 12:00")
	s.now = s.at("2026-04-20 12:00")
	var due []rules.Escalation
	took := emltest.Cost(t, func() { due, _ = rules.Decide(s.c, s.p, s.now) })
	if len(due) != 1 {
		t.Fatalf("told %v", due)
	}
	if took > time.Second {
		t.Errorf("took %v", took)
	}
}

func TestNudgeThatWouldComeAfterTheDeadlineComesBeforeTheWeekend(t *testing.T) {
	s := newStory(t, "2026-03-06 10:00") // Friday
	s.p.Dispute = []rules.Step{
		{Name: "new", When: rules.When{Anchor: rules.OnOpened}},
		{Name: "nudge", When: rules.When{Anchor: rules.Unanswered, Span: rules.Span{N: 30, Unit: "h"}}},
	}
	s.request("2026-03-09 08:00") // Monday, before the office opens
	s.until("2026-03-06 16:59")
	s.said("new")
	s.until("2026-03-06 17:00")
	s.said("nudge")
}

func TestInvestigationIsRepeatedAtNightAlsoFarFromItsDeadline(t *testing.T) {
	s := newStory(t, "2026-03-07 22:00") // Saturday night
	s.happens(s.mail(rules.KindInvestigation, rules.Genuine, "2026-03-13 12:00"))
	s.said("new")
	s.until("2026-03-07 23:00")
	s.said("again")
}
