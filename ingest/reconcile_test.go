package ingest_test

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
)

const aDay = 24 * time.Hour

// shown is a dispute that Stripe shows and no mail announced.
func (s *shop) shown(status string, age, due time.Duration) {
	s.t.Helper()
	created := s.now.Add(-age)
	d := fakestripe.Dispute{ID: "du_1", Charge: "py_1", Status: status, Created: created}
	if due != 0 {
		d.DueBy = s.now.Add(due)
	}
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_1", Amount: 100, Created: created.Add(-aDay)})
	s.stripe.AddDispute(d)
}

func TestDisputeOpensACaseWhereSomebodyCanStillActOrItWasLostJustNow(t *testing.T) {
	for _, tt := range []struct {
		status   string
		age, due time.Duration // due 0: no answer is possible
		opens    bool
	}{
		{"needs_response", aDay, 9 * aDay, true},
		{"needs_response", 30 * aDay, -aDay, true},
		{"warning_needs_response", 30 * aDay, 0, true},
		{"under_review", aDay, 9 * aDay, false},
		{"warning_under_review", aDay, 9 * aDay, false},
		{"warning_closed", aDay, 9 * aDay, false},
		{"won", aDay, 9 * aDay, false},
		{"prevented", aDay, 9 * aDay, false},
		{"lost", 6 * aDay, 0, true},
		{"lost", 7 * aDay, 9 * aDay, false},
	} {
		s := newShop(t)
		s.shown(tt.status, tt.age, tt.due)
		if m, err := s.ask(); err != nil || (len(m.Opened) == 1) != tt.opens || len(s.cases()) != len(m.Opened) {
			t.Errorf("%s, %v old, due in %v: opened %v, %v", tt.status, tt.age, tt.due, m.Opened, err)
		}
	}
}
