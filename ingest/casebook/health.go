package casebook

import (
	"context"
	"database/sql"
	"errors"

	"github.com/disputewatch/disputewatch/rules"
)

// Good records that a part works. It returns the part as it was until now, with
// GoodAt of this moment: BadSince and Told say whether an alarm has to be taken
// back.
func (b *Book) Good(ctx context.Context, part string) (rules.Health, error) {
	var h rules.Health
	err := b.change(ctx, "record health of "+part+" in", func(c *change) error {
		var err error
		if h, err = c.health(ctx, part); err != nil {
			return err
		}
		h.GoodAt = c.now
		return c.setHealth(ctx, rules.Health{Part: h.Part, GoodAt: c.now})
	})
	return h, err
}

// Bad records that a part failed, and why, and returns how it stands now. Why
// holds no name, address or token.
func (b *Book) Bad(ctx context.Context, part, why string) (rules.Health, error) {
	var h rules.Health
	err := b.change(ctx, "record health of "+part+" in", func(c *change) error {
		var err error
		if h, err = c.health(ctx, part); err != nil {
			return err
		}
		if h.BadSince.IsZero() {
			h.BadSince = c.now
		}
		h.Failures++
		h.Error = clean(why)
		return c.setHealth(ctx, h)
	})
	return h, err
}

// Alarm queues m about a part, and counts it as told since the part broke.
// Asked again with the same key it does nothing and says false.
func (b *Book) Alarm(ctx context.Context, part string, m rules.Message) (bool, error) {
	var queued bool
	err := b.change(ctx, "queue alarm about "+part+" in", func(c *change) error {
		var err error
		if queued, err = c.queue(ctx, m); err != nil || !queued {
			return err
		}
		h, err := c.health(ctx, part)
		if err != nil {
			return err
		}
		if !h.BadSince.IsZero() {
			h.Told++
		}
		return c.setHealth(ctx, h)
	})
	return queued, err
}

// SetBack takes what was noted under a clock that has since been set back for
// noted now: that a part works or is broken since a time to come would keep
// everybody from noticing that it does not work. All cases are decided anew.
func (b *Book) SetBack(ctx context.Context) error {
	return b.change(ctx, "set the clock back in", func(c *change) error {
		now := micros(c.now)
		_, err := c.ExecContext(ctx, `update health set good_at = case when good_at > $1 then $1 else good_at end,
			told = case when bad_since > $1 then 0 else told end,
			bad_since = case when bad_since > $1 then $1 else bad_since end
			where good_at > $1 or bad_since > $1`, now)
		b.decided.Store(false)
		return err
	})
}

// health takes the lock of a part's row, which it makes where there is none.
func (c *change) health(ctx context.Context, part string) (rules.Health, error) {
	h := rules.Health{Part: indexed(part)}
	var good, bad int64
	err := c.QueryRowContext(ctx, `insert into health (part, good_at, bad_since, failures, error, told)
		values ($1, 0, 0, 0, '', 0) on conflict (part) do update set part = excluded.part
		returning good_at, bad_since, failures, error, told`, h.Part).Scan(&good, &bad, &h.Failures, &h.Error, &h.Told)
	h.GoodAt, h.BadSince = moment(good), moment(bad)
	return h, err
}

func (c *change) setHealth(ctx context.Context, h rules.Health) error {
	_, err := c.ExecContext(ctx, `update health set good_at = $2, bad_since = $3, failures = $4, error = $5, told = $6 where part = $1`,
		h.Part, micros(h.GoodAt), micros(h.BadSince), int64(h.Failures), h.Error, int64(h.Told))
	return err
}

// Part is what the book remembers of one part; the zero value, with its name, is
// nothing.
func (b *Book) Part(ctx context.Context, part string) (rules.Health, error) {
	h := rules.Health{Part: part}
	var good, bad int64
	err := b.db.QueryRowContext(ctx, `select part, good_at, bad_since, failures, error, told from health where part = $1`, indexed(part)).
		Scan(&h.Part, &good, &bad, &h.Failures, &h.Error, &h.Told)
	if errors.Is(err, sql.ErrNoRows) {
		return h, nil
	}
	h.GoodAt, h.BadSince = moment(good), moment(bad)
	return h, b.fault("read health of "+part+" in", err)
}

// Health lists all parts by name.
func (b *Book) Health(ctx context.Context) ([]rules.Health, error) {
	const what = "list health in"
	rows, err := b.db.QueryContext(ctx, `select part, good_at, bad_since, failures, error, told from health order by part`)
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	var all []rules.Health
	for rows.Next() {
		var h rules.Health
		var good, bad int64
		if err := rows.Scan(&h.Part, &good, &bad, &h.Failures, &h.Error, &h.Told); err != nil {
			return nil, b.fault(what, err)
		}
		h.GoodAt, h.BadSince = moment(good), moment(bad)
		all = append(all, h)
	}
	return all, b.fault(what, rows.Err())
}
