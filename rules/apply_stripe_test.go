package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/rules"
)

// The table of DOMAIN.md §5, one row a status.
func TestEachStripeStatusMeansWhatTheTableSays(t *testing.T) {
	refunded := func(minor int64) func(*rules.Reading) {
		return func(r *rules.Reading) { r.RefundedSince, r.RefundedMinor = minor, minor }
	}
	submitted := func(r *rules.Reading) { r.Submissions = 1 }
	staged := func(r *rules.Reading) { r.HasEvidence = true }
	for _, tt := range []struct {
		name, status string
		change       func(*rules.Reading)
		state        rules.State
		outcome      string
	}{
		{"an inquiry waits", "warning_needs_response", staged, rules.Open, ""},
		{"evidence on an inquiry is ignored", "warning_needs_response", submitted, rules.Open, ""},
		{"a partial refund does not settle", "warning_needs_response", refunded(12489), rules.Open, ""},
		{"a full refund during the inquiry waits for its end", "warning_needs_response", refunded(12490), rules.Answered, ""},
		{"an inquiry under review waits", "warning_under_review", staged, rules.Answered, ""},
		{"an inquiry that is over", "warning_closed", staged, rules.Closed, "inquiry_closed"},
		{"a chargeback waits", "needs_response", staged, rules.Open, ""},
		{"a refund after the escalation settles nothing", "needs_response", refunded(12490), rules.Open, ""},
		{"submitted evidence answers a chargeback", "needs_response", submitted, rules.Answered, ""},
		{"evidence is with Klarna", "under_review", staged, rules.Answered, ""},
		{"won", "won", staged, rules.Closed, "won"},
		{"lost", "lost", staged, rules.Closed, "lost"},
		{"prevented", "prevented", staged, rules.Closed, "prevented"},
		{"an unknown status is never an answer", "klarna_thinks", submitted, rules.Open, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStory(t, monday)
			s.t = t
			s.request("2026-03-16 23:59")
			s.matched(rules.Exact)
			s.stripe(tt.status, "2026-03-20 12:00", tt.change)
			s.is(tt.state)
			if s.c.Outcome != tt.outcome {
				t.Errorf("outcome %q, want %q", s.c.Outcome, tt.outcome)
			}
		})
	}
}

func TestStripeUnderReviewEndsTheLadder(t *testing.T) {
	s := found(t)
	s.stripe("needs_response", "2026-03-14 12:00")
	s.told = nil
	s.stripe("under_review", "")
	s.is(rules.Answered)
	s.said("answered")
	s.until("2026-04-30 12:00")
	s.said()
}

func TestStripeOpensACaseAgainThatAMailClosed(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.happens(s.mail(rules.KindResolved, rules.Genuine, ""))
	s.is(rules.Closed)
	s.told = nil
	s.matched(rules.Exact)
	s.stripe("needs_response", "2026-03-20 12:00")
	s.is(rules.Open)
	s.said("contradiction")
}

func TestInquiryThatBecomesAChargebackStartsTheClockAnew(t *testing.T) {
	s := requested(t, "2026-03-10 23:59")
	s.matched(rules.Exact)
	s.stripe("warning_needs_response", "2026-03-12 12:00", func(r *rules.Reading) { r.RefundedSince = 12490 })
	s.is(rules.Answered)
	s.told = nil
	s.now = s.at("2026-03-09 10:00")
	s.stripe("needs_response", "2026-03-23 12:00")
	s.is(rules.Open)
	s.said("stage")
	if s.c.Stage != rules.StageChargeback || s.c.Round.Reason != rules.RoundStageChanged {
		t.Errorf("stage %s, round %+v", s.c.Stage, s.c.Round)
	}
	if d := s.c.Deadline(); d.Source != rules.SourceStripe || !d.At.Equal(s.at("2026-03-23 12:00")) {
		t.Errorf("deadline %+v", d)
	}
	s.until("2026-03-21 12:00")
	s.said("nudge", "nudge", "nudge", "nudge", "nudge", "week", "nudge", "nudge", "nudge", "nudge", "last")
}

// Evidence is ignored in an inquiry, and Stripe counts it on under the same id.
func TestWhatWasSubmittedToAnInquiryAnswersNoChargeback(t *testing.T) {
	s := requested(t, "2026-03-10 23:59")
	s.matched(rules.Exact)
	submitted := func(n int64) func(*rules.Reading) { return func(r *rules.Reading) { r.Submissions = n } }
	s.stripe("warning_needs_response", "2026-03-12 12:00", submitted(1))
	s.stripe("needs_response", "2026-03-23 12:00", submitted(1))
	s.is(rules.Open)
	s.stripe("needs_response", "2026-03-23 12:00", submitted(2))
	s.is(rules.Answered)
}

func TestWhatWasSubmittedToAnotherDisputesInquiryIsNotSpent(t *testing.T) {
	s := found(t)
	s.stripe("warning_needs_response", "2026-03-12 12:00", func(r *rules.Reading) { r.Submissions = 1 })
	s.stripe("needs_response", "2026-03-23 12:00", func(r *rules.Reading) { r.Dispute, r.Submissions = "du_2", 1 })
	s.is(rules.Answered)
}

// What Stripe had when it asks again was not enough.
func TestStripeThatAsksAgainIsNotAnsweredByWhatItHad(t *testing.T) {
	submitted := func(n int64) func(*rules.Reading) { return func(r *rules.Reading) { r.Submissions = n } }
	for _, between := range [][]string{{"under_review"}, {"under_review", "won"}, {"under_review", "something_new"}, {"lost"}} {
		s := found(t)
		for _, status := range between {
			s.stripe(status, "2026-03-20 12:00", submitted(1))
		}
		s.stripe("needs_response", "2026-03-30 12:00", submitted(1))
		s.is(rules.Open)
		s.stripe("needs_response", "2026-03-30 12:00", submitted(2))
		s.is(rules.Answered)
	}
}

// Stripe: if past_due, "delivery of the latest evidence is not guaranteed".
func TestEvidenceThatCameTooLateIsNoSureAnswer(t *testing.T) {
	late := func(r *rules.Reading) { r.Submissions, r.PastDue = 1, true }
	s := found(t)
	s.stripe("needs_response", "2026-03-20 12:00", late)
	s.is(rules.Open)
	s.stripe("under_review", "2026-03-20 12:00", late)
	s.is(rules.Answered)
	const said = "Stripe says that the evidence was submitted after its date: it may not have reached Klarna."
	if got := s.c.Oddities(); !slices.Contains(got, said) {
		t.Errorf("%q", got)
	}
}

func TestEndThatStripeTakesBackIsNone(t *testing.T) {
	for _, tt := range []struct {
		end, then string
		state     rules.State
	}{
		{"won", "under_review", rules.Answered},
		{"lost", "under_review", rules.Answered},
		{"won", "something_new", rules.Open},
		{"warning_closed", "warning_needs_response", rules.Open},
		{"warning_closed", "warning_under_review", rules.Answered},
		{"prevented", "something_new", rules.Open},
		{"won", "lost", rules.Closed},
	} {
		s := found(t)
		s.stripe(tt.end, "2026-03-20 12:00")
		s.is(rules.Closed)
		s.now = s.at("2026-03-04 10:00")
		s.stripe(tt.then, "2026-03-20 12:00")
		if s.is(tt.state); tt.state != rules.Closed && s.c.Outcome != "" {
			t.Errorf("%s, then %s: outcome %q", tt.end, tt.then, s.c.Outcome)
		}
	}
}

func TestRefundInAnotherCurrencyThanTheDisputeSettlesNothing(t *testing.T) {
	s := requested(t, "2026-03-10 23:59")
	s.matched(rules.Exact)
	refunded := func(currency string) func(*rules.Reading) {
		return func(r *rules.Reading) {
			r.RefundedSince, r.Authorized = 12490, rules.Money{Minor: 140000, Currency: currency}
		}
	}
	s.stripe("warning_needs_response", "2026-03-12 12:00", refunded("SEK"))
	s.is(rules.Open)
	s.stripe("warning_needs_response", "2026-03-12 12:00", refunded("EUR"))
	s.is(rules.Answered)
}

func TestRefundThatMayBeAnothersSettlesNothingAndIsSaid(t *testing.T) {
	s := found(t)
	s.stripe("warning_needs_response", "2026-03-20 12:00", func(r *rules.Reading) {
		r.RefundedMinor, r.RefundedSince, r.RefundedElse = 12490, 12490, 12490
	})
	s.is(rules.Open)
	const said = "A refund of 124.90 EUR may be for another inquiry about this charge: it counts here once both are covered."
	if got := s.c.Oddities(); !slices.Contains(got, said) {
		t.Errorf("%q", got)
	}
	if todo := s.c.Stripe.Remedy(s.p, s.now); !strings.Contains(todo, "Refund all of the 124.90 EUR") {
		t.Errorf("%q", todo)
	}
}
