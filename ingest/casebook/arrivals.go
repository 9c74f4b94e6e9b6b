package casebook

import (
	"context"
	"time"
)

// Arrivals lists when the newest mails of Klarna's (and Stripe's) were sent to a
// mailbox, the newest first, at most limit. Forged ones are left out: anybody can
// send those. A mail that claims to come from the future, or that bears no date,
// counts from when it was recorded.
func (b *Book) Arrivals(ctx context.Context, mailbox string, limit int) ([]time.Time, error) {
	const what = "list arrivals in"
	rows, err := b.db.QueryContext(ctx, `select case when mail_date = 0 or mail_date > recorded_at then recorded_at else mail_date end as at
		from mails where mailbox = $1 and kind <> '' and verdict <> 'forged' order by at desc limit $2`, clean(mailbox), int64(limit))
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	var all []time.Time
	for rows.Next() {
		var at int64
		if err := rows.Scan(&at); err != nil {
			return nil, b.fault(what, err)
		}
		all = append(all, moment(at))
	}
	return all, b.fault(what, rows.Err())
}

// Stuck counts the messages that have waited since before a moment, and says
// since when the oldest has and what kept it last.
func (b *Book) Stuck(ctx context.Context, before time.Time) (n int, oldest time.Time, why string, err error) {
	var since int64
	err = b.db.QueryRowContext(ctx, `select count(*), coalesce(min(queued_at), 0),
			coalesce((select error from outbox where state = 'waiting' and error <> '' order by queued_at, id limit 1), '')
		from outbox where state = 'waiting' and queued_at < $1`, micros(before)).Scan(&n, &since, &why)
	return n, moment(since), why, b.fault("count messages in", err)
}
