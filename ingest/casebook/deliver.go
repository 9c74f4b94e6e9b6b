package casebook

import (
	"context"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Each of the following acts on a message that [Book.Take] handed out, under
// the claim that came with it. A *LostError says that the claim is lost, or
// that the message is gone or done, and that nothing was changed.

// Attempt records that the message is about to be sent.
func (b *Book) Attempt(ctx context.Context, claim rules.Claim, id string) error {
	return b.change(ctx, "record an attempt in", func(c *change) error {
		if err := c.under(ctx, &claim); err != nil {
			return err
		}
		r, err := c.ExecContext(ctx, `update outbox set attempts = attempts + 1, tried_at = case when tried_at = 0 then $3 else tried_at end
			where id = $1 and claim_key = $2 and state = 'waiting'`, id, claim.Key, micros(c.now))
		return one(r, err, &LostError{claim.Key, claim.Holder})
	})
}

// Delivered records where the message stands. A step of a case that has no card
// yet is its card from now on.
func (b *Book) Delivered(ctx context.Context, claim rules.Claim, id string, at rules.Place) error {
	return b.delivered(ctx, claim, id, at, false)
}

// Moved is Delivered where the card that the case had is out of reach: the step is
// its card from now on all the same.
func (b *Book) Moved(ctx context.Context, claim rules.Claim, id string, at rules.Place) error {
	return b.delivered(ctx, claim, id, at, true)
}

func (b *Book) delivered(ctx context.Context, claim rules.Claim, id string, at rules.Place, moved bool) error {
	return b.done(ctx, claim, id, func(c *change) error {
		r, err := c.ExecContext(ctx, `update outbox set state = 'told', done_at = $3, channel = $4, ts = $5, error = ''
			where id = $1 and claim_key = $2 and state = 'waiting'`, id, claim.Key, micros(c.now), clean(at.Channel), clean(at.TS))
		if err := one(r, err, &LostError{claim.Key, claim.Holder}); err != nil {
			return err
		}
		return c.posted(ctx, id, at, moved)
	})
}

// posted makes at the card of a case that has none, or whose card was moved. What
// happened to the case since the message was taken may be missing on it: then it is
// brought up to date.
func (c *change) posted(ctx context.Context, id string, at rules.Place, moved bool) error {
	var kind rules.MessageKind
	var caseID string
	var seen, missed int64
	if err := c.QueryRowContext(ctx, `select kind, case_id, seen from outbox where id = $1`, id).Scan(&kind, &caseID, &seen); err != nil {
		return err
	}
	if kind != rules.MessageStep || caseID == "" {
		return nil
	}
	h, err := c.hold(ctx, caseID)
	if err != nil || h.Card.TS != "" && !moved {
		return err
	}
	err = c.QueryRowContext(ctx, `select count(*) from events where case_id = $1 and n > $2 and type <> 'told'`, caseID, seen).Scan(&missed)
	if err != nil {
		return err
	}
	if err := c.apply(h, rules.Event{Type: rules.EventPosted, At: c.now, By: "desk", Card: &at}); err != nil {
		return err
	}
	if missed > 0 {
		if err := c.refresh(ctx, h); err != nil {
			return err
		}
	}
	return c.settle(ctx, h)
}

// Failed records why the message could not be sent, and when to try again.
func (b *Book) Failed(ctx context.Context, claim rules.Claim, id string, next time.Time, why string) error {
	return b.done(ctx, claim, id, func(c *change) error {
		r, err := c.ExecContext(ctx, `update outbox set next_at = $3, error = $4 where id = $1 and claim_key = $2 and state = 'waiting'`,
			id, claim.Key, micros(next), clean(why))
		return one(r, err, &LostError{claim.Key, claim.Holder})
	})
}

// Drop records why the message is not sent at all: it was overtaken.
func (b *Book) Drop(ctx context.Context, claim rules.Claim, id, why string) error {
	return b.done(ctx, claim, id, func(c *change) error {
		r, err := c.ExecContext(ctx, `update outbox set state = 'dropped', done_at = $3, error = $4
			where id = $1 and claim_key = $2 and state = 'waiting'`, id, claim.Key, micros(c.now), clean(why))
		return one(r, err, &LostError{claim.Key, claim.Holder})
	})
}

// done ends the turn of a message: the claim is checked, f writes the end, the
// claim is released.
func (b *Book) done(ctx context.Context, claim rules.Claim, id string, f func(*change) error) error {
	return b.change(ctx, "record the end of message "+id+" in", func(c *change) error {
		if err := c.under(ctx, &claim); err != nil {
			return err
		}
		if err := f(c); err != nil {
			return err
		}
		return c.release(ctx, claim)
	})
}

// maxCopies bounds the copies of a card that are kept up to date: the newest ones.
const maxCopies = 20

// Copies lists where the card of a case stands beside its own place, the newest
// first: the steps that were told in another channel.
func (b *Book) Copies(ctx context.Context, of rules.Case) ([]rules.Place, error) {
	what := "list copies of the card of " + of.ID + " in"
	rows, err := b.db.QueryContext(ctx, `select channel, ts from outbox
		where case_id = $1 and case_id <> '' and kind = 'step' and state = 'told' and ts <> '' and channel <> $2
		order by done_at desc, id limit $3`, of.ID, of.Card.Channel, int64(maxCopies))
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	var all []rules.Place
	for rows.Next() {
		var at rules.Place
		if err := rows.Scan(&at.Channel, &at.TS); err != nil {
			return nil, b.fault(what, err)
		}
		all = append(all, at)
	}
	return all, b.fault(what, rows.Err())
}
