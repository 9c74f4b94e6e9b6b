package casebook

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// held is a case whose row this transaction has locked.
type held struct {
	rules.Case
	events int64  // the number of its last event
	into   string // the case that it went into
	face   string // what people saw of it when it was taken
	mailID string // the mail that is being recorded, for its events
}

// hold locks a case and reads it. The lock is an update, which both databases
// know.
func (c *change) hold(ctx context.Context, id string) (*held, error) {
	h := &held{}
	var body string
	err := c.QueryRowContext(ctx, `update cases set writes = writes + 1 where id = $1 returning events, into_id, body`, id).
		Scan(&h.events, &h.into, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNoCase
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(body), &h.Case); err != nil {
		return nil, err
	}
	h.face, err = face(h.Case)
	return h, err
}

// holdLast locks the case that id has become: a case that went into an elder
// one is that elder one.
func (c *change) holdLast(ctx context.Context, id string) (*held, error) {
	for {
		h, err := c.hold(ctx, id)
		if err != nil || h.into == "" {
			return h, err
		}
		id = h.into
	}
}

// open makes the row of a new case, which is saved when it has been opened by
// its first event.
func (c *change) open(ctx context.Context) (*held, error) {
	for {
		id := newID("c-", 6)
		r, err := c.ExecContext(ctx, `insert into cases (id, state, stage, mailbox, account, dispute, opened_at, closed_at, next_at, events, writes, into_id, body)
			values ($1, '', '', '', '', '', 0, 0, 0, 0, 0, '', '{}') on conflict (id) do nothing`, id)
		err = one(r, err, errAgain)
		if errors.Is(err, errAgain) {
			continue // the id is taken
		}
		return &held{Case: rules.Case{ID: id}}, err
	}
}

// apply lets an event happen to the case and appends it to the trail. A look at
// Stripe that found nothing new leaves its time in the case and no event.
func (c *change) apply(ctx context.Context, h *held, e rules.Event) error {
	if e.At.IsZero() {
		e.At = c.now
	}
	e.At = e.At.UTC()
	next, err := rules.Apply(h.Case, e)
	if err != nil {
		return err
	}
	idle, err := idle(h.Case, next, e)
	if err != nil {
		return err
	}
	h.Case = next
	if idle {
		return nil
	}
	body, err := encoded(e)
	if err != nil {
		return err
	}
	h.events++
	_, err = c.ExecContext(ctx, `insert into events (case_id, n, type, at, who, origin, mail_id, body) values ($1, $2, $3, $4, $5, $1, $6, $7)`,
		h.ID, h.events, string(e.Type), micros(e.At), clean(e.By), h.mailID, body)
	return err
}

// idle says that a look at Stripe changed nothing but the time of looking: the
// trail of a year would be a hundred thousand of them.
func idle(was, is rules.Case, e rules.Event) (bool, error) {
	if e.Type != rules.EventStripe && e.Type != rules.EventMatch {
		return false, nil
	}
	a, err := encoded(timeless(was))
	if err != nil {
		return false, err
	}
	b, err := encoded(timeless(is))
	return a == b, err
}

// timeless is a case without the times of the last look at Stripe.
func timeless(c rules.Case) rules.Case {
	c.Match.TriedAt = time.Time{}
	if c.Stripe != nil {
		s := *c.Stripe
		s.ReadAt = time.Time{}
		c.Stripe = &s
	}
	return c
}

// face is what people see of a case on its card: when it changes, the card does.
func face(c rules.Case) (string, error) {
	c = timeless(c)
	c.Keys, c.Told, c.News, c.Thread = nil, nil, nil, nil
	c.Facts, c.Card = 0, rules.Place{}
	return encoded(c)
}

// save writes the case, and when to ask about it again.
func (c *change) save(ctx context.Context, h *held, next time.Time) error {
	body, err := encoded(h.Case)
	if err != nil {
		return err
	}
	_, err = c.ExecContext(ctx, `update cases set state = $2, stage = $3, mailbox = $4, account = $5, dispute = $6,
		opened_at = $7, closed_at = $8, next_at = $9, purged_at = case when events = $10 then purged_at else 0 end,
		events = $10, into_id = $11, body = $12 where id = $1`,
		h.ID, string(h.State), string(h.Stage), clean(h.Mailbox), clean(h.Account), indexed(h.DisputeID),
		micros(h.OpenedAt), micros(h.ClosedAt), micros(next), h.events, h.into, body)
	return err
}
