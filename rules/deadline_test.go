package rules_test

import (
	"strings"
	"testing"
	"time"

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

func TestDateInDoubtSaysSo(t *testing.T) {
	for want, d := range map[string]rules.Deadline{
		"assumed":   {Source: rules.SourceAssumed},
		"ambiguous": {Source: rules.SourceMail, Ambiguous: true},
		"":          {Source: rules.SourceStripe, Ambiguous: true}, // it is the mail's date that is
	} {
		if got := d.Doubt(); got != want {
			t.Errorf("%+v: %q, want %q", d, got, want)
		}
	}
}

func TestTimeThatIsAssumedMovesLaterOnlyWhereKlarnaAsksAnew(t *testing.T) {
	for _, tt := range []struct {
		kind    rules.Kind
		verdict rules.Verdict
		want    string
	}{
		{rules.KindFollowUp, rules.Genuine, "2026-03-12 10:00"},
		{rules.KindAppealOpen, rules.Genuine, "2026-03-12 10:00"},
		{rules.KindFollowUp, rules.Unverified, "2026-03-09 10:00"},
		{rules.KindDisputeRequest, rules.Genuine, "2026-03-09 10:00"},
		{rules.KindReminder, rules.Genuine, "2026-03-08 10:00"},
	} {
		s := requested(t, "") // 7 days are assumed
		s.now = s.at("2026-03-05 10:00")
		s.happens(s.mail(tt.kind, tt.verdict, ""))
		s.deadline(tt.want)
	}
}

func TestDeadlineThatIsKnownNoMoreIsSaid(t *testing.T) {
	s := newStory(t, monday)
	s.stripe("needs_response", "2026-03-14 12:00")
	s.now = s.now.Add(time.Hour)
	s.change(link(rules.Match{Charge: "ch_9"}))
	if n := s.c.News; len(n) != 1 || !strings.Contains(n[0].Text, "No deadline is known any more.") {
		t.Errorf("%+v", n)
	}
}
