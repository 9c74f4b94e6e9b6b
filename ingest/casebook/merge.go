package casebook

import (
	"context"
	"slices"

	"github.com/disputewatch/disputewatch/rules"
)

// join makes one case of h and the others: the eldest stays, and the younger
// ones go into it. It returns the eldest, still to be settled.
func (c *change) join(ctx context.Context, h *held, others []string, e rules.Event) (*held, error) {
	all := []*held{h}
	for _, id := range others {
		if slices.ContainsFunc(all, func(x *held) bool { return x.ID == id }) {
			continue
		}
		other, err := c.hold(ctx, id)
		if err != nil {
			return h, err
		}
		if other.into != "" {
			return h, errAgain // it moved its keys since they were looked up
		}
		all = append(all, other)
	}
	if len(all) > 1 && h.OpenedAt.IsZero() {
		return h, errAgain // a key found its owner since it was looked up
	}
	slices.SortFunc(all, func(a, b *held) int {
		if d := a.OpenedAt.Compare(b.OpenedAt); d != 0 {
			return d
		}
		if a.ID < b.ID {
			return -1
		}
		return 1
	})
	elder := all[0]
	for _, younger := range all[1:] {
		if err := c.goInto(ctx, elder, younger, e); err != nil {
			return elder, err
		}
	}
	return elder, nil
}

// goInto moves what the younger case has to the elder one and closes it as a
// duplicate. What it still had to tell is dropped, unless the telling may be
// under way.
func (c *change) goInto(ctx context.Context, elder, younger *held, e rules.Event) error {
	was := younger.Case
	if err := c.takeOver(ctx, elder, younger); err != nil {
		return err
	}
	by := e.By
	if by == "" {
		by = "book"
	}
	err := c.apply(elder, rules.Event{Type: rules.EventMerge, At: e.At, By: by, Other: was.ID, From: &was, Keys: was.Keys})
	if err != nil {
		return err
	}
	younger.into, younger.Keys = elder.ID, nil
	if younger.ClosedAt.IsZero() { // else it keeps the outcome that it has
		err := c.apply(younger, rules.Event{Type: rules.EventClose, At: e.At, By: by, Outcome: rules.Duplicate, Other: elder.ID})
		if err != nil {
			return err
		}
	}
	return c.settle(ctx, younger)
}

// takeOver moves the rows of the younger case: keys, events behind the elder's
// own, mails; and drops its messages that nobody has tried to send.
func (c *change) takeOver(ctx context.Context, elder, younger *held) error {
	for _, query := range []string{
		`update case_keys set case_id = $1 where case_id = $2`,
		`update mails set case_id = $1 where case_id = $2`,
	} {
		if _, err := c.ExecContext(ctx, query, elder.ID, younger.ID); err != nil {
			return err
		}
	}
	for k, id := range c.keys {
		if id == younger.ID {
			c.keys[k] = elder.ID
		}
	}
	if _, err := c.ExecContext(ctx, `update events set case_id = $1, n = n + $3 where case_id = $2`,
		elder.ID, younger.ID, elder.events); err != nil {
		return err
	}
	elder.events += younger.events
	_, err := c.ExecContext(ctx, `update outbox set state = 'dropped', done_at = $2, error = $3
		where case_id = $1 and state = 'waiting' and attempts = 0`,
		younger.ID, micros(c.now), "the case went into "+elder.ID)
	return err
}
