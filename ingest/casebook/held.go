package casebook

import (
	"context"
	"encoding/json"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// held is a case whose row this transaction has locked.
type held struct {
	rules.Case
	events int64      // the number of its last event
	into   string     // the case that it went into
	shown  rules.Case // as people saw it when it was taken
	mailID string     // the mail that is being recorded, for its events
	next   time.Time  // when to ask about it again
	isNew  bool       // it has no row yet
	queued bool       // its row is pending
}

// hold locks a case and reads it, once in a transaction.
func (c *change) hold(ctx context.Context, id string) (*held, error) {
	if err := c.holdAll(ctx, []string{id}); err != nil {
		return nil, err
	}
	if h := c.held[id]; h != nil {
		return h, nil
	}
	return nil, ErrNoCase
}

// holdAll locks cases in the order of their ids, and reads them.
func (c *change) holdAll(ctx context.Context, ids []string) error {
	wanted := map[string]bool{}
	for _, id := range ids {
		if c.held[id] == nil {
			wanted[id] = true
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	list, err := c.book.store.listed(wanted)
	if err != nil {
		return err
	}
	rows, err := c.QueryContext(ctx, `select id, events, into_id, body from cases
		where id in `+c.book.store.among("$1")+` order by id`+c.book.store.lock, list)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		h := &held{}
		var id string
		var body []byte
		if err := rows.Scan(&id, &h.events, &h.into, &body); err != nil {
			return err
		}
		if err := json.Unmarshal(body, &h.Case); err != nil {
			return err
		}
		h.shown, c.held[id] = h.Case, h
	}
	return rows.Err()
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

// open makes a new case, which is saved when it has been opened by its first
// event.
func (c *change) open() *held {
	for {
		id := newID("c-", 6)
		if c.held[id] == nil {
			h := &held{Case: rules.Case{ID: id}, isNew: true}
			c.held[id] = h
			return h
		}
	}
}

// apply lets an event happen to the case and appends it to the trail. A look at
// Stripe that found nothing new leaves its time in the case and no event.
func (c *change) apply(h *held, e rules.Event) error {
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
	c.later(`insert into events (case_id, n, type, at, who, origin, mail_id, body) values ($1, $2, $3, $4, $5, $1, $6, $7)`, nil,
		h.ID, h.events, string(e.Type), micros(e.At), clean(e.By), h.mailID, body)
	return nil
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

// save has the case written, with when to ask about it again.
func (c *change) save(h *held, next time.Time) {
	h.next = next
	if !h.queued {
		h.queued = true
		c.pending.cases = append(c.pending.cases, h)
	}
}

// row writes the case as it stands. A new one whose id is taken is opened anew.
func (h *held) row() (row, error) {
	body, err := encoded(h.Case)
	args := []any{
		h.ID, string(h.State), string(h.Stage), clean(h.Mailbox), clean(h.Account), indexed(h.DisputeID),
		micros(h.OpenedAt), micros(h.ClosedAt), micros(h.next), h.events, h.into, body,
	}
	isNew := h.isNew
	h.queued, h.isNew = false, false
	if isNew {
		return row{`insert into cases (id, state, stage, mailbox, account, dispute, opened_at, closed_at, next_at, events, writes, into_id, body)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $12) on conflict (id) do nothing`, args, orAgain}, err
	}
	return row{`update cases set state = $2, stage = $3, mailbox = $4, account = $5, dispute = $6,
		opened_at = $7, closed_at = $8, next_at = $9, purged_at = case when events = $10 then purged_at else 0 end,
		events = $10, writes = writes + 1, into_id = $11, body = $12 where id = $1`, args, nil}, err
}
