package casebook

import (
	"context"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Strange is a mail that a person must look at: it could not be opened, was not
// understood, or is forged.
type Strange struct {
	rules.Mail        // without its bytes, its text and its event
	Case       string // that it opened, if any
}

// maxStrange bounds a list that is made to be looked at.
const maxStrange = 200

// Strange lists the newest of such mails that were recorded since then.
func (b *Book) Strange(ctx context.Context, since time.Time) ([]Strange, error) {
	const what = "list strange mails in"
	rows, err := b.db.QueryContext(ctx, `select message_id, hash, mailbox, folder, uid_validity, uid, mail_date, size,
		outcome, kind, verdict, why, error, case_id from mails
		where recorded_at >= $1 and (outcome in ('unknown', 'unreadable') or verdict = 'forged' and outcome = 'notice')
		order by recorded_at desc, id limit $2`, micros(since), int64(maxStrange))
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	var all []Strange
	for rows.Next() {
		var s Strange
		var date int64
		err := rows.Scan(&s.MessageID, &s.Hash, &s.Mailbox, &s.Folder, &s.UIDValidity, &s.UID, &date, &s.Size,
			&s.Outcome, &s.Kind, &s.Verdict, &s.Why, &s.Error, &s.Case)
		if err != nil {
			return nil, b.fault(what, err)
		}
		s.Date = moment(date)
		all = append(all, s)
	}
	return all, b.fault(what, rows.Err())
}
