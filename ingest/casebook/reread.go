package casebook

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// further says that a notice which was not understood in full was read again
// where it lay, so that its case may gain from it. A copy in another place does
// not count: what has its Message-ID and body may have another header.
func (k knownMail) further(m rules.Mail) bool {
	return k.again && k.sighted && !k.purged && k.caseID != "" && m.Event != nil && m.Event.Mail != nil &&
		k.outcome == rules.OutcomeNotice && m.Outcome == rules.OutcomeNotice
}

// readAgain gives the case of a mail what was understood of it now. A reading
// that says the same as the one before, or whose sender is less proved, changes
// nothing.
func (c *change) readAgain(ctx context.Context, k knownMail, m rules.Mail, out *rules.Recorded) error {
	c.sight(k.id, m)
	was, others, err := c.readings(ctx, k)
	if err != nil || was == nil {
		return err
	}
	said := *m.Event.Mail
	if k.first && k.verdict == rules.Genuine && said.Verdict == rules.Unverified {
		// A signature that was good when the mail came has expired since.
		m.Verdict, m.Why = k.verdict, was.Why
		said.Verdict, said.Why = was.Verdict, was.Why
	}
	if sameReading(*was, said) || rankOf(said.Verdict) < rankOf(was.Verdict) {
		return nil
	}
	if err := c.replaceMail(ctx, k.id, m); err != nil {
		return err
	}
	e := *m.Event
	e.Type, e.Mail, e.Was, e.Keys = rules.EventReread, &said, was.Kind, slices.Concat(m.Keys, e.Keys)
	for _, w := range was.Warnings {
		if !slices.Contains(said.Warnings, w) && !slices.Contains(others, w) {
			e.Lifted = append(e.Lifted, w)
		}
	}
	return c.rereadHappens(ctx, k, m, e, out)
}

// rereadHappens lets the event happen to the case that has the mail. It joins
// another only where it was opened by this very mail, as a first reading would.
func (c *change) rereadHappens(ctx context.Context, k knownMail, m rules.Mail, e rules.Event, out *rules.Recorded) error {
	o, err := c.owners(ctx, e.Keys)
	if err != nil {
		return err
	}
	own, err := c.holdLast(ctx, k.caseID)
	if err != nil {
		return err
	}
	h := own
	if len(o.cases) > 0 && o.cases[0] != own.ID {
		if h, err = c.holdLast(ctx, o.cases[0]); err != nil {
			return err
		}
		if h, err = c.takeIn(ctx, h, m, o); err != nil {
			return err
		}
		if h.ID != own.ID {
			if own, err = c.holdLast(ctx, k.caseID); err != nil {
				return err
			}
			if own.ID != h.ID {
				h = own // the number is another case's, and this one has numbers of its own
			}
		}
	}
	h.mailID = k.id
	defer func() { h.mailID = "" }()
	if e, err = warned(h, e, o); err != nil {
		return err
	}
	if _, err := c.happen(ctx, h, e); err != nil {
		return &MailError{m.UID, err}
	}
	note(out, h.ID, false)
	return nil
}

// readings is what a mail was last taken to say, nil where it said nothing of a
// case, and the warnings of the other mails of its case.
func (c *change) readings(ctx context.Context, k knownMail) (was *rules.MailSaid, others []string, err error) {
	rows, err := c.QueryContext(ctx, `select mail_id, body from events where type in ('mail', 'reread')
		and case_id in (select case_id from mails where id = $1) order by n`, k.id)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	last := map[string]*rules.MailSaid{}
	for rows.Next() {
		var id, body string
		var e rules.Event
		if err := rows.Scan(&id, &body); err != nil {
			return nil, nil, err
		}
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			return nil, nil, err
		}
		if e.Mail != nil {
			last[id] = e.Mail
		}
	}
	for id, said := range last {
		if id != k.id {
			others = append(others, said.Warnings...)
		}
	}
	return last[k.id], others, rows.Err()
}

// sameReading says that two readings of one mail understood the same. What was
// assumed depends on the day of the reading, and why a sender is believed on
// what could be asked then.
func sameReading(a, b rules.MailSaid) bool {
	for _, m := range []*rules.MailSaid{&a, &b} {
		m.Assumed, m.Why = time.Time{}, ""
		m.Warnings = slices.DeleteFunc(append([]string{}, m.Warnings...), func(w string) bool { return strings.HasPrefix(w, alsoCarries) })
		m.StripeIDs = append([]string{}, m.StripeIDs...)
		m.Date = m.Date.UTC()
		if d := m.Deadline; d != nil {
			plain := *d
			plain.At, plain.Said = d.At.UTC(), time.Time{}
			m.Deadline = &plain
		}
	}
	return reflect.DeepEqual(a, b)
}

// rankOf orders verdicts by how much is proved.
func rankOf(v rules.Verdict) int {
	return slices.Index([]rules.Verdict{rules.Forged, rules.Unverified, rules.Genuine}, v)
}
