package casebook_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// noticeOf is a mail of Klarna's about a dispute, as the intake hands it over.
func (w *world) noticeOf(dispute string, uid uint32) rules.Mail {
	id := fmt.Sprintf("<%s-%d@mail.klarna.example>", dispute, uid)
	return rules.Mail{
		MessageID: id, Hash: "hash-" + id, Mailbox: "shop", Folder: "INBOX", UIDValidity: 7, UID: uid,
		Date: w.now(), Size: 900, Outcome: rules.OutcomeNotice, Kind: rules.KindDisputeRequest, Verdict: rules.Genuine,
		Text: "Dispute ID: " + dispute, Raw: []byte{}, Keys: []string{"klarna:" + dispute, "mail:" + id},
		Event: &rules.Event{
			Type: rules.EventMail, At: w.now(), By: "ingest",
			Mail: &rules.MailSaid{
				Said:      rules.Said{Kind: rules.KindDisputeRequest, DisputeID: dispute, Reason: rules.ReasonReturn, Verdict: rules.Genuine},
				Deadline:  &rules.MailDeadline{At: start.Add(14 * 24 * time.Hour), Text: "16 March"},
				MessageID: id, Date: w.now(), Mailbox: "shop", Account: "main",
			},
		},
	}
}

// unknownMail is one of Klarna's that nobody understood; it opens a case.
func (w *world) unknownMail(uid uint32) rules.Mail {
	m := w.noticeOf("0", uid)
	m.Outcome, m.Kind, m.Keys = rules.OutcomeUnknown, rules.KindUnknownKlarna, m.Keys[1:]
	m.Event.Mail.Said = rules.Said{Kind: rules.KindUnknownKlarna, Verdict: rules.Genuine}
	m.Raw = []byte("raw\x00\xff")
	return m
}

// record writes mails under a claim of its own, as one turn of reading.
func (w *world) record(mails ...rules.Mail) rules.Recorded {
	w.Helper()
	c, err := w.Claim(w.ctx, "mailbox/shop")
	w.must(err)
	r, err := w.Record(w.ctx, c, w.batch(mails...))
	w.must(err)
	w.must(w.Release(w.ctx, c))
	return r
}

func (w *world) batch(mails ...rules.Mail) rules.Batch {
	b := rules.Batch{Mails: mails, Position: rules.Position{Mailbox: "shop", Folder: "INBOX", UIDValidity: 7, UIDNext: 1, ReadAt: w.now()}}
	for _, m := range mails {
		b.Position.UIDValidity = m.UIDValidity
		b.Position.UIDNext = max(b.Position.UIDNext, m.UID+1)
		b.Position.Seen = b.Position.Seen.With(m.UID, m.UID)
	}
	return b
}

// opened records one mail that opens a case.
func (w *world) opened(m rules.Mail) rules.Case {
	w.Helper()
	r := w.record(m)
	if len(r.Opened) != 1 {
		w.Fatalf("recorded %+v, want one case opened", r)
	}
	c, err := w.Case(w.ctx, r.Opened[0])
	w.must(err)
	return c
}

// deliver sends all that is due to a pretended Slack, and returns the keys.
func (w *world) deliver() []string {
	w.Helper()
	var keys []string
	for {
		m, c, err := w.Take(w.ctx)
		if errors.Is(err, casebook.ErrEmpty) {
			return keys
		}
		w.must(err)
		w.must(w.Attempt(w.ctx, c, m.ID))
		w.must(w.Delivered(w.ctx, c, m.ID, rules.Place{Channel: "C1", TS: m.ID}))
		keys = append(keys, m.Key)
	}
}

func (w *world) types(id string) []rules.EventType {
	w.Helper()
	events, err := w.History(w.ctx, id)
	w.must(err)
	var types []rules.EventType
	for _, e := range events {
		types = append(types, e.Type)
	}
	return types
}

func TestDisputeMailOpensACaseAndItsCardIsToldOnce(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("256947", 1))
		if c.DisputeID != "256947" || c.State != rules.Open || len(c.Told) != 1 {
			w.Fatalf("case %+v", c)
		}
		if got, want := fmt.Sprint(w.deliver()), fmt.Sprintf("[%s/1/new/0]", c.ID); got != want {
			w.Errorf("told %s, want %s", got, want)
		}
		if got, want := fmt.Sprint(w.types("256947")), "[mail told posted]"; got != want {
			w.Errorf("history %s, want %s", got, want)
		}
		if n, err := w.Decide(w.ctx); n != 0 || err != nil {
			w.Errorf("decided anew: %d, %v", n, err)
		}
		if keys := w.deliver(); keys != nil {
			w.Errorf("told again: %v", keys)
		}
	})
}
