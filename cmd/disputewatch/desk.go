package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// desking tells what has fallen due: in a daemon the desk alone talks to Slack,
// at the pace that Slack allows.
func (h *house) desking(ctx context.Context) {
	p := passed{changed: map[string]bool{}}
	err := errors.Join(h.deciding(ctx), h.deliver(ctx, &p))
	if p.told > 0 {
		h.log.Info("told", "messages", p.told)
	}
	h.health.Tried("desk", errors.Join(err, h.wakeInTime(ctx)))
}

// deciding queues what the desk is to tell. A book that does not answer must not
// keep the desk for ever while the watchdog is fed.
func (h *house) deciding(ctx context.Context) error {
	ctx, done := h.steps.Within(ctx, decideTime)
	defer done()
	return errors.Join(h.decide(ctx), h.health.WatchPolls(ctx), h.summarise(ctx, nil), h.queueDigest(ctx), h.freshen(ctx))
}

// wakeInTime has the desk look at the moment at which something falls due, where
// that comes before its next regular look.
func (h *house) wakeInTime(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil
	}
	ctx, done := h.steps.Within(ctx, bookTime)
	defer done()
	at, err := h.book.NextDue(ctx)
	if err != nil || at.IsZero() {
		return err
	}
	if in := at.Sub(h.now()); in < deskEvery {
		time.AfterFunc(in, h.wakeDesk)
	}
	return nil
}

// wakeDesk lets the desk tell now what has fallen due.
func (h *house) wakeDesk() {
	select {
	case h.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// lastRank puts what can wait behind everything about a case.
const lastRank = 1_000_000

// queueDigest queues the day's digest once its hour has come. A daemon that was
// down at that hour tells it when it is back; two daemons tell it once, because
// the day is the key.
func (h *house) queueDigest(ctx context.Context) error {
	at, err := h.digests.Hour(h.now())
	if err != nil || h.now().Before(at) {
		return err
	}
	day := at.Format(time.DateOnly)
	first, err := h.book.Queue(ctx, rules.Message{
		Key: "digest/" + day, Kind: rules.MessageDigest, Rank: lastRank,
		About: map[string]string{rules.AboutDay: day},
	})
	if err != nil {
		return fmt.Errorf("queue digest: %w", err)
	}
	if first { // once a day, by whoever queues it
		return h.health.WatchMailed(ctx)
	}
	return nil
}
