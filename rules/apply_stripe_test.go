package rules_test

import (
	"slices"
	"strings"
	"testing"
	"time"

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

// What Stripe said of another charge neither answered this dispute nor ended it.
func TestCaseThatIsLinkedToAnotherChargeIsOpenAgain(t *testing.T) {
	for status, was := range map[string]rules.State{"under_review": rules.Answered, "won": rules.Closed, "warning_closed": rules.Closed} {
		s := newStory(t, monday)
		s.request("2026-03-16 23:59")
		s.matched(rules.Exact)
		s.stripe(status, "")
		s.is(was)
		s.told = nil
		s.now = s.now.Add(time.Hour)
		s.happens(rules.Event{Type: rules.EventLink, By: "anna", Match: &rules.Match{Strength: rules.Exact, Charge: "ch_9"}})
		s.is(rules.Open)
		s.said("linked")
		if n := len(s.c.Told); n > 0 {
			t.Errorf("%s: the ladder goes on in the middle: %+v", status, s.c.Told)
		}
	}
	s := newStory(t, monday) // a person's word stays
	s.request("2026-03-16 23:59")
	s.matched(rules.Exact)
	s.stripe("needs_response", "2026-03-14 12:00")
	s.happens(rules.Event{Type: rules.EventClose, By: "anna", Outcome: "settled"})
	s.happens(rules.Event{Type: rules.EventLink, By: "anna", Match: &rules.Match{Strength: rules.Exact, Charge: "ch_9"}})
	s.is(rules.Closed)

	s = newStory(t, monday) // and so does Klarna's, whatever a guess would say
	s.request("2026-03-16 23:59")
	e := s.mail(rules.KindResolved, rules.Genuine, "")
	e.Mail.Result = rules.ResultWon
	s.happens(e)
	s.matched(rules.Probable)
	s.stripe("won", "")
	s.happens(rules.Event{Type: rules.EventLink, By: "anna", Match: &rules.Match{Strength: rules.Exact, Charge: "ch_9"}})
	s.is(rules.Closed)
}

// What Stripe had when it asks again was not enough.
func TestStripeThatAsksAgainIsNotAnsweredByWhatItHad(t *testing.T) {
	submitted := func(n int64) func(*rules.Reading) { return func(r *rules.Reading) { r.Submissions = n } }
	for _, between := range [][]string{{"under_review"}, {"under_review", "won"}, {"under_review", "something_new"}, {"lost"}} {
		s := newStory(t, monday)
		s.request("2026-03-16 23:59")
		s.matched(rules.Exact)
		for _, status := range between {
			s.stripe(status, "2026-03-20 12:00", submitted(1))
		}
		s.stripe("needs_response", "2026-03-30 12:00", submitted(1))
		s.is(rules.Open)
		s.stripe("needs_response", "2026-03-30 12:00", submitted(2))
		s.is(rules.Answered)
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
		s := newStory(t, monday)
		s.request("2026-03-16 23:59")
		s.matched(rules.Exact)
		s.stripe(tt.end, "2026-03-20 12:00")
		s.is(rules.Closed)
		s.now = s.at("2026-03-04 10:00")
		s.stripe(tt.then, "2026-03-20 12:00")
		if s.is(tt.state); tt.state != rules.Closed && s.c.Outcome != "" {
			t.Errorf("%s, then %s: outcome %q", tt.end, tt.then, s.c.Outcome)
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
		s := newStory(t, monday)
		s.request("2026-03-16 23:59")
		s.matched(rules.Probable)
		s.stripe(tt.status, "2026-03-20 12:00")
		s.is(rules.Open)
		s.matched(rules.Exact)
		if s.is(tt.state); s.c.Stage != tt.stage {
			t.Errorf("%s: stage %s", tt.status, s.c.Stage)
		}
	}
}

func TestPersonsLinkTakesBackTheEndOfAnotherDispute(t *testing.T) {
	for _, to := range []rules.Match{{Charge: "ch_9"}, {Charge: "ch_9", Dispute: "du_9"}, {Charge: "ch_1", Dispute: "du_2"}} {
		s := newStory(t, monday)
		s.request("2026-03-16 23:59")
		s.matched(rules.Exact)
		s.c.Keys = append(s.c.Keys, rules.StripeKey("du_1"))
		s.stripe("won", "2026-03-20 12:00")
		s.is(rules.Closed)
		to.Strength = rules.Exact
		s.happens(rules.Event{Type: rules.EventLink, By: "anna", Match: &to})
		if s.is(rules.Open); s.c.Stripe != nil || slices.Contains(s.c.Keys, rules.StripeKey("du_1")) {
			t.Errorf("linked to %+v: it keeps %+v, %v", to, s.c.Stripe, s.c.Keys)
		}
	}
}

func TestRefundThatMayBeAnothersSettlesNothingAndIsSaid(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.matched(rules.Exact)
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

// Stripe: if past_due, "delivery of the latest evidence is not guaranteed".
func TestEvidenceThatCameTooLateIsNoSureAnswer(t *testing.T) {
	late := func(r *rules.Reading) { r.Submissions, r.PastDue = 1, true }
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.matched(rules.Exact)
	s.stripe("needs_response", "2026-03-20 12:00", late)
	s.is(rules.Open)
	s.stripe("under_review", "2026-03-20 12:00", late)
	s.is(rules.Answered)
	const said = "Stripe says that the evidence was submitted after its date: it may not have reached Klarna."
	if got := s.c.Oddities(); !slices.Contains(got, said) {
		t.Errorf("%q", got)
	}
}

// Klarna decides for the customer whom the shop has given his money back.
func TestInquiryThatARefundEndedMayBeCalledLost(t *testing.T) {
	for refunded, differ := range map[int64]bool{12490: false, 5000: true} {
		s := newStory(t, monday)
		s.request("2026-03-16 23:59")
		s.matched(rules.Exact)
		s.stripe("warning_closed", "", func(r *rules.Reading) {
			r.Amount, r.RefundedMinor = rules.Money{Minor: 12490, Currency: "EUR"}, refunded
		})
		e := s.mail(rules.KindResolved, rules.Genuine, "")
		e.Mail.Result = rules.ResultLost
		s.happens(e)
		if said := slices.Contains(s.told, "contradiction"); said != differ || s.c.Disagrees() != differ {
			t.Errorf("%d refunded: told %v", refunded, s.told)
		}
	}
}

func TestEndsThatMailAndStripeTellDifferentlyAreSaid(t *testing.T) {
	for _, tt := range []struct {
		mail   rules.Result
		stripe string
		differ bool
	}{
		{rules.ResultWon, "lost", true},
		{rules.ResultLost, "won", true},
		{rules.ResultLost, "warning_closed", true},
		{rules.ResultWon, "won", false},
		{rules.ResultLost, "lost", false},
		{rules.ResultWithdrawn, "warning_closed", false},
		{rules.ResultUnknown, "lost", false},
		{rules.ResultLost, "under_review", false}, // it may yet be lost there
	} {
		for _, mailFirst := range []bool{true, false} {
			s := newStory(t, monday)
			s.request("2026-03-16 23:59")
			s.matched(rules.Exact)
			e := s.mail(rules.KindResolved, rules.Genuine, "")
			e.Mail.Result = tt.mail
			if mailFirst {
				s.happens(e)
			}
			s.stripe(tt.stripe, "2026-03-16 23:59")
			if !mailFirst {
				s.told = nil
				s.happens(e)
				if said := slices.Contains(s.told, "contradiction"); said != tt.differ {
					t.Errorf("%s and %s: told %v", tt.mail, tt.stripe, s.told)
				}
			}
			odd := func() bool {
				return slices.ContainsFunc(s.c.Oddities(), func(o string) bool { return strings.Contains(o, "different ends") })
			}
			if odd() != tt.differ || s.c.Disagrees() != tt.differ {
				t.Errorf("%s and %s, the mail first %v: %q", tt.mail, tt.stripe, mailFirst, s.c.Oddities())
			}
			s.c.Match.Strength = rules.Probable
			if s.c.Disagrees() || odd() {
				t.Errorf("%s and %s: of a guess", tt.mail, tt.stripe)
			}
		}
	}
}

func TestYoungerCaseBringsNoAnswerThatStripeOverrules(t *testing.T) {
	for name, tt := range map[string]struct {
		ev    rules.Evidence
		state rules.State
	}{
		"a word that held":       {rules.Evidence{Source: "person", Who: "bo", Holds: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}, rules.Open},
		"a word that holds":      {rules.Evidence{Source: "person", Who: "bo", Holds: time.Date(2026, 3, 2, 9, 0, 1, 0, time.UTC)}, rules.Answered},
		"another dispute's":      {rules.Evidence{Source: "stripe"}, rules.Open},
		"another dispute's sum":  {rules.Evidence{Source: "refund"}, rules.Open},
		"a mail's":               {rules.Evidence{Source: "mail"}, rules.Open},
		"a reply to the younger": {rules.Evidence{Source: "reply"}, rules.Open},
	} {
		s := newStory(t, monday) // 9:00 UTC
		s.request("2026-03-16 23:59")
		s.matched(rules.Exact)
		s.stripe("needs_response", "2026-03-20 12:00")
		round := s.c.Round
		younger := rules.Case{ID: "c-young1", OpenedAt: s.now, Answers: []rules.Evidence{tt.ev}}
		s.happens(rules.Event{Type: rules.EventMerge, Other: younger.ID, From: &younger})
		if s.c.State != tt.state || s.c.Round != round {
			t.Errorf("%s: %s, round %+v", name, s.c.State, s.c.Round)
		}
	}
}
