package casebook

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/rules"
)

// ErrNoMail says that the book has no mail of that id.
var ErrNoMail = errors.New("no such mail")

// Dismiss records that a person has looked at a mail which belongs to no case:
// forged, or not to be opened. It ends the waiting of all mails of the same
// content, and what was told of them is brought up to date. The id is the book's
// or the Message-ID. A *rules.RefusedError says why it cannot be dismissed; the
// click that did it already is no error.
func (b *Book) Dismiss(ctx context.Context, id string, e rules.MailEvent) error {
	return b.change(ctx, "dismiss a mail in", func(c *change) error {
		mails, err := c.meantMails(ctx, id)
		if err != nil {
			return err
		}
		for _, m := range mails {
			if m.click != "" && m.click == e.Click {
				return nil
			}
		}
		waiting := slices.DeleteFunc(slices.Clone(mails), func(m namedMail) bool { return !m.waits })
		if len(waiting) == 0 {
			return &rules.RefusedError{Case: id, Event: string(rules.MailDismissed), Why: mails[0].whyNot()}
		}
		for _, m := range waiting {
			if err := c.dismiss(ctx, m, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// namedMail is a mail that a person named.
type namedMail struct {
	id, hash, caseID string
	waits            bool
	by, click        string // of the last who dismissed it
}

func (m namedMail) whyNot() string {
	switch {
	case m.caseID != "":
		return "the mail belongs to case " + m.caseID + ": answer or close that"
	case m.by != "":
		return m.by + " has dismissed it already"
	}
	return "nobody waits for it to be looked at"
}

// waits is which mails wait for a person: they have no case that would.
const waits = `(m.case_id = '' and (m.outcome = 'unreadable' or m.verdict = 'forged' and m.outcome in ('notice', 'unknown'))
	and not exists (select 1 from mail_events d where d.mail_id = m.id and d.type = 'dismiss'
		and not exists (select 1 from mail_events r where r.mail_id = m.id and r.type = 'reread' and r.n > d.n)))`

// meantMails are the mails of an id, and those of the same content.
func (c *change) meantMails(ctx context.Context, id string) ([]namedMail, error) {
	id = clean(strings.TrimSpace(id))
	rows, err := c.QueryContext(ctx, `select m.id, m.hash, m.case_id, `+waits+`,
			coalesce((select body from mail_events d where d.mail_id = m.id and d.type = 'dismiss' order by n desc limit 1), '{}')
		from mails m where m.id = $1 or m.message_id <> '' and m.message_id in ($1, $2)
			or m.hash <> '' and m.hash in (select hash from mails where id = $1 or message_id <> '' and message_id in ($1, $2))
		order by m.id`, id, "<"+strings.Trim(id, "<>")+">")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []namedMail
	for rows.Next() {
		var m namedMail
		var body string
		var e rules.MailEvent
		if err := rows.Scan(&m.id, &m.hash, &m.caseID, &m.waits, &body); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			return nil, err
		}
		m.by, m.click = e.By, e.Click
		all = append(all, m)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, ErrNoMail
	}
	return all, nil
}

func (c *change) dismiss(ctx context.Context, m namedMail, e rules.MailEvent) error {
	e.Type = rules.MailDismissed
	if err := c.mailEvent(ctx, m.id, e); err != nil {
		return err
	}
	// Nobody needs to look for what it names any more.
	if _, err := c.ExecContext(ctx, `update mails set lure_at = 0 where id = $1`, m.id); err != nil {
		return err
	}
	for _, kind := range []string{"forged", "forged-order", "unreadable"} {
		if err := c.showDismissed(ctx, kind+"/"+m.hash, e); err != nil {
			return err
		}
	}
	return nil
}

// showDismissed brings a message that was told up to date. One that nobody has
// said yet is told all the same: the others do not know of it.
func (c *change) showDismissed(ctx context.Context, key string, e rules.MailEvent) error {
	m, err := c.queued(ctx, key)
	if err != nil || m.state != "told" || m.ts == "" {
		return err
	}
	about := m.about
	about[rules.AboutBy], about[rules.AboutEnded] = e.By, e.At.UTC().Format(timeForm)
	about[rules.AboutOf], about[rules.AboutChannel], about[rules.AboutTS] = m.kind, m.channel, m.ts
	_, err = c.queue(ctx, rules.Message{Key: "dismissed/" + m.id, Kind: rules.MessageDismissed, Rank: rankCard, About: about})
	return err
}

// mailEvent appends to the trail of a mail.
func (c *change) mailEvent(ctx context.Context, id string, e rules.MailEvent) error {
	if e.At.IsZero() {
		e.At = c.now
	}
	body, err := encoded(e)
	if err != nil {
		return err
	}
	_, err = c.ExecContext(ctx, `insert into mail_events (mail_id, n, type, at, who, body)
		values ($1, (select count(*) + 1 from mail_events where mail_id = $1), $2, $3, $4, $5)`,
		id, string(e.Type), micros(e.At), clean(e.By), body)
	return err
}
