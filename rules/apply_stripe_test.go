package rules_test

import (
	"testing"

	"github.com/disputewatch/disputewatch/rules"
)

func TestAnswerOfAnotherChargeDoesNotStay(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.matched(rules.Exact)
	s.stripe("under_review", "2026-03-20 12:00")
	s.is(rules.Answered)
	s.happens(rules.Event{Type: rules.EventLink, By: "anna", Match: &rules.Match{Strength: rules.Exact, Charge: "ch_9"}})
	s.is(rules.Open)
}

func TestWhatWasSubmittedToAnotherDisputesInquiryIsNotSpent(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.matched(rules.Exact)
	s.stripe("warning_needs_response", "2026-03-12 12:00", func(r *rules.Reading) { r.Submissions = 1 })
	s.stripe("needs_response", "2026-03-23 12:00", func(r *rules.Reading) { r.Dispute, r.Submissions = "du_2", 1 })
	s.is(rules.Answered)
}

func TestCaseThatWentIntoAnotherStaysClosed(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.matched(rules.Exact)
	s.happens(rules.Event{Type: rules.EventClose, By: "book", Outcome: rules.Duplicate, Other: "c-elder1"})
	s.stripe("needs_response", "2026-03-23 12:00")
	if s.is(rules.Closed); s.c.Into != "c-elder1" {
		t.Errorf("it went into %q", s.c.Into)
	}
}

// A person's word yields to a dispute that waits, not to words that nobody knows.
func TestPersonsAnswerStandsBesideAnUnknownStatus(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.matched(rules.Exact)
	s.stripe("needs_response", "2026-03-23 12:00")
	s.happens(rules.Event{Type: rules.EventAnswer, By: "anna", Until: s.now})
	s.now = s.at("2026-03-04 10:00")
	s.stripe("klarna_thinks", "2026-03-23 12:00")
	s.is(rules.Answered)
	s.stripe("needs_response", "2026-03-23 12:00")
	s.is(rules.Open)
}
