package ingest_test

import (
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
