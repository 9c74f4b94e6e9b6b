package ingest

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/rules"
)

// Holders knows whose a key is.
type Holders interface {
	// Holder is the case that has a key; false where there is none.
	Holder(ctx context.Context, key string) (rules.Case, bool, error)
}

// Taken says that a dispute of Stripe's belongs to a case about another dispute of
// Klarna's than c: an order can be disputed more than once, and the second case
// must not end with the first. A proved mail's case yields to no unproved one.
func Taken(ctx context.Context, book Holders, c rules.Case, dispute string) (bool, error) {
	holder, held, err := book.Holder(ctx, rules.StripeKey(dispute))
	if err != nil || !held || holder.ID == c.ID || holder.DisputeID == "" || c.DisputeID == "" {
		return false, err
	}
	proved := holder.Verdict == rules.Genuine || c.Verdict != rules.Genuine
	return proved && !slices.Contains(holder.Keys, rules.KlarnaKey(c.DisputeID)), nil
}

// Search is one case whose charge is looked for.
type Search struct {
	Client *charges.Client
	Window *charges.Window // nil: nothing was read yet
	Book   Holders
	Case   rules.Case
	Want   charges.Want
}

// Match finds the charge that is wanted and, of the disputes of that charge, one
// that is not [Taken]; one that a person names himself is never.
func (s Search) Match(ctx context.Context, now time.Time) (rules.Match, error) {
	for {
		m, err := s.Client.Match(ctx, s.Window, s.Want, now)
		if m.Dispute == "" || m.Dispute == s.Want.Charge || slices.Contains(s.Want.Taken, m.Dispute) {
			return m, err
		}
		taken, lookErr := Taken(ctx, s.Book, s.Case, m.Dispute)
		if !taken {
			return m, errors.Join(err, lookErr)
		}
		s.Want.Taken = append(s.Want.Taken, m.Dispute)
	}
}
