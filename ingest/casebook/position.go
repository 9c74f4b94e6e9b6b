package casebook

import (
	"context"
	"database/sql"
	"errors"

	"github.com/disputewatch/disputewatch/rules"
)

// Position says where we stand in a folder: the zero Position with its names
// when it was never read.
func (b *Book) Position(ctx context.Context, mailbox, folder string) (rules.Position, error) {
	p := rules.Position{Mailbox: mailbox, Folder: folder}
	var validity, next, swept, read int64
	var seen string
	err := b.db.QueryRowContext(ctx, `select uid_validity, uid_next, seen, swept_at, read_at from folders
		where mailbox = $1 and folder = $2`, clean(mailbox), clean(folder)).Scan(&validity, &next, &seen, &swept, &read)
	if errors.Is(err, sql.ErrNoRows) {
		return p, nil
	}
	if err != nil {
		return p, b.fault("read position of "+mailbox+" "+folder+" in", err)
	}
	p.UIDValidity, p.UIDNext = uint32(validity), uint32(next)
	p.SweptAt, p.ReadAt = moment(swept), moment(read)
	if p.Seen, err = rules.ParseUIDs(seen); err != nil {
		return p, b.fault("read position of "+mailbox+" "+folder+" in", err)
	}
	return p, nil
}

// move writes where we stand now.
func (c *change) move(p rules.Position) {
	c.later(`insert into folders (mailbox, folder, uid_validity, uid_next, seen, swept_at, read_at)
		values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (mailbox, folder) do update set uid_validity = excluded.uid_validity, uid_next = excluded.uid_next,
			seen = excluded.seen, swept_at = excluded.swept_at, read_at = excluded.read_at`, nil,
		clean(p.Mailbox), clean(p.Folder), int64(p.UIDValidity), int64(p.UIDNext), p.Seen.String(), micros(p.SweptAt), micros(p.ReadAt))
}

// Again lists the UIDs of the mails in a folder that ended as unknown or
// unreadable, were not understood in full, or are forged, ascending: what a
// re-scan reads once more.
func (b *Book) Again(ctx context.Context, mailbox, folder string, uidValidity uint32) ([]uint32, error) {
	const what = "list mails to read again in"
	rows, err := b.db.QueryContext(ctx, `select s.uid from sightings s join mails m on m.id = s.mail_id
		where s.mailbox = $1 and s.folder = $2 and s.uid_validity = $3 and (m.outcome in ('unknown', 'unreadable') or m.again = 1 and m.purged_at = 0)
		order by s.uid`, clean(mailbox), clean(folder), int64(uidValidity))
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	var uids []uint32
	for rows.Next() {
		var uid int64
		if err := rows.Scan(&uid); err != nil {
			return nil, b.fault(what, err)
		}
		uids = append(uids, uint32(uid))
	}
	return uids, b.fault(what, rows.Err())
}

// Threads holds the Message-IDs of the mails that belong to cases: a mail that
// answers one of them concerns us.
func (b *Book) Threads(ctx context.Context) (map[string]bool, error) {
	const what = "list threads in"
	rows, err := b.db.QueryContext(ctx, `select message_id from mails where case_id <> '' and message_id <> ''`)
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	ids := map[string]bool{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, b.fault(what, err)
		}
		ids[id] = true
	}
	return ids, b.fault(what, rows.Err())
}
