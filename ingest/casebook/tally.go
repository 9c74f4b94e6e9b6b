package casebook

import (
	"context"

	"github.com/disputewatch/disputewatch/rules"
)

// MailTally counts the mails of one mailbox with one end.
type MailTally struct {
	Mailbox string
	Outcome rules.Outcome
	Mails   int64
}

// MailCounts counts the recorded mails by mailbox and end, in that order. Foreign
// mails that were told by their headers alone are not recorded one by one; they
// are in [Book.Positions].
func (b *Book) MailCounts(ctx context.Context) ([]MailTally, error) {
	const what = "count mails in"
	rows, err := b.db.QueryContext(ctx, `select mailbox, outcome, count(*) from mails group by mailbox, outcome order by mailbox, outcome`)
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	var all []MailTally
	for rows.Next() {
		var t MailTally
		if err := rows.Scan(&t.Mailbox, &t.Outcome, &t.Mails); err != nil {
			return nil, b.fault(what, err)
		}
		all = append(all, t)
	}
	return all, b.fault(what, rows.Err())
}

// CaseCounts counts the cases by their state now: claims and snoozes that have
// lapsed count as open.
func (b *Book) CaseCounts(ctx context.Context) (map[rules.State]int, error) {
	counts := map[rules.State]int{}
	var closed int
	if err := b.db.QueryRowContext(ctx, `select count(*) from cases where closed_at <> 0`).Scan(&closed); err != nil {
		return nil, b.fault("count cases in", err)
	}
	counts[rules.Closed] = closed
	alive, err := b.Cases(ctx, Filter{Since: b.now()})
	if err != nil {
		return nil, err
	}
	for _, c := range alive {
		if s := c.StateAt(b.now()); s != rules.Closed {
			counts[s]++
		}
	}
	return counts, nil
}
