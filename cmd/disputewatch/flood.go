package main

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/rules"
)

// flood is how many cases may wait for their first word until one summary tells
// of them, and only those that can still be answered get cards.
const flood = 10

// floods is what is known of mailboxes that may bring many cases at once.
type floods struct {
	begun    boxSet // mailboxes that were read before: no poll is their first
	gathered boxSet // those that were seen being gathered since the last summary
}

// gather says to all daemons that mailboxes are being read for the first time, or
// again: until the func that it returns is called, the first words on cases wait,
// because a later mail or Stripe may show that nothing is to be done. That func, at
// its first call, makes a summary where there are many. A process that dies lets go of this by
// itself; what it had recorded is summarised by the next desk, or by who took the reading over.
func (h *house) gather(ctx context.Context, boxes []ingest.Mailbox, rescan *ingest.Rescan) (gathered func() error) {
	var stops []func()
	var errs []error
	var ours []ingest.Mailbox
	var claims []rules.Claim
	for _, box := range boxes {
		if rescan == nil && h.begun.has(box.Account.Name) {
			continue
		}
		part, err := h.book.Part(ctx, "mailbox/"+box.Account.Name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if rescan == nil && !part.GoodAt.IsZero() {
			h.begun.add(box.Account.Name)
			continue
		}
		_, stop, claim, err := h.book.Hold(ctx, gathering(box.Account.Name))
		if err == nil {
			stops, ours, claims = append(stops, stop), append(ours, box), append(claims, claim)
		} else if !health.Elsewhere(err) {
			errs = append(errs, err)
		}
	}
	return sync.OnceValue(func() error {
		if len(stops) == 0 {
			return errors.Join(errs...)
		}
		if ctx.Err() == nil {
			errs = append(errs, h.summariseOurs(ctx, ours, claims))
		}
		for _, stop := range stops {
			stop()
		}
		return errors.Join(errs...)
	})
}

// summariseOurs makes a summary at the end of a gathering, of the mailboxes whose claims
// still stand: who has taken another over is in the middle of it.
func (h *house) summariseOurs(ctx context.Context, boxes []ingest.Mailbox, claims []rules.Claim) error {
	var ours []ingest.Mailbox
	for i, claim := range claims {
		if _, err := h.book.Renew(ctx, claim); err == nil {
			ours = append(ours, boxes[i])
		} else if !health.Lost(err) {
			return err
		}
	}
	if ours == nil {
		return nil
	}
	return h.summarise(ctx, ours)
}

// gathering is the claim that is held while a mailbox is read for the first time.
func gathering(mailbox string) string { return "gather/" + mailbox }

// summarise makes a summary of the cases that wait for their first word, where
// they are many. Those of mailboxes that others than ours are gathering are left
// for the end of that, and for what is told next, too: a claim that runs out in
// the middle of it would leave no time for a summary.
func (h *house) summarise(ctx context.Context, ours []ingest.Mailbox) error {
	h.gathered.forget(ours)
	busy, err := h.gatherings(ctx, ours)
	if err != nil {
		return err
	}
	n, err := h.book.Summarise(ctx, flood, func(c rules.Case) bool {
		return slices.ContainsFunc(h.config.Mailboxes, func(m config.Mailbox) bool { return busy[m.Name] && brings(m, c) })
	})
	if n > 0 {
		h.log.Info("summarised", "cases", n)
	}
	return err
}

// gatherings are the mailboxes, but for ours, that are being gathered, or were when
// we looked since the last summary.
func (h *house) gatherings(ctx context.Context, ours []ingest.Mailbox) (map[string]bool, error) {
	var others, keys []string
	for _, m := range h.config.Mailboxes {
		if !slices.ContainsFunc(ours, func(b ingest.Mailbox) bool { return b.Account.Name == m.Name }) {
			others, keys = append(others, m.Name), append(keys, gathering(m.Name))
		}
	}
	held, err := h.book.HeldOf(ctx, keys...)
	busy := map[string]bool{}
	for i, name := range others {
		if held[keys[i]] {
			h.gathered.add(name)
		}
		busy[name] = h.gathered.has(name)
	}
	return busy, err
}

// gathers says that cases like c may be coming to light just now.
func (h *house) gathers(ctx context.Context, c rules.Case) (bool, error) {
	for _, m := range h.config.Mailboxes {
		if !brings(m, c) {
			continue
		}
		if held, err := h.gathersNow(ctx, m.Name); err != nil || held {
			return held, err
		}
	}
	return false, nil
}

// brings says that a case is of a mailbox, or of its Stripe account where no mail
// spoke of it yet.
func brings(m config.Mailbox, c rules.Case) bool {
	return m.Name == c.Mailbox || c.Mailbox == "" && m.Stripe == c.Account
}

// gathersNow says that a mailbox is being gathered, or was when we looked since
// the last summary.
func (h *house) gathersNow(ctx context.Context, mailbox string) (bool, error) {
	if h.gathered.has(mailbox) {
		return true, nil
	}
	held, err := h.book.Held(ctx, gathering(mailbox))
	if held {
		h.gathered.add(mailbox)
	}
	return held, err
}

// boxSet is a set of mailboxes.
type boxSet struct {
	mu   sync.Mutex
	seen map[string]bool // guarded by mu
}

func (s *boxSet) has(mailbox string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[mailbox]
}

func (s *boxSet) add(mailbox string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	s.seen[mailbox] = true
}

// forget begins anew: for some mailboxes, or for all where none are named.
func (s *boxSet) forget(boxes []ingest.Mailbox) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if boxes == nil {
		s.seen = nil
	}
	for _, b := range boxes {
		delete(s.seen, b.Account.Name)
	}
}
