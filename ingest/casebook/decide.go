package casebook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// rankCard puts the refreshing of cards behind whatever people wait for; the
// ranks of rules.Decide end below it.
const rankCard = 10_000

// Decide queues what has fallen due in the cases that wanted to be asked by
// now, and returns how many messages that were. The first time in a process it
// asks of all cases that are not closed: the policy may have changed since the
// times were written. Asking again changes nothing. A case that cannot be
// decided does not keep the others waiting.
func (b *Book) Decide(ctx context.Context) (int, error) {
	ids, err := b.due(ctx, !b.decided.Load())
	if err != nil {
		return 0, err
	}
	queued := 0
	var errs []error
	for _, id := range ids {
		if ctx.Err() != nil {
			break
		}
		n, err := b.decideOne(ctx, id)
		queued += n
		if err != nil {
			errs = append(errs, err)
		}
	}
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		return queued, err
	}
	b.decided.Store(true)
	return queued, nil
}

// due lists the cases to ask of, those that waited longest first. Of all that
// are not closed it lists only those that the policy has an answer for which
// differs from what is written: a transaction for each would take a daemon that
// starts on 10,000 cases ten seconds.
func (b *Book) due(ctx context.Context, all bool) ([]string, error) {
	const what = "list due cases in"
	now := b.now()
	rows, err := b.db.QueryContext(ctx, `select id, next_at, case when cast($2 as bigint) = 1 then body else '' end from cases
		where (next_at > 0 and next_at <= $1) or (cast($2 as bigint) = 1 and closed_at = 0)
		order by next_at, id`, micros(now), flag(all))
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	var ids []string
	for rows.Next() {
		var id, body string
		var next int64
		if err := rows.Scan(&id, &next, &body); err != nil {
			return nil, b.fault(what, err)
		}
		if all && b.settled(id, body, next, now) {
			continue
		}
		ids = append(ids, id)
	}
	return ids, b.fault(what, rows.Err())
}

// settled says that asking a case would change nothing. One that cannot be read
// is not: asking it tells the fault.
func (b *Book) settled(id, body string, next int64, now time.Time) bool {
	c, err := b.decoded(id, body)
	if err != nil {
		return false
	}
	due, again := rules.Decide(c.SetBack(now), b.o.Policy, now)
	return len(due) == 0 && micros(again) == next
}

func (b *Book) decideOne(ctx context.Context, id string) (int, error) {
	queued := int64(0)
	err := b.change(ctx, "decide about "+id+" in", func(c *change) error {
		h, err := c.hold(ctx, id)
		if err != nil {
			return err
		}
		if err := c.settle(ctx, h); err != nil {
			return err
		}
		err = c.flush(ctx)
		queued = c.told
		return err
	})
	return int(queued), err
}

// settle ends the change of a case: what is due is queued, the row is written,
// the card is brought up to date if people would see a difference.
func (c *change) settle(ctx context.Context, h *held) error {
	if err := c.decide(h); err != nil {
		return err
	}
	shown := h.shown
	h.shown = h.Case
	if h.Card.TS == "" {
		return nil
	}
	was, err := face(shown)
	if err != nil {
		return err
	}
	is, err := face(h.Case)
	if err != nil || is == was {
		return err
	}
	return c.refresh(ctx, h)
}

// decide queues what is due and writes the case with the time to ask again.
// What the second asking still finds waits for the next pass.
func (c *change) decide(h *held) error {
	h.Case = h.SetBack(c.now)
	due, next := rules.Decide(h.Case, c.book.o.Policy, c.now)
	for i, esc := range due {
		if err := c.tell(h, esc, i); err != nil {
			return err
		}
	}
	if len(due) > 0 {
		if due, next = rules.Decide(h.Case, c.book.o.Policy, c.now); len(due) > 0 {
			next = c.now
		}
	}
	c.save(h, next)
	return nil
}

// tell queues one of several escalations and records it as told. They keep their
// order: the first word on a case posts its card.
func (c *change) tell(h *held, esc rules.Escalation, place int) error {
	if c.book.o.Observe {
		esc.Observed = true
	} else {
		err := c.queueLater(rules.Message{
			Key:  fmt.Sprintf("%s/%d/%s/%d", h.ID, esc.Round, esc.Step, esc.N),
			Kind: rules.MessageStep, Case: h.ID, Escalation: &esc, Rank: esc.Rank,
			QueuedAt: c.now.Add(time.Duration(place) * time.Microsecond),
		})
		if err != nil {
			return err
		}
	}
	return c.apply(h, rules.Event{Type: rules.EventTold, At: c.now, By: "rules", Told: &esc})
}

// refresh queues that the card in Slack be brought up to date; one refresh that
// nobody has begun is enough.
func (c *change) refresh(ctx context.Context, h *held) error {
	_, err := c.ExecContext(ctx, `delete from outbox where case_id = $1 and kind = 'card' and state = 'waiting' and attempts = 0`, h.ID)
	if err != nil {
		return err
	}
	_, err = c.queue(ctx, rules.Message{
		Key: fmt.Sprintf("card/%s/%d", h.ID, h.events), Kind: rules.MessageCard, Case: h.ID, Rank: rankCard,
	})
	return err
}

// NextDue is when something will fall due next if nothing happens until then: a
// case that wants to be asked, or a message that was put off; zero is never.
func (b *Book) NextDue(ctx context.Context) (time.Time, error) {
	var at int64
	err := b.db.QueryRowContext(ctx, `select coalesce(min(at), 0) from (
			select min(next_at) as at from cases where next_at > $1
			union all select min(next_at) as at from outbox where state = 'waiting' and next_at > $1) as due`,
		micros(b.now())).Scan(&at)
	return moment(at), b.fault("look for what is due next in", err)
}
