package ingest_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

// warned is the warnings that are due now, each told.
func (s *shop) warned() []map[string]string {
	s.t.Helper()
	var all []map[string]string
	for {
		m, c, err := s.book.Take(s.t.Context())
		if errors.Is(err, casebook.ErrEmpty) {
			return all
		}
		if err != nil {
			s.t.Fatal(err)
		}
		if m.Kind == rules.MessageForged {
			all = append(all, m.About)
		}
		if err := s.book.Delivered(s.t.Context(), c, m.ID, rules.Place{Channel: "C1", TS: m.ID}); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (s *shop) asks() {
	s.t.Helper()
	if _, err := s.ask(); err != nil {
		s.t.Fatal(err)
	}
}

// searches counts Stripe's searches since the last call.
func (s *shop) searches() int {
	n := 0
	for _, r := range s.stripe.Requests() {
		if strings.HasSuffix(r.Path, "/search") {
			n++
		}
	}
	s.stripe.Forget()
	return n
}

func phished(t *testing.T) *shop {
	s := newShop(t)
	s.asker.Lures = s.book
	return s
}

func TestForgedMailThatNamesAnOrderSaysSo(t *testing.T) {
	for _, charge := range []fakestripe.Charge{
		{ID: "py_1", Amount: 12490, Metadata: map[string]string{"order_id": "77-1042"}},
		{ID: "py_1", Amount: 12490, Metadata: map[string]string{"order_id": "77-1042"}, Method: "card"},
	} {
		s := phished(t)
		charge.Created = s.now.AddDate(0, 0, -9)
		s.stripe.AddCharge(charge)
		s.mail("1@klarna.com", "fail", "New dispute request", request)
		s.read(nil)
		if got := s.warned(); len(got) != 0 {
			t.Fatalf("told before Stripe was asked: %v", got)
		}
		s.asks()
		if got := s.warned(); len(got) != 1 || got[0][rules.AboutOrders] != "py_1" || got[0][rules.AboutSought] != "" || got[0][rules.AboutID] == "" {
			t.Errorf("%s: told %v", charge.Method, got)
		}
		strange, err := s.book.Strange(t.Context(), s.now)
		if err != nil || len(strange) != 1 || strings.Join(strange[0].Charges, " ") != "py_1" {
			t.Errorf("%+v, %v", strange, err)
		}
		if n := s.searches(); n > 2 {
			t.Errorf("%d searches", n)
		}
		s.now = s.now.Add(2 * time.Hour)
		s.asks()
		if n, told := s.searches(), s.warned(); n != 0 || len(told) != 0 {
			t.Errorf("found, and %d searches more; told %v", n, told)
		}
	}
}

// Only what is exactly the shop's: a like one is a guess.
func TestForgedMailThatNamesNoOrderSaysNothingOfOne(t *testing.T) {
	s := phished(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, Metadata: map[string]string{"order_id": "77-10420"}, Created: s.now.AddDate(0, 0, -9)})
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_2", Amount: 12490, OrderReference: "#77-1042", Created: s.now.AddDate(0, 0, -9)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_2", Charge: "py_2", Created: s.now, Status: "won"})
	s.mail("1@klarna.com", "fail", "New dispute request", request)
	s.read(nil)
	s.asks()
	if got := s.warned(); len(got) != 1 || got[0][rules.AboutOrders] != "" || got[0][rules.AboutSought] != "" {
		t.Fatalf("told %v", got)
	}
	s.searches()
	// Stripe's search lags: once more after an hour, and never again.
	var n []int
	for range 3 {
		s.now = s.now.Add(61 * time.Minute)
		s.asks()
		n = append(n, s.searches())
	}
	if n[0] == 0 || n[1]+n[2] != 0 {
		t.Errorf("searches after each hour: %v", n)
	}
}

func TestForgedMailThatNamesAStripeIDAloneSaysWhoseItIs(t *testing.T) {
	s := phished(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_3MmlLrLkdIwHu7ix", Amount: 12490, Created: s.now.AddDate(0, 0, -9)})
	s.mail("1@klarna.com", "fail", "New dispute request", "Dispute ID: 256947\nYour payment: py_3MmlLrLkdIwHu7ix\n")
	s.read(nil)
	s.asks()
	if got := s.warned(); len(got) != 1 || got[0][rules.AboutOrders] != "py_3MmlLrLkdIwHu7ix" {
		t.Errorf("told %v", got)
	}
}

func TestForgedMailThatCanNameNoOrderIsToldAtOnce(t *testing.T) {
	for name, tt := range map[string]struct{ account, body string }{
		"nothing is named":          {"main", "Dispute ID: 256947\n"},
		"the mailbox has no Stripe": {"", request},
	} {
		s := phished(t)
		s.box.Settings.Account = tt.account
		s.mail("1@klarna.com", "fail", "New dispute request", tt.body)
		s.read(nil)
		if got := s.warned(); len(got) != 1 || got[0][rules.AboutSought] != "" {
			t.Errorf("%s: told %v", name, got)
		}
	}
}

func TestForgedMailIsToldThoughStripeIsDownAndItsOrderLater(t *testing.T) {
	s := phished(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, Metadata: map[string]string{"order_id": "77-1042"}, Created: s.now.AddDate(0, 0, -9)})
	s.stripe.Break(fakestripe.Fault{Status: 503})
	s.mail("1@klarna.com", "fail", "New dispute request", request)
	s.read(nil)
	if _, err := s.ask(); err == nil {
		t.Fatal("Stripe answered")
	}
	s.now = s.now.Add(3 * time.Minute)
	if got := s.warned(); len(got) != 1 || got[0][rules.AboutSought] == "" || got[0][rules.AboutOrders] != "" {
		t.Fatalf("told %v", got)
	}
	s.now = s.now.Add(5 * time.Hour)
	s.stripe.Mend()
	s.asks()
	if got := s.warned(); len(got) != 1 || got[0][rules.AboutOrders] != "py_1" {
		t.Errorf("told later %v", got)
	}
}

func TestFloodOfForgedMailsCostsStripeLittle(t *testing.T) {
	s := phished(t)
	for i := range 40 {
		s.mail(string(rune('a'+i%26))+strings.Repeat("x", i)+"@klarna.com", "fail", "New dispute request", strings.Replace(request, "77-1042", strings.Repeat("7", i+4), 1))
	}
	s.read(nil)
	s.searches()
	s.asks()
	if n := s.searches(); n > 10 {
		t.Errorf("%d searches", n)
	}
}
