package ingest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

// closedByBo is a case with a dispute at Stripe, due so many days later, 0 is
// never, that a person closed on Monday at ten.
func closedByBo(t *testing.T, d fakestripe.Dispute, due int) *shop {
	s := newShop(t)
	if due != 0 {
		d.DueBy = s.now.AddDate(0, 0, due)
	}
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -9)})
	d.ID, d.Charge, d.Created = "du_1", "py_1", s.now
	s.stripe.AddDispute(d)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	s.asks()
	if _, err := s.book.Say(t.Context(), "256947", rules.Event{Type: rules.EventClose, At: s.now, By: "bo", Outcome: "not a dispute"}); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPersonsEndHoldsForAWorkingDayAgainstADisputeThatWaits(t *testing.T) {
	for _, status := range []string{"needs_response", "warning_needs_response"} {
		s := closedByBo(t, fakestripe.Dispute{Status: status}, 11)
		for _, tt := range []struct {
			after time.Duration
			state rules.State
		}{{0, rules.Closed}, {24*time.Hour - time.Second, rules.Closed}, {time.Second, rules.Open}} {
			s.now = s.now.Add(tt.after)
			s.asks()
			if c := s.one(); c.State != tt.state {
				t.Errorf("%s, %v later: %s", status, tt.after, c.State)
			}
		}
	}
}

func TestPersonsEndStandsWhereStripeTakesNoAnswerAnyMore(t *testing.T) {
	for name, tt := range map[string]struct {
		fakestripe.Dispute
		due int
	}{
		"its time is over":            {due: 1},
		"it takes no answer":          {},
		"it has its answer":           {fakestripe.Dispute{Submissions: 1}, 11},
		"its evidence is with Klarna": {fakestripe.Dispute{Status: "under_review"}, 11},
		"nobody knows its status":     {fakestripe.Dispute{Status: "klarna_thinks"}, 11},
	} {
		s := closedByBo(t, tt.Dispute, tt.due)
		s.now = s.now.AddDate(0, 0, 2)
		if done, err := s.ask(); err != nil || len(done.Changed) != 0 || s.one().State != rules.Closed {
			t.Errorf("%s: %s, changed %v, %v", name, s.one().State, done.Changed, err)
		}
	}
}

const ended = "The dispute is resolved in your favour.\nDispute ID: 256947\nMerchant Reference 1: 77-1042\n"

// All of it is read before Stripe is asked for the first time, or long before
// Stripe shows its dispute.
func TestEndOfAMailYieldsToADisputeThatStripeHoldsOpen(t *testing.T) {
	for _, mails := range [][]string{{request, ended}, {ended}} {
		for _, later := range []bool{false, true} {
			s := newShop(t)
			shown := func() {
				s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -9)})
				s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
			}
			if !later {
				shown()
			}
			for i, body := range mails {
				subject := map[string]string{request: "New dispute request", ended: "Dispute resolved in your favour"}[body]
				s.mail(fmt.Sprint(i, "@klarna.com"), "pass", subject, body)
				s.now = s.now.Add(time.Second)
			}
			s.read(nil)
			if c := s.one(); c.State != rules.Closed {
				t.Fatalf("%d mails: %s", len(mails), c.State)
			}
			s.asks()
			if later {
				s.now = s.now.AddDate(0, 0, 1)
				shown()
				s.asks()
			}
			c := s.one()
			if c.State != rules.Open || c.Match.Dispute != "du_1" || !slices.Contains(c.Warnings, "Closed, but Stripe still waits for an answer: open again.") {
				t.Errorf("%d mails, shown later %v: %s, %+v, %q", len(mails), later, c.State, c.Match, c.Warnings)
			}
		}
	}
}

func TestEndOfAMailStandsBesideTheOrdersNextDispute(t *testing.T) {
	s := newShop(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -9)})
	s.mail("1@klarna.com", "pass", "Dispute resolved in your favour", ended)
	s.read(nil)
	s.now = s.now.Add(time.Minute) // whoever is older is looked at first
	s.mail("2@klarna.com", "pass", "New dispute request", strings.ReplaceAll(request, "256947", "256999"))
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_2", Charge: "py_1", Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
	s.read(nil)
	for range 2 {
		s.asks()
		s.now = s.now.AddDate(0, 0, 1)
	}
	if c := s.named("256999"); c.State != rules.Open || c.DisputeID != "256999" || c.Match.Dispute != "du_2" {
		t.Errorf("the next: %s, %+v", c.State, c.Match)
	}
	if c := s.named("256947"); c.State != rules.Closed || c.Outcome != "won" || c.Match.Dispute != "" {
		t.Errorf("the one that ended: %s, %+v", c.State, c.Match)
	}
}

func TestEndOfAPersonStandsBesideADisputeThatStripeShowsLater(t *testing.T) {
	s := newShop(t)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	s.asks()
	if _, err := s.book.Say(t.Context(), "256947", rules.Event{Type: rules.EventClose, At: s.now, By: "bo", Outcome: "not a dispute"}); err != nil {
		t.Fatal(err)
	}
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, OrderReference: "77-1042", Created: s.now.AddDate(0, 0, -9)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Created: s.now, DueBy: s.now.AddDate(0, 0, 11)})
	s.asks()
	if c := s.named("256947"); c.State != rules.Closed || c.Match.Dispute != "" || len(s.cases()) != 2 {
		t.Errorf("%s, %+v, %d cases", c.State, c.Match, len(s.cases()))
	}
}

// The shop tried it in test mode first, and its cases are still there.
func TestDisputeThatStripeKnowsNoMoreIsSaidOnceAndKeepsNoOtherFromBeingRead(t *testing.T) {
	s := newShop(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_0", Amount: 100, Created: s.now.AddDate(0, 0, -320)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_0", Charge: "py_0", Created: s.now.AddDate(0, 0, -300), DueBy: s.now.AddDate(0, 0, 7)})
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	found := rules.Match{Strength: rules.Exact, Charge: "py_0", Dispute: "du_0"}
	if _, err := s.book.Say(t.Context(), "256947", rules.Event{Type: rules.EventMatch, At: s.now, By: "stripe main", Match: &found}); err != nil {
		t.Fatal(err)
	}
	s.asks()
	was := s.named("256947").Stripe

	s.stripe.Break(fakestripe.Fault{Path: "/v1/disputes/du_0", Status: 404, Code: "resource_missing"})
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_2", Amount: 100, Created: s.now})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_2", Charge: "py_2", Created: s.now, DueBy: s.now.AddDate(0, 0, 7)})
	for range 3 {
		s.asks()
		s.now = s.now.Add(time.Hour)
	}
	events, err := s.book.History(t.Context(), "256947")
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	for _, e := range events {
		if e.Type == rules.EventMissing {
			said++
		}
	}
	c := s.named("256947")
	if said != 1 || c.State != rules.Open || !slices.Contains(c.Warnings, rules.Gone) || c.Stripe == nil || len(s.cases()) != 2 {
		t.Errorf("said %d times, %s, %q, %+v, %d cases", said, c.State, c.Warnings, c.Stripe, len(s.cases()))
	}

	s.stripe.Mend()
	s.asks()
	if c := s.named("256947"); len(c.Warnings) != 0 || !c.Stripe.ReadAt.After(was.ReadAt) {
		t.Errorf("known again: %q, %+v", c.Warnings, c.Stripe)
	}
	s.stripe.Break(fakestripe.Fault{Path: "/v1/disputes/du_0", Status: 404, Body: "<html>no such page</html>", Type: "text/html"})
	if _, err := s.ask(); err == nil {
		t.Error("an answer that is not Stripe's is no fault")
	}
}

func TestEndedCaseIsSearchedForRarely(t *testing.T) {
	s := newShop(t)
	s.mail("1@klarna.com", "pass", "Dispute resolved in your favour", ended)
	s.read(nil)
	var searches []int
	for range 8 {
		s.asks()
		searches = append(searches, min(s.searches(), 1))
		s.now = s.now.Add(time.Hour)
	}
	if want := []int{1, 0, 0, 0, 0, 0, 1, 0}; !slices.Equal(searches, want) {
		t.Errorf("searched at the hours %v, want %v", searches, want)
	}
}

// Another shop's dispute is shown all the while, and is no news.
func TestChargeIsSearchedForMoreRarelyTheOlderTheCase(t *testing.T) {
	s := newShop(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 100, Created: s.now})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Status: "won", Created: s.now, DueBy: s.now})
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	opened := s.now
	var searched []time.Duration
	for _, age := range []time.Duration{
		0, 119 * time.Second, 2 * time.Minute,
		8 * time.Hour, 9*time.Hour - time.Second, 9 * time.Hour,
		10 * 24 * time.Hour, 10*24*time.Hour + 6*time.Hour - time.Second, 10*24*time.Hour + 6*time.Hour,
	} {
		s.now = opened.Add(age)
		s.asks()
		if s.searches() > 0 {
			searched = append(searched, age)
		}
	}
	want := []time.Duration{0, 2 * time.Minute, 8 * time.Hour, 9 * time.Hour, 10 * 24 * time.Hour, 10*24*time.Hour + 6*time.Hour}
	if !slices.Equal(searched, want) {
		t.Errorf("searched at the ages %v, want %v", searched, want)
	}
}

func TestChargeThatAPersonLinkedIsNotSearchedForAndIsReadOnceItIsDisputed(t *testing.T) {
	s := newShop(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 12490, Created: s.now.AddDate(0, 0, -9)})
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.read(nil)
	linked := rules.Match{Strength: rules.Exact, Charge: "py_1"}
	if _, err := s.book.Say(t.Context(), "256947", rules.Event{Type: rules.EventLink, At: s.now, By: "bo", Match: &linked}); err != nil {
		t.Fatal(err)
	}
	s.asks()
	if n := s.searches(); n != 0 {
		t.Errorf("%d searches", n)
	}
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_1", Charge: "py_1", Created: s.now, DueBy: s.now.AddDate(0, 0, 7)})
	s.asks()
	if c := s.one(); c.Stripe == nil || c.Stripe.Dispute != "du_1" || c.Match.By != "bo" {
		t.Errorf("%+v, %+v", c.Match, c.Stripe)
	}
}

func TestOnlyADisputeThatShouldShowIsMissed(t *testing.T) {
	const nine = 9 * 24 * time.Hour
	for name, tt := range map[string]struct {
		subject, body  string
		missing        int // days; 0 is never
		broken, missed bool
	}{
		"a dispute":                       {"New dispute request", request, 7, false, true},
		"nobody asked for it":             {"New dispute request", request, 0, false, false},
		"a stop request":                  {"Stop request", stopText, 7, false, false},
		"what nobody understood":          {"About your dispute", "There is something about one of your disputes. Kindly see the portal.", 7, false, false},
		"what has ended":                  {"Dispute resolved in your favour", ended, 7, false, false},
		"while Stripe cannot be searched": {"New dispute request", request, 7, true, false},
	} {
		s := newShop(t)
		s.asker.Missing = rules.Span{N: tt.missing, Unit: "d"}
		if tt.missing == 0 {
			s.asker.Missing = rules.Span{}
		}
		s.mail("1@klarna.com", "pass", tt.subject, tt.body)
		s.read(nil)
		s.now = s.now.Add(nine)
		if tt.broken {
			s.stripe.Break(fakestripe.Fault{Path: "/v1/charges/search", Status: 500})
		}
		if _, err := s.ask(); (err != nil) != tt.broken {
			t.Errorf("%s: %v", name, err)
		}
		if c := s.one(); slices.Contains(c.Warnings, rules.Missing) != tt.missed {
			t.Errorf("%s: %q", name, c.Warnings)
		}
	}
}
