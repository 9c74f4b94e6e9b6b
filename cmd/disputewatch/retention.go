package main

import (
	"context"
	"errors"
	"time"

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

// idleToken is after which time a refresh token that nobody used is not worth
// keeping: Microsoft's end after 90 days without use.
const idleToken = 180 * 24 * time.Hour

// cutoff is what the config calls old.
func (h *house) cutoff() casebook.Cutoff {
	now, cal := h.now(), h.policy.Calendar
	return casebook.Cutoff{
		Mails: cal.Sub(now, h.config.Retention.MailText),
		Cases: cal.Sub(now, h.config.Retention.ClosedCases),
	}
}

// retain removes once a day what is older than retention: says. Of several
// daemons the one that has the claim does it.
func (h *house) retain(ctx context.Context) {
	if err := h.retainIfDue(ctx); err != nil {
		h.logTroubles(retentionPart, h.remember(ctx, retentionPart, err))
		return
	}
	h.logTroubles(retentionPart, nil)
}

func (h *house) retainIfDue(ctx context.Context) error {
	ctx, done := h.within(ctx, retainTime)
	defer done()
	return h.under(ctx, retentionPart, func(ctx context.Context, claim rules.Claim) error {
		was, err := h.book.Part(ctx, retentionPart) // another daemon may have done it
		if err != nil || h.now().Sub(was.GoodAt) < retainEvery {
			return err
		}
		gone, err := h.book.Purge(ctx, claim, h.cutoff())
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
		return h.remember(ctx, retentionPart, nil)
	})
}
