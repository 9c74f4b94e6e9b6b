package charges

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

// matchAll matches each of wants in one window, after Seek where that is asked.
func (s *shop) matchAll(wants []Want, seek bool) []rules.Match {
	s.t.Helper()
	w := s.window()
	if seek {
		if err := s.c.Seek(context.Background(), w, wants); err != nil {
			s.t.Fatal(err)
		}
	}
	var out []rules.Match
	for _, want := range wants {
		m, err := s.c.Match(context.Background(), w, want, day(5))
		if err != nil {
			s.t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

func TestHundredMailsThatStripeDoesNotKnowCostNoMoreThanAHundredCalls(t *testing.T) {
	for _, tt := range []struct{ refs, keys, searches, later int }{
		{1, 2, 40, 0},
		{2, 2, 80, 0},
		{3, 2, 100, 17}, // 120 would be needed
		{3, 3, 100, 50},
		{2, 12, 100, 50}, // a query holds one reference under ten of the keys
	} {
		s := newShop(t)
		for len(s.c.account.ReferenceKeys) < tt.keys {
			s.c.account.ReferenceKeys = append(s.c.account.ReferenceKeys, fmt.Sprint("key_", len(s.c.account.ReferenceKeys)))
		}
		var wants []Want
		for i := range 100 {
			var want Want
			for j := range tt.refs {
				want.References = append(want.References, fmt.Sprintf("unknown-%d-%d", i, j))
			}
			wants = append(wants, want)
		}
		w := s.window()
		if err := s.c.Seek(context.Background(), w, wants); err != nil {
			t.Fatal(err)
		}
		later := 0
		for _, want := range wants {
			m, err := s.c.Match(context.Background(), w, want, day(5))
			if errors.Is(err, ErrLater) {
				later++
			} else if err != nil || m.Strength != rules.NoMatch {
				t.Fatalf("%+v, %v", m, err)
			}
		}
		if got := len(s.calls()) - 1; got > tt.searches || later > tt.later {
			t.Errorf("%d references, %d keys: %d searches and %d put off, want at most %d and %d", tt.refs, tt.keys, got, later, tt.searches, tt.later)
		}
	}
}

func TestReferencesThatAreSoughtTogetherAreFoundInChargesAndInIntents(t *testing.T) {
	s := newShop(t)
	var wants []Want
	for i := range 30 {
		ref := fmt.Sprintf("R-%d", i)
		c := fakestripe.Charge{ID: "py_" + fmt.Sprint(i), Amount: 1, Created: day(0)}
		switch i % 3 {
		case 0:
			c.Metadata = map[string]string{"order_id": ref}
		case 1:
			c.IntentMetadata = map[string]string{"order_number": ref}
		}
		s.AddCharge(c)
		wants = append(wants, Want{References: []string{ref}})
	}
	for i, m := range s.matchAll(wants, true) {
		if i%3 == 2 {
			found(t, m, rules.NoMatch, "", "")
		} else {
			found(t, m, rules.Exact, "py_"+fmt.Sprint(i), "", "its metadata order_")
		}
	}
	if got := len(s.calls()); got != 1+6+4 {
		t.Errorf("%d calls, want a page, 6 searches of charges and 4 of payment intents: %v", got, s.calls())
	}
}

func TestSeekingTogetherMatchesNothingElse(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := newShop(t)
		defer s.Close() // not only at the end: sockets are few
		defer s.c.base.(*http.Transport).CloseIdleConnections()
		values := rapid.SampledFrom([]string{"10001", "AB-77", "ab-77", "#AB-77", "it's", `a\b"c`, "", " 10001 ", "ſ-1", "S-1", strings.Repeat("x", 600)})
		for i := range rapid.IntRange(0, 6).Draw(rt, "charges") {
			c := fakestripe.Charge{ID: fmt.Sprintf("py_%d", i), Amount: 100, Created: day(0), Method: rapid.SampledFrom([]string{"klarna", "card"}).Draw(rt, "method")}
			c.Metadata = map[string]string{rapid.SampledFrom([]string{"order_id", "order_number", "else"}).Draw(rt, "key"): values.Draw(rt, "value")}
			c.IntentMetadata = map[string]string{"order_id": values.Draw(rt, "intent's value")}
			s.AddCharge(c)
			if rapid.Bool().Draw(rt, "disputed") {
				s.disputed(fmt.Sprintf("du_%d", i), c.ID)
			}
		}
		wants := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) Want {
			return Want{References: rapid.SliceOfN(values, 0, 3).Draw(rt, "references")}
		}), 0, 8).Draw(rt, "mails")
		if diff := cmp.Diff(s.matchAll(wants, false), s.matchAll(wants, true)); diff != "" {
			rt.Errorf("alone (-), together (+):\n%s", diff)
		}
	})
}

func TestOneMailsReferenceThatStripeRefusesCostsTheOthersNothing(t *testing.T) {
	s := newShop(t)
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 1, Created: day(0), Metadata: map[string]string{"order_id": "10001"}})
	s.Break(fakestripe.Fault{Path: "/v1/charges/search", Times: 1, Status: 400})
	m := s.matchAll([]Want{{References: []string{"odd"}}, {References: []string{"10001"}}}, true)
	found(t, m[0], rules.NoMatch, "", "")
	found(t, m[1], rules.Exact, "py_1", "")
	if strings.Contains(m[0].Why+m[1].Why, "refused") {
		t.Errorf("%q, %q", m[0].Why, m[1].Why)
	}
}

func TestReferenceThatStripeRefusesAloneIsSaid(t *testing.T) {
	s := newShop(t)
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 1, Created: day(0), Metadata: map[string]string{"order_id": "10001"}})
	w := s.window()
	s.Break(fakestripe.Fault{Path: "/v1/charges/search", Times: 1, Status: 400}) // the query, but not the harmless one after it
	if err := s.c.Seek(context.Background(), w, []Want{{References: []string{"odd"}}}); err != nil {
		t.Fatal(err)
	}
	m, err := s.c.Match(context.Background(), w, Want{References: []string{"odd", "10001"}}, day(5))
	if err != nil {
		t.Fatal(err)
	}
	found(t, m, rules.Exact, "py_1", "", "Stripe refused to search for the mail's first reference")
}

func TestAccountWithoutSearchIsAskedTwiceAndNoMore(t *testing.T) {
	for _, status := range []int{400, 404} {
		s := newShop(t)
		s.Break(fakestripe.Fault{Path: "/v1/charges/search", Status: status})
		var wants []Want
		for i := range 50 {
			wants = append(wants, Want{References: []string{fmt.Sprintf("R-%d", i)}})
		}
		for _, m := range s.matchAll(wants, true) {
			found(t, m, rules.NoMatch, "", "", "Stripe refused to search")
		}
		if got := len(s.calls()); got != 1+2 {
			t.Errorf("%d: %d calls", status, got)
		}
	}
}

func TestSeekThatFailsSaysSoAndSettlesNothing(t *testing.T) {
	s := newShop(t)
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 1, Created: day(0), IntentMetadata: map[string]string{"order_id": "10001"}})
	w := s.window()
	want := Want{References: []string{"10001"}}
	s.Break(fakestripe.Fault{Path: "/v1/payment_intents/search", Status: 403, Code: "more_permissions_required"})
	if err := s.c.Seek(context.Background(), w, []Want{want}); err == nil || !strings.Contains(err.Error(), "search payment intents: HTTP 403") {
		t.Errorf("error %v", err)
	}
	s.Mend()
	if m, err := s.c.Match(context.Background(), w, want, day(5)); !errors.Is(err, ErrLater) || m.Charge != "" {
		t.Errorf("the same pass: %+v, %v", m, err)
	}
	m, err := s.c.Match(context.Background(), s.window(), want, day(5))
	if err != nil {
		t.Fatal(err)
	}
	found(t, m, rules.Exact, "py_1", "")
}

// A search that is out of order lasts: each try would cost a pass seconds.
func TestSearchThatIsOutOfOrderIsTriedOnceAPass(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	w := s.window()
	var wants []Want
	for i := range 50 {
		wants = append(wants, Want{References: []string{fmt.Sprint("unknown-", i)}})
	}
	s.Break(fakestripe.Fault{Path: "/v1/charges/search", Status: 503})
	s.Forget()
	if err := s.c.Seek(context.Background(), w, wants); err == nil || errors.Is(err, ErrLater) {
		t.Errorf("the reason is not told: %v", err)
	}
	tries := len(s.calls())
	for _, want := range wants {
		if _, err := s.c.Match(context.Background(), w, want, day(5)); !errors.Is(err, ErrLater) {
			t.Fatalf("error %v", err)
		}
	}
	m, err := s.c.Match(context.Background(), w, Want{References: []string{"10001"}}, day(5))
	if err != nil {
		t.Fatal(err)
	}
	found(t, m, rules.Exact, "py_1", "du_1")
	if got := len(s.calls()); got != tries || tries > 4 {
		t.Errorf("%d calls, %d of them before the matches", got, tries)
	}
}

func TestReferenceOnMoreThanAPageOfChargesIsSearchedAlone(t *testing.T) {
	s := newShop(t)
	for i := range 120 {
		s.AddCharge(fakestripe.Charge{ID: fmt.Sprintf("py_%d", i), Amount: 1, Created: day(0), Metadata: map[string]string{"order_id": "many"}})
	}
	s.AddCharge(fakestripe.Charge{ID: "py_one", Amount: 1, Created: day(-1), Metadata: map[string]string{"order_id": "one"}})
	m := s.matchAll([]Want{{References: []string{"many"}}, {References: []string{"one"}}}, true)
	found(t, m[0], rules.Ambiguous, "", "", "more than 100 charges have the mail's first reference")
	found(t, m[1], rules.Exact, "py_one", "")
}

func TestReferenceTooLongForMetadataIsLeftOutAndSaid(t *testing.T) {
	s := newShop(t)
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 1, Created: day(0), Metadata: map[string]string{"order_id": "10001"}})
	m := s.match(Want{References: []string{strings.Repeat("'", 5000), "10001"}})
	found(t, m, rules.Exact, "py_1", "", "not all of its references")
	for _, r := range s.Requests() {
		if len(r.Query.Get("query")) > maxQuery {
			t.Errorf("a query of %d bytes", len(r.Query.Get("query")))
		}
	}
}

func TestMoreKeysThanAQueryHoldsAreSearchedInPart(t *testing.T) {
	s := newShop(t)
	var keys []string
	for i := range 12 {
		keys = append(keys, fmt.Sprintf("key_%d", i))
	}
	s.c = s.client(Account{ReferenceKeys: keys})
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 1, Created: day(0), Metadata: map[string]string{"key_9": "10001"}})
	for _, seek := range []bool{false, true} {
		m := s.matchAll([]Want{{References: []string{"10001"}}, {References: []string{"10002"}}}, seek)
		found(t, m[0], rules.Exact, "py_1", "")
		found(t, m[1], rules.NoMatch, "", "")
	}
}

func TestOtherAccountsChargesChangeNoMatch(t *testing.T) {
	ours, others := newShop(t), newShop(t)
	for i, s := range []*shop{ours, others} {
		id := fmt.Sprintf("py_%d", i)
		s.sold(id, "10001")
		s.disputed(fmt.Sprintf("du_%d", i), id)
		s.AddCharge(fakestripe.Charge{ID: id + "m", Amount: 1, Created: day(0), Metadata: map[string]string{"order_id": "10002"}})
	}
	wants := []Want{{References: []string{"10001"}}, {References: []string{"10002"}}, {StripeIDs: []string{"du_1"}}, {Charge: "py_1"}}
	for _, seek := range []bool{false, true} {
		others.matchAll(wants, seek)
		m := ours.matchAll(wants, seek)
		found(t, m[0], rules.Exact, "py_0", "du_0")
		found(t, m[1], rules.Exact, "py_0m", "")
		found(t, m[2], rules.NoMatch, "", "", "du_1 is not in this Stripe account")
		found(t, m[3], rules.NoMatch, "", "", "py_1 was linked, but Stripe does not know it in this account")
	}
}

func TestSeekAsksForEachReferenceOnceAndOnlyWhereItIsNeeded(t *testing.T) {
	s := newShop(t)
	s.sold("py_1", "10001")
	s.disputed("du_1", "py_1")
	w := s.window()
	s.Forget()
	wants := []Want{
		{References: []string{"10001"}},                  // the window knows it
		{Charge: "py_9", References: []string{"linked"}}, // a person settled it
		{References: []string{"AB-1"}}, {References: []string{"ab-1", "AB-1"}},
	}
	for range 2 { // the second time everything is known
		if err := s.c.Seek(context.Background(), w, wants); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.calls(); len(got) != 2 {
		t.Fatalf("called %v", got)
	}
	for _, r := range s.Requests() {
		if q := r.Query.Get("query"); q != `metadata['order_id']:'AB-1' OR metadata['order_number']:'AB-1'` {
			t.Errorf("searched %s", q)
		}
	}
}

func TestSearchInEitherCaseFindsAProbableCharge(t *testing.T) {
	s := newShop(t)
	s.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 1, Created: day(0), Metadata: map[string]string{"order_id": "AB-77"}})
	found(t, s.match(Want{References: []string{"ab-77"}}), rules.Probable, "py_1", "", "but for upper and lower case")
}
