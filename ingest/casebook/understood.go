package casebook

import (
	"context"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Klarna lists at most limit of Klarna's notices that were recorded until a
// moment (the zero one is now), the newest first: their Message-IDs, and whether
// they were understood in full. Forged mails, Stripe's own and those that were
// recorded before the book kept this are left out.
func (b *Book) Klarna(ctx context.Context, until time.Time, limit int) ([]rules.Mail, error) {
	const what = "list Klarna's notices in"
	if until.IsZero() {
		until = b.now()
	}
	rows, err := b.db.QueryContext(ctx, `select message_id, mailbox, folder, mail_date, outcome, kind, verdict, understood from mails
		where outcome in ('notice', 'unknown') and understood is not null and kind <> $1 and verdict <> $2 and recorded_at <= $3
		order by recorded_at desc, mail_date desc, id limit $4`,
		string(rules.KindStripeNotice), string(rules.Forged), micros(until), int64(limit))
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	var all []rules.Mail
	for rows.Next() {
		var m rules.Mail
		var date, full int64
		if err := rows.Scan(&m.MessageID, &m.Mailbox, &m.Folder, &date, &m.Outcome, &m.Kind, &m.Verdict, &full); err != nil {
			return nil, b.fault(what, err)
		}
		m.Date, m.Full = moment(date), full == 1
		all = append(all, m)
	}
	return all, b.fault(what, rows.Err())
}
