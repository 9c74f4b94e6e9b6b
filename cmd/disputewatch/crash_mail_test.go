package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/holder"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// deliver puts a mail into INBOX that its server says is Klarna's.
func (w *world) deliver(id, subject, body string) {
	w.Helper()
	w.append(fmt.Sprintf("Authentication-Results: mx.shop.example; dmarc=pass header.from=klarna.com\nFrom: Klarna <d@klarna.com>\nTo: %s\nSubject: %s\nMessage-ID: <%s@klarna.com>\nDate: %s\nContent-Type: text/plain; charset=utf-8\n\n%s\n",
		shopUser, subject, id, time.Now().UTC().Format(time.RFC1123Z), body))
}

func (w *world) append(raw string) {
	w.Helper()
	_, err := w.appendTo("INBOX", []byte(strings.ReplaceAll(raw, "\n", "\r\n")), time.Now())
	w.must(err)
	w.uids++
}

// reference is Merchant Reference 1 of the nth mail; none is part of another.
func reference(n int) string { return fmt.Sprintf("ref-%05d-x", n) }

// dispute is a request about a charge whose dispute Stripe does not show yet:
// shown before the mail is read it would open a case of its own.
func (w *world) dispute(n int) { w.longDispute(n, 0) }

// longDispute is one with so many bytes more.
func (w *world) longDispute(n, more int) {
	w.Helper()
	now := time.Now()
	w.deliver(fmt.Sprint("dispute-", n), "New dispute request", fmt.Sprintf("Please respond before %s.\n\nDispute reason: Goods not received\nDispute ID: %d\nMerchant Reference 1: %s\nAmount: 124.90 EUR\n%s",
		now.AddDate(0, 0, 14).Format("2 January 2006"), 200000+n, reference(n), strings.Repeat("\n-- ", more/4)))
	w.stripe.AddCharge(fakestripe.Charge{ID: fmt.Sprint("py_", n), Amount: 12490, OrderReference: reference(n), Created: now.AddDate(0, 0, -9)})
	w.want.notices++
	w.want.cards = append(w.want.cards, reference(n))
}

// shown lets Stripe show the dispute of the nth mail.
func (w *world) shown(n int) {
	now := time.Now()
	w.stripe.AddDispute(fakestripe.Dispute{ID: fmt.Sprint("du_", n), Charge: fmt.Sprint("py_", n), Reason: "product_not_received", Created: now, DueBy: now.AddDate(0, 0, 12)})
}

// stopRequest is a mail whose ladder has a second step after a second.
func (w *world) stopRequest(n int) {
	w.Helper()
	w.deliver(fmt.Sprint("stop-", n), "Stop request", "Please stop the shipment of this high-risk order and reply to this e-mail.\nMerchant Reference 1: "+reference(n)+"\n")
	w.want.notices++
	w.want.cards = append(w.want.cards, reference(n))
}

// riddle is a mail of Klarna's that nobody understands.
func (w *world) riddle(n int) {
	w.Helper()
	w.deliver(fmt.Sprint("riddle-", n), "About your dispute", "There is something about one of your disputes. Kindly see the portal.")
	w.want.unknown++
}

// foreign is none of our business.
func (w *world) foreign(n int) {
	w.Helper()
	w.append(fmt.Sprintf("From: a@b.example\nSubject: Lunch?\nMessage-ID: <%d@b.example>\n\nYes.\n", n))
}

// opened opens the book beside whatever daemon runs.
func (w *world) opened() *casebook.Book {
	w.Helper()
	cfg, err := config.Load(w.config())
	w.must(err)
	book, err := wiring.Book(w.Context(), cfg, false, time.Now)
	w.must(err)
	w.Cleanup(func() { w.must(book.Close()) })
	return book
}

// drain makes passes an hour apart, until nothing waits to be told any more:
// what failed is tried again later than a test can wait.
func (w *world) drain(book *casebook.Book) {
	w.Helper()
	cfg, err := config.Load(w.config())
	w.must(err)
	ahead := time.Duration(0)
	clock := func() time.Time { return time.Now().Add(ahead) }
	later, err := wiring.Book(w.Context(), cfg, false, clock)
	w.must(err)
	defer func() { w.must(later.Close()) }()
	_, err = holder.Bury(w.Context(), later, slog.New(slog.NewTextHandler(io.Discard, nil)))
	w.must(err)
	h, err := build(cfg, later, slog.New(slog.NewTextHandler(io.Discard, nil)), clock)
	w.must(err)
	h.desk.Wait = func(context.Context, time.Duration) error { return nil } // a message a second is for real people
	for range 12 {
		if _, err := h.pass(w.Context(), h.boxes, nil); err != nil {
			w.Error(err)
		}
		ahead += time.Hour
		if n, _, err := book.Outbox(w.Context()); n == 0 && err == nil {
			return
		}
	}
	w.Error("something waits to be told for ever")
}

// verify holds the book and Slack against the mails that came in.
func (w *world) verify(book *casebook.Book) {
	w.Helper()
	at, err := book.Positions(w.Context(), "onboarding", "INBOX")
	w.must(err)
	p := at[0]
	if want := w.seen(); p.Seen.String() != want {
		w.Errorf("mails accounted: %s, want %s", p.Seen, want)
	}
	counts, err := book.MailCounts(w.Context())
	w.must(err)
	got := map[rules.Outcome]int64{}
	for _, c := range counts {
		got[c.Outcome] = c.Mails
	}
	if got[rules.OutcomeNotice] != w.want.notices || got[rules.OutcomeUnknown] != w.want.unknown || got[rules.OutcomeUnreadable] != w.want.unreadable {
		w.Errorf("mails recorded: %v, want %+v", got, w.want)
	}
	cases := w.cases(book)
	if n := int(w.want.notices + w.want.unknown); len(cases) != n {
		w.Errorf("%d cases, want %d", len(cases), n)
	}
	for _, c := range cases {
		if c.Card.TS == "" && c.Outcome != "won" {
			w.Errorf("case %s has no card", c.ID)
		}
	}
	if waiting, _, err := book.Outbox(w.Context()); waiting != 0 || err != nil {
		w.Errorf("%d messages wait, %v", waiting, err)
	}
	if n := w.doubled(); n > 0 {
		w.Errorf("%d messages stand twice", n)
	}
	w.carded(book)
}

// cases are those that people deal with. Stripe may show a dispute before its
// mail is read: then the mail's case joins that of Stripe's.
func (w *world) cases(book *casebook.Book) []rules.Case {
	w.Helper()
	cases, err := book.Cases(w.Context(), casebook.Filter{})
	w.must(err)
	return slices.DeleteFunc(cases, func(c rules.Case) bool { return c.Outcome == "duplicate" })
}

// doubled counts the messages that people see twice: by their outbox id, or by
// their words in the same place.
func (w *world) doubled() (n int) {
	w.Helper()
	ids, words := map[any]bool{}, map[string]bool{}
	for _, m := range w.slack.Messages(channel) {
		if m.Metadata == nil || m.Metadata.Payload["outbox"] == nil {
			w.Errorf("a message without its id: %q", m.Text)
			continue
		}
		id, text := m.Metadata.Payload["outbox"], m.Thread+"\n"+fakeslack.Text(m)
		if m.Thread == "" && !strings.Contains(text, "ref-") {
			text = fmt.Sprint(id) // two mails that nobody understands look the same
		}
		if ids[id] || words[text] {
			w.Logf("twice: %v %s", id, text)
			n++
		}
		ids[id], words[text] = true, true
	}
	return n
}

// carded expects one card for each case; a dispute that was won before its first
// word needs none.
func (w *world) carded(book *casebook.Book) {
	w.Helper()
	cards := map[string]int{}
	for _, m := range w.slack.Messages(channel) {
		if m.Thread != "" && m.Thread != m.TS {
			continue
		}
		for _, ref := range w.want.cards {
			if strings.Contains(fakeslack.Text(m), "Order: "+ref) {
				cards[ref]++
			}
		}
	}
	won := map[string]bool{}
	for _, c := range w.cases(book) {
		won[c.MerchantReference1] = c.Outcome == "won" && c.Card.TS == ""
	}
	for _, ref := range w.want.cards {
		if cards[ref] != 1 && !won[ref] || cards[ref] > 1 {
			w.Errorf("%s has %d cards", ref, cards[ref])
			w.tell(book, ref)
		}
	}
}

// tell logs all that the book and Slack know of a reference.
func (w *world) tell(book *casebook.Book, ref string) {
	w.Helper()
	for _, m := range w.slack.Messages(channel) {
		if text := fakeslack.Text(m); strings.Contains(text, ref) {
			w.Logf("%s in thread %q, %v: %s", m.TS, m.Thread, m.Metadata, text)
		}
	}
	cases, err := book.Cases(w.Context(), casebook.Filter{})
	w.must(err)
	for _, c := range cases {
		if c.MerchantReference1 != ref {
			continue
		}
		history, err := book.History(w.Context(), c.ID)
		w.must(err)
		w.Logf("case %s: %s %s, card %v, keys %v", c.ID, c.State, c.Outcome, c.Card, c.Keys)
		for _, e := range history {
			w.Logf("  %s %s %s %s", e.At.Format(time.RFC3339Nano), e.Type, e.By, e.Other)
		}
	}
}

// told says whether all mails are read, each case has its card, and nothing
// waits.
func (w *world) told(book *casebook.Book) bool {
	w.Helper()
	at, err := book.Positions(w.Context(), "onboarding", "INBOX")
	w.must(err)
	p := at[0]
	waiting, _, err := book.Outbox(w.Context())
	w.must(err)
	cases := w.cases(book)
	return p.Seen.String() == w.seen() && waiting == 0 && len(cases) == int(w.want.notices+w.want.unknown) &&
		!slices.ContainsFunc(cases, func(c rules.Case) bool { return c.Card.TS == "" })
}

// seen is the UIDs of all mails.
func (w *world) seen() string { return (rules.UIDs{}).With(1, w.uids).String() }

// stands says whether a card with that word is in Slack.
func (w *world) stands(word string) bool {
	return slices.ContainsFunc(w.slack.Messages(channel), func(m fakeslack.Message) bool {
		return m.Thread == "" && strings.Contains(fakeslack.Text(m), word)
	})
}
