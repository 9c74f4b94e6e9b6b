package main

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

func TestDisputeThatAPersonLinksAwayGetsACaseOfItsOwn(t *testing.T) {
	s := newStory(t, today())
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(20*day))
	s.dispute("2", "77-9999", "needs_response", 5000, s.now.Add(20*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	if c := s.one(); c.Match.Dispute != "du_1" {
		t.Fatalf("%+v", c.Match)
	}
	if code, _, errs := s.command("link", "256947", "du_2", "--by", "bo"); code != exitDone {
		t.Fatal(errs)
	}
	s.wait(3 * time.Hour)
	s.pass()
	of := map[string]rules.Case{}
	for _, c := range s.alive() {
		of[c.Match.Dispute] = c
	}
	if len(of) != 2 || of["du_2"].DisputeID != "256947" || of["du_1"].State != rules.Open || of["du_1"].ID == of["du_2"].ID {
		t.Errorf("%+v", of)
	}
	if code, _, errs := s.command("link", "256947", "du_1", "--by", "bo"); code != exitDone { // he was right before
		t.Fatal(errs)
	}
	s.wait(3 * time.Hour)
	s.pass()
	of = map[string]rules.Case{}
	for _, c := range s.alive() {
		of[c.Match.Dispute] = c
	}
	if len(of) != 2 || of["du_1"].DisputeID != "256947" || of["du_2"].DisputeID != "" {
		t.Errorf("linked back: %+v", of)
	}
}

// Stripe alone had told of it, by a dispute that it is not about.
func TestCaseThatIsLinkedBeforeItsChargeIsDisputedIsAskedAbout(t *testing.T) {
	s := newStory(t, today())
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(20*day))
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_3", Amount: 12490, Created: s.now})
	for range 2 { // a mail about it could still come
		s.pass()
		s.wait(time.Hour)
	}
	id := s.one().ID
	if code, _, errs := s.command("link", id, "py_3", "--by", "bo"); code != exitDone {
		t.Fatal(errs)
	}
	s.wait(3 * time.Hour)
	s.pass()
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_3", Charge: "py_3", Status: "needs_response", Created: s.now, DueBy: s.now.Add(20 * day)})
	s.wait(3 * time.Hour)
	s.pass()
	if cases := s.alive(); len(cases) != 2 {
		t.Errorf("%+v", cases)
	}
	if c, err := s.book.Case(t.Context(), id); err != nil || c.Match.Dispute != "du_3" || c.Stripe == nil {
		t.Errorf("%v, %+v", err, c)
	}
}

func TestProvedMailMovesACaseToItsOrderAndTheOtherDisputeIsWatched(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(8*day))
	s.dispute("2", "77-2000", "needs_response", 12490, s.now.Add(8*day))
	s.mail("1@klarna.com", "none", "New dispute request", request)
	s.pass()
	s.wait(time.Hour)
	s.mail("2@klarna.com", "pass", "New dispute request", strings.ReplaceAll(request, "77-1042", "77-2000"))
	for range 2 {
		s.pass()
		of := map[string]rules.Case{}
		for _, c := range s.alive() {
			of[c.Match.Dispute] = c
		}
		if len(of) != 2 || of["du_2"].DisputeID != "256947" || of["du_1"].DisputeID != "" || of["du_1"].State != rules.Open {
			t.Errorf("%+v", of)
		}
	}
}

// It keeps the outcome that it had, and what is said of it is said of the other:
// Stripe's word on what it was about would be said of that one.
func TestCaseThatWentIntoAnotherIsNotAskedAbout(t *testing.T) {
	s := newStory(t, today())
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(20*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.wait(time.Minute)
	s.mail("2@klarna.com", "pass", "Dispute resolved in your favour", "The dispute is resolved in your favour.\nDispute ID: 256999\n")
	s.pass()
	if code, _, errs := s.command("link", "256999", "du_1", "--by", "bo"); code != exitDone {
		t.Fatal(errs)
	}
	all, err := s.book.Cases(t.Context(), casebook.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	asked, err := stripeBook{s.book, s.clock}.Unclosed(t.Context(), "main")
	if err != nil || len(all) != 2 || all[1].Outcome != "won" || len(asked) != 1 || asked[0].DisputeID != "256947" {
		t.Errorf("of %d cases %d are asked about, %v: %+v", len(all), len(asked), err, all)
	}
}
