package charges

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

// day0 is the first day of the tests' world.
var day0 = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func day(n int) time.Time { return day0.AddDate(0, 0, n) }

const testKey = "rk_live_0123456789abcdef"

// shop is a Stripe and a client of it.
type shop struct {
	*fakestripe.Server
	t testing.TB
	c *Client
}

func newShop(t testing.TB) *shop {
	t.Helper()
	s, err := fakestripe.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	sh := &shop{Server: s, t: t}
	sh.c = sh.client(Account{})
	return sh
}

// client is a client of the shop; a's zero fields are filled. It tries as often as
// the real one, only sooner, and waits longer for an answer, on a busy machine.
func (s *shop) client(a Account) *Client {
	a.Name, a.APIBase = "main", s.URL
	if a.ReferenceKeys == nil {
		a.ReferenceKeys = []string{"order_id", "order_number"}
	}
	if a.Key == nil {
		a.Key = func() (string, error) { return testKey, nil }
	}
	a.Now = func() time.Time { return day(5) }
	c := New(a)
	c.patience = patience{call: time.Minute, tries: 4, first: time.Millisecond, most: 50 * time.Millisecond}
	return c
}

// sold adds a Klarna charge of 124.90 EUR with an order reference.
func (s *shop) sold(id, orderReference string) {
	s.AddCharge(fakestripe.Charge{
		ID: id, Amount: 12490, Created: day(0), OrderReference: orderReference,
		Customer: "Erika Mustermann", Email: "erika.mustermann@example.com",
	})
}

func (s *shop) disputed(id, charge string) {
	s.AddDispute(fakestripe.Dispute{
		ID: id, Charge: charge, Status: "warning_needs_response",
		Reason: "product_not_received", Created: day(3), DueBy: day(24),
	})
}

func (s *shop) window() *Window {
	s.t.Helper()
	w, err := s.c.Window(context.Background(), day(-100))
	if err != nil {
		s.t.Fatal(err)
	}
	return w
}

func (s *shop) match(want Want) rules.Match {
	s.t.Helper()
	m, err := s.c.Match(context.Background(), s.window(), want, day(5))
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

// paths are those that were called since the last Forget.
func (s *shop) paths() []string {
	var out []string
	for _, r := range s.Requests() {
		out = append(out, r.Path)
	}
	return out
}

func TestDisputeIsFoundByItsOrderReferenceAndRead(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.sold("py_2", "10002")
	s.disputed("du_1", "py_1")
	s.disputed("du_2", "py_2")

	w := s.window()
	m, err := s.c.Match(context.Background(), w, Want{References: []string{"10002"}}, day(5))
	if err != nil {
		t.Fatal(err)
	}
	if m.Strength != rules.Exact || m.Charge != "py_2" || m.Dispute != "du_2" || m.PaymentIntent != "pi_2" {
		t.Fatalf("matched %+v", m)
	}
	r, err := s.c.Reading(context.Background(), w, m, day(5))
	if err != nil {
		t.Fatal(err)
	}
	want := rules.Reading{
		Dispute: "du_2", Charge: "py_2", PaymentIntent: "pi_2", Status: "warning_needs_response",
		Reason: "product_not_received", Amount: rules.Money{Minor: 12490, Currency: "EUR"},
		CreatedAt: day(3), DueBy: day(24), Klarna: true, Live: true, Account: "acct_1FakeShop",
		Captured: rules.Money{Minor: 12490, Currency: "EUR"}, Authorized: rules.Money{Minor: 12490, Currency: "EUR"},
		AutoCapture: true, OrderReference: "10002", Refundable: true, ReadAt: day(5),
	}
	if *r != want {
		t.Errorf("read\n%+v, want\n%+v", *r, want)
	}
}

func TestMailWithoutADisputeAtStripeYetIsAStateNotAFault(t *testing.T) {
	s := newShop(t)
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, Created: day(0), Metadata: map[string]string{"order_id": "10001"}})
	w := s.window()
	m, err := s.c.Match(context.Background(), w, Want{References: []string{"10001"}}, day(5))
	if err != nil || m.Strength != rules.Exact || m.Charge != "py_1" || m.Dispute != "" {
		t.Fatalf("matched %+v, %v", m, err)
	}
	r, err := s.c.Reading(context.Background(), w, m, day(5))
	if r != nil || err != nil {
		t.Fatalf("read %+v, %v; want nothing yet", r, err)
	}

	s.disputed("du_1", "py_1")
	s.Forget()
	r, err = s.c.Reading(context.Background(), s.window(), m, day(6))
	if err != nil || r == nil || r.Dispute != "du_1" {
		t.Fatalf("read %+v, %v; want du_1", r, err)
	}
	if got := s.paths(); !slices.Equal(got, []string{"/v1/disputes", "/v1/account"}) {
		t.Errorf("called %v; want the window alone, and the account once", got)
	}
}

func TestEmptyAnswerIsNotNoDisputes(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	s.Break(fakestripe.Fault{Path: "/v1/disputes", Body: "{}"})
	w, err := s.c.Window(context.Background(), day(-100))
	if err == nil {
		t.Fatalf("read %d disputes from {}", len(w.Readings()))
	}
	var f *fault
	if !errors.As(err, &f) {
		t.Errorf("got %T %v", err, err)
	}
}
