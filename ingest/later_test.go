package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

func TestSearchThatFailedSaysOfNoCaseThatItHasNoCharge(t *testing.T) {
	s := newShop(t)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	s.stripe.Break(fakestripe.Fault{Path: "/v1/charges/search", Status: 403, Code: "more_permissions_required"})
	if m, err := s.ask(); err == nil || len(m.Changed) != 0 {
		t.Errorf("%+v, %v", m, err)
	}
	if c := s.one(); c.Match.Strength != "" {
		t.Errorf("%+v", c.Match)
	}
	s.stripe.Mend()
	if m, err := s.ask(); err != nil || len(m.Changed) != 1 || s.one().Match.Strength != rules.NoMatch {
		t.Errorf("%+v, %v, %+v", m, err, s.one().Match)
	}
	s.now = s.now.AddDate(0, 0, 1)
	if m, err := s.ask(); err != nil || len(m.Changed) != 0 {
		t.Errorf("the same again: %+v, %v", m, err)
	}
}

func TestCaseThatAPassHasNoSearchLeftForIsMatchedByTheNextOne(t *testing.T) {
	s := newShop(t)
	var keys []string
	for i := range 10 { // so that a query holds one reference, and a mail costs two searches
		keys = append(keys, fmt.Sprint("key_", i))
	}
	s.asker.Client = charges.New(charges.Account{
		Name: "main", APIBase: s.stripe.URL, ReferenceKeys: keys, Now: func() time.Time { return s.now },
		Key: func() (string, error) { return "rk_test_1", nil },
	})
	for i := range 30 {
		order := fmt.Sprint("77-", 2000+i)
		s.stripe.AddCharge(fakestripe.Charge{ID: fmt.Sprint("py_", i), Amount: 12490, IntentMetadata: map[string]string{"key_3": order}, Created: s.now.AddDate(0, 0, -9)})
		s.mail(fmt.Sprint(i, "@klarna.com"), "pass", "New dispute request", strings.NewReplacer("256947", fmt.Sprint(256900+i), "77-1042", order).Replace(request))
	}
	s.read(nil)
	searches := func() (n int) {
		for _, r := range s.stripe.Requests() {
			if strings.HasSuffix(r.Path, "/search") {
				n++
			}
		}
		s.stripe.Forget()
		return n
	}
	open := func() (n int) {
		for _, c := range s.cases() {
			if c.Match.Strength != rules.Exact {
				n++
			}
		}
		return n
	}
	s.stripe.Forget()
	var left []int
	for range 3 {
		if _, err := s.ask(); err != nil {
			t.Fatal(err)
		}
		if n := searches(); n > 30 {
			t.Errorf("%d searches for 30 mails", n)
		}
		left = append(left, open())
	}
	if !slices.Equal(left, []int{15, 5, 0}) {
		t.Errorf("unmatched after each pass: %v", left)
	}
}
