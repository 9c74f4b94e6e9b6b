package casebook

import (
	"context"

	"github.com/disputewatch/disputewatch/rules"
)

// Positions says where we stand in folders of a mailbox, in their order: the zero
// Position with its names in one that was never read.
func (b *Book) Positions(ctx context.Context, mailbox string, folders ...string) ([]rules.Position, error) {
	all := make([]rules.Position, len(folders))
	for i, folder := range folders {
		all[i] = rules.Position{Mailbox: mailbox, Folder: folder}
	}
	what := "read positions of " + mailbox + " in"
	rows, err := b.db.QueryContext(ctx, `select folder, uid_validity, uid_next, seen, swept_at, read_at from folders
		where mailbox = $1`, clean(mailbox))
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	for rows.Next() {
		var folder, seen string
		var p rules.Position
		var swept, read int64
		if err := rows.Scan(&folder, &p.UIDValidity, &p.UIDNext, &seen, &swept, &read); err != nil {
			return nil, b.fault(what, err)
		}
		for i, name := range folders { // not all that were read once are read now, and two names may be kept as one
			if clean(name) != folder {
				continue
			}
			if p.Seen, err = rules.ParseUIDs(seen); err != nil {
				return nil, b.fault(what, err)
			}
			p.Mailbox, p.Folder, p.SweptAt, p.ReadAt = mailbox, name, moment(swept), moment(read)
			all[i] = p
		}
	}
	return all, b.fault(what, rows.Err())
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
