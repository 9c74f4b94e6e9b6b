package casebook

import (
	"context"
	"slices"

	"github.com/disputewatch/disputewatch/rules"
)

// Say lets an event happen to a case: it is applied, appended to the trail, and
// what falls due by it is queued, in one transaction. The id is the case's or
// Klarna's; what is said of a case that went into another is said of that one.
// It returns the case as it stands then, or ErrNoCase, or what [rules.Apply]
// refuses.
func (b *Book) Say(ctx context.Context, id string, e rules.Event) (rules.Case, error) {
	return b.say(ctx, nil, id, e)
}

// SayUnder is Say under a claim: a *LostError says that nothing was changed.
func (b *Book) SayUnder(ctx context.Context, claim rules.Claim, id string, e rules.Event) (rules.Case, error) {
	return b.say(ctx, &claim, id, e)
}

func (b *Book) say(ctx context.Context, claim *rules.Claim, id string, e rules.Event) (rules.Case, error) {
	var out rules.Case
	err := b.change(ctx, "change a case in", func(c *change) error {
		if claim != nil {
			if err := c.under(ctx, claim); err != nil {
				return err
			}
		}
		id, err := caseIDOf(ctx, c, id)
		if err != nil {
			return err
		}
		h, err := c.holdLast(ctx, id)
		if err != nil {
			return err
		}
		out, err = c.happen(ctx, h, e)
		return err
	})
	return out, err
}

// OpenCase lets an event happen to the case that has one of keys, and opens one
// where there is none: a Stripe dispute that no mail announced.
func (b *Book) OpenCase(ctx context.Context, claim rules.Claim, keys []string, e rules.Event) (rules.Case, error) {
	var out rules.Case
	err := b.change(ctx, "open a case in", func(c *change) error {
		if err := c.under(ctx, &claim); err != nil {
			return err
		}
		e := e
		e.Keys = slices.Concat(keys, e.Keys)
		o, err := c.owners(ctx, said(rules.Case{}, e))
		if err != nil {
			return err
		}
		h, err := c.meant(ctx, o)
		if err != nil {
			return err
		}
		out, err = c.happen(ctx, h, e)
		return err
	})
	return out, err
}

// meant is the case of the surest key that has one, or a new one.
func (c *change) meant(ctx context.Context, o owned) (*held, error) {
	if len(o.cases) == 0 {
		return c.open(), nil
	}
	return c.holdLast(ctx, o.cases[0])
}

// happen applies an event with all that follows from it: its keys, the cases
// that it joins, what falls due.
func (c *change) happen(ctx context.Context, h *held, e rules.Event) (rules.Case, error) {
	o, err := c.owners(ctx, said(h.Case, e))
	if err != nil {
		return h.Case, err
	}
	if h.OpenedAt.IsZero() && len(o.cases) > 0 {
		return h.Case, errAgain // another writer opened its case since the keys were looked up
	}
	if sure(h.Case, e) {
		if h, err = c.join(ctx, h, o.cases, e); err != nil {
			return h.Case, err
		}
	}
	e.Keys = o.free
	had := h.Keys
	if err := c.apply(h, e); err != nil {
		return h.Case, err
	}
	if err := c.free(ctx, h, had); err != nil {
		return h.Case, err
	}
	c.give(h.ID, o.free)
	err = c.settle(ctx, h)
	return h.Case, err
}
