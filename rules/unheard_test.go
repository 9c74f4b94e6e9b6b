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
	s.change(match(rules.Exact))
	s.stripe("needs_response", "2026-03-12 12:00")
	s.said("new")
	s.until("2026-03-03 12:00")
	s.said("nudge")
}

func TestDisputeThatArrivesLostIsToldOnce(t *testing.T) {
	s := newStory(t, monday)
	s.c.Keys = []string{"stripe:du_1"}
	s.stripe("lost", "")
	s.is(rules.Closed)
	s.said("lost")
	s.until("2026-05-01 10:00")
	s.said()
}

func TestCaseWithACardThatIsLostIsToldInItsThreadAlone(t *testing.T) {
	s := requested(t, "")
	s.matched(rules.Exact)
	s.told = nil
	s.now = s.now.Add(time.Hour)
	s.change(s.reading("warning_needs_response", "2026-03-20 12:00")) // the deadline moved later: a new round
	if len(s.c.Told) > 0 {
		t.Fatalf("told in it: %+v", s.c.Told)
	}
	s.stripe("lost", "")
	s.said("stage")
}

func TestCaseThatWasOverBeforeAnybodyHeardOfItIsToldWhenItIsOpen(t *testing.T) {
	s := newStory(t, monday)
	s.happens(s.mail(rules.KindResolved, rules.Genuine, ""))
	s.said()
	s.matched(rules.Exact)
	s.now = s.at("2026-03-02 11:00")
	s.stripe("needs_response", "2026-03-12 12:00")
	s.is(rules.Open)
	s.said("new")
	s.warned("Stripe still waits for an answer")
	s.happens(s.word(rules.EventAnswer, ""))
	s.happens(s.word(rules.EventReopen, ""))
	s.said("answered", "reopened") // it was heard of
}

// It was answered in Stripe before anybody heard of it.
func TestKlarnaThatAsksAboutACaseWithoutACardIsHeard(t *testing.T) {
	for _, verdict := range verdicts {
		s := newStory(t, monday)
		s.change(s.mail(rules.KindDisputeRequest, rules.Genuine, ""))
		s.change(match(rules.Exact))
		s.stripe("under_review", "2026-03-16 12:00")
		s.said()
		s.now = s.at("2026-03-05 10:00")
		s.happens(s.mail(rules.KindFollowUp, verdict, "2026-03-12 12:00"))
		s.said("contradiction")
		s.is(rules.Answered)
		s.now = s.at("2026-03-06 10:00")
		s.happens(s.mail(rules.KindFollowUp, verdict, "2026-03-12 12:00")) // now it has a card
		s.said("contradiction")
	}
}
