package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/rules"
)

// freshLoss is how old a dispute that is already lost may be to be told: some
// arrive lost, and nobody wants to hear of last year's.
const freshLoss = 7 * 24 * time.Hour

// reconcile opens a case for each Klarna dispute that Stripe shows and no case
// knows: Klarna does not mail everything (DOMAIN.md §1). A mail that comes
// later joins it.
func (s *Stripe) reconcile(ctx context.Context, claim rules.Claim, w *charges.Window, cases []rules.Case, done *Matched) error {
	known := map[string]bool{}
	for _, c := range cases {
		for _, k := range c.Keys {
			known[k] = true
		}
	}
	var errs []error
	for _, r := range w.Readings() {
		key := rules.StripeKey(r.Dispute)
		if known[key] || !s.concerns(r) {
			continue
		}
		e := rules.Event{Type: rules.EventStripe, At: s.Now(), By: "stripe " + s.Account, Account: s.Account, Stripe: &r}
		c, err := s.Book.OpenCase(ctx, claim, []string{key}, e)
		if err != nil {
			errs = append(errs, fmt.Errorf("dispute %s: %w", r.Dispute, err))
			continue
		}
		if c.OpenedAt.Equal(e.At) {
			done.Opened = append(done.Opened, c.ID)
		} else {
			done.Changed = append(done.Changed, c.ID)
		}
	}
	return errors.Join(errs...)
}

// concerns says whether a dispute is worth a case of its own: somebody can
// still act, or it was lost just now.
func (s *Stripe) concerns(r rules.Reading) bool {
	switch r.Status {
	case "needs_response", "warning_needs_response":
		return true
	case "lost":
		return s.Now().Sub(r.CreatedAt) < freshLoss
	}
	return false
}
