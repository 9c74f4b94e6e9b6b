package charges

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

func TestWhatStripeDoesNotExpandIsFetchedForDisputesThatCanStillMove(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	s.AddRefund(fakestripe.Refund{ID: "re_1", Charge: "py_1", Amount: 4000, Created: day(4)})
	s.sold("py_2", "10002")
	s.AddDispute(fakestripe.Dispute{ID: "du_2", Charge: "py_2", Status: "lost", Created: day(2)})
	s.AddCharge(fakestripe.Charge{ID: "ch_3", Amount: 100, Method: "card", Created: day(0)})
	s.AddDispute(fakestripe.Dispute{ID: "du_3", Charge: "ch_3", Created: day(2)})
	s.sold("py_4", "10004") // of which nothing was refunded
	s.AddDispute(fakestripe.Dispute{ID: "du_4", Charge: "py_4", Created: day(1)})
	s.Break(fakestripe.Fault{Bare: true})
	s.Forget()
	w := s.window()
	got := w.Readings()
	if len(got) != 3 || w.Err() != nil {
		t.Fatalf("%d Klarna disputes, %v", len(got), w.Err())
	}
	r := got[0]
	if r.Dispute != "du_1" || r.OrderReference != "10001" || r.RefundedSince != 4000 || r.Captured.Minor != 12490 || !r.Klarna {
		t.Errorf("%+v", r)
	}
	if r := got[1]; r.Dispute != "du_2" || r.Charge != "py_2" || !r.Klarna || !r.Captured.IsZero() {
		t.Errorf("%+v", r)
	}
	want := []string{"/v1/disputes", "/v1/charges/py_1", "/v1/payment_intents/pi_1", "/v1/refunds", "/v1/charges/py_4", "/v1/payment_intents/pi_4"}
	if got := s.calls(); !slices.Equal(got, want) {
		t.Errorf("called %v, want %v", got, want)
	}
	found(t, s.match(Want{References: []string{"10001"}}), rules.Exact, "py_1", "du_1")
}

func TestDisputeThatIsNotExpandedAndCannotBeCompletedIsNotReadInPart(t *testing.T) {
	for _, path := range []string{"/v1/charges/", "/v1/payment_intents/"} {
		s := newShop(t)
		s.sold("py_1", "10001")
		s.disputed("du_1", "py_1")
		s.Break(fakestripe.Fault{Path: path, Status: 403})
		s.Break(fakestripe.Fault{Bare: true})
		if w := s.window(); len(w.Readings()) != 0 || w.Err() == nil {
			t.Errorf("%s: read %+v, %v", path, w.Readings(), w.Err())
		}
	}
}

func TestChargeOfAnIntentThatIsNotExpandedIsFetched(t *testing.T) {
	s := newShop(t)
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, Created: day(0), IntentMetadata: map[string]string{"order_id": "10001"}})
	s.Break(fakestripe.Fault{Bare: true})
	found(t, s.match(Want{References: []string{"10001"}}), rules.Exact, "py_1", "")
	found(t, s.match(Want{StripeIDs: []string{"pi_1"}}), rules.Exact, "py_1", "")
}

// many refunds of one charge are listed by a call of their own, which can fail.
func (s *shop) refundedOften(charge string) {
	for i := range 12 {
		s.AddRefund(fakestripe.Refund{ID: fmt.Sprintf("re_%s_%d", charge, i), Charge: charge, Amount: 100, Created: day(4)})
	}
}

func TestDisputeThatCannotBeReadKeepsNoOtherFromIt(t *testing.T) {
	s := newShop(t)
	for _, id := range []string{"1", "2"} {
		s.sold("py_"+id, "1000"+id)
		s.disputed("du_"+id, "py_"+id)
	}
	s.refundedOften("py_2")
	s.Break(fakestripe.Fault{Path: "/v1/refunds", Status: 500})
	w := s.window()
	if got := w.Readings(); len(got) != 1 || got[0].Dispute != "du_1" {
		t.Errorf("read %+v", got)
	}
	if err := w.Err(); err == nil || !strings.Contains(err.Error(), "list refunds of charge py_2: HTTP 500") {
		t.Errorf("the failure is not told: %v", err)
	}
	m, err := s.c.Match(context.Background(), w, Want{References: []string{"10002"}}, day(5))
	if err != nil {
		t.Fatal(err)
	}
	found(t, m, rules.Exact, "py_2", "du_2")
	s.Forget()
	if r, err := s.c.Reading(context.Background(), w, m, day(5)); !errors.Is(err, ErrUnread) {
		t.Errorf("read %+v, %v", r, err)
	}
	if got := s.calls(); len(got) != 0 {
		t.Errorf("asked again in the same pass: %v", got)
	}
}

func TestManyDisputesThatCannotBeReadEndTheReading(t *testing.T) {
	s := newShop(t)
	for i := range mayFail + 1 {
		id := fmt.Sprint(i)
		s.sold("py_"+id, "1000"+id)
		s.disputed("du_"+id, "py_"+id)
		s.refundedOften("py_" + id)
	}
	s.Break(fakestripe.Fault{Path: "/v1/refunds", Status: 500})
	s.fails()
}

// What Stripe leaves out is unknown: no sum of zero, no other mode, no other
// method.
func TestFieldsThatAreMissingAreUnknown(t *testing.T) {
	s := newShop(t)
	s.Break(fakestripe.Fault{Path: "/v1/disputes", Body: `{"object":"list","has_more":false,"url":"/v1/disputes","data":[{
		"id":"du_1","object":"dispute","status":"needs_response","amount":500,"currency":"jpy","new":{"x":[1]},
		"evidence_details":null,"metadata":null,"payment_intent":null,"payment_method_details":{"type":"klarna"},
		"charge":{"id":"py_1","object":"charge","amount":500,"currency":"jpy","captured":true,"status":"succeeded","metadata":null,
			"description":null,"shipping":null,"payment_intent":null,"payment_method_details":null}}]}`})
	r := s.window().Readings()
	if len(r) != 1 {
		t.Fatalf("%+v", r)
	}
	if !r[0].Klarna || !r[0].Live || !r[0].Captured.IsZero() || r[0].Amount.String() != "500 JPY" || !r[0].DueBy.IsZero() {
		t.Errorf("%+v", r[0])
	}
	found(t, s.match(Want{StripeIDs: []string{"py_1"}}), rules.Exact, "py_1", "du_1")
}

func TestIntentOfADisputeThatIsOverIsNotFetched(t *testing.T) {
	s := newShop(t)
	s.Break(fakestripe.Fault{Path: "/v1/disputes", Body: `{"object":"list","has_more":false,"data":[{"id":"du_1","object":"dispute","status":"won","amount":1,"currency":"eur",
		"payment_intent":"pi_1","charge":{"id":"py_1","object":"charge","amount":1,"currency":"eur","payment_method_details":{"type":"klarna"}}}]}`})
	if r := s.window().Readings(); len(r) != 1 || len(s.calls()) != 1 {
		t.Errorf("%d disputes, called %v", len(r), s.calls())
	}
}

// Less than there is, because there was no time, is no window.
func TestWindowThatRanOutOfTimeIsAnError(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	s.refundedOften("py_1")
	s.Break(fakestripe.Fault{Path: "/v1/refunds", Stall: make(chan struct{})})
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if w, err := s.c.Window(ctx, day(-100)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%+v, %v", w, err)
	}
}
