package rules_test

import (
	"testing"

	"github.com/disputewatch/disputewatch/rules"
)

func TestEarlierOfTwoDeadlinesWarnsAndTheLaterIsShown(t *testing.T) {
	s := found(t)
	s.stripe("needs_response", "2026-03-14 12:00")
	d := s.c.Deadline()
	if d.Source != rules.SourceStripe || !d.At.Equal(s.at("2026-03-14 12:00")) || d.OtherSource != rules.SourceMail || !d.Last().Equal(s.at("2026-03-16 23:59")) {
		t.Errorf("deadline %+v", d)
	}
}

func TestAssumedDeadlineSaysSoAndGivesWayToARealOne(t *testing.T) {
	s := requested(t, "")
	if d := s.c.Deadline(); d.Source != rules.SourceAssumed || !d.At.Equal(s.at("2026-03-09 10:00")) {
		t.Fatalf("deadline %+v", d)
	}
	s.matched(rules.Exact)
	s.stripe("warning_needs_response", "2026-03-23 12:00")
	if d := s.c.Deadline(); d.Source != rules.SourceStripe {
		t.Fatalf("deadline %+v", d)
	}
	s.told = nil
	s.until("2026-03-16 12:00")
	last := s.told[len(s.told)-1]
	if last != "week" {
		t.Errorf("a week before the real deadline it told %v", s.told)
	}
}
