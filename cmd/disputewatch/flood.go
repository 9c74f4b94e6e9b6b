package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/rules"
)

// flood is how many cases may wait for their first word until one summary tells
// of them, and only those that can still be answered get cards.
const flood = 10

// gather says to all daemons that mailboxes are being read for the first time, or
// again: until the func that it returns is called, the first words on cases wait,
// because a later mail or Stripe may show that nothing is to be done. That func, at
// its first call, makes a summary where there are many. A process that dies lets go of this by
// itself; what it had recorded is summarised by the next desk.
func (h *house) gather(ctx context.Context, boxes []ingest.Mailbox, rescan *ingest.Rescan) (gathered func() error) {
	parts, err := h.book.Health(ctx)
	if err != nil {
		return func() error { return err }
	}
	read := map[string]time.Time{}
	for _, p := range parts {
		read[p.Part] = p.GoodAt
	}
	var stops []func()
	var errs []error
	for _, box := range boxes {
		if rescan == nil && !read["mailbox/"+box.Account.Name].IsZero() {
			continue
		}
		_, stop, _, err := h.book.Hold(ctx, gathering(box.Account.Name))
		if err == nil {
			stops = append(stops, stop)
		} else if !elsewhere(err) {
			errs = append(errs, err)
		}
	}
	return sync.OnceValue(func() error {
		if len(stops) == 0 {
			return errors.Join(errs...)
		}
		if ctx.Err() == nil {
			errs = append(errs, h.summarise(ctx, boxes))
		}
		for _, stop := range stops {
			stop()
		}
		return errors.Join(errs...)
	})
}

// gathering is the claim that is held while a mailbox is read for the first time.
func gathering(mailbox string) string { return "gather/" + mailbox }

// summarise makes a summary of the cases that wait for their first word, where
// they are many, unless another mailbox than ours is still being gathered: whoever
// ends last makes it of all.
func (h *house) summarise(ctx context.Context, ours []ingest.Mailbox) error {
	own := map[string]bool{}
	for _, box := range ours {
		own[box.Account.Name] = true
	}
	for _, m := range h.config.Mailboxes {
		if own[m.Name] {
			continue
		}
		if held, err := h.book.Held(ctx, gathering(m.Name)); err != nil || held {
			return err
		}
	}
	n, err := h.book.Summarise(ctx, flood)
	if n > 0 {
		h.log.Info("summarised", "cases", n)
	}
	return err
}

// gathers says that cases like c may be coming to light just now: its mailbox is
// being gathered, or one whose Stripe account it is of.
func (h *house) gathers(ctx context.Context, c rules.Case) (bool, error) {
	for _, m := range h.config.Mailboxes {
		if m.Name != c.Mailbox && (c.Mailbox != "" || m.Stripe != c.Account) {
			continue
		}
		if held, err := h.book.Held(ctx, gathering(m.Name)); err != nil || held {
			return held, err
		}
	}
	return false, nil
}
