package main

import (
	"context"
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// adoptEvery is how often it is looked for cases of an account that the config does
// not name: another daemon may still open them under an older config.
const adoptEvery = time.Hour

// adopt gives a Stripe account the cases of one that the config does not name any
// more. A case bears the name that its account had when it was opened: once that is
// another, nobody would ask Stripe about it, and Stripe's word on its dispute would
// open a second one.
func (h *house) adopt(ctx context.Context, claim rules.Claim, s *ingest.Stripe) error {
	if !h.lately.due("adopt/"+s.Account, h.now(), adoptEvery) {
		return nil
	}
	cases, err := h.book.Cases(ctx, casebook.Filter{Since: h.now().Add(-changeOfMind)})
	if err != nil {
		return err
	}
	for _, c := range cases {
		if c.Account == "" || !h.nameless(c.Account) || !h.fits(ctx, s, c) {
			continue
		}
		_, err := h.book.SayUnder(ctx, claim, c.ID, rules.Event{
			Type: rules.EventAccount, At: h.now(), By: "stripe " + s.Account, Account: s.Account,
			Note: "the config names no account " + c.Account + " any more",
		})
		if err != nil {
			return err
		}
		h.log.Info("case is of another account now", "case", c.ID, "was", c.Account, "is", s.Account)
	}
	return nil
}

// nameless says that the config has no Stripe account of this name.
func (h *house) nameless(account string) bool {
	return !slices.ContainsFunc(h.config.Stripe, func(s config.Stripe) bool { return s.Name == account })
}

// fits says that an account is the one of a case whose name for it is gone: by
// Stripe's own id where both are known; else by the case's mailbox, or because there
// is no other.
func (h *house) fits(ctx context.Context, s *ingest.Stripe, c rules.Case) bool {
	if c.Stripe != nil && c.Stripe.Account != "" {
		if id := s.Client.AccountID(ctx); id != "" {
			return id == c.Stripe.Account
		}
	}
	for _, m := range h.config.Mailboxes {
		if m.Name == c.Mailbox {
			return m.Stripe == s.Account
		}
	}
	return len(h.config.Stripe) == 1
}
