package casebook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/rules"
)

// floodClaim is held while a summary is made, so that two daemons make one.
const floodClaim = "summary"

// rankSummary puts a summary before the cards that it speaks of and behind stop
// requests; the ranks of rules.Decide leave it room.
const rankSummary = 5

// Summarise puts one message in the place of many: where more than most cases
// wait for their first word, a summary of them is queued, and what was to be
// said of those that can no longer be answered is dropped in its favour. The
// others keep their cards. What falls due later is told as ever, with a card
// where the case has none. Each case is summarised once; of what may already
// have been said nothing is taken back. It returns how many cases the summary
// tells, 0 where there is none.
func (b *Book) Summarise(ctx context.Context, most int, leave func(rules.Case) bool) (int, error) {
	if n, err := b.untold(ctx); err != nil || n <= most {
		return 0, err // without a lock: on nearly all days this is all
	}
	told := 0
	err := b.change(ctx, "summarise cases in", func(c *change) error {
		told = 0
		claim, err := c.claim(ctx, floodClaim)
		if err != nil {
			return err
		}
		cases, err := c.unsummarised(ctx)
		cases = slices.DeleteFunc(cases, leave)
		if err != nil || len(cases) <= most {
			return errors.Join(err, c.release(ctx, claim))
		}
		if err := c.summarise(ctx, cases); err != nil {
			return err
		}
		told = len(cases)
		return c.release(ctx, claim)
	})
	if is[*HeldError](err) {
		return 0, nil // another daemon is at it
	}
	return told, err
}

// waitsUntold finds the waiting steps of cases of which nothing was said, nor may
// have been.
const waitsUntold = ` from outbox o where o.kind = 'step' and o.state = 'waiting' and o.case_id <> ''
	and not exists (select 1 from outbox t where t.case_id = o.case_id and t.case_id <> '' and t.kind = 'step' and (t.state = 'told' or t.tried_at > 0))`

func (b *Book) untold(ctx context.Context) (int, error) {
	var n int
	err := b.db.QueryRowContext(ctx, `select count(distinct o.case_id)`+waitsUntold).Scan(&n)
	return n, b.fault("count untold cases in", err)
}

// unsummarised lists the cases that wait for their first word and that no
// summary has told, the oldest first.
func (c *change) unsummarised(ctx context.Context) ([]rules.Case, error) {
	known, err := c.summarised(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := c.QueryContext(ctx, `select id, body from cases where id in (select o.case_id`+waitsUntold+`) order by opened_at, id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []rules.Case
	for rows.Next() {
		var id, body string
		if err := rows.Scan(&id, &body); err != nil {
			return nil, err
		}
		k, err := c.book.decoded(id, body)
		if err != nil {
			return nil, err
		}
		if !known[id] && k.Card.TS == "" && k.Outcome != "duplicate" {
			out = append(out, k)
		}
	}
	return out, rows.Err()
}

// summarised is the ids of all cases that a summary told or will tell.
func (c *change) summarised(ctx context.Context) (map[string]bool, error) {
	rows, err := c.QueryContext(ctx, `select body from outbox where kind = $1`, string(rules.MessageSummary))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	known := map[string]bool{}
	for rows.Next() {
		var body string
		var in content
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(body), &in); err != nil {
			return nil, err
		}
		for _, id := range strings.Fields(in.About[rules.AboutCases]) {
			known[id] = true
		}
	}
	return known, rows.Err()
}

// summarise queues the summary and drops the words that it replaces.
func (c *change) summarise(ctx context.Context, cases []rules.Case) error {
	ids := make([]string, len(cases))
	for i, k := range cases {
		ids[i] = k.ID
	}
	queued, err := c.queue(ctx, rules.Message{
		Key: "summary/" + ids[0], Kind: rules.MessageSummary, Rank: rankSummary,
		About: map[string]string{rules.AboutCases: strings.Join(ids, " ")},
	})
	if err != nil {
		return err
	}
	if !queued {
		return fmt.Errorf("summary of %s: it is there, and does not name the case", ids[0])
	}
	for _, k := range cases {
		if k.Answerable(c.now) {
			continue
		}
		_, err := c.ExecContext(ctx, `update outbox set state = 'dropped', done_at = $2, error = 'told in a summary'
			where case_id = $1 and kind = 'step' and state = 'waiting'`, k.ID, micros(c.now))
		if err != nil {
			return err
		}
	}
	return nil
}

// HeldOf says which of the works named keys somebody holds.
func (b *Book) HeldOf(ctx context.Context, keys ...string) (map[string]bool, error) {
	const what = "list claims in"
	rows, err := b.db.QueryContext(ctx, `select key from claims where until > $1 and until <= $2`,
		b.shared(b.now()), b.shared(b.now().Add(2*claimLasts)))
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	all := map[string]bool{}
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, b.fault(what, err)
		}
		all[key] = true
	}
	held := map[string]bool{}
	for _, key := range keys {
		if all[indexed(key)] {
			held[key] = true
		}
	}
	return held, b.fault(what, rows.Err())
}

// Held says that somebody holds the work named key.
func (b *Book) Held(ctx context.Context, key string) (bool, error) {
	var n int
	err := b.db.QueryRowContext(ctx, `select count(*) from claims where key = $1 and until > $2 and until <= $3`,
		indexed(key), b.shared(b.now()), b.shared(b.now().Add(2*claimLasts))).Scan(&n)
	return n > 0, b.fault("look for claim "+key+" in", err)
}
