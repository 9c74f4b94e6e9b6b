package notify_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/casebook/booktest"
	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

const channel = "#klarna-disputes"

// world is a case book, a desk and a fake Slack at a time that only moves when
// it is told to.
type world struct {
	t    testing.TB
	time clock
	fake *fakeslack.Server
	book *casebook.Book
	desk *notify.Desk
	seen int // messages that said has looked at
}

func newWorld(t testing.TB, at string) *world {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t}
	if w.time.now, err = time.ParseInLocation("2006-01-02 15:04", at, berlin); err != nil {
		t.Fatal(err)
	}
	policy := rules.Default(berlin)
	if w.fake, err = fakeslack.Start(fakeslack.Options{Now: w.now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.fake.Close() })
	w.book, err = casebook.Open(t.Context(), booktest.SQLite(t, t.TempDir()+"/cases.db"),
		casebook.Options{Policy: policy, Now: w.now, Holder: "test/1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.book.Close() })
	w.desk = &notify.Desk{
		Outbox: outbox{w.book}, Policy: policy, Now: w.now, Channel: channel, OnCall: []string{"U0ONCALL"},
		Slack: w.client(), Repeated: w.book.Repeated, ToldSince: w.book.ToldSince,
		Wait: func(_ context.Context, d time.Duration) error {
			w.set(w.now().Add(d))
			return nil
		},
	}
	return w
}

// clock is read by the fake's goroutines too.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (w *world) now() time.Time {
	w.time.mu.Lock()
	defer w.time.mu.Unlock()
	return w.time.now
}

func (w *world) set(t time.Time) {
	w.time.mu.Lock()
	defer w.time.mu.Unlock()
	w.time.now = t
}

func (w *world) client() *slack.Client {
	return slack.New(slack.Config{
		Token:   func() (string, error) { return fakeslack.Token, nil },
		APIBase: w.fake.URL(),
	})
}

// outbox makes a desk's outbox of a book, as the daemon does.
type outbox struct{ *casebook.Book }

func (o outbox) Take(ctx context.Context) (rules.Message, rules.Claim, error) {
	m, c, err := o.Book.Take(ctx)
	if errors.Is(err, casebook.ErrEmpty) {
		err = notify.ErrEmpty
	}
	return m, c, err
}

func (o outbox) Attempt(ctx context.Context, c rules.Claim, id string) error {
	err := o.Book.Attempt(ctx, c, id)
	if lost(err) {
		err = notify.ErrGone
	}
	return err
}

func (o outbox) Settle(ctx context.Context, c rules.Claim, id string, e notify.End) error {
	err := o.end(ctx, c, id, e)
	if lost(err) {
		err = o.Release(ctx, c)
	}
	return err
}

func lost(err error) bool {
	var gone *casebook.LostError
	return errors.As(err, &gone)
}

func (o outbox) end(ctx context.Context, c rules.Claim, id string, e notify.End) error {
	switch e.Kind {
	case notify.Told:
		if e.Moved {
			return o.Moved(ctx, c, id, e.At)
		}
		return o.Delivered(ctx, c, id, e.At)
	case notify.Again:
		return o.Failed(ctx, c, id, e.Next, e.Why)
	}
	return o.Drop(ctx, c, id, e.Why)
}

// mail opens a case, or speaks of one, and returns its id.
func (w *world) mail(said rules.Said, deadline string) string {
	w.t.Helper()
	m := rules.MailSaid{Said: said, Mailbox: "onboarding", Account: "main", MessageID: "<" + said.DisputeID + ">", Date: w.now()}
	if deadline != "" {
		at, err := time.ParseInLocation("2006-01-02 15:04", deadline, w.now().Location())
		if err != nil {
			w.t.Fatal(err)
		}
		m.Deadline = &rules.MailDeadline{At: at, Text: deadline}
	}
	claim, err := w.book.Claim(w.t.Context(), "mailbox/onboarding")
	if err != nil {
		w.t.Fatal(err)
	}
	defer w.book.Release(w.t.Context(), claim)
	c, err := w.book.OpenCase(w.t.Context(), claim, []string{rules.KlarnaKey(said.DisputeID)},
		rules.Event{Type: rules.EventMail, At: w.now(), By: "ingest", Mail: &m})
	if err != nil {
		w.t.Fatal(err)
	}
	return c.ID
}

// dispute opens the case that most tests are about.
func (w *world) dispute(id string) string {
	w.t.Helper()
	return w.mail(rules.Said{
		Kind: rules.KindDisputeRequest, DisputeID: id, Reason: rules.ReasonFaultyGoods,
		MerchantReference1: "77-1042", Amount: rules.Money{Minor: 12490, Currency: "EUR"}, Verdict: rules.Genuine,
		RespondLink: "https://disputes.klarna.example/respond/" + id,
	}, "2026-03-16 23:59")
}

func (w *world) say(id string, e rules.Event) {
	w.t.Helper()
	e.At = w.now()
	if _, err := w.book.Say(w.t.Context(), id, e); err != nil {
		w.t.Fatal(err)
	}
}

// pass decides and delivers, and returns Deliver's error.
func (w *world) pass() error {
	w.t.Helper()
	if _, err := w.book.Decide(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	_, err := w.desk.Deliver(w.t.Context())
	return err
}

// good is a pass without an error.
func (w *world) good() {
	w.t.Helper()
	if err := w.pass(); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) wait(d time.Duration) { w.set(w.now().Add(d)) }

// said returns the messages since it was asked last.
func (w *world) said() []fakeslack.Message {
	all := w.fake.Messages(channel)
	fresh := all[w.seen:]
	w.seen = len(all)
	return fresh
}

// saidOnce wants exactly one new message with all of the words in it.
func (w *world) saidOnce(words ...string) fakeslack.Message {
	w.t.Helper()
	fresh := w.said()
	if len(fresh) != 1 {
		w.t.Fatalf("said %d messages, want 1: %s", len(fresh), texts(fresh))
	}
	got := fakeslack.Text(fresh[0])
	for _, word := range words {
		if !strings.Contains(got, word) {
			w.t.Errorf("%q is missing in:\n%s", word, got)
		}
	}
	return fresh[0]
}

func (w *world) saidNothing() {
	w.t.Helper()
	if fresh := w.said(); len(fresh) > 0 {
		w.t.Fatalf("said:\n%s", texts(fresh))
	}
}

func texts(ms []fakeslack.Message) string {
	var out []string
	for _, m := range ms {
		out = append(out, fakeslack.Text(m))
	}
	return strings.Join(out, "\n---\n")
}
