package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/casebook/booktest"
	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot"
	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot/dovecottest"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// story is a shop with a real Dovecot, a Stripe and a Slack, and the parts of
// the daemon between them under a clock that the test moves.
type story struct {
	t      *testing.T
	dir    string
	imap   *dovecot.Server
	stripe *fakestripe.Server
	slack  *fakeslack.Server
	book   *casebook.Book
	house  *house
	now    time.Time
	heard  map[string]int // message ts → edits that the test has looked at
	last   passed
}

const (
	channel  = "#klarna-disputes"
	shopUser = "payments@shop.example"
)

// newStory begins at a time, in RFC 3339.
func newStory(t *testing.T, begin string) *story {
	t.Helper()
	now, err := time.Parse(time.RFC3339, begin)
	if err != nil {
		t.Fatal(err)
	}
	s := &story{t: t, dir: t.TempDir(), now: now, heard: map[string]int{}}
	s.imap = dovecottest.Start(t, dovecot.Options{Users: map[string]string{shopUser: "secret"}})
	if s.stripe, err = fakestripe.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.stripe.Close() })
	if s.slack, err = fakeslack.Start(fakeslack.Options{Now: s.clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.slack.Close() })
	s.write("imap-password", "secret")
	s.write("stripe-key", "rk_test_story")
	s.write("slack-bot-token", fakeslack.Token)
	s.write("config.yaml", s.configText())
	booktest.SQLite(t, filepath.Join(s.dir, "cases.db"))
	s.start()
	t.Cleanup(func() { s.book.Close() })
	return s
}

func (s *story) clock() time.Time { return s.now }

func (s *story) configText() string {
	return fmt.Sprintf(`store: sqlite:%s/cases.db
listen: ""
mailboxes:
  - name: onboarding
    host: %s
    port: %d
    ca_file: %s
    username: %s
    password_file: imap-password
    trusted_authserv: [mx.shop.example]
    dkim: "off"
stripe:
  - name: main
    api_key_file: stripe-key
    api_base: %s
slack:
  bot_token_file: slack-bot-token
  api_base: %s
  channel: "%s"
on_call: [U0ONCALL1]
`, s.dir, s.imap.Host, s.imap.TLSPort, s.imap.CAFile, shopUser, s.stripe.URL, s.slack.URL(), channel)
}

func (s *story) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *story) configFile() string { return filepath.Join(s.dir, "config.yaml") }

// start opens the book and joins the parts, as the daemon does.
func (s *story) start() {
	s.t.Helper()
	cfg, err := config.Load(s.configFile())
	if err != nil {
		s.t.Fatal(err)
	}
	if s.book, err = wiring.Book(s.t.Context(), cfg, false, s.clock); err != nil {
		s.t.Fatal(err)
	}
	if s.house, err = build(cfg, s.book, slog.New(slog.NewTextHandler(io.Discard, nil)), s.clock); err != nil {
		s.t.Fatal(err)
	}
}

// restart closes the book and opens it again.
func (s *story) restart() {
	s.t.Helper()
	if err := s.book.Close(); err != nil {
		s.t.Fatal(err)
	}
	s.start()
}

// over goes on over another book.
func (s *story) over(book *casebook.Book) {
	s.house.book, s.house.health.Book, s.house.digests.Book = book, book, book
}

// moved begins anew with another store.
func (s *story) moved(store string) {
	s.t.Helper()
	s.write("config.yaml", strings.Replace(s.configText(), "sqlite:"+s.dir+"/cases.db", store, 1))
	s.restart()
}

// dispute adds a Klarna charge with an order reference, and its dispute.
func (s *story) dispute(n, order, status string, minor int64, due time.Time) {
	s.t.Helper()
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_" + n, Amount: minor, OrderReference: order, Created: s.now.AddDate(0, 0, -9)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_" + n, Charge: "py_" + n, Status: status, Reason: "product_not_received", Created: s.now, DueBy: due})
}

func (s *story) stripeSays(dispute, status string) {
	s.t.Helper()
	if !s.stripe.ChangeDispute(dispute, func(d *fakestripe.Dispute) { d.Status = status }) {
		s.t.Fatalf("no dispute %s", dispute)
	}
}

// mail delivers a mail of which the shop's own server says that DMARC passed
// or failed.
func (s *story) mail(id, dmarc, subject, body string) {
	s.t.Helper()
	s.raw(fmt.Sprintf("Authentication-Results: mx.shop.example; dmarc=%s header.from=klarna.com\nFrom: Klarna <d@klarna.com>\nTo: %s\nSubject: %s\nMessage-ID: <%s>\nDate: %s\nContent-Type: text/plain; charset=utf-8\n\n%s\n",
		dmarc, shopUser, subject, id, s.now.Format(time.RFC1123Z), body))
}

func (s *story) raw(text string) {
	s.t.Helper()
	if _, err := s.imap.Append(shopUser, "INBOX", []byte(strings.ReplaceAll(text, "\n", "\r\n")), s.now); err != nil {
		s.t.Fatal(err)
	}
}

// pass makes one pass, which must succeed.
func (s *story) pass() {
	s.t.Helper()
	if err := s.tryPass(nil); err != nil {
		s.t.Fatal(err)
	}
}

func (s *story) tryPass(rescan *ingest.Rescan) (err error) {
	s.t.Helper()
	s.last, err = s.house.pass(s.t.Context(), s.house.boxes, rescan)
	return err
}

func (s *story) wait(d time.Duration) { s.now = s.now.Add(d) }

// news is what was posted or changed since the last look, as people read it.
func (s *story) news() []string {
	s.t.Helper()
	var texts []string
	for _, m := range s.slack.Messages(channel) {
		if n, known := s.heard[m.TS]; !known || n != m.Edited {
			s.heard[m.TS] = m.Edited
			where := "channel: "
			switch {
			case m.Edited > 0:
				where = "edited: "
			case m.Thread != "" && m.Thread != m.TS:
				where = "thread: "
			}
			texts = append(texts, where+fakeslack.Text(m))
		}
	}
	return texts
}

// said expects one new message in the channel or a thread that holds all of
// the words, and returns it.
func (s *story) said(words ...string) string {
	s.t.Helper()
	news := s.news()
	for _, text := range news {
		found := true
		for _, w := range words {
			found = found && strings.Contains(text, w)
		}
		if found {
			return text
		}
	}
	s.t.Fatalf("nobody said %q; what was said:\n%s", words, strings.Join(news, "\n---\n"))
	return ""
}

// saidNothing expects that nothing was posted or changed since the last look.
func (s *story) saidNothing() {
	s.t.Helper()
	if news := s.news(); len(news) > 0 {
		s.t.Fatalf("said:\n%s", strings.Join(news, "\n---\n"))
	}
}

// one is the only case that is open.
func (s *story) one() rules.Case {
	s.t.Helper()
	cases, err := s.book.Cases(s.t.Context(), casebook.Filter{})
	if err != nil {
		s.t.Fatal(err)
	}
	if len(cases) != 1 {
		s.t.Fatalf("%d cases, want 1", len(cases))
	}
	return cases[0]
}

// command runs the program's command line in this world.
func (s *story) command(args ...string) (code int, stdout, stderr string) {
	s.t.Helper()
	var out, errs strings.Builder
	args = append(args, "--config", s.configFile())
	code = run(context.WithoutCancel(s.t.Context()), args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}
