package main

import (
	"context"
	"errors"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/board"
	"github.com/disputewatch/disputewatch/rules"
)

// outbox shows the book to the desk.
type outbox struct{ book *casebook.Book }

func (o outbox) Take(ctx context.Context) (rules.Message, rules.Claim, error) {
	m, c, err := o.book.Take(ctx)
	if errors.Is(err, casebook.ErrEmpty) {
		err = notify.ErrEmpty
	}
	return m, c, err
}

func (o outbox) Attempt(ctx context.Context, c rules.Claim, id string) error {
	err := o.book.Attempt(ctx, c, id)
	if health.Lost(err) {
		err = notify.ErrGone
	}
	return err
}

// Settle frees also what is held of a message that is gone: else the others of
// its case would wait until the claim runs out.
func (o outbox) Settle(ctx context.Context, c rules.Claim, id string, e notify.End) error {
	err := o.end(ctx, c, id, e)
	if health.Lost(err) {
		err = o.book.Release(ctx, c)
	}
	return err
}

func (o outbox) end(ctx context.Context, c rules.Claim, id string, e notify.End) error {
	switch e.Kind {
	case notify.Told:
		if e.Moved {
			return o.book.Moved(ctx, c, id, e.At)
		}
		return o.book.Delivered(ctx, c, id, e.At)
	case notify.Dropped:
		return o.book.Drop(ctx, c, id, e.Why)
	}
	return o.book.Failed(ctx, c, id, e.Next, e.Why)
}

// Case is the case as it stands now. Its reading of Stripe is as old as the
// last refresh of its account that worked: the book keeps only what changed.
func (o outbox) Case(ctx context.Context, id string) (rules.Case, error) {
	c, err := o.book.Case(ctx, id)
	if err != nil || c.Stripe == nil {
		return c, err
	}
	parts, err := o.book.Health(ctx)
	if err != nil {
		return c, err
	}
	return confirmed(c, parts), nil
}

// confirmed dates a case's reading by the last refresh that worked.
func confirmed(c rules.Case, parts []rules.Health) rules.Case {
	for _, p := range parts {
		if c.Stripe != nil && p.Part == "stripe/"+c.Account && p.GoodAt.After(c.Stripe.ReadAt) {
			fresh := *c.Stripe
			fresh.ReadAt = p.GoodAt
			c.Stripe = &fresh
		}
	}
	return c
}

// stripeBook shows the book to the asking of Stripe.
type stripeBook struct {
	*casebook.Book
	now func() time.Time
}

// changeOfMind is how long after its end Stripe is still asked about a case: a
// loss reason comes late, and a mail can have closed what Stripe holds open.
const changeOfMind = 14 * 24 * time.Hour

func (b stripeBook) Unclosed(ctx context.Context, account string) ([]rules.Case, error) {
	cases, err := b.Cases(ctx, casebook.Filter{Account: account, Since: b.now().Add(-changeOfMind)})
	if err != nil {
		return nil, err
	}
	kept := cases[:0]
	for _, c := range cases {
		// What was closed and has no key went into another: what is said of it is said of that one.
		if len(c.Keys) > 0 || c.ClosedAt.IsZero() {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// boardBook shows the book to the board.
type boardBook struct{ *casebook.Book }

// Case is one case, in the board's own word for none.
func (b boardBook) Case(ctx context.Context, id string) (rules.Case, error) {
	c, err := outbox{b.Book}.Case(ctx, id)
	if errors.Is(err, casebook.ErrNoCase) {
		err = board.ErrNoCase
	}
	return c, err
}

// Cases lists all cases.
func (b boardBook) Cases(ctx context.Context) ([]rules.Case, error) {
	cases, err := b.Book.Cases(ctx, casebook.Filter{})
	if err != nil {
		return nil, err
	}
	parts, err := b.Health(ctx)
	for i := range cases {
		cases[i] = confirmed(cases[i], parts)
	}
	return cases, err
}

// lookBack is how long the board shows a mail that a person must look at.
const lookBack = 30 * 24 * time.Hour

func (b boardBook) strange(ctx context.Context, since time.Time) ([]board.Strange, error) {
	mails, err := b.Strange(ctx, since)
	var out []board.Strange
	for _, m := range mails {
		why := m.Why
		if m.Error != "" {
			why = m.Error
		}
		out = append(out, board.Strange{
			ID: m.ID, Charges: m.Charges, Mailbox: m.Mailbox, Folder: m.Folder, UID: m.UID, MessageID: m.MessageID, Date: m.Date,
			Outcome: m.Outcome, Verdict: m.Verdict, Why: why, Case: m.Case,
		})
	}
	return out, err
}

func (b boardBook) tallies(ctx context.Context) ([]board.MailTally, error) {
	counts, err := b.MailCounts(ctx)
	var out []board.MailTally
	for _, c := range counts {
		out = append(out, board.MailTally(c))
	}
	return out, err
}
