// Package digest gathers what the day's summary tells: the cases since the last one,
// what a person must look at, what Stripe and the mails say of each other, and on a
// week's first working day what the week brought.
package digest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

// Source is where digests are gathered from.
type Source struct {
	Config *config.Config
	Policy rules.Policy
	Book   *casebook.Book
	Stripe []*ingest.Stripe
	Now    func() time.Time
}

// Hour is the hour of the digest on t's day in the shop's zone.
func (g *Source) Hour(t time.Time) (time.Time, error) {
	hour, err := time.Parse("15:04", g.Config.Digest.At)
	if err != nil {
		return time.Time{}, fmt.Errorf("digest: %w", err)
	}
	y, m, d := t.In(g.Policy.Calendar.Location).Date()
	return time.Date(y, m, d, hour.Hour(), hour.Minute(), 0, 0, g.Policy.Calendar.Location), nil
}

// Gather gathers what the digest of a day tells, as it stands now.
func (g *Source) Gather(ctx context.Context, day string) (notify.Digest, error) {
	date, err := time.ParseInLocation(time.DateOnly, day, g.Policy.Calendar.Location)
	if err != nil {
		return notify.Digest{}, fmt.Errorf("digest %s: %w", day, err)
	}
	at, err := g.Hour(date)
	if err != nil {
		return notify.Digest{}, err
	}
	var d notify.Digest
	if d.Since, err = g.lastInFull(ctx, at); err != nil {
		return d, err
	}
	if d.Cases, err = g.Book.Cases(ctx, casebook.Filter{Since: d.Since}); err != nil {
		return d, err
	}
	if d.Look, d.Mails, err = g.toLookAt(ctx, d.Cases); err != nil {
		return d, err
	}
	d.Stripe = reconciled(d.Cases)
	for day := d.Since.AddDate(0, 0, 1); !day.After(at); day = day.AddDate(0, 0, 1) {
		if d.Week == nil && g.weekBegins(day) {
			if d.Week, err = g.week(ctx, g.lastWeek(d.Since), at); err != nil {
				return d, err
			}
		}
	}
	parts, err := g.Book.Health(ctx)
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
func (g *Source) week(ctx context.Context, since, at time.Time) (*notify.Week, error) {
	w := &notify.Week{Since: since}
	var err error
	w.Cases, err = g.Book.Cases(ctx, casebook.Filter{Since: w.Since})
	w.Lines = append(w.Lines, g.captures(ctx, at.AddDate(0, 0, -7))...)
	return w, err
}

// lastWeek is when a week was told last, at t or before: after a holiday on a Monday
// a week has eight days, or no digest would tell of one of them.
func (g *Source) lastWeek(t time.Time) time.Time {
	for day := t; t.Sub(day) < farthest*24*time.Hour; day = day.AddDate(0, 0, -1) {
		if g.weekBegins(day) {
			return day
		}
	}
	return t.AddDate(0, 0, -6)
}

// toLookAt counts the mails that a person must look at, and lists those that
// belong to no case, until somebody dismisses them.
func (g *Source) toLookAt(ctx context.Context, cases []rules.Case) ([]notify.Look, []notify.Mail, error) {
	unknown := notify.Look{One: "mail that was not understood", Many: "mails that were not understood"}
	for _, c := range cases {
		if c.Kind == rules.KindUnknownKlarna && !c.Finished() {
			unknown.N++
		}
	}
	strange, err := g.Book.Strange(ctx, g.Now())
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
func (g *Source) lastInFull(ctx context.Context, at time.Time) (time.Time, error) {
	told, err := g.Book.Digests(ctx, at.AddDate(0, 0, -farthest))
	if err != nil {
		return at, err
	}
	usual := at.AddDate(0, 0, -1)
	for n := farthest - 1; n > 0; n-- {
		before := at.AddDate(0, 0, -n)
		if notify.Workday(g.Policy.Calendar, before) {
			usual = before
		}
	}
	for n := 1; n < farthest; n++ {
		before := at.AddDate(0, 0, -n)
		if notify.Workday(g.Policy.Calendar, before) && slices.Contains(told, before.Format(time.DateOnly)) {
			return before, nil
		}
	}
	return usual, nil
}

// farthest bounds the days of such a walk back.
const farthest = 31

// weekBegins says that at's day is the first working day since Monday.
func (g *Source) weekBegins(at time.Time) bool {
	if !notify.Workday(g.Policy.Calendar, at) {
		return false
	}
	for day := at; day.Weekday() != time.Monday; {
		if day = day.AddDate(0, 0, -1); notify.Workday(g.Policy.Calendar, day) {
			return false
		}
	}
	return true
}
