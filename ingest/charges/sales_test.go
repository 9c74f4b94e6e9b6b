package charges

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
)

func (s *shop) sales(since time.Time) Sales {
	s.t.Helper()
	got, err := s.c.Sales(context.Background(), since, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return got
}

func TestOnlyCapturedKlarnaOrdersThatAreStillSoldWantTracking(t *testing.T) {
	s := newShop(t)
	for i, c := range []fakestripe.Charge{
		{ID: "py_none"},
		{ID: "py_blank", Tracking: " "},
		{ID: "py_tracked", Tracking: "T1", Carrier: "DHL"},
		{ID: "py_nocarrier", Tracking: "T1"},
		{ID: "py_card", Method: "card"},
		{ID: "py_failed", Status: "failed"},
		{ID: "py_pending", Status: "pending"},
		{ID: "py_authorized", Captured: -1},
		{ID: "py_refunded"},
		{ID: "py_partly"},
	} {
		c.Amount, c.Created = 1000, day(-i)
		s.AddCharge(c)
	}
	s.AddRefund(fakestripe.Refund{ID: "re_1", Charge: "py_refunded", Amount: 1000, Created: day(3)})
	s.AddRefund(fakestripe.Refund{ID: "re_2", Charge: "py_partly", Amount: 999, Created: day(3)})
	s.disputed("du_1", "py_partly")
	got := s.sales(day(-100))
	if got.Charges != 10 || got.Captured != 6 || got.Refunded != 1 || got.Tracked != 2 || got.NoCarrier != 1 {
		t.Errorf("%+v", got)
	}
	var ids []string
	for _, u := range got.Untracked {
		ids = append(ids, fmt.Sprintf("%s %s %v", u.Charge, u.Captured, u.Disputed))
	}
	if fmt.Sprint(ids) != "[py_none 10.00 EUR false py_blank 10.00 EUR false py_partly 10.00 EUR true]" {
		t.Errorf("without tracking: %q", ids)
	}
	if got := s.sales(day(-1)); len(got.Untracked) != 2 || got.Automatic != 0 {
		t.Errorf("since yesterday: %+v", got)
	}
}

func TestPaymentsCapturedAtOnceAreToldFromThoseThatTheShopCaptured(t *testing.T) {
	s := newShop(t)
	for i, method := range []string{"automatic", "automatic_async", "manual", "automatic"} {
		c := fakestripe.Charge{ID: fmt.Sprintf("py_%d", i), Amount: 1000, Created: day(-1), CaptureMethod: method}
		if i == 3 {
			c.Captured = -1 // nothing yet
		}
		s.AddCharge(c)
	}
	got, err := s.c.Captures(context.Background(), day(-7))
	if err != nil || got.Captured != 3 || got.Automatic != 2 || len(got.Untracked) != 3 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestEveryChargeIsCountedOnceHoweverTheTimeIsCut(t *testing.T) {
	s := newShop(t)
	for i := range 1500 { // some of a second, some on the bounds of slices
		s.AddCharge(fakestripe.Charge{ID: fmt.Sprintf("py_%d", i), Amount: 1, Created: day(5).Add(-time.Duration(i/3) * 10 * time.Hour)})
	}
	s.AddCharge(fakestripe.Charge{ID: "py_clock", Amount: 1, Created: day(5).Add(time.Minute)}) // Stripe's clock is ahead
	if got := s.sales(day(-300)); got.Charges != 1501 || len(got.Untracked) != 1501 {
		t.Errorf("%d charges, %d untracked", got.Charges, len(got.Untracked))
	}
	if got := len(s.calls()); got > 1500/100+2*saleSlices {
		t.Errorf("%d calls for 1,501 charges", got)
	}
	if got := s.sales(day(5).Add(time.Second)); got.Charges != 1 {
		t.Errorf("from now on: %d charges", got.Charges)
	}
}

func TestListThatIsNotFilteredCountsNothingTwiceAndNothingOld(t *testing.T) {
	s := newShop(t)
	for i := range 150 {
		s.AddCharge(fakestripe.Charge{ID: fmt.Sprintf("py_%d", i), Amount: 1, Created: day(5 - i)})
		s.AddDispute(fakestripe.Dispute{ID: fmt.Sprintf("du_%d", i), Charge: fmt.Sprintf("py_%d", i), Created: day(5 - i)})
	}
	s.Break(fakestripe.Fault{All: true})
	if got := s.sales(day(-94)); got.Charges != 100 || len(got.Untracked) != 100 {
		t.Errorf("%d charges, %d untracked, want those of 100 days", got.Charges, len(got.Untracked))
	}
	w, err := s.c.Window(context.Background(), day(-94))
	if err != nil || len(w.Readings()) != 100 {
		t.Errorf("%d disputes, %v", len(w.Readings()), err)
	}
}

func TestBoundsOfTheSlicesLeaveNoGap(t *testing.T) {
	for _, span := range []int64{-5, 0, 1, 86_399, 86_400, 7 * 86_400, 200*86_400 + 13} {
		b := saleBounds(1000, 1000+span)
		if b[0] != 1000 || b[len(b)-1] != 1000+span && span > 0 || len(b) < 2 || len(b) > saleSlices+1 {
			t.Errorf("%d s: %v", span, b)
		}
	}
}

func TestSalesThatCannotBeReadToTheEndAreAnError(t *testing.T) {
	for name, f := range map[string]fakestripe.Fault{
		"refused": {From: 3, Status: 403, Code: "more_permissions_required"},
		"cut":     {From: 3, Cut: true}, "endless": {Endless: true}, "empty pages": {EmptyMore: true},
		"nothing": {From: 2, Body: "{}"}, "HTML": {From: 2, Body: "<p>", Type: "text/html"},
	} {
		s := newShop(t)
		for i := range 600 {
			s.AddCharge(fakestripe.Charge{ID: fmt.Sprintf("py_%d", i), Amount: 1, Created: day(0).Add(-time.Duration(i) * time.Hour)})
		}
		f.Path = "/v1/charges"
		s.Break(f)
		if got, err := s.c.Sales(context.Background(), day(-100), nil); err == nil || got.Charges != 0 {
			t.Errorf("%s: %+v, %v", name, got, err)
		} else if errors.Is(err, context.Canceled) {
			t.Errorf("%s: the other readers' end is told, not the fault: %v", name, err)
		}
	}
}

func TestSalesEndWithTheirContext(t *testing.T) {
	s := newShop(t)
	s.Break(fakestripe.Fault{Path: "/v1/charges", Stall: make(chan struct{})})
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.c.Sales(ctx, day(-100), nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestProgressOfSalesOnlyGrows(t *testing.T) {
	s := newShop(t)
	for i := range 500 {
		s.AddCharge(fakestripe.Charge{ID: fmt.Sprintf("py_%d", i), Amount: 1, Created: day(0).Add(-time.Duration(i) * time.Hour)})
	}
	read, share := 0, 0.0
	_, err := s.c.Sales(context.Background(), day(-100), func(n int, part float64) {
		if n < read || part < share {
			t.Errorf("went back from %d, %.2f to %d, %.2f", read, share, n, part)
		}
		read, share = n, part
	})
	if err != nil || read != 500 || share != 1 {
		t.Errorf("ended at %d, %.2f: %v", read, share, err)
	}
}
