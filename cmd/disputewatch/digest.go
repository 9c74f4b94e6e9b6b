package main

import (
	"context"
	"fmt"
	"slices"
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
	var d notify.Digest
	if d.Since, err = h.lastInFull(ctx, at); err != nil {
		return d, err
	}
	if d.Cases, err = h.book.Cases(ctx, casebook.Filter{Since: d.Since}); err != nil {
		return d, err
	}
	if d.Look, d.Mails, err = h.toLookAt(ctx, d.Cases); err != nil {
		return d, err
	}
	d.Stripe = reconciled(d.Cases)
	for day := d.Since.AddDate(0, 0, 1); !day.After(at); day = day.AddDate(0, 0, 1) {
		if d.Week == nil && h.weekBegins(day) {
			if d.Week, err = h.week(ctx, h.lastWeek(d.Since), at); err != nil {
				return d, err
			}
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

// week gathers what the week's first digest tells of the time since the last such.
func (h *house) week(ctx context.Context, since, at time.Time) (*notify.Week, error) {
	w := &notify.Week{Since: since}
	var err error
	w.Cases, err = h.book.Cases(ctx, casebook.Filter{Since: w.Since})
	w.Lines = append(w.Lines, h.captures(ctx, at.AddDate(0, 0, -7))...)
	return w, err
}

// lastWeek is when a week was told last, at t or before: after a holiday on a Monday
// a week has eight days, or no digest would tell of one of them.
func (h *house) lastWeek(t time.Time) time.Time {
	for day := t; t.Sub(day) < farthest*24*time.Hour; day = day.AddDate(0, 0, -1) {
		if h.weekBegins(day) {
			return day
		}
	}
	return t.AddDate(0, 0, -6)
}

// toLookAt counts the mails that a person must look at, and lists those that
// belong to no case, until somebody dismisses them.
func (h *house) toLookAt(ctx context.Context, cases []rules.Case) ([]notify.Look, []notify.Mail, error) {
	unknown := notify.Look{One: "mail that was not understood", Many: "mails that were not understood"}
	for _, c := range cases {
		if c.Kind == rules.KindUnknownKlarna && !c.Finished() {
			unknown.N++
		}
	}
	strange, err := h.book.Strange(ctx, h.now())
	if err != nil {
		return nil, nil, err
	}
	closed := notify.Look{One: "mail that could not be opened", Many: "mails that could not be opened"}
	forged := notify.Look{One: "phishing mail that nobody has dismissed", Many: "phishing mails that nobody has dismissed"}
	var mails []notify.Mail
	for _, m := range strange {
		if m.Case != "" {
			continue
		}
		is := m.Verdict == rules.Forged
		if is {
			forged.N++
		} else {
			closed.N++
		}
		mails = append(mails, notify.Mail{ID: m.ID, Mailbox: m.Mailbox, Folder: m.Folder, UID: m.UID, Date: m.Date, Forged: is, Charges: m.Charges})
	}
	return []notify.Look{unknown, forged, closed}, mails, nil
}

// lastInFull is the time of the last digest before at that was told in full, on a
// working day: on Monday the weekend's news are told too, and so are those of days
// on which Slack took none. Where none was told, it is that of the working day
// before.
func (h *house) lastInFull(ctx context.Context, at time.Time) (time.Time, error) {
	told, err := h.book.Digests(ctx, at.AddDate(0, 0, -farthest))
	if err != nil {
		return at, err
	}
	usual := at.AddDate(0, 0, -1)
	for n := farthest - 1; n > 0; n-- {
		before := at.AddDate(0, 0, -n)
		if notify.Workday(h.policy.Calendar, before) {
			usual = before
		}
	}
	for n := 1; n < farthest; n++ {
		before := at.AddDate(0, 0, -n)
		if notify.Workday(h.policy.Calendar, before) && slices.Contains(told, before.Format(time.DateOnly)) {
			return before, nil
		}
	}
	return usual, nil
}

// farthest bounds the days of such a walk back.
const farthest = 31

// weekBegins says that at's day is the first working day since Monday.
func (h *house) weekBegins(at time.Time) bool {
	if !notify.Workday(h.policy.Calendar, at) {
		return false
	}
	for day := at; day.Weekday() != time.Monday; {
		if day = day.AddDate(0, 0, -1); notify.Workday(h.policy.Calendar, day) {
			return false
		}
	}
	return true
}
