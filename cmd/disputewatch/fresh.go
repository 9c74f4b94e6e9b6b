package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

// freshEvery is how often it is looked which cards say another time than is left,
// and freshMost how many are changed then, the most urgent: ten minutes' work at
// Slack's pace.
const (
	freshEvery = time.Hour
	freshMost  = 600
)

// freshen queues that the cards be brought up to date that say "9 days left" where
// 8 are left: a card changes else only with its case, and a dispute that nobody
// touches would go on saying what it said on its first day. It is the desk's. The
// first look of a daemon goes by what a card said when it was posted.
func (h *house) freshen(ctx context.Context) error {
	now, since := h.now(), h.freshAt
	if now.Sub(since).Abs() < freshEvery || h.config.Observe {
		return nil
	}
	if since.After(now) { // the clock was set back
		since = time.Time{}
	}
	h.freshAt = now
	cases, err := h.book.Cases(ctx, casebook.Filter{Unfinished: true})
	if err != nil {
		return err
	}
	slices.SortStableFunc(cases, rules.ByUrgency)
	var errs []error
	queued := 0
	for _, c := range cases {
		if queued == freshMost {
			break
		}
		if c.Card.TS == "" || !notify.Aged(c, h.policy, later(since, saidAt(c.Card)), now) {
			continue
		}
		_, err := h.book.Queue(ctx, rules.Message{
			Key: fmt.Sprintf("card/%s/at/%d", c.ID, now.Truncate(freshEvery).Unix()), Kind: rules.MessageCard, Case: c.ID, Rank: lastRank,
		})
		errs = append(errs, err)
		queued++
	}
	return errors.Join(errs...)
}

// saidAt is when a message of Slack's was said, which is its name; zero where it is
// none.
func saidAt(at rules.Place) time.Time {
	seconds, _, _ := strings.Cut(at.TS, ".")
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
