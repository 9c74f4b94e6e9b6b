package rules_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestOnlyASureMatchAnswers(t *testing.T) {
	for _, strength := range []rules.Strength{rules.Probable, rules.Ambiguous, rules.NoMatch} {
		s := requested(t, "2026-03-16 23:59")
		s.matched(strength)
		s.stripe("won", "")
		s.is(rules.Open)
		s.stripe("under_review", "2026-03-30 12:00")
		s.is(rules.Open)
		if d := s.c.Deadline(); !d.At.Equal(s.at("2026-03-16 23:59")) || !d.Other.IsZero() {
			t.Errorf("%s: deadline %+v was moved by a match that is not sure", strength, d)
		}
	}
}

func TestReadingOfAGuessCountsOnceTheGuessIsSure(t *testing.T) {
	for _, tt := range []struct {
		status string
		state  rules.State
		stage  rules.Stage
	}{
		{"needs_response", rules.Open, rules.StageChargeback},
		{"warning_needs_response", rules.Open, rules.StageInquiry},
		{"under_review", rules.Answered, rules.StageChargeback},
		{"lost", rules.Closed, rules.StageChargeback},
	} {
		s := requested(t, "2026-03-16 23:59")
		s.matched(rules.Probable)
		s.stripe(tt.status, "2026-03-20 12:00")
		s.is(rules.Open)
		s.matched(rules.Exact)
		if s.is(tt.state); s.c.Stage != tt.stage {
			t.Errorf("%s: stage %s", tt.status, s.c.Stage)
		}
	}
}

func TestGuessThatStaysAGuessCountsNot(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.matched(rules.Probable)
	s.stripe("won", "")
	s.matched(rules.Ambiguous)
	s.is(rules.Open)
}

func TestChargeThatIsFoundIsSaidOnce(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.told = nil
	s.matched(rules.Probable)
	s.said("matched")
	s.matched(rules.Exact)
	s.said()
	s.happens(rules.Event{Type: rules.EventMatch, Match: &rules.Match{Strength: rules.NoMatch}})
	s.said()
}

func TestChargeOfACaseThatIsOverIsNoNews(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.happens(s.mail(rules.KindResolved, rules.Genuine, ""))
	s.told = nil
	s.matched(rules.Exact)
	s.stripe("won", "2026-03-20 12:00")
	s.said("closed") // how was not known before
}

func TestPersonsLinkIsNotOverruledByARule(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.happens(link(rules.Match{Charge: "ch_9"}))
	s.matched(rules.Exact)
	if s.c.Match.Charge != "ch_9" || s.c.Match.By != "anna" {
		t.Errorf("match %+v", s.c.Match)
	}
}

func TestAnswerOfAnotherChargeDoesNotStay(t *testing.T) {
	s := found(t)
	s.stripe("under_review", "2026-03-20 12:00")
	s.is(rules.Answered)
	s.happens(link(rules.Match{Charge: "ch_9"}))
	s.is(rules.Open)
}

// What Stripe said of another charge neither answered this dispute nor ended it.
func TestCaseThatIsLinkedToAnotherChargeIsOpenAgain(t *testing.T) {
	for status, was := range map[string]rules.State{"under_review": rules.Answered, "won": rules.Closed, "warning_closed": rules.Closed} {
		s := found(t)
		s.stripe(status, "")
		s.is(was)
		s.told = nil
		s.now = s.now.Add(time.Hour)
		s.happens(link(rules.Match{Charge: "ch_9"}))
		s.is(rules.Open)
		s.said("linked")
		if n := len(s.c.Told); n > 0 {
			t.Errorf("%s: the ladder goes on in the middle: %+v", status, s.c.Told)
		}
	}
	s := found(t) // a person's word stays
	s.stripe("needs_response", "2026-03-14 12:00")
	s.happens(s.word(rules.EventClose, ""))
	s.happens(link(rules.Match{Charge: "ch_9"}))
	s.is(rules.Closed)

	s = requested(t, "2026-03-16 23:59") // and so does Klarna's, whatever a guess would say
	s.happens(s.sent(0, rules.KindResolved, rules.ResultWon))
	s.matched(rules.Probable)
	s.stripe("won", "")
	s.happens(link(rules.Match{Charge: "ch_9"}))
	s.is(rules.Closed)
}

func TestPersonsLinkTakesBackTheEndOfAnotherDispute(t *testing.T) {
	for _, to := range []rules.Match{{Charge: "ch_9"}, {Charge: "ch_9", Dispute: "du_9"}, {Charge: "ch_1", Dispute: "du_2"}} {
		s := found(t)
		s.c.Keys = []string{rules.KlarnaKey("256947"), rules.StripeKey("du_1")}
		s.stripe("won", "2026-03-20 12:00")
		s.is(rules.Closed)
		s.happens(link(to))
		if s.is(rules.Open); s.c.Stripe != nil || !slices.Equal(s.c.Keys, []string{rules.KlarnaKey("256947")}) {
			t.Errorf("linked to %+v: it keeps %+v, %v", to, s.c.Stripe, s.c.Keys)
		}
	}
}

func TestChargeWithoutADisputeFreesNone(t *testing.T) {
	s := found(t)
	s.c.Keys = []string{rules.StripeKey("du_1")}
	s.happens(link(rules.Match{Charge: "ch_1"}))
	if !slices.Contains(s.c.Keys, rules.StripeKey("du_1")) {
		t.Errorf("keys %v", s.c.Keys)
	}
}

func TestRefundOfAnotherChargeDoesNotStay(t *testing.T) {
	s := found(t)
	s.stripe("warning_needs_response", "2026-03-20 12:00", func(r *rules.Reading) { r.RefundedSince = 12490 })
	s.is(rules.Answered)
	s.happens(link(rules.Match{Charge: "ch_9"}))
	s.is(rules.Open)
}

func TestStopRequestThatIsLinkedToAnotherChargeStaysOne(t *testing.T) {
	s := stopRequested(t)
	s.matched(rules.Exact)
	s.stripe("under_review", "2026-03-20 12:00")
	s.happens(link(rules.Match{Charge: "ch_9"}))
	if s.c.Stage != rules.StageStopRequest {
		t.Errorf("stage %s", s.c.Stage)
	}
}

func TestFirstProvedMailThatNamesAnotherOrderTakesTheChargeBack(t *testing.T) {
	named := func(s *story, ref string, v rules.Verdict) rules.Event {
		e := s.mail(rules.KindReminder, v, "")
		e.Mail.MerchantReference1 = ref
		return e
	}
	for name, tt := range map[string]struct {
		first rules.Verdict
		ref   string
		by    string
		kept  bool
		warns bool
	}{
		"unproved before":    {rules.Unverified, "77-2000", "", false, false},
		"proved before":      {rules.Genuine, "77-2000", "", true, true},
		"the same order":     {rules.Unverified, "77-1042", "", true, false},
		"linked by a person": {rules.Unverified, "77-2000", "anna", true, true},
	} {
		s := newStory(t, monday)
		s.happens(named(s, "77-1042", tt.first))
		e := rules.Event{Type: rules.EventMatch, Match: &rules.Match{Strength: rules.Exact, Charge: "ch_1", Dispute: "du_1"}, Keys: []string{rules.StripeKey("du_1")}}
		if tt.by != "" {
			e.Type, e.By = rules.EventLink, tt.by
		}
		s.happens(e)
		s.stripe("won", "2026-03-20 12:00")
		s.now = s.at("2026-03-03 10:00")
		s.happens(named(s, tt.ref, rules.Genuine))
		if kept := s.c.Match.Charge != "" && s.c.Stripe != nil && slices.Contains(s.c.Keys, rules.StripeKey("du_1")) && s.c.State == rules.Closed; kept != tt.kept {
			t.Errorf("%s: %s, %+v, %+v, %v", name, s.c.State, s.c.Match, s.c.Stripe, s.c.Keys)
		}
		if !tt.kept && s.c.Stage != rules.StageUnknown {
			t.Errorf("%s: stage %s", name, s.c.Stage)
		}
		if warns := slices.ContainsFunc(s.c.Warnings, func(w string) bool { return strings.Contains(w, "another order than") }); warns != tt.warns {
			t.Errorf("%s: %q", name, s.c.Warnings)
		}
	}
}
