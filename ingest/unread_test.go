package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

func TestDisputeThatCannotBeReadIsToldAndKeepsNoCaseWaiting(t *testing.T) {
	s := newShop(t)
	s.asker.Missing = rules.Span{N: 7, Unit: "d"}
	for i := range 2 {
		s.stripe.AddCharge(fakestripe.Charge{ID: fmt.Sprint("py_", i), Amount: 12490, OrderReference: fmt.Sprint("77-", i), Created: s.now.AddDate(0, 0, -9)})
		s.stripe.AddDispute(fakestripe.Dispute{ID: fmt.Sprint("du_", i), Charge: fmt.Sprint("py_", i), Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
		s.mail(fmt.Sprint(i, "@klarna.com"), "pass", "New dispute request", strings.NewReplacer("256947", fmt.Sprint(300000+i), "77-1042", fmt.Sprint("77-", i)).Replace(request))
	}
	for i := range 12 {
		s.stripe.AddRefund(fakestripe.Refund{ID: fmt.Sprint("re_", i), Charge: "py_1", Amount: 100, Created: s.now})
	}
	s.stripe.Break(fakestripe.Fault{Path: "/v1/refunds", Status: 403, Code: "more_permissions_required"})
	s.read(nil)
	readings := func() (n int) {
		t.Helper()
		all, err := s.book.History(t.Context(), "300000")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			if e.Type == rules.EventStripe {
				n++
			}
		}
		return n
	}
	for i := range 2 {
		_, err := s.ask()
		if err == nil || strings.Count(err.Error(), "list refunds of charge py_1") != 1 {
			t.Errorf("want the failure told, once: %v", err)
		}
		if c := s.named("300000"); c.Stripe == nil || c.Stripe.Dispute != "du_0" || !c.Stripe.ReadAt.Equal(s.now) {
			t.Errorf("pass %d: the other case was not read: %+v", i, c)
		}
		if i == 0 {
			s.now = s.now.AddDate(0, 0, 8)
		}
	}
	if n := readings(); n != 1 {
		t.Errorf("%d events say the same", n)
	}
	if c := s.named("300001"); c.Match.Dispute != "du_1" || c.Stripe != nil || len(c.Warnings) > 0 {
		t.Errorf("%+v", c)
	}
}
