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
// must not end with the first, nor open again what ended. A proved mail's case
// yields to no unproved one, and mails that ask for nothing and ended nothing join
// whatever has their order: they answer nothing that Stripe holds open.
func Taken(ctx context.Context, book Holders, c rules.Case, dispute string) (bool, error) {
	if c.DisputeID == "" || !asks(c) && c.ClosedAt.IsZero() {
		return false, nil
	}
	holder, held, err := book.Holder(ctx, rules.StripeKey(dispute))
	if err != nil || !held || holder.DisputeID == "" {
		return false, err
	}
	proved := holder.Verdict == rules.Genuine || c.Verdict != rules.Genuine
	return proved && !slices.Contains(holder.Keys, rules.KlarnaKey(c.DisputeID)), nil
}

// asks says that a case's mails ask for an answer: they tell of no end and of no
// receipt.
func asks(c rules.Case) bool {
	return c.Kind != rules.KindResolved && c.Kind != rules.KindEvidenceReceived && c.Result == ""
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
// that is not [Taken], unless a person, or the mail, names that very one.
func (s Search) Match(ctx context.Context, now time.Time) (rules.Match, error) {
	for {
		m, err := s.Client.Match(ctx, s.Window, s.Want, now)
		more, lookErr := s.taken(ctx, m)
		if len(more) == 0 || lookErr != nil {
			return m, errors.Join(err, lookErr)
		}
		s.Want.Taken = append(s.Want.Taken, more...)
	}
}

// mostLooked bounds the candidates of one match that are looked up in the book.
const mostLooked = 20

// taken are the disputes of m, or of its candidates, that another case has.
func (s Search) taken(ctx context.Context, m rules.Match) ([]string, error) {
	named := []string{m.Dispute}
	for _, k := range m.Candidates[:min(len(m.Candidates), mostLooked)] {
		named = append(named, k.Dispute)
	}
	var out []string
	for _, d := range named {
		if d == "" || slices.Contains(s.Want.Taken, d) || slices.Contains(out, d) {
			continue
		}
		taken, err := Taken(ctx, s.Book, s.Case, d)
		if err != nil {
			return nil, err
		}
		if taken {
			out = append(out, d)
		}
	}
	return out, nil
}
