package casebook

import (
	"context"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// EndIdleAfter shortens, for a test, how long the server keeps the locks of a
// silent process.
func (b *Book) EndIdleAfter(d time.Duration) { b.store.begin = endIdle(d) }

// PauseWithin changes a case and falls silent within the transaction, as a
// process does that is stopped, until wake.
func (b *Book) PauseWithin(ctx context.Context, claim rules.Claim, id string, within, wake chan bool) error {
	return b.change(ctx, "be paused in", func(c *change) error {
		if err := c.under(ctx, &claim); err != nil {
			return err
		}
		h, err := c.hold(ctx, id)
		if err != nil {
			return err
		}
		close(within)
		<-wake
		_, err = c.happen(ctx, h, rules.Event{Type: rules.EventAnswer, By: "anna"})
		return err
	})
}

// DownTo takes the schema back to an older one, as an older release wrote it.
func (b *Book) DownTo(ctx context.Context, version int64) error {
	p, err := b.provider()
	if err != nil {
		return err
	}
	_, err = p.DownTo(ctx, version)
	return err
}
