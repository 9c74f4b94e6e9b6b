package casebook

import (
	"context"
	"encoding/json"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Strange is a mail that a person must look at: it could not be opened, was not
// understood, or is forged.
type Strange struct {
	rules.Mail          // without its bytes, its text and its event
	ID         string   // by which it is dismissed
	Case       string   // that it opened, if any
	Charges    []string // of a forged mail: those that it names and that exist
}

// maxStrange bounds a list that is made to be looked at.
const maxStrange = 200

// Strange lists the newest of such mails: those that were recorded since then
// and opened a case, and all that belong to none and that nobody has dismissed.
func (b *Book) Strange(ctx context.Context, since time.Time) ([]Strange, error) {
	const what = "list strange mails in"
	rows, err := b.db.QueryContext(ctx, `select m.id, m.message_id, m.hash, m.mailbox, m.folder, m.uid_validity, m.uid, m.mail_date, m.size,
		m.outcome, m.kind, m.verdict, m.why, m.error, m.case_id, m.lure from mails m
		where m.recorded_at >= $1 and m.outcome = 'unknown' and m.case_id <> '' or `+waits+`
		order by m.recorded_at desc, m.id limit $2`, micros(since), int64(maxStrange))
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	var all []Strange
	for rows.Next() {
		var s Strange
		var date int64
		var lure string
		err := rows.Scan(&s.ID, &s.MessageID, &s.Hash, &s.Mailbox, &s.Folder, &s.UIDValidity, &s.UID, &date, &s.Size,
			&s.Outcome, &s.Kind, &s.Verdict, &s.Why, &s.Error, &s.Case, &lure)
		if err != nil {
			return nil, b.fault(what, err)
		}
		if lure != "" {
			var l rules.Lure
			if err := json.Unmarshal([]byte(lure), &l); err != nil {
				return nil, b.fault(what, err)
			}
			s.Charges = l.Charges
		}
		s.Date = moment(date)
		all = append(all, s)
	}
	return all, b.fault(what, rows.Err())
}
