package ingest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

// again is a shop whose order 77-1042 was disputed twice: the first dispute, du_1
// at Stripe, is over, of the second there is the mail alone.
func again(t *testing.T, between time.Duration) *shop {
	s := newShop(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -9)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Status: "warning_needs_response", Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	s.asks()
	s.stripe.SetStatus("du_1", "warning_closed")
	s.now = s.now.Add(between)
	s.asks()
	if c := s.named("256947"); c.Match.Dispute != "du_1" || c.State != rules.Closed {
		t.Fatalf("the first: %+v", c)
	}
	s.mail("2@klarna.com", "pass", "New dispute request", strings.ReplaceAll(request, "256947", "256999"))
	s.read(nil)
	s.asks()
	return s
}

func (s *shop) named(id string) rules.Case {
	s.t.Helper()
	c, err := s.book.Case(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func TestSecondDisputeOfAnOrderDoesNotEndWithTheFirst(t *testing.T) {
	for name, between := range map[string]time.Duration{"days later": 5 * 24 * time.Hour, "months later": 90 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			s := again(t, between)
			c := s.named("256999")
			if c.State != rules.Open || c.Match.Charge != "py_1" || c.Match.Dispute != "" || c.Stripe != nil {
				t.Errorf("while Stripe does not show it: %+v", c)
			}
			if c := s.named("256947"); c.State != rules.Closed || c.DisputeID != "256947" {
				t.Errorf("the first became %+v", c)
			}
			s.now = s.now.Add(time.Minute) // too soon to look again by the interval
			s.stripe.AddDispute(fakestripe.Dispute{ID: "du_2", Charge: "py_1", Created: s.now, DueBy: s.now.AddDate(0, 0, 12)})
			s.asks()
			c = s.named("256999")
			if c.State != rules.Open || c.Match.Dispute != "du_2" || c.Stripe == nil || c.Stripe.Status != "needs_response" {
				t.Errorf("when Stripe shows it: %+v", c)
			}
			if n := len(s.cases()); n != 2 {
				t.Errorf("%d cases", n)
			}
		})
	}
}

func TestDisputeIsTakenByTheCaseOfAnotherOfKlarnasDisputesAlone(t *testing.T) {
	s := newShop(t)
	for i, proof := range []string{"pass", "none"} { // of du_0's case, and of du_1's
		id := fmt.Sprint(i)
		s.stripe.AddCharge(fakestripe.Charge{ID: "py_" + id, Amount: 12490, OrderReference: "77-" + id, Created: s.now.AddDate(0, 0, -9)})
		s.stripe.AddDispute(fakestripe.Dispute{ID: "du_" + id, Charge: "py_" + id, Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
		s.mail(id+"@klarna.com", proof, "New dispute request", "Dispute ID: 25694"+id+"\nMerchant Reference 1: 77-"+id+"\n")
	}
	s.read(nil)
	s.asks()
	another := func(change func(*rules.Case)) rules.Case {
		c := rules.Case{ClosedAt: s.now}
		c.DisputeID, c.Kind, c.Verdict = "256999", rules.KindDisputeRequest, rules.Genuine
		change(&c)
		return c
	}
	for name, tt := range map[string]struct {
		of      rules.Case
		dispute string
		taken   bool
	}{
		"another's":             {another(func(c *rules.Case) { c.ClosedAt = time.Time{} }), "du_0", true},
		"its own":               {s.named("256940"), "du_0", false},
		"nobody's":              {another(func(*rules.Case) {}), "du_9", false},
		"unnamed":               {another(func(c *rules.Case) { c.DisputeID = "" }), "du_0", false},
		"told the end":          {another(func(c *rules.Case) { c.Kind, c.ClosedAt = rules.KindResolved, time.Time{} }), "du_0", false},
		"told the result":       {another(func(c *rules.Case) { c.Result, c.ClosedAt = rules.ResultWon, time.Time{} }), "du_0", false},
		"told the receipt":      {another(func(c *rules.Case) { c.Kind, c.ClosedAt = rules.KindEvidenceReceived, time.Time{} }), "du_0", false},
		"ended by that":         {another(func(c *rules.Case) { c.Kind = rules.KindResolved }), "du_0", true},
		"proved, by unproved":   {another(func(*rules.Case) {}), "du_1", false},
		"unproved, by the same": {another(func(c *rules.Case) { c.Verdict = rules.Unverified }), "du_1", true},
		"unproved, by proved":   {another(func(c *rules.Case) { c.Verdict = rules.Unverified }), "du_0", true},
	} {
		if taken, err := ingest.Taken(t.Context(), s.book, tt.of, tt.dispute); taken != tt.taken || err != nil {
			t.Errorf("%s: %v, %v", name, taken, err)
		}
	}
}

// A new book knows nothing of the first dispute.
func TestOldDisputeThatNoCaseHasEndsNoNewCase(t *testing.T) {
	s := newShop(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -120)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Status: "lost", Created: s.now.AddDate(0, 0, -100)})
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	for range 2 {
		s.asks()
		if c := s.one(); c.State != rules.Open || c.Stripe != nil || c.Match.Charge != "py_1" {
			t.Errorf("%s, %+v, %+v", c.State, c.Match, c.Stripe)
		}
	}
}

func TestOpenDisputeOfOneOfKlarnasDisputesIsNotAnothers(t *testing.T) {
	s := newShop(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -9)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	s.asks()
	s.mail("2@klarna.com", "pass", "New dispute request", strings.ReplaceAll(request, "256947", "256999"))
	s.read(nil)
	s.asks()
	if c := s.named("256999"); c.State != rules.Open || c.Match.Dispute != "" || c.ID == s.named("256947").ID {
		t.Errorf("%+v", c)
	}
}

func TestTwoOpenDisputesOfAChargeGoToTheirOwnMails(t *testing.T) {
	s := newShop(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -9)})
	for i, number := range []string{"256947", "256999", "257000"} {
		s.stripe.AddDispute(fakestripe.Dispute{ID: fmt.Sprint("du_", i), Charge: "py_1", Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
		s.mail(number+"@klarna.com", "pass", "New dispute request", strings.ReplaceAll(request, "256947", number))
		s.read(nil)
		s.asks()
		s.now = s.now.Add(time.Hour)
		if c := s.named(number); c.Match.Dispute != fmt.Sprint("du_", i) || !c.Match.Sure() {
			t.Errorf("%s: %+v", number, c.Match)
		}
	}
}

// Which case is looked at first is chance.
func TestGuessYieldsInTheSamePassToTheCaseThatIsSure(t *testing.T) {
	s := newShop(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -9)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Reason: "product_not_received", Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
	for i, ref := range []string{"77-1", "77-1042", "77-2"} {
		mail := strings.NewReplacer("256947", fmt.Sprint(300000+i), "77-1042", ref).Replace(request) + "Amount: 124.90 EUR\n"
		s.mail(fmt.Sprint(i, "@klarna.com"), "pass", "New dispute request", mail)
		s.now = s.now.Add(time.Second)
	}
	s.read(nil)
	if done, err := s.ask(); err != nil || done.Matched != 1 {
		t.Errorf("%d matched, %v", done.Matched, err)
	}
	if c := s.named("300001"); c.Match.Dispute != "du_1" || !c.Match.Sure() {
		t.Errorf("the sure one: %+v", c.Match)
	}
	for _, id := range []string{"300000", "300002"} {
		if c := s.named(id); c.Match.Charge != "" || c.Stripe != nil || c.State != rules.Open {
			t.Errorf("a guess: %+v", c.Match)
		}
	}
}

// What nobody proved keeps Stripe's dispute from no proved mail.
func TestUnprovedMailTakesNoDisputeFromAProvedOne(t *testing.T) {
	s := newShop(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -9)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
	s.mail("1@klarna.com", "none", "New dispute request", strings.ReplaceAll(request, "256947", "256999"))
	s.read(nil)
	s.asks()
	if c := s.named("256999"); c.Verdict == rules.Genuine || c.Match.Dispute != "du_1" {
		t.Fatalf("%+v", c)
	}
	s.mail("2@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	s.asks()
	if c := s.named("256947"); c.Match.Dispute != "du_1" || c.Verdict != rules.Genuine {
		t.Errorf("%+v", c)
	}
}

func TestPersonsLinkToAChargeDoesNotEndTheCaseWithAnotherDispute(t *testing.T) {
	s := again(t, 5*24*time.Hour)
	link := func(to string) rules.Case {
		t.Helper()
		c := s.named("256999")
		m, err := ingest.Search{Client: s.asker.Client, Book: s.book, Case: c, Want: charges.Want{Charge: to}}.Match(t.Context(), s.now)
		if err != nil {
			t.Fatal(err)
		}
		e := rules.Event{Type: rules.EventLink, At: s.now, By: "bo", Match: &m}
		if m.Dispute != "" {
			e.Keys = []string{rules.StripeKey(m.Dispute)}
		}
		if _, err := s.book.Say(t.Context(), c.ID, e); err != nil {
			t.Fatal(err)
		}
		s.asks()
		return s.named("256999")
	}
	if c := link("py_1"); c.State != rules.Open || c.Match.By != "bo" || c.Match.Dispute != "" || c.Stripe != nil {
		t.Errorf("linked to the charge: %+v", c)
	}
	if c := link("du_1"); c.State != rules.Closed || c.DisputeID != "256947" {
		t.Errorf("linked to the first dispute itself: %+v", c)
	}
}

// Nobody had a case of the first one: it was answered in Stripe.
func TestDisputeThatWasOverEndsNoNewCase(t *testing.T) {
	for _, status := range []string{"won", "lost", "warning_closed", "prevented"} {
		s := newShop(t)
		s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -60)})
		s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Status: status, Created: s.now.AddDate(0, 0, -30), DueBy: s.now.AddDate(0, 0, -18)})
		s.mail("1@klarna.com", "pass", "New dispute request", request)
		s.read(nil)
		s.asks()
		if c := s.one(); c.State != rules.Open || c.Match.Charge != "py_1" || c.Match.Dispute != "" || c.Stripe != nil {
			t.Errorf("%s: %+v", status, c)
		}
		s.now = s.now.AddDate(0, 0, 3) // a reminder is no first mail
		s.stripe.AddDispute(fakestripe.Dispute{ID: "du_2", Charge: "py_1", Created: s.now, DueBy: s.now.AddDate(0, 0, 12)})
		s.asks()
		if c := s.one(); c.State != rules.Open || c.Match.Dispute != "du_2" {
			t.Errorf("%s: when Stripe shows the second: %+v", status, c.Match)
		}
	}
}

// A new book reads old mails, the newest of them long after the date.
func TestDisputeThatWasAnsweredLongAgoIsThatOfItsFirstMail(t *testing.T) {
	for first, want := range map[string]string{"New dispute request": "du_1", "": ""} {
		s := newShop(t)
		s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -60)})
		s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Status: "won", Created: s.now, DueBy: s.now.AddDate(0, 0, 12)})
		if first != "" {
			s.mail("1@klarna.com", "pass", first, request)
		}
		s.now = s.now.AddDate(0, 0, 20)
		s.mail("2@klarna.com", "pass", "Reminder to respond to the dispute", request)
		s.read(nil)
		s.asks()
		if c := s.one(); c.Match.Dispute != want {
			t.Errorf("first mail %q: %+v", first, c.Match)
		}
	}
}

// A stop request is about no dispute that is over, whatever its date; an appeal is.
func TestKindOfTheMailSaysWhetherAnOverDisputeIsMeant(t *testing.T) {
	for _, tt := range []struct {
		subject, body, status, want string
		age                         int // of the dispute, in days
	}{
		{"High-risk order: stop the shipment", "Please stop the order.\nMerchant Reference 1: 77-1042\n", "won", "", 5},
		{"Dispute: you may appeal our decision", "Dispute ID: 256947\nMerchant Reference 1: 77-1042\nYou may appeal by 12 March 2026.\n", "lost", "du_1", 30},
	} {
		s := newShop(t)
		s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -60)})
		s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Status: tt.status, Created: s.now.AddDate(0, 0, -tt.age), DueBy: s.now.AddDate(0, 0, 12-tt.age)})
		s.mail("1@klarna.com", "pass", tt.subject, tt.body)
		s.read(nil)
		s.asks()
		if c := s.one(); c.Match.Charge != "py_1" || c.Match.Dispute != tt.want {
			t.Errorf("%s: a %s, %+v", tt.subject, c.Kind, c.Match)
		}
	}
}
