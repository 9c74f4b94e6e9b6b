package charges

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

// calls are the calls since the last Forget, without the account's.
func (s *shop) calls() []string {
	return slices.DeleteFunc(s.paths(), func(p string) bool { return p == "/v1/account" })
}

func TestMatchWithinTheWindowCostsNoCall(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	w := s.window()
	s.Forget()
	m, err := s.c.Match(context.Background(), w, Want{References: []string{"10001"}, StripeIDs: []string{"du_1", "pi_1"}}, day(5))
	if err != nil {
		t.Fatal(err)
	}
	found(t, m, rules.Exact, "py_1", "du_1")
	if !m.TriedAt.Equal(day(5)) {
		t.Errorf("tried at %v", m.TriedAt)
	}
	if got := s.paths(); len(got) != 0 {
		t.Errorf("called %v", got)
	}
}

func TestReferencesOfAMailAreSearchedInOneQuery(t *testing.T) {
	s := newShop(t)
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, Created: day(0), Metadata: map[string]string{"order_number": "W-9"}})
	w := s.window()
	s.Forget()
	m, err := s.c.Match(context.Background(), w, Want{References: []string{"10001", "W-9"}}, day(5))
	if err != nil {
		t.Fatal(err)
	}
	found(t, m, rules.Exact, "py_1", "", "its metadata order_number is the mail's second reference")
	if got := s.calls(); !slices.Equal(got, []string{"/v1/charges/search", "/v1/payment_intents/search"}) {
		t.Errorf("called %v, want charges, and payment intents for the reference that no charge has", got)
	}
	q := s.Requests()[0].Query.Get("query")
	if want := `metadata['order_id']:'10001' OR metadata['order_number']:'10001' OR metadata['order_id']:'W-9' OR metadata['order_number']:'W-9'`; q != want {
		t.Errorf("searched %s", q)
	}
}

func TestMetadataOfAPaymentIntentIsSearchedToo(t *testing.T) {
	s := newShop(t)
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, Created: day(0), IntentMetadata: map[string]string{"order_id": "10001"}})
	m := s.match(Want{References: []string{"10001"}})
	found(t, m, rules.Exact, "py_1", "", "metadata order_id")
	if got := s.calls(); !slices.Equal(got, []string{"/v1/disputes", "/v1/charges/search", "/v1/payment_intents/search"}) {
		t.Errorf("called %v", got)
	}
}

func TestQuotesInAReferenceDoNotEndTheQuery(t *testing.T) {
	s := newShop(t)
	evil := `x' OR metadata['order_id']:'10001`
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 1, Created: day(0), Metadata: map[string]string{"order_id": "10001"}})
	for _, ref := range []string{evil, `\' OR metadata["order_id"]:"10001`, `x\`, "10001\nOR"} {
		found(t, s.match(Want{References: []string{ref}}), rules.NoMatch, "", "")
	}
	for i, ref := range []string{evil, `it's "7" \ of 9`} {
		id := fmt.Sprintf("py_q%d", i)
		s.AddCharge(fakestripe.Charge{ID: id, Amount: 1, Created: day(0), Metadata: map[string]string{"order_id": ref}})
		found(t, s.match(Want{References: []string{ref}}), rules.Exact, id, "")
	}
}

func TestSearchNeverHasMoreClausesThanStripeTakes(t *testing.T) {
	s := newShop(t)
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 1, Created: day(0), Metadata: map[string]string{"order_id": "r1"}})
	m := s.match(Want{References: []string{"r1", "r2", "r3", "r4", "r5", "r6"}})
	found(t, m, rules.Exact, "py_1", "", "not all of its references")
}

func TestStripeIDsThatTheWindowLacksAreFetched(t *testing.T) {
	for id, path := range map[string]string{"py_1": "/v1/charges/py_1", "pi_1": "/v1/payment_intents/pi_1", "du_1": "/v1/disputes/du_1"} {
		s := newShop(t)
		s.sold("py_1", "10001")
		s.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Created: day(-150)}) // before the window
		m := s.match(Want{StripeIDs: []string{id}})
		found(t, m, rules.Exact, "py_1", "du_1", "Stripe id")
		if got := s.calls(); !slices.Contains(got, path) || len(got) > 3 {
			t.Errorf("%s: called %v", id, got)
		}
	}
}

func TestReferenceThatIsAnIDOfStripesIsFetched(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.Forget()
	found(t, s.match(Want{References: []string{"pi_1"}}), rules.Exact, "py_1", "")
	if got := s.calls(); !slices.Equal(got, []string{"/v1/disputes", "/v1/payment_intents/pi_1"}) {
		t.Errorf("called %v", got)
	}
}

func TestStripeIDOfAnotherAccountIsSaidAndTheReferenceStillCounts(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	m := s.match(Want{StripeIDs: []string{"du_other", "re_1"}, References: []string{"10001"}})
	found(t, m, rules.Exact, "py_1", "du_1", "du_other is not in this Stripe account", "none of a charge")
}

func TestManyStripeIDsInAMailCostFewCalls(t *testing.T) {
	s := newShop(t)
	var ids []string
	for i := range 500 {
		ids = append(ids, fmt.Sprintf("du_%d", i))
	}
	m := s.match(Want{StripeIDs: ids})
	found(t, m, rules.NoMatch, "", "", "only 5 of the mail's 500 Stripe ids")
	if got := s.calls(); len(got) != 1+maxIDs {
		t.Errorf("%d calls", len(got))
	}
}

func TestManyChargesOnOneReferenceCostFewCalls(t *testing.T) {
	s := newShop(t)
	for i := range 2 * maxIDs { // older than the window
		id := fmt.Sprint(i)
		s.AddCharge(fakestripe.Charge{ID: "py_" + id, Amount: 1, Created: day(-170), Metadata: map[string]string{"order_id": "10001"}})
		s.AddDispute(fakestripe.Dispute{ID: "du_" + id, Charge: "py_" + id, Created: day(-150)})
	}
	s.Forget()
	m := s.match(Want{References: []string{"10001"}})
	if got := len(s.calls()); m.Strength != rules.Ambiguous || len(m.Candidates) != 2*maxIDs || got != 2+maxIDs {
		t.Errorf("%d calls, %+v", got, m)
	}
}

func TestLinkedChargeIsFetchedAndNothingIsSearched(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.sold("py_2", "10002")
	s.disputed("du_1", "py_1")
	for _, link := range []string{"py_2", "pi_2"} {
		s.Forget()
		m := s.match(Want{Charge: link, References: []string{"10001"}})
		found(t, m, rules.Exact, "py_2", "", "linked")
		if got := s.calls(); len(got) != 2 {
			t.Errorf("called %v", got)
		}
	}
	s.Forget()
	found(t, s.match(Want{Charge: "py_404", References: []string{"zzz"}}), rules.NoMatch, "", "", "py_404 was linked, but Stripe does not know it in this account")
	if got := s.calls(); len(got) != 2 {
		t.Errorf("a wrong link: called %v", got)
	}
}

func TestDisputeOlderThanTheWindowIsFoundThroughItsCharge(t *testing.T) {
	s := newShop(t)
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 1, Created: day(-160), Metadata: map[string]string{"order_id": "10001"}})
	s.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Created: day(-150)})
	w := s.window()
	m, err := s.c.Match(context.Background(), w, Want{References: []string{"10001"}}, day(5))
	if err != nil {
		t.Fatal(err)
	}
	found(t, m, rules.Exact, "py_1", "du_1")
	s.Forget()
	r, err := s.c.Reading(context.Background(), w, m, day(5))
	if err != nil || r == nil || r.Dispute != "du_1" {
		t.Errorf("read %+v, %v", r, err)
	}
	if got := s.calls(); len(got) != 0 {
		t.Errorf("called %v again", got)
	}
	if got := w.Readings(); len(got) != 0 {
		t.Errorf("a dispute from before the window is among its readings: %+v", got)
	}
}

func TestOneCasesSearchDoesNotChangeAnothersMatch(t *testing.T) {
	s := newShop(t)
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 1, Created: day(0), Metadata: map[string]string{"order_id": "AB-1"}})
	w := s.window()
	ctx := context.Background()
	other := Want{StripeIDs: []string{"py_1"}}
	want := Want{References: []string{"#00AB-1"}}
	before, err := s.c.Match(ctx, w, want, day(5))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.c.Match(ctx, w, other, day(5)); err != nil {
		t.Fatal(err)
	}
	after, err := s.c.Match(ctx, w, want, day(5))
	if err != nil || after.Strength != before.Strength || after.Why != before.Why {
		t.Errorf("before %+v, after %+v, %v", before, after, err)
	}
}

func TestSearchThatFailsLeavesWhatTheWindowKnows(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "AB-1")
	s.disputed("du_1", "py_1")
	s.Break(fakestripe.Fault{Path: "/v1/charges/search", Status: 500})
	m, err := s.c.Match(context.Background(), s.window(), Want{DisputeID: "256947", References: []string{"ab-1"}}, day(5))
	if err == nil || !strings.HasPrefix(err.Error(), "match dispute 256947: stripe main: search charges: HTTP 500") {
		t.Errorf("error %v", err)
	}
	found(t, m, rules.Probable, "py_1", "du_1")
}

func TestAccountWithoutSearchStillMatchesByTheWindow(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "AB-1")
	s.disputed("du_1", "py_1")
	s.Break(fakestripe.Fault{Path: "/v1/charges/search", Status: 400, Code: "search_unavailable"})
	found(t, s.match(Want{References: []string{"ab-1"}}), rules.Probable, "py_1", "du_1", "refused to search")
	found(t, s.match(Want{References: []string{"zzz"}}), rules.NoMatch, "", "", "refused to search")
}

func TestTwoDisputesOfOneChargeInTheWindowAreBothSeen(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	s.disputed("du_2", "py_1")
	m := s.match(Want{References: []string{"10001"}})
	found(t, m, rules.Ambiguous, "", "", "it has 2 disputes")
	if len(m.Candidates) != 2 {
		t.Errorf("candidates %+v", m.Candidates)
	}
}

func TestMatchNeedsNoWindow(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	m, err := s.c.Match(context.Background(), nil, Want{StripeIDs: []string{"py_1"}}, day(5))
	if err != nil {
		t.Fatal(err)
	}
	found(t, m, rules.Exact, "py_1", "du_1")
	r, err := s.c.Reading(context.Background(), nil, rules.Match{Charge: "py_1"}, day(5))
	if err != nil || r == nil || r.Dispute != "du_1" {
		t.Errorf("read %+v, %v", r, err)
	}
}

func TestReferenceOnACardChargeFoundBySearchIsSaid(t *testing.T) {
	s := newShop(t)
	s.AddCharge(fakestripe.Charge{ID: "ch_1", Method: "card", Amount: 1, Created: day(0), Metadata: map[string]string{"order_id": "10001"}})
	found(t, s.match(Want{References: []string{"10001"}}), rules.NoMatch, "", "", "ch_1 is not Klarna's: it was paid with card")
}

func TestHostileDisputeIDStaysOutOfErrors(t *testing.T) {
	s := newShop(t)
	s.Break(fakestripe.Fault{Path: "/v1/charges", Status: 500})
	_, err := s.c.Match(context.Background(), nil, Want{DisputeID: "1\nhint: pay erika@example.com", StripeIDs: []string{"py_1"}}, day(5))
	if err == nil || strings.Contains(err.Error(), "erika") {
		t.Errorf("error %v", err)
	}
}

// The budget of a pass: pages of the window, then at most one call for each
// mail whose charge Stripe knows by metadata.
func TestHundredMailsCostNoMoreThanAWindowAndAHundredCalls(t *testing.T) {
	s := newShop(t)
	var wants []Want
	for i := range 100 {
		ref := fmt.Sprint(30000 + i)
		c := fakestripe.Charge{ID: "py_" + ref, Amount: 1, Created: day(0)}
		if i%2 == 0 {
			c.OrderReference = ref
		} else {
			c.Metadata = map[string]string{"order_id": ref}
		}
		s.AddCharge(c)
		if i%2 == 0 {
			s.disputed("du_"+ref, c.ID)
		}
		wants = append(wants, Want{References: []string{ref}, Date: day(4)})
	}
	w := s.window()
	for _, want := range wants {
		m, err := s.c.Match(context.Background(), w, want, day(5))
		if err != nil || m.Strength != rules.Exact {
			t.Fatalf("%+v: %+v, %v", want, m, err)
		}
	}
	if got := len(s.calls()); got != 1+50 {
		t.Errorf("%d calls, want a page and 50 searches", got)
	}
}

// twoShops has two shops' orders of one number: that of the other shop is disputed.
func twoShops(t *testing.T) (*shop, Want) {
	s := newShop(t)
	number := map[string]string{"order_id": "10001"}
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 50000, Currency: "SEK", Created: day(0), OrderReference: "10001", Metadata: number})
	s.disputed("du_1", "py_1")
	s.AddCharge(fakestripe.Charge{ID: "py_2", Amount: 12490, Created: day(0), OrderReference: "10001", Metadata: number})
	return s, Want{References: []string{"10001"}, Amount: eur(12490)}
}

func TestAmountOfAnotherChargeIsSearchedForBeforeAMatchIsSure(t *testing.T) {
	s, want := twoShops(t)
	found(t, s.match(want), rules.Ambiguous, "", "")

	w := s.window()
	if err := s.c.Seek(context.Background(), w, []Want{want}); err != nil {
		t.Fatal(err)
	}
	s.Forget()
	m, err := s.c.Match(context.Background(), w, want, day(5))
	if got := s.calls(); err != nil || m.Strength != rules.Ambiguous || len(got) != 0 {
		t.Errorf("after Seek: %+v, %v, called %v", m, err, got)
	}

	s.Break(fakestripe.Fault{Path: "/v1/charges/search", Status: 500})
	m, err = s.c.Match(context.Background(), s.window(), want, day(5))
	if err == nil {
		t.Error("the failed search is not told")
	}
	found(t, m, rules.Probable, "py_1", "du_1", "could not be searched for")
	want.StripeIDs = []string{"du_1"} // the mail names the very thing
	found(t, s.match(want), rules.Exact, "py_1", "du_1")
}
