package casebook

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// ErrNoCase says that the book has no case of that id.
var ErrNoCase = errors.New("no such case")

// Case returns the case of that id: its own (c-…) or Klarna's dispute id.
func (b *Book) Case(ctx context.Context, id string) (rules.Case, error) {
	id, err := caseIDOf(ctx, b.db, id)
	if err != nil {
		return rules.Case{}, b.told("find case in", err)
	}
	var body string
	if err := b.db.QueryRowContext(ctx, `select body from cases where id = $1`, id).Scan(&body); err != nil {
		return rules.Case{}, b.fault("read case "+id+" in", err)
	}
	return b.decoded(id, body)
}

// Holder is the case that has a key; false where none has it.
func (b *Book) Holder(ctx context.Context, key string) (rules.Case, bool, error) {
	var id, body string
	err := b.db.QueryRowContext(ctx, `select c.id, c.body from case_keys k join cases c on c.id = k.case_id where k.key = $1`, indexed(key)).
		Scan(&id, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return rules.Case{}, false, nil
	}
	if err != nil {
		return rules.Case{}, false, b.fault("look up "+key+" in", err)
	}
	c, err := b.decoded(id, body)
	return c, err == nil, err
}

func (b *Book) decoded(id, body string) (rules.Case, error) {
	var c rules.Case
	if err := json.Unmarshal([]byte(body), &c); err != nil {
		return c, b.fault("read case "+id+" in", err)
	}
	return c, nil
}

// asker is what the reading of ids needs: the book or one of its transactions.
type asker interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// caseIDOf finds the case that a person means by id: the case's own id, a key of
// it, or Klarna's dispute id, the number or the KRN that ends in it. A case that
// carries the id stands before one that went into it.
func caseIDOf(ctx context.Context, a asker, id string) (string, error) {
	id = indexed(id)
	number := id
	if strings.HasPrefix(id, "krn:") {
		number = id[strings.LastIndex(id, ":")+1:]
	}
	for _, q := range []struct{ query, arg string }{
		{`select id from cases where id = $1`, id},
		{`select case_id from case_keys where key = $1`, rules.KlarnaKey(number)},
		{`select case_id from case_keys where key = $1`, id},
		{`select id from cases where dispute = $1 order by into_id, opened_at desc, id limit 1`, id},
	} {
		var found string
		err := a.QueryRowContext(ctx, q.query, q.arg).Scan(&found)
		if err == nil {
			return found, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return "", err
		}
	}
	return "", ErrNoCase
}

// Filter narrows a list of cases; the zero Filter is all.
type Filter struct {
	Unfinished bool      // neither answered nor closed
	Account    string    // of this Stripe account
	Mailbox    string    // of this mailbox
	Since      time.Time // opened or closed since then, or not closed yet
}

// Cases lists cases, the oldest first. How urgent they are is for rules to say.
func (b *Book) Cases(ctx context.Context, f Filter) ([]rules.Case, error) {
	const what = "list cases in"
	rows, err := b.db.QueryContext(ctx, `select id, body from cases
		where (cast($1 as bigint) = 0 or state not in ('answered', 'closed'))
		and ($2 = '' or account = $2) and ($3 = '' or mailbox = $3)
		and (cast($4 as bigint) = 0 or closed_at = 0 or opened_at >= $4 or closed_at >= $4)
		order by opened_at, id`, flag(f.Unfinished), clean(f.Account), clean(f.Mailbox), micros(f.Since))
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	var all []rules.Case
	for rows.Next() {
		var id, body string
		if err := rows.Scan(&id, &body); err != nil {
			return nil, b.fault(what, err)
		}
		c, err := b.decoded(id, body)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, b.fault(what, rows.Err())
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// History lists the events of a case as they happened, those of the cases that
// went into it among them.
func (b *Book) History(ctx context.Context, id string) ([]rules.Event, error) {
	id, err := caseIDOf(ctx, b.db, id)
	if err != nil {
		return nil, b.told("find case in", err)
	}
	what := "read history of " + id + " in"
	rows, err := b.db.QueryContext(ctx, `select body from events where case_id = $1 order by at, n`, id)
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	var all []rules.Event
	for rows.Next() {
		var body string
		var e rules.Event
		if err := rows.Scan(&body); err != nil {
			return nil, b.fault(what, err)
		}
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			return nil, b.fault(what, err)
		}
		all = append(all, e)
	}
	return all, b.fault(what, rows.Err())
}
