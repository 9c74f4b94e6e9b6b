package casebook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// A claim lasts claimLasts and is renewed three times in that time: two
// renewals may fail before it lapses.
const (
	claimLasts = 60 * time.Second
	renewEvery = 20 * time.Second
)

// HeldError says that somebody else holds the work.
type HeldError struct {
	Key, Holder string
	Until       time.Time
}

func (e *HeldError) Error() string {
	return fmt.Sprintf("claim %s: held by %s until %s", e.Key, e.Holder, e.Until.Format(time.RFC3339))
}

// LostError says that the claim is not ours any more: another holder has taken
// the work over, or it is done. What was asked for was not done.
type LostError struct{ Key, Holder string }

func (e *LostError) Error() string { return fmt.Sprintf("claim %s: lost by %s", e.Key, e.Holder) }

// Claim takes the work named key for a minute, or returns a *HeldError. A claim
// that ends later than any claim can was made under a clock that has since been
// set back, and counts as lapsed.
func (b *Book) Claim(ctx context.Context, key string) (rules.Claim, error) {
	var claim rules.Claim
	err := b.change(ctx, "claim "+key+" in", func(c *change) error {
		var err error
		claim, err = c.claim(ctx, key)
		return err
	})
	return claim, err
}

func (c *change) claim(ctx context.Context, key string) (rules.Claim, error) {
	claim := rules.Claim{Key: indexed(key), Holder: clean(c.book.o.Holder), Until: c.now.Add(claimLasts)}
	err := c.QueryRowContext(ctx, `insert into claims (key, holder, epoch, until) values ($1, $2, 1, $3)
		on conflict (key) do update set holder = excluded.holder, epoch = claims.epoch + 1, until = excluded.until
		where claims.until <= $4 or claims.until > $5
		returning epoch`,
		claim.Key, claim.Holder, c.book.shared(claim.Until), c.book.shared(c.now), c.book.shared(c.now.Add(2*claimLasts))).Scan(&claim.Epoch)
	if !errors.Is(err, sql.ErrNoRows) {
		return claim, err
	}
	held := &HeldError{Key: key}
	var until int64
	if err := c.QueryRowContext(ctx, `select holder, until from claims where key = $1`, claim.Key).Scan(&held.Holder, &until); err != nil {
		return rules.Claim{}, err
	}
	held.Until = moment(until).Add(c.book.Ahead())
	return rules.Claim{}, held
}

// Renew makes the claim last a minute from now, or returns a *LostError.
func (b *Book) Renew(ctx context.Context, claim rules.Claim) (rules.Claim, error) {
	err := b.change(ctx, "renew claim "+claim.Key+" in", func(c *change) error {
		return c.under(ctx, &claim)
	})
	return claim, err
}

// under checks inside the transaction that the claim still stands, keeps it
// from being taken until the end of the transaction, and renews it.
func (c *change) under(ctx context.Context, claim *rules.Claim) error {
	until := c.now.Add(claimLasts)
	r, err := c.ExecContext(ctx, `update claims set until = $1 where key = $2 and holder = $3 and epoch = $4`,
		c.book.shared(until), claim.Key, claim.Holder, claim.Epoch)
	if err := one(r, err, &LostError{claim.Key, claim.Holder}); err != nil {
		return err
	}
	claim.Until = until
	return nil
}

// Release lets go of the work; releasing a lost claim changes nothing.
func (b *Book) Release(ctx context.Context, claim rules.Claim) error {
	return b.change(ctx, "release claim "+claim.Key+" in", func(c *change) error {
		return c.release(ctx, claim)
	})
}

// release keeps the row, for the epoch must go on growing.
func (c *change) release(ctx context.Context, claim rules.Claim) error {
	_, err := c.ExecContext(ctx, `update claims set until = 0, holder = '' where key = $1 and holder = $2 and epoch = $3`,
		claim.Key, claim.Holder, claim.Epoch)
	return err
}

// Hold claims the work named key and renews the claim until stop is called,
// which releases it and returns when the renewing has ended. The context that
// it returns is cancelled, with a *LostError as its cause, when the claim is
// lost or could not be renewed for as long as it lasts.
func (b *Book) Hold(ctx context.Context, key string) (context.Context, func(), rules.Claim, error) {
	claim, err := b.Claim(ctx, key)
	if err != nil {
		return ctx, func() {}, claim, err
	}
	held, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.keepRenewing(held, claim, cancel)
	}()
	stop := func() {
		cancel(context.Canceled)
		<-ended
		// The work has ended, perhaps because ctx did: the release must still be
		// tried. Where it fails the claim lapses by itself.
		end, done := context.WithTimeout(context.WithoutCancel(ctx), releaseWithin)
		defer done()
		_ = b.Release(end, claim)
	}
	return held, stop, claim, nil
}

// releaseWithin bounds the release of a claim at the end of the work: it would
// lapse by itself anyway.
const releaseWithin = 5 * time.Second

func (b *Book) keepRenewing(ctx context.Context, claim rules.Claim, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		renewed, err := b.Renew(ctx, claim)
		if err == nil {
			claim = renewed
			continue
		}
		if is[*LostError](err) || !b.now().Before(claim.Until) {
			cancel(&LostError{claim.Key, claim.Holder})
			return
		}
	}
}
