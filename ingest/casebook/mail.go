package casebook

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"

	"github.com/disputewatch/disputewatch/rules"
)

// identity is the digest of what makes a mail the same wherever it lies; there is
// none while its body could not be had.
func identity(m rules.Mail) sql.NullString {
	if m.Hash == "" {
		return sql.NullString{}
	}
	sum := sha256.Sum256([]byte(m.MessageID + "\x00" + m.Hash))
	return sql.NullString{String: hex.EncodeToString(sum[:]), Valid: true}
}

// newMail is a mail whose row is pending.
type newMail struct {
	rules.Mail
	id, caseID string
}

// row writes the mail, with the case that it belongs to by now.
func (m *newMail) row(c *change) (row, error) {
	lure, at, err := c.lure(m.Mail)
	return row{query: `insert into mails (id, identity, message_id, hash, mailbox, folder, uid_validity, uid, mail_date, size,
			outcome, kind, verdict, why, error, raw, words, case_id, recorded_at, understood, again, lure, lure_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`, args: []any{
		m.id, identity(m.Mail), clean(m.MessageID), clean(m.Hash), clean(m.Mailbox), clean(m.Folder), int64(m.UIDValidity), int64(m.UID),
		micros(m.Date), m.Size, string(m.Outcome), string(m.Kind), string(m.Verdict), clean(m.Why), clean(m.Error),
		blob(m.Raw), clean(m.Text), m.caseID, micros(c.now), flag(m.Full), flag(m.Again), lure, at,
	}}, err
}

// belongs says which case a mail belongs to.
func (c *change) belongs(ctx context.Context, mailID, caseID string) error {
	if n := len(c.pending.mails); n > 0 && c.pending.mails[n-1].id == mailID {
		c.pending.mails[n-1].caseID = caseID // it is the mail in hand
		return nil
	}
	_, err := c.ExecContext(ctx, `update mails set case_id = $2 where id = $1`, mailID, caseID)
	return err
}

// blob is NULL where there are no bytes, in both databases.
func blob(b []byte) any {
	if len(b) == 0 {
		return nil
	}
	return b
}

// replaceMail keeps where and when the mail was seen first, and takes the rest
// from the better reading.
func (c *change) replaceMail(ctx context.Context, id string, m rules.Mail) error {
	lure, at, err := c.lure(m)
	if err != nil {
		return err
	}
	_, err = c.ExecContext(ctx, `update mails set identity = $2, message_id = $3, hash = $4, mail_date = $5, size = $6,
		outcome = $7, kind = $8, verdict = $9, why = $10, error = $11, raw = $12, words = $13, understood = $14, again = $15, lure = $16, lure_at = $17 where id = $1`,
		id, identity(m), clean(m.MessageID), clean(m.Hash), micros(m.Date), m.Size,
		string(m.Outcome), string(m.Kind), string(m.Verdict), clean(m.Why), clean(m.Error), blob(m.Raw), clean(m.Text), flag(m.Full), flag(m.Again), lure, at)
	return err
}

// lure is what a forged mail names of orders, and when to look for it: at once.
func (c *change) lure(m rules.Mail) (body string, at int64, err error) {
	if m.Lure == nil {
		return "", 0, nil
	}
	body, err = encoded(m.Lure)
	return body, micros(c.now), err
}

// sight records that the mail lies there. A UID that showed another mail before
// shows this one now.
func (c *change) sight(id string, m rules.Mail) {
	if m.UID == 0 {
		return // it was read from no folder
	}
	c.later(`insert into sightings (mailbox, folder, uid_validity, uid, mail_id, seen_at)
		values ($1, $2, $3, $4, $5, $6)
		on conflict (mailbox, folder, uid_validity, uid) do update set mail_id = excluded.mail_id`, nil,
		clean(m.Mailbox), clean(m.Folder), int64(m.UIDValidity), int64(m.UID), id, micros(c.now))
}

// Mails lists the mails that belong to a case, as they were recorded, by date:
// where they were seen first, what they say, and the bytes of one that nobody
// understood. Text is "" once retention has ended it.
func (b *Book) Mails(ctx context.Context, caseID string) ([]rules.Mail, error) {
	id, err := caseIDOf(ctx, b.db, caseID)
	if err != nil {
		return nil, b.told("find case in", err)
	}
	what := "list mails of " + id + " in"
	rows, err := b.db.QueryContext(ctx, `select message_id, hash, mailbox, folder, uid_validity, uid, mail_date, size,
		outcome, kind, verdict, why, error, raw, words, coalesce(understood, 0) from mails where case_id = $1 order by mail_date, recorded_at, id`, id)
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	var all []rules.Mail
	for rows.Next() {
		var m rules.Mail
		var date, full int64
		err := rows.Scan(&m.MessageID, &m.Hash, &m.Mailbox, &m.Folder, &m.UIDValidity, &m.UID, &date, &m.Size,
			&m.Outcome, &m.Kind, &m.Verdict, &m.Why, &m.Error, &m.Raw, &m.Text, &full)
		if err != nil {
			return nil, b.fault(what, err)
		}
		m.Date, m.Full = moment(date), full == 1
		all = append(all, m)
	}
	return all, b.fault(what, rows.Err())
}
