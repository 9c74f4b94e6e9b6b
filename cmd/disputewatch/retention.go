package main

import (
	"context"
	"errors"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// retentionPart names the removal of what is old: its claim, and its health.
const retentionPart = "retention"

// How often what is old is removed, how often it is looked whether that is due,
// and how long it may take: a book of a million mails is written anew.
const (
	retainEvery = 24 * time.Hour
	retainLook  = time.Hour
	retainTime  = 20 * time.Minute
)

// longAgo is how far apart two looks are that a machine which was off, or whose clock
// is wrong, has between them.
const longAgo = 7 * 24 * time.Hour

// idleToken is after which time a refresh token that nobody used is not worth
// keeping: Microsoft's end after 90 days without use.
const idleToken = 180 * 24 * time.Hour

// cutoff is what the config calls old.
func cutoff(cfg *config.Config, now time.Time) casebook.Cutoff {
	cal := cfg.Policy().Calendar
	return casebook.Cutoff{
		Mails: cal.Sub(now, cfg.Retention.MailText),
		Cases: cal.Sub(now, cfg.Retention.ClosedCases),
	}
}

// retain removes once a day what is older than retention: says. Of several
// daemons the one that has the claim does it.
func (h *house) retain(ctx context.Context) {
	if err := h.retainIfDue(ctx); err != nil {
		h.health.Tried(retentionPart, h.health.Remember(ctx, retentionPart, err))
		return
	}
	h.health.Tried(retentionPart, nil)
}

// doubts leaves what is old alone until the next look where the last one was long ago.
// A machine that starts with a clock of next year would remove all that is of this one,
// for good, before anybody tells it the time.
func (h *house) doubts(was rules.Health) bool {
	gap := h.now().Sub(was.GoodAt)
	if h.doubted = !h.doubted && !was.GoodAt.IsZero() && gap > longAgo; h.doubted {
		h.log.Warn("old data is left alone for an hour: the clock may be wrong", "last", was.GoodAt.UTC().Format(time.RFC3339))
	}
	return h.doubted
}

func (h *house) retainIfDue(ctx context.Context) error {
	ctx, done := h.steps.Within(ctx, retainTime)
	defer done()
	return h.under(ctx, retentionPart, func(ctx context.Context, claim rules.Claim) error {
		was, err := h.book.Part(ctx, retentionPart) // another daemon may have done it
		if err != nil || h.now().Sub(was.GoodAt) < retainEvery || h.doubts(was) {
			return err
		}
		gone, err := h.book.Purge(ctx, claim, cutoff(h.config, h.now()))
		idle, forgetErr := h.book.ForgetTokens(ctx, h.now().Add(-idleToken))
		err = errors.Join(err, forgetErr)
		if gone.Any() || idle > 0 || !was.BadSince.IsZero() {
			err = errors.Join(err, h.book.Scrub(ctx))
		}
		if err != nil {
			return err
		}
		if gone.Any() {
			h.log.Info("old data removed", "cases", gone.Cases, "mails", gone.Mails, "messages", gone.Messages)
		}
		return h.health.Remember(ctx, retentionPart, nil)
	})
}
