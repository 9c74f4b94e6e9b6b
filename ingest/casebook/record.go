package casebook

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/disputewatch/disputewatch/rules"
)

// MailError says which mail of a batch could not be recorded because its event
// cannot happen. Nothing of the batch was.
type MailError struct {
	UID uint32
	Err error
}

func (e *MailError) Error() string { return fmt.Sprintf("record mail with UID %d: %v", e.UID, e.Err) }

// Unwrap is the reason.
func (e *MailError) Unwrap() error { return e.Err }

// Record writes what one turn of reading a folder found, in one transaction:
// the mails, their events and cases and what falls due by them, messages of
// their own, and the position. It does nothing, and returns a *LostError, if
// the claim is lost.
//
// A mail is known by its Message-ID and hash. Seen again, anywhere, it leaves a
// sighting and nothing else, unless it ended as unknown or unreadable and has a
// better end now: then its record is replaced and its event happens, once. One
// that was not understood in full gives its case what a later reading at the
// same place understands.
func (b *Book) Record(ctx context.Context, claim rules.Claim, batch rules.Batch) (rules.Recorded, error) {
	var out rules.Recorded
	what := "record " + batch.Position.Mailbox + " " + batch.Position.Folder + " in"
	err := b.change(ctx, what, func(c *change) error {
		out = rules.Recorded{}
		if err := c.under(ctx, &claim); err != nil {
			return err
		}
		if err := c.foresee(ctx, batch.Mails); err != nil {
			return err
		}
		for _, m := range batch.Mails {
			if err := c.record(ctx, m, &out); err != nil {
				return err
			}
		}
		c.move(batch.Position)
		return nil
	})
	if err != nil {
		return rules.Recorded{}, err
	}
	return out, nil
}

func (c *change) record(ctx context.Context, m rules.Mail, out *rules.Recorded) error {
	known, err := c.known(ctx, m)
	if err != nil {
		return err
	}
	c.met.add(m)
	switch {
	case known.id == "":
		out.New++
		known.id = newID("m-", 12)
		c.pending.mails = append(c.pending.mails, &newMail{Mail: m, id: known.id})
	case known.better(m):
		if known.purged {
			m.Raw, m.Text = nil, ""
		}
		err = errors.Join(c.replaceMail(ctx, known.id, m), c.mailEvent(ctx, known.id, rules.MailEvent{Type: rules.MailReread, By: "ingest"}))
	case known.further(m):
		return c.readAgain(ctx, known, m, out)
	default:
		c.sight(known.id, m)
		return nil
	}
	if err != nil {
		return err
	}
	c.sight(known.id, m)
	if m.Tell != nil {
		tell := *m.Tell
		tell.About = maps.Clone(tell.About)
		if tell.About == nil {
			tell.About = map[string]string{}
		}
		tell.About[rules.AboutID] = known.id
		if err := c.queueLater(tell); err != nil {
			return err
		}
	}
	return c.mailHappens(ctx, known.id, m, out)
}

// knownMail is what the book has of a mail; the zero value is nothing.
type knownMail struct {
	id, caseID string
	outcome    rules.Outcome
	verdict    rules.Verdict
	again      bool // it was not understood in full, or is forged
	sighted    bool // it was seen where it is read now
	first      bool // and there first of all
	purged     bool // its text was removed and does not come back
	over       bool // and its case is closed or was none: it opens no other
}

// known looks a mail up by its identity, and one that nobody could read so far
// also by its place: the server may have kept its body back, and a UID never
// shows another mail.
func (c *change) known(ctx context.Context, m rules.Mail) (knownMail, error) {
	if c.met.isNew(m) {
		return knownMail{}, nil
	}
	const known = `select m.id, m.case_id, m.outcome, m.verdict, m.again > 0,
			exists (select 1 from sightings s where s.mail_id = m.id and s.mailbox = $1 and s.folder = $2 and s.uid_validity = $3 and s.uid = $4),
			m.mailbox = $1 and m.folder = $2 and m.uid_validity = $3 and m.uid = $4,
			m.purged_at > 0, m.purged_at > 0 and (c.id is null or c.closed_at > 0)
		from mails m left join cases c on c.id = m.case_id `
	place := []any{clean(m.Mailbox), clean(m.Folder), int64(m.UIDValidity), int64(m.UID)}
	var k knownMail
	look := func(where string, args ...any) error {
		return c.QueryRowContext(ctx, known+where, args...).
			Scan(&k.id, &k.caseID, &k.outcome, &k.verdict, &k.again, &k.sighted, &k.first, &k.purged, &k.over)
	}
	err := sql.ErrNoRows
	if id := identity(m); id.Valid {
		err = look(`where m.identity = $5`, append(place, id.String)...)
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = look(`join sightings p on m.id = p.mail_id
			where p.mailbox = $1 and p.folder = $2 and p.uid_validity = $3 and p.uid = $4
			and m.outcome in ('unknown', 'unreadable')`, place...)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return knownMail{}, nil
	}
	return k, err
}

// better says that a mail which was read again has a better end now: it is
// understood at all, or not forged after all.
func (k knownMail) better(m rules.Mail) bool {
	rank := map[rules.Outcome]int{rules.OutcomeUnreadable: 1, rules.OutcomeUnknown: 2, rules.OutcomeOther: 3, rules.OutcomeNotice: 4}
	acquitted := k.verdict == rules.Forged && m.Verdict != rules.Forged && k.caseID == "" && k.sighted && rank[m.Outcome] >= rank[k.outcome]
	return !k.over && (rank[k.outcome] <= 2 && rank[m.Outcome] > rank[k.outcome] || acquitted)
}

// mailHappens lets the mail's event happen to its case.
func (c *change) mailHappens(ctx context.Context, mailID string, m rules.Mail, out *rules.Recorded) error {
	if m.Event == nil {
		return nil
	}
	e := *m.Event
	e.Keys = slices.Concat(m.Keys, e.Keys)
	o, err := c.owners(ctx, e.Keys)
	if err != nil {
		return err
	}
	if len(o.cases) == 0 && (m.Join || e.Type != rules.EventMail) {
		return nil // what may only join a case: a reply, a word of Stripe's
	}
	h, err := c.meant(ctx, o)
	if err != nil {
		return err
	}
	opened := h.OpenedAt.IsZero()
	if h, err = c.takeIn(ctx, h, m, o); err != nil {
		return err
	}
	h.mailID = mailID
	defer func() { h.mailID = "" }()
	if e, err = warned(h, e, o); err != nil {
		return err
	}
	if _, err := c.happen(ctx, h, e); err != nil {
		return &MailError{m.UID, err}
	}
	if err := c.belongs(ctx, mailID, h.ID); err != nil {
		return err
	}
	note(out, h.ID, opened)
	return nil
}

// takeIn makes one case of two where the second was opened by this very mail,
// when nobody understood it yet. A mail joins no other cases: anybody can write
// two numbers into one mail.
func (c *change) takeIn(ctx context.Context, h *held, m rules.Mail, o owned) (*held, error) {
	own := indexed(rules.MailKey(cmp.Or(m.MessageID, m.Hash)))
	id, has := o.owner[own]
	if !has || len(o.cases) < 2 {
		return h, nil
	}
	var others int
	if err := c.QueryRowContext(ctx, `select count(*) from case_keys where case_id = $1 and key <> $2`, id, own).Scan(&others); err != nil {
		return h, err
	}
	if others > 0 {
		return h, nil
	}
	return c.join(ctx, h, []string{id}, *m.Event)
}

// alsoCarries begins the book's own warning; the rest of them are the reader's.
const alsoCarries = "One of its mails also carries a number of "

// warned says so in the event where a mail carries a key of a case that it was
// not counted to.
func warned(h *held, e rules.Event, o owned) (rules.Event, error) {
	if e.Mail == nil {
		return e, nil
	}
	said := *e.Mail
	said.Warnings = slices.Clone(said.Warnings)
	for _, id := range o.cases {
		if id != h.ID {
			said.Warnings = append(said.Warnings, alsoCarries+id+": please check which is meant.")
		}
	}
	e.Mail = &said
	return e, nil
}

// note counts a case once, and an opened one as opened only.
func note(out *rules.Recorded, id string, opened bool) {
	switch {
	case opened:
		out.Opened = append(out.Opened, id)
	case !slices.Contains(out.Opened, id) && !slices.Contains(out.Changed, id):
		out.Changed = append(out.Changed, id)
	}
}
