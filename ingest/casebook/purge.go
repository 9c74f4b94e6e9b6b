package casebook

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Cutoff says what is too old to be kept whole.
type Cutoff struct {
	Mails time.Time // the text and the bytes of mails that were recorded before then
	Cases time.Time // all but the numbers of cases that were closed before then
}

// Purged counts what a purge took something from.
type Purged struct {
	Cases, Mails, Messages int64
}

// Any says that something was removed.
func (p Purged) Any() bool { return p != Purged{} }

// Purge removes personal data by age. A case that is not closed keeps everything,
// its mails too. What is left of a mail is enough to know it again: reading its
// mailbox anew brings back neither its text nor its case. A *LostError says that
// another holder goes on with the work; what was removed until then is gone.
func (b *Book) Purge(ctx context.Context, claim rules.Claim, old Cutoff) (Purged, error) {
	var all Purged
	var ids []string
	err := read(ctx, b.db, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		ids = append(ids, id)
		return err
	}, `select id from cases where closed_at > 0 and closed_at < $1 and purged_at = 0 order by closed_at, id`, micros(old.Cases))
	if err != nil {
		return all, b.fault("look for closed cases in", err)
	}
	for _, id := range ids {
		var some Purged
		err := b.change(ctx, "purge case "+id+" in", func(c *change) error {
			some = Purged{}
			if err := c.under(ctx, &claim); err != nil {
				return err
			}
			h, err := c.hold(ctx, id)
			if err != nil {
				return err
			}
			if h.ClosedAt.IsZero() || !h.ClosedAt.Before(old.Cases) {
				return nil // it was opened again since it was listed
			}
			some, err = c.numbers(ctx, h)
			return err
		})
		if err != nil {
			return all, err
		}
		all.add(some)
	}
	var some Purged
	err = b.change(ctx, "purge mails in", func(c *change) error {
		some = Purged{}
		if err := c.under(ctx, &claim); err != nil {
			return err
		}
		var err error
		some, err = c.purgeOld(ctx, old.Mails)
		return err
	})
	all.add(some)
	return all, err
}

func (p *Purged) add(o Purged) {
	p.Cases, p.Mails, p.Messages = p.Cases+o.Cases, p.Mails+o.Mails, p.Messages+o.Messages
}

// purgeOld empties mails, and the messages that were told by then.
func (c *change) purgeOld(ctx context.Context, at time.Time) (Purged, error) {
	mails, err := c.count(ctx, `update mails set words = '', raw = null, error = '', lure = '', lure_at = 0, purged_at = $2
		where recorded_at < $1 and purged_at = 0 and (words <> '' or raw is not null or error <> '' or lure <> '')
		and (case_id = '' or case_id in (select id from cases where closed_at > 0))`, micros(at), micros(c.now))
	if err != nil {
		return Purged{}, err
	}
	// That somebody dismissed a mail stays, not who and why.
	if _, err := c.ExecContext(ctx, `update mail_events set who = $2, body = '{}' where at < $1 and body <> '{}'`, micros(at), rules.Removed); err != nil {
		return Purged{}, err
	}
	messages, err := c.count(ctx, `update outbox set body = '{}', error = ''
		where state <> 'waiting' and done_at < $1 and (body <> '{}' or error <> '')
		and (case_id = '' or case_id in (select id from cases where closed_at > 0))`, micros(at))
	return Purged{Mails: mails, Messages: messages}, err
}

// numbers leaves of a closed case and of all that belongs to it the numbers.
func (c *change) numbers(ctx context.Context, h *held) (Purged, error) {
	h.Case = h.Numbers()
	if err := c.rewriteEvents(ctx, h.ID, rules.Event.Numbers); err != nil {
		return Purged{}, err
	}
	if err := c.rewriteCase(ctx, h, c.now); err != nil {
		return Purged{}, err
	}
	if _, err := c.ExecContext(ctx, `delete from case_keys where case_id = $1 and key like 'mail:%'`, h.ID); err != nil {
		return Purged{}, err
	}
	mails, err := c.count(ctx, `update mails set words = '', raw = null, error = '', why = '', message_id = '', purged_at = $2 where case_id = $1`,
		h.ID, micros(c.now))
	if err != nil {
		return Purged{}, err
	}
	messages, err := c.emptyTold(ctx, h.ID)
	return Purged{Cases: 1, Mails: mails, Messages: messages}, err
}

// emptyTold empties the messages of a case that need no more telling: their keys
// alone keep them from being told again.
func (c *change) emptyTold(ctx context.Context, caseID string) (int64, error) {
	return c.count(ctx, `update outbox set body = '{}', error = '' where case_id = $1 and state <> 'waiting' and (body <> '{}' or error <> '')`, caseID)
}

// rewriteCase writes a case from which something was removed. No event tells of
// it, and nothing falls due by it.
func (c *change) rewriteCase(ctx context.Context, h *held, purgedAt time.Time) error {
	body, err := encoded(h.Case)
	if err != nil {
		return err
	}
	_, err = c.ExecContext(ctx, `update cases set body = $2, purged_at = $3 where id = $1`, h.ID, body, micros(purgedAt))
	return err
}

// rewriteEvents puts each event of a case through f.
func (c *change) rewriteEvents(ctx context.Context, caseID string, f func(rules.Event) rules.Event) error {
	was := map[int64]string{}
	err := read(ctx, c, func(scan func(...any) error) error {
		var n int64
		var body string
		err := scan(&n, &body)
		was[n] = body
		return err
	}, `select n, body from events where case_id = $1`, caseID)
	if err != nil {
		return err
	}
	for n, body := range was {
		var e rules.Event
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			return err
		}
		e = f(e)
		if body, err = encoded(e); err != nil {
			return err
		}
		if _, err := c.ExecContext(ctx, `update events set body = $3, who = $4 where case_id = $1 and n = $2`, caseID, n, body, clean(e.By)); err != nil {
			return err
		}
	}
	return nil
}

// count runs a statement and says how many rows it changed.
func (c *change) count(ctx context.Context, query string, args ...any) (int64, error) {
	r, err := c.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// reader is a book's database or one of its transactions.
type reader interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// read hands each row of a query to each.
func read(ctx context.Context, from reader, each func(scan func(...any) error) error, query string, args ...any) error {
	rows, err := from.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := each(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}
