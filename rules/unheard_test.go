package rules_test

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// A summary told of it among those that can no longer be answered, for its date was
// assumed; then Stripe names a later one.
func TestCaseWithoutACardIsToldAnewWhenItsDateMovesLater(t *testing.T) {
	s := newStory(t, monday)
	e := s.mail(rules.KindDisputeRequest, rules.Genuine, "")
	e.Mail.Date = s.now.Add(-10 * 24 * time.Hour)
	e.Mail.Assumed = s.p.Assumed(rules.KindDisputeRequest, "", e.Mail.Date, s.now)
	s.change(e)
	due, _ := rules.Decide(s.c, s.p, s.now)
	for _, e := range due {
		s.change(rules.Event{Type: rules.EventTold, Told: &e}) // and dropped
	}
	s.now = s.now.Add(time.Hour)
	s.change(rules.Event{Type: rules.EventMatch, Match: &rules.Match{Strength: rules.Exact, Charge: "ch_1", Dispute: "du_1"}})
	s.stripe("needs_response", "2026-03-12 12:00")
	s.said("new")
	s.until("2026-03-03 12:00")
	s.said("nudge")
}
