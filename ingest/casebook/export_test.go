package casebook

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// EndIdleAfter shortens, for a test, how long the server keeps the locks of a
// silent process.
func (b *Book) EndIdleAfter(d time.Duration) { b.store.begin = begins(d) }

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

// PanicWithin queues a message and panics within the transaction.
func (b *Book) PanicWithin(ctx context.Context, key string) (panicked any) {
	defer func() { panicked = recover() }()
	_ = b.change(ctx, "panic in", func(c *change) error {
		if _, err := c.queue(ctx, rules.Message{Key: key}); err != nil {
			return err
		}
		panic("within a change")
	})
	return nil
}

// ended is the fault of a statement when the transaction has ended.
func (c *change) ended() error {
	_, err := c.Tx.ExecContext(context.Background(), `select 1`)
	return err
}

// EndWithin queues messages, the last of them when end has ended the transaction.
func (b *Book) EndWithin(ctx context.Context, end func(), keys ...string) error {
	return b.change(ctx, "be ended in", func(c *change) error {
		for i, key := range keys {
			if err := c.queueLater(rules.Message{Key: key}); err != nil {
				return err
			}
			if i == len(keys)-1 {
				end()
				for !errors.Is(c.ended(), sql.ErrTxDone) {
				}
			}
			if err := c.flush(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

// RecordAround is Record, and in its first try meanwhile happens after it has
// looked up whose the mails' keys are.
func (b *Book) RecordAround(ctx context.Context, claim rules.Claim, batch rules.Batch, meanwhile func()) (rules.Recorded, error) {
	var out rules.Recorded
	once := sync.OnceFunc(meanwhile)
	err := b.change(ctx, "record in", func(c *change) error {
		out = rules.Recorded{}
		if err := errors.Join(c.under(ctx, &claim), c.meet(ctx, batch.Mails)); err != nil {
			return err
		}
		keys := c.keysOf(batch.Mails)
		if err := c.lookUp(ctx, keys); err != nil {
			return err
		}
		once()
		if err := c.lockInOrder(ctx, keys); err != nil {
			return err
		}
		for _, m := range batch.Mails {
			if err := c.record(ctx, m, &out); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
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
