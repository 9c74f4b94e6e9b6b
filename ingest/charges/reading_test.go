package charges

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

// read is Stripe's word on a dispute, from the window.
func (s *shop) read(dispute string) rules.Reading {
	s.t.Helper()
	r, err := s.c.Reading(context.Background(), s.window(), rules.Match{Strength: rules.Exact, Dispute: dispute}, day(6))
	if err != nil || r == nil {
		s.t.Fatalf("read %+v, %v", r, err)
	}
	return *r
}

func TestOnlySucceededRefundsCountAndThoseSinceTheDisputeApart(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1") // on day 3
	for i, f := range []fakestripe.Refund{
		{Amount: 1000, Created: day(2)},
		{Amount: 200, Created: day(3)},
		{Amount: 30, Created: day(4)},
		{Amount: 4, Created: day(4), Status: "pending"},
		{Amount: 5, Created: day(4), Status: "failed"},
		{Amount: 6, Created: day(4), Status: "canceled"},
		{Amount: 7, Created: day(4), Status: "requires_action"},
	} {
		f.ID, f.Charge = fmt.Sprintf("re_%d", i), "py_1"
		s.AddRefund(f)
	}
	r := s.read("du_1")
	if r.RefundedMinor != 1230 || r.RefundedSince != 230 || r.Refunding != 4+7 {
		t.Errorf("refunded %d, since the dispute %d, under way %d; want 1230, 230 and 11", r.RefundedMinor, r.RefundedSince, r.Refunding)
	}
	if got := s.calls(); len(got) != 1 {
		t.Errorf("called %v, want the window alone", got)
	}
}

func TestManyRefundsAreListedToTheirEnd(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	for i := range 120 {
		s.AddRefund(fakestripe.Refund{ID: fmt.Sprintf("re_%d", i), Charge: "py_1", Amount: 10, Created: day(4)})
	}
	if r := s.read("du_1"); r.RefundedSince != 1200 {
		t.Errorf("refunded since the dispute %d, want 1200", r.RefundedSince)
	}
	s.SetStatus("du_1", "lost")
	s.Forget()
	if r := s.read("du_1"); r.RefundedMinor != 1200 || len(s.calls()) != 1 {
		t.Errorf("a lost dispute: refunded %d by %v; want 1200 and no listing", r.RefundedMinor, s.calls())
	}
}

func TestRefundsOfAnotherChargeAreNotThisOnes(t *testing.T) {
	s := newShop(t)
	for _, id := range []string{"1", "2"} {
		s.sold("py_"+id, "1000"+id)
		s.refundedOften("py_" + id)
	}
	s.disputed("du_1", "py_1")
	s.Break(fakestripe.Fault{Path: "/v1/refunds", All: true})
	if w := s.window(); w.Err() == nil || len(w.Readings()) != 0 {
		t.Errorf("read %+v, %v", w.Readings(), w.Err())
	}
}

func TestReadingSaysWhatWasCapturedAndHow(t *testing.T) {
	s := newShop(t)
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, Captured: 10000, CaptureMethod: "manual", Created: day(0), Tracking: "JJD000390007", Carrier: "DHL"})
	s.AddCharge(fakestripe.Charge{ID: "py_2", Amount: 5000, Currency: "JPY", Captured: -1, Capturable: 5000, Created: day(0)})
	s.disputed("du_1", "py_1")
	s.disputed("du_2", "py_2")
	r := s.read("du_1")
	if r.Captured != eur(10000) || r.Authorized != eur(12490) || r.AutoCapture || r.Tracking != "JJD000390007" || r.Carrier != "DHL" {
		t.Errorf("read %+v", r)
	}
	r = s.read("du_2")
	if (r.Captured != rules.Money{Minor: 0, Currency: "JPY"}) || r.Capturable != 5000 || !r.AutoCapture || r.Amount.String() != "5000 JPY" {
		t.Errorf("read %+v", r)
	}
}

func TestReadingSaysHowFarTheAnswerIs(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.AddDispute(fakestripe.Dispute{
		ID: "du_1", Charge: "py_1", Status: "lost", Reason: "fraudulent", Created: day(3),
		HasEvidence: true, Submissions: 1, PastDue: true, LossReason: "merchant_did_not_counter", KlarnaCode: "unauthorized_purchase",
	})
	r := s.read("du_1")
	if !r.HasEvidence || r.Submissions != 1 || !r.PastDue || r.LossReason != "merchant_did_not_counter" || r.KlarnaReason != "unauthorized_purchase" || r.Refundable {
		t.Errorf("read %+v", r)
	}
	if !r.DueBy.IsZero() {
		t.Errorf("due by %v: Stripe's 0 means that no answer is possible", r.DueBy)
	}
}

func TestUnknownStatusIsPassedOnAsItIs(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Status: "warning_on_hold", Reason: "noncompliant", Created: day(3)})
	if r := s.read("du_1"); r.Status != "warning_on_hold" || r.Reason != "noncompliant" {
		t.Errorf("read %+v", r)
	}
}

func TestDisputesOfCardsAreLeftOut(t *testing.T) {
	s := newShop(t)
	s.AddCharge(fakestripe.Charge{ID: "ch_1", Method: "card", Amount: 1, Created: day(0)})
	s.sold("py_1", "10001")
	s.disputed("du_card", "ch_1")
	s.disputed("du_1", "py_1")
	if got := s.window().Readings(); len(got) != 1 || got[0].Dispute != "du_1" {
		t.Errorf("read %+v", got)
	}
	if s.read("du_card").Klarna {
		t.Error("a card's dispute is called Klarna's")
	}
}

func TestDisputeOutsideTheWindowIsReadByOneCall(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Created: day(-150)})
	w := s.window()
	s.Forget()
	r, err := s.c.Reading(context.Background(), w, rules.Match{Charge: "py_1", Dispute: "du_1"}, day(6))
	if err != nil || r.Dispute != "du_1" || !r.ReadAt.Equal(day(6)) || len(s.calls()) != 1 {
		t.Errorf("read %+v, %v by %v", r, err, s.calls())
	}
}

func TestReadingIsAsOldAsItsWindowAndNeverNewerThanNow(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	for now, want := range map[time.Time]time.Time{day(1): day(1), day(6): day(5)} {
		r, err := s.c.Reading(context.Background(), s.window(), rules.Match{Dispute: "du_1"}, now) // the window is of day 5
		if err != nil || !r.ReadAt.Equal(want) {
			t.Errorf("on %v: read at %v, %v", now, r.ReadAt, err)
		}
	}
}

func TestSameDisputeThatBecameAChargebackIsReadAsIt(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	if r := s.read("du_1"); r.Status != "warning_needs_response" {
		t.Fatalf("read %+v", r)
	}
	s.ChangeDispute("du_1", func(d *fakestripe.Dispute) { d.Status, d.DueBy = "needs_response", day(40) })
	if r := s.read("du_1"); r.Status != "needs_response" || !r.DueBy.Equal(day(40)) {
		t.Errorf("read %+v", r)
	}
}

func TestSecondDisputeOfAChargeIsTheOneThatIsRead(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Status: "won", Created: day(4)})
	s.AddDispute(fakestripe.Dispute{ID: "du_2", Charge: "py_1", Created: day(3)})
	r, err := s.c.Reading(context.Background(), s.window(), rules.Match{Charge: "py_1"}, day(6))
	if err != nil || r.Dispute != "du_2" {
		t.Errorf("read %+v, %v; want the one that is open", r, err)
	}
	s.SetStatus("du_2", "lost")
	if r, err := s.c.Reading(context.Background(), s.window(), rules.Match{Charge: "py_1"}, day(6)); err != nil || r == nil || r.Dispute != "du_1" {
		t.Errorf("read %+v, %v; want the newer of two that are over", r, err)
	}
	older, newer := Dispute{ID: "du_3", Created: day(3)}, Dispute{ID: "du_4", Created: day(4)}
	for _, ds := range [][]Dispute{{older, newer}, {newer, older}} {
		if got := newest(ds); got.ID != "du_4" {
			t.Errorf("of %v: %s", ds, got.ID)
		}
	}
}

func TestChargeWithoutADisputeCostsOneCallNotOneAPass(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	m := rules.Match{Strength: rules.Exact, Charge: "py_1"}
	for pass := range 3 {
		s.Forget()
		r, err := s.c.Reading(context.Background(), s.window(), m, day(5).Add(time.Duration(pass)*time.Minute))
		if r != nil || err != nil {
			t.Fatalf("read %+v, %v", r, err)
		}
		if got, want := len(s.calls()), []int{2, 1, 1}[pass]; got != want {
			t.Errorf("pass %d: %d calls, want %d", pass, got, want)
		}
	}
}

// A charge had no dispute when it was asked for: only a window that reaches back to
// then, and an hour more for clocks that differ, shows that it has none by now.
func TestChargeWithoutADisputeIsAskedForAgainWhereItsWindowProvesNothing(t *testing.T) {
	m := rules.Match{Strength: rules.Exact, Charge: "py_1"}
	for _, tt := range []struct {
		since time.Duration // of the window, counted from when the charge was asked for
		found bool
	}{{-time.Hour - time.Second, false}, {-time.Hour, true}, {time.Hour, true}} {
		s := newShop(t)
		s.sold("py_1", "10001")
		if r, err := s.c.Reading(context.Background(), nil, m, day(5)); r != nil || err != nil {
			t.Fatalf("%+v, %v", r, err)
		}
		w := newWindow(day(5).Add(tt.since), day(6)) // as it was before Stripe knew the dispute
		s.disputed("du_1", "py_1")
		r, err := s.c.Reading(context.Background(), w, m, day(6))
		if err != nil || (r != nil) != tt.found {
			t.Errorf("%v: %+v, %v", tt.since, r, err)
		}
		if r, err := s.c.Reading(context.Background(), nil, m, day(6)); err != nil || r == nil {
			t.Errorf("%v, without a window: %+v, %v", tt.since, r, err)
		}
	}
}

func TestDisputesThatCannotBeListedAreNotNoDisputes(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Created: day(-150)})
	s.refundedOften("py_1")
	w := s.window()
	for _, path := range []string{"/v1/disputes", "/v1/refunds"} {
		s.Break(fakestripe.Fault{Path: path, Status: 403, Times: 1})
		if r, err := s.c.Reading(context.Background(), w, rules.Match{Charge: "py_1"}, day(6)); err == nil {
			t.Errorf("%s: read %+v", path, r)
		}
	}
	s.Break(fakestripe.Fault{Path: "/v1/refunds", Status: 403, Times: 1})
	if r, err := s.c.Reading(context.Background(), nil, rules.Match{Dispute: "du_1"}, day(6)); err == nil {
		t.Errorf("by its id: read %+v", r)
	}
	if r, err := s.c.Reading(context.Background(), s.window(), rules.Match{Charge: "py_1"}, day(6)); err != nil || r == nil || r.Dispute != "du_1" {
		t.Errorf("later: read %+v, %v", r, err)
	}
}

func TestMemoryOfChargesWithoutADisputeIsBounded(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	for i := range maxEmpty {
		s.c.empty[fmt.Sprint("py_x", i)] = day(0)
	}
	if r, err := s.c.Reading(context.Background(), nil, rules.Match{Charge: "py_1"}, day(5)); r != nil || err != nil {
		t.Fatalf("%+v, %v", r, err)
	}
	if got := len(s.c.empty); got != 1 {
		t.Errorf("%d charges are remembered", got)
	}
}

func TestMatchWithoutAChargeIsNotReadAsNoDispute(t *testing.T) {
	s := newShop(t)
	if r, err := s.c.Reading(context.Background(), s.window(), rules.Match{}, day(5)); err == nil {
		t.Errorf("read %+v", r)
	}
}

func TestAccountMayBeForbiddenOrBrokenAndDisputesAreStillRead(t *testing.T) {
	for name, f := range map[string]fakestripe.Fault{"forbidden": {Status: 403, Code: "more_permissions_required"}, "broken": {Status: 500}} {
		s := newShop(t)
		s.sold("py_1", "10001")
		s.sold("py_2", "10002")
		s.disputed("du_1", "py_1")
		s.disputed("du_2", "py_2")
		f.Path = "/v1/account"
		s.Break(f)
		got := s.window().Readings()
		if len(got) != 2 || got[0].Account != "" {
			t.Errorf("%s: read %+v", name, got)
		}
		s.window()
		asked := len(s.paths()) - len(s.calls())
		if want := map[string]int{"forbidden": 1, "broken": 2}[name]; asked != want {
			t.Errorf("%s: asked %d times, want %d", name, asked, want)
		}
	}
}
