package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/rules"
)

// LureBook is what looking for the orders of forged mails needs of the book.
type LureBook interface {
	// Lures lists a few forged mails of a Stripe account whose orders are to be
	// looked for now.
	Lures(ctx context.Context, account string) ([]rules.LuredMail, error)
	// Sought records the charges that were found, and when to look again; zero is
	// never.
	Sought(ctx context.Context, c rules.Claim, id string, found []string, again time.Time) error
}

// A lure is told without its orders after lureWait, where Stripe cannot be
// reached, and looked for once more after lureAgain: Stripe's search lags, in
// outages by an hour (DOMAIN.md, "The join").
const (
	lureWait  = 3 * time.Minute
	lureAgain = time.Hour
)

// lure is what a forged mail names that could be an order of the shop; nil where
// that is nothing. Klarna's own ids are not in Stripe.
func lure(r Reading, account string) *rules.Lure {
	l := rules.Lure{Account: account}
	for _, ref := range []string{r.Notice.MerchantReference1, r.Notice.MerchantReference2, r.Notice.OrderNumber} {
		if ref != "" {
			l.References = append(l.References, ref)
		}
	}
	l.StripeIDs = r.Notice.StripeIDs
	if account == "" || len(l.References)+len(l.StripeIDs) == 0 {
		return nil
	}
	return &l
}

// seekLures looks for the orders that forged mails name. A mail that fails keeps
// no other waiting, and is tried again at the next refresh.
func (s *Stripe) seekLures(ctx context.Context, claim rules.Claim, w *charges.Window) error {
	if s.Lures == nil {
		return nil
	}
	mails, err := s.Lures.Lures(ctx, s.Account)
	if err != nil {
		return fmt.Errorf("stripe %s: %w", s.Account, err)
	}
	var errs []error
	for _, m := range mails {
		found, err := s.Client.Named(ctx, w, charges.Want{StripeIDs: m.StripeIDs, References: m.References}, s.Now())
		if err == nil {
			var again time.Time
			if at := m.At.Add(lureAgain); len(found) == 0 && s.Now().Before(at) {
				again = at
			}
			err = s.Lures.Sought(ctx, claim, m.ID, found, again)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("forged mail %s: %w", m.ID, err))
		}
	}
	return errors.Join(errs...)
}

// warning is what people are told of a forged mail. It waits a little where the
// mail names what may be an order, so that it can say whether there is one.
func warning(m rules.Mail, r Reading, now time.Time) *rules.Message {
	tell := &rules.Message{Key: "forged/" + m.Hash, Kind: rules.MessageForged, Rank: rules.RankForged, About: about(m, r)}
	if m.Lure != nil {
		tell.NextAt, tell.About[rules.AboutSought] = now.Add(lureWait), "not yet"
	}
	return tell
}
