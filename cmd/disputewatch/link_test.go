package main

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

func TestPersonSaysWhichOfAChargesDisputesIsMeant(t *testing.T) {
	s := newStory(t, today())
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(20*day))
	s.stripe.AddDispute(fakestripe.Dispute{
		ID: "du_2", Charge: "py_1", Amount: 2000, Reason: "product_not_received", Created: s.now.Add(-day), DueBy: s.now.Add(19 * day),
	})
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.said("Say which dispute of charge py_1 is meant", "du_1, 124.90 EUR", "du_2, 20.00 EUR")
	_, out, _ := s.command("show", "256947")
	for _, want := range []string{"py_1 du_1 124.90 EUR", "py_1 du_2 20.00 EUR"} {
		if !strings.Contains(out, want) {
			t.Errorf("show lacks %q:\n%s", want, out)
		}
	}
	code, _, errs := s.command("link", "256947", "py_1", "--by", "bo")
	if want := "it has 2 disputes: name the one that is meant, du_1 (124.90 EUR"; code != exitFailed || !strings.Contains(errs, want) || s.one().Match.By != "" {
		t.Fatalf("the charge alone: exit %d, %s", code, errs)
	}
	if code, out, errs := s.command("link", "256947", "du_2", "--by", "bo"); code != exitDone {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	c := s.one()
	if c.Match.Dispute != "du_2" || c.Match.By != "bo" || c.Stage != rules.StageChargeback || c.Disputed().Minor != 2000 {
		t.Errorf("before the next pass: %+v", c)
	}
	_, out, _ = s.command("show", "256947")
	for _, want := range []string{"Submit the evidence in Stripe before", "https://dashboard.stripe.com/acct_1FakeShop/test/payments/py_1\n", "pages\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("show lacks %q:\n%s", want, out)
		}
	}
	s.wait(3 * time.Hour)
	s.pass()
	if n := len(s.alive()); n != 2 {
		t.Errorf("%d cases, want one more for the other dispute", n)
	}
}

// The button of a probable charge names the charge alone.
func TestReasonSaysWhichOfALinkedChargesDisputesIsMeant(t *testing.T) {
	s := newStory(t, today())
	s.dispute("1", "77-1042-A", "needs_response", 12490, s.now.Add(20*day))
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_2", Charge: "py_1", Reason: "general", Created: s.now.Add(-day), DueBy: s.now.Add(19 * day)})
	s.mail("1@klarna.com", "pass", "New dispute request", strings.ReplaceAll(request, "77-1042", "77-1042-a"))
	s.pass()
	match := func() rules.Match {
		t.Helper()
		c, err := s.book.Case(t.Context(), "256947")
		if err != nil {
			t.Fatal(err)
		}
		return c.Match
	}
	if m := match(); m.Strength != rules.Probable || m.Dispute != "du_1" {
		t.Fatalf("%+v", m)
	}
	if code, _, errs := s.command("link", "256947", "py_1", "--by", "bo"); code != exitDone {
		t.Fatal(errs)
	}
	if m := match(); m.Dispute != "du_1" || m.By != "bo" {
		t.Errorf("%+v", m)
	}
}

func TestWhatIsNoChargeOfKlarnasIsNotLinked(t *testing.T) {
	s := newStory(t, today())
	s.stripe.AddCharge(fakestripe.Charge{ID: "ch_card0001", Amount: 100, Method: "card", Created: s.now})
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	for charge, want := range map[string]string{
		"ch_card0001": "ch_card0001 is not Klarna's: it was paid with card",
		"py_nowhere1": "Stripe does not know it in this account",
		"77-1042":     "what was linked is no id of a charge, a payment intent or a dispute",
	} {
		code, _, errs := s.command("link", "256947", charge, "--by", "bo")
		if code != exitFailed || !strings.Contains(errs, want) || strings.Contains(errs, "mail names") {
			t.Errorf("%s: exit %d, %s", charge, code, errs)
		}
	}
	if c := s.one(); c.Match.By != "" {
		t.Errorf("%+v", c.Match)
	}
}
