package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// claims let one process at a time do what must be done once.
type claims struct {
	book     *casebook.Book
	log      *slog.Logger
	patience time.Duration // how long a claim that another process holds is waited for
}

// errBroke says no more to people, since a panic's own words may quote a mail.
var errBroke = errors.New("it broke on something that nobody expected\n" +
	"hint: a fault of disputewatch itself: please report what the log says at \"step panicked\"")

// whole makes of a panic of f an error, so that the steps after it go on and people
// are told of it as of any other.
func (c *claims) whole(step string, f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			c.log.Error("step panicked", "step", step, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("%s: %w", step, errBroke)
		}
	}()
	return f()
}

// under runs f while the claim on key is held. Where another process holds it
// that one does the work; the error names it. Where the claim was lost meanwhile the
// error says so, for what f left off then looks like the daemon's end, or like all there
// was to do.
func (c *claims) under(ctx context.Context, key string, f func(context.Context, rules.Claim) error) error {
	held, stop, claim, err := c.book.Hold(ctx, key)
	if health.Elsewhere(err) && c.patience > 0 {
		held, stop, claim, err = c.waitFor(ctx, key, err)
	}
	if err != nil {
		return err
	}
	defer stop()
	err = c.whole(key, func() error { return f(held, claim) })
	if gone := c.gone(held, claim, err); health.Lost(gone) && !health.Lost(err) {
		return errors.Join(err, gone)
	}
	return err
}

// goneTime bounds the asking for a claim at the end of work whose own time may be over.
const goneTime = 5 * time.Second

// gone says that a claim was lost by the end of work that ended with err. Of work that
// failed the book is asked: who was paused finds its own times run out before the claim's
// loss is noticed.
func (c *claims) gone(held context.Context, claim rules.Claim, err error) error {
	cause := context.Cause(held)
	if health.Lost(cause) || err == nil || errors.Is(cause, context.Canceled) || errors.As(err, new(*casebook.FaultError)) {
		return cause
	}
	ctx, done := context.WithTimeout(context.WithoutCancel(held), goneTime)
	defer done()
	_, err = c.book.Renew(ctx, claim)
	return err
}

// lookForClaim is how often a scan looks whether a claim has become free.
const lookForClaim = time.Second

// waitFor waits, as long as there is patience, for a claim that another
// process holds, and names that process in the end.
func (c *claims) waitFor(ctx context.Context, key string, busy error) (context.Context, func(), rules.Claim, error) {
	c.log.Info("waiting for a claim", "claim", key, "err", busy)
	patience := time.NewTimer(c.patience)
	defer patience.Stop()
	look := time.NewTicker(lookForClaim)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, nil, rules.Claim{}, ctx.Err()
		case <-patience.C:
			return nil, nil, rules.Claim{}, fmt.Errorf("waited %s: %w", c.patience, busy)
		case <-look.C:
		}
		held, stop, claim, err := c.book.Hold(ctx, key)
		if !health.Elsewhere(err) {
			return held, stop, claim, err
		}
		busy = err
	}
}
