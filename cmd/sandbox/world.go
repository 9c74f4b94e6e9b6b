package main

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/ingest/loopback"
	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

//go:embed mails
var mails embed.FS

// The secrets of the pretend world.
const (
	imapPassword = "sandbox-password"
	stripeKey    = "rk_test_sandbox"
	channel      = "#klarna-disputes"
	onCall       = "U0SANDBOX1"
)

// world is the servers that disputewatch talks to, and its config.
type world struct {
	dir    string
	imap   *fakeimap.Server
	stripe *fakestripe.Server
	slack  *fakeslack.Server
	board  string // host:port
	now    time.Time
}

func newWorld(dir string) (w *world, err error) {
	w = &world{dir: dir, now: time.Now()}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	w.imap, err = fakeimap.Start(fakeimap.Options{Username: "payments@shop.example", Password: imapPassword, Folders: map[string]string{"Junk": `\Junk`}})
	if err != nil {
		return w, err
	}
	if w.stripe, err = fakestripe.Start(); err != nil {
		return w, err
	}
	w.stripe.AddKey(stripeKey, fakestripe.Key{})
	if w.slack, err = fakeslack.Start(fakeslack.Options{}); err != nil {
		return w, err
	}
	w.slack.Person(onCall, "Anna")
	ports, err := loopback.Ports(1)
	if err != nil {
		return w, err
	}
	w.board = fmt.Sprintf("127.0.0.1:%d", ports[0])
	w.payments()
	return w, w.configure()
}

// payments fills Stripe: the disputed order, and others around it.
func (w *world) payments() {
	day := 24 * time.Hour
	w.stripe.AddCharge(fakestripe.Charge{ID: "py_1042", Amount: 12490, Currency: "eur", Created: w.now.Add(-9 * day), OrderReference: "77-1042", Description: "Order 77-1042"})
	w.stripe.AddDispute(fakestripe.Dispute{ID: "du_1042", Charge: "py_1042", Status: "needs_response", Reason: "product_not_received", Created: w.now.Add(-time.Hour), DueBy: w.now.Add(11 * day)})
	w.stripe.AddCharge(fakestripe.Charge{ID: "py_1043", Amount: 12490, Currency: "eur", Created: w.now.Add(-9 * day), OrderReference: "77-1043"})
	w.stripe.AddCharge(fakestripe.Charge{ID: "py_1050", Amount: 39900, Currency: "eur", Created: w.now.Add(-time.Hour), Metadata: map[string]string{"order_id": "77-1050"}})
}

// configure writes the config and the secrets that a user would write. Its
// ladder is in seconds, so that the story is short.
func (w *world) configure() error {
	ca, err := w.imap.CAFile(w.dir)
	if err != nil {
		return err
	}
	text := strings.NewReplacer("@DIR@", w.dir, "@BOARD@", w.board, "@PORT@", fmt.Sprint(w.imap.Port()), "@CA@", ca,
		"@STRIPE@", w.stripe.URL, "@SLACK@", w.slack.URL(), "@ONCALL@", onCall).Replace(configText)
	var errs []error
	for name, text := range map[string]string{
		"config.yaml": text, "imap-password": imapPassword, "stripe-key": stripeKey,
		"slack-bot-token": fakeslack.Token, "slack-app-token": fakeslack.AppToken,
	} {
		errs = append(errs, os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600))
	}
	return errors.Join(errs...)
}

const configText = `store: sqlite:@DIR@/cases.db
timezone: UTC
listen: "@BOARD@"
mailboxes:
  - name: onboarding
    host: 127.0.0.1
    port: @PORT@
    ca_file: @CA@
    username: payments@shop.example
    password_file: imap-password
    schedule: "@every 1s"
    trusted_authserv: [sandbox.example]
    dkim: "off"
stripe:
  - name: main
    api_key_file: stripe-key
    api_base: @STRIPE@
slack:
  bot_token_file: slack-bot-token
  app_token_file: slack-app-token
  api_base: @SLACK@
  channel: "#klarna-disputes"
calendar: {days: [mon, tue, wed, thu, fri, sat, sun], hours: 00:00-24:00}
on_call: [@ONCALL@]
escalation:
  dispute:
    - {step: new, when: opened}
    - {step: nudge, when: unanswered 8s}
    - {step: week, when: 7d before deadline}
    - {step: last, when: 48h before deadline, mention: on_call}
    - {step: overdue, when: deadline, repeat: 1d, mention: on_call}
`

// close stops what was started.
func (w *world) close() error {
	var errs []error
	if w.imap != nil {
		errs = append(errs, w.imap.Close())
	}
	if w.stripe != nil {
		errs = append(errs, w.stripe.Close())
	}
	if w.slack != nil {
		errs = append(errs, w.slack.Close())
	}
	return errors.Join(errs...)
}

// deliver puts a mail of the folder mails into the INBOX.
func (w *world) deliver(name string, deadline time.Duration) error {
	raw, err := mails.ReadFile("mails/" + name + ".eml")
	if err != nil {
		return err
	}
	now := time.Now()
	text := strings.NewReplacer(
		"@DATE@", now.Format(time.RFC1123Z), "@DEADLINE@", w.now.Add(deadline).UTC().Format("2 January 2006"),
		"@POISON@", nested(300),
	).Replace(string(raw))
	_, err = w.imap.Append("INBOX", []byte(strings.ReplaceAll(text, "\n", "\r\n")), now)
	return err
}

// nested is n multiparts inside each other around one word: nobody reads that.
func nested(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "--m%d\nContent-Type: multipart/mixed; boundary=m%d\n\n", i, i+1)
	}
	return b.String() + fmt.Sprintf("--m%d\nContent-Type: text/plain\n\nhello\n", n)
}

// build compiles the real daemon.
func build(ctx context.Context, dir string) (string, error) {
	binary := filepath.Join(dir, "disputewatch")
	cmd := exec.CommandContext(ctx, "go", "build", "-o", binary, "github.com/disputewatch/disputewatch/cmd/disputewatch")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("build disputewatch: %w", err)
	}
	return binary, nil
}
