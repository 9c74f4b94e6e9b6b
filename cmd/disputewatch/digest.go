package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

// lastRank puts what can wait behind everything about a case.
const lastRank = 1_000_000

// queueDigest queues the day's digest once its hour has come. A daemon that was
// down at that hour tells it when it is back; two daemons tell it once, because
// the day is the key.
func (h *house) queueDigest(ctx context.Context) error {
	at, err := h.digestTime(h.now())
	if err != nil || h.now().Before(at) {
		return err
	}
	day := at.Format(time.DateOnly)
	_, err = h.book.Queue(ctx, rules.Message{
		Key: "digest/" + day, Kind: rules.MessageDigest, Rank: lastRank,
		About: map[string]string{rules.AboutDay: day},
	})
	if err != nil {
		return fmt.Errorf("queue digest: %w", err)
	}
	return nil
}

// digestTime is the hour of the digest on t's day in the shop's zone.
func (h *house) digestTime(t time.Time) (time.Time, error) {
	hour, err := time.Parse("15:04", h.config.Digest.At)
	if err != nil {
		return time.Time{}, fmt.Errorf("digest: %w", err)
	}
	y, m, d := t.In(h.policy.Calendar.Location).Date()
	return time.Date(y, m, d, hour.Hour(), hour.Minute(), 0, 0, h.policy.Calendar.Location), nil
}

// digest gathers what the digest of a day tells, as it stands now.
func (h *house) digest(ctx context.Context, day string) (notify.Digest, error) {
	date, err := time.ParseInLocation(time.DateOnly, day, h.policy.Calendar.Location)
	if err != nil {
		return notify.Digest{}, fmt.Errorf("digest %s: %w", day, err)
	}
	at, err := h.digestTime(date)
	if err != nil {
		return notify.Digest{}, err
	}
	d := notify.Digest{Since: at.AddDate(0, 0, -1)}
	if d.Cases, err = h.book.Cases(ctx, casebook.Filter{Since: d.Since}); err != nil {
		return d, err
	}
	for _, c := range d.Cases {
		if c.Kind == rules.KindUnknownKlarna && !c.Finished() {
			d.Waiting++
		}
	}
	parts, err := h.book.Health(ctx)
	if err != nil {
		return d, err
	}
	for _, p := range parts {
		if name, ok := strings.CutPrefix(p.Part, "mailbox/"); ok {
			d.Mailboxes = append(d.Mailboxes, notify.Mailbox{Name: name, ReadAt: p.GoodAt, Error: p.Error})
		}
	}
	return d, nil
}
