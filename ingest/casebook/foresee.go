package casebook

import (
	"context"
	"strconv"

	"github.com/disputewatch/disputewatch/rules"
)

// foresee asks in a few statements what the mails of a batch would each ask in
// several of their own: which of them the book has, whose their keys are, and
// the cases that they are about.
func (c *change) foresee(ctx context.Context, mails []rules.Mail) error {
	if err := c.meet(ctx, mails); err != nil {
		return err
	}
	keys := c.keysOf(mails)
	if err := c.lookUp(ctx, keys); err != nil {
		return err
	}
	return c.lockInOrder(ctx, keys)
}

// keysOf the mails that may change cases. One that is known most often changes
// none; where several processes write at once it takes its place in the order of
// the locks all the same.
func (c *change) keysOf(mails []rules.Mail) []string {
	var keys []string
	for _, m := range mails {
		if m.Event != nil && (c.book.turn == nil || c.met.isNew(m)) {
			keys = append(append(keys, m.Keys...), m.Event.Keys...)
		}
	}
	return keys
}

// lockInOrder locks the cases that have keys, in one order for all writers: else
// two batches that meet crosswise would wait for each other until the database
// ends one of them. What was looked up before somebody else let go of a lock is
// looked up again: the keys of a locked case stay.
func (c *change) lockInOrder(ctx context.Context, keys []string) error {
	var ids []string
	for _, id := range c.keys {
		if id != "" {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	if err := c.holdAll(ctx, ids); err != nil || c.book.turn != nil {
		return err
	}
	clear(c.keys)
	return c.lookUp(ctx, keys)
}

// met is which mails of a batch the book may have: by their identity, or by
// their UID in the folder that the batch was read from.
type met struct {
	mailbox, folder string
	uidValidity     uint32
	identities      map[string]bool
	uids            map[uint32]bool
}

// meet looks for all mails of a batch at once.
func (c *change) meet(ctx context.Context, mails []rules.Mail) error {
	c.met = &met{identities: map[string]bool{}, uids: map[uint32]bool{}}
	if len(mails) == 0 {
		return nil
	}
	c.met.mailbox, c.met.folder, c.met.uidValidity = mails[0].Mailbox, mails[0].Folder, mails[0].UIDValidity
	identities, uids := map[string]bool{}, map[string]bool{}
	for _, m := range mails {
		identities[identity(m).String] = true
		uids[strconv.FormatUint(uint64(m.UID), 10)] = true
	}
	ids, err := c.book.store.listed(identities)
	if err != nil {
		return err
	}
	places, err := c.book.store.listed(uids)
	if err != nil {
		return err
	}
	among := c.book.store.among
	rows, err := c.QueryContext(ctx, `select identity, 0 from mails where identity in `+among("$1")+`
		union all select '', uid from sightings where mailbox = $2 and folder = $3 and uid_validity = $4
			and uid in (select cast(key as bigint) from `+among("$5")+` as places)`,
		ids, clean(c.met.mailbox), clean(c.met.folder), int64(c.met.uidValidity), places)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var uid uint32
		if err := rows.Scan(&id, &uid); err != nil {
			return err
		}
		c.met.identities[id], c.met.uids[uid] = true, true
	}
	return rows.Err()
}

// isNew says for certain that the book has no such mail.
func (k *met) isNew(m rules.Mail) bool {
	return m.Mailbox == k.mailbox && m.Folder == k.folder && m.UIDValidity == k.uidValidity &&
		!k.uids[m.UID] && !k.identities[identity(m).String]
}

// add makes a mail one that the book has.
func (k *met) add(m rules.Mail) {
	k.identities[identity(m).String] = true
	if m.Mailbox == k.mailbox && m.Folder == k.folder && m.UIDValidity == k.uidValidity {
		k.uids[m.UID] = true
	}
}
