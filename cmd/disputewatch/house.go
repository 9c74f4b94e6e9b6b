package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/digest"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/systemd"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/board"
	"github.com/disputewatch/disputewatch/notify/slack"
	"github.com/disputewatch/disputewatch/rules"
)

// house is everything a pass needs, joined as the config says. Its fields are
// set once; several goroutines may use it.
type house struct {
	config  *config.Config
	policy  rules.Policy
	now     func() time.Time
	metrics *board.Metrics // of one pass; a daemon puts in those that outlive a reload
	claims                 // of the book

	intake  *ingest.Intake
	boxes   []ingest.Mailbox
	stripe  []*ingest.Stripe
	slack   *slack.Client
	desk    *notify.Desk
	digests *digest.Source // what a digest is gathered from
	health  *health.Watch  // what is watched about all this
	steps   systemd.Steps  // that are running, for the watchdog

	start                 // what a start has to note
	paces   paces         // of the mailboxes
	doors   doors         // to them
	lately  lately        // by polls
	floods                // of first words
	wake    chan struct{} // holds one: the desk is to look now
	freshAt time.Time     // when it was last looked which cards are old; the desk's
	doubted bool          // whether the last look of retain, whose loop's it is, doubted the clock
}

// build joins the parts over an open book. It calls nobody.
func build(cfg *config.Config, book *casebook.Book, log *slog.Logger, now func() time.Time) (*house, error) {
	h := &house{config: cfg, policy: cfg.Policy(), now: now, metrics: board.NewMetrics(), claims: claims{book: book, log: log}, doors: make(doors, maxPolls), wake: make(chan struct{}, 1)}
	exposed, _ := cfg.Exposed()
	for _, path := range exposed {
		log.Warn("secret is readable by every user", "file", path)
	}
	stripe := func(code string) { h.metrics.Stripe(code) } // serve replaces them
	slack := func(result string) { h.metrics.Slack(result) }
	h.intake = &ingest.Intake{Book: book, Policy: h.policy, Now: h.now}
	words, err := wiring.Vocabulary(cfg.Vocabulary)
	if err != nil {
		return nil, err
	}
	for _, m := range cfg.Mailboxes {
		box := wiring.Mailbox(cfg, m, wiring.TokensIn(book), now)
		box.Settings = wiring.Settings(cfg, m, words)
		h.boxes = append(h.boxes, box)
	}
	for _, s := range cfg.Stripe {
		h.stripe = append(h.stripe, &ingest.Stripe{
			Account: s.Name, Client: wiring.Stripe(cfg, s, stripe, now), MailRead: h.mailRead(s.Name),
			Book: stripeBook{book, h.now}, Lures: book, Lookback: s.Lookback, Missing: s.MissingAfter, Calendar: h.policy.Calendar, Now: h.now,
		})
	}
	h.digests = &digest.Source{Config: cfg, Policy: h.policy, Book: book, Stripe: h.stripe, Now: now}
	h.slack = wiring.Slack(cfg, slack)
	h.desk = h.newDesk(cfg, h.slack)
	h.health = &health.Watch{
		Config: cfg, Book: book, Log: log, Now: now, Allowed: h.allowed,
		Gathering: func(ctx context.Context, mailbox string) (bool, error) { return book.Held(ctx, gathering(mailbox)) },
		Say:       func(ctx context.Context, m rules.Message) error { return h.desk.Say(ctx, m) },
	}
	return h, nil
}

// pageTime bounds a call of the page's webhook.
const pageTime = 15 * time.Second

// newDesk is the desk that speaks through m.
func (h *house) newDesk(cfg *config.Config, m notify.Messenger) *notify.Desk {
	d := wiring.Voice(cfg, m, h.now)
	d.Outbox, d.Policy, d.Channels = outbox{h.book}, h.policy, map[string]string{}
	d.Queue, d.Digest, d.Gathering, d.Copies = h.book.Queue, h.digests.Gather, h.gathers, h.book.Copies
	d.Repeated, d.ToldSince = h.book.Repeated, h.book.ToldSince
	d.Told, d.Buttons = h.countStep, cfg.Slack.AppTokenFile != ""
	for _, box := range cfg.Mailboxes {
		if box.Channel != "" {
			d.Channels[box.Name] = box.Channel
		}
	}
	if url := cfg.Secret(cfg.Page.URLFile); url != nil {
		d.Page = notify.Webhook(&http.Client{Timeout: pageTime}, url.Read)
	}
	return d
}

// countStep counts a step of the ladders that was told; the desk also names
// what belongs to none.
func (h *house) countStep(name string) {
	if slices.Contains(h.stepNames(), name) {
		h.metrics.Told(name)
	}
}

// stepNames are the names of all steps of the ladders.
func (h *house) stepNames() []string {
	var names []string
	for _, s := range slices.Concat(h.policy.Dispute, h.policy.StopRequest) {
		names = append(names, s.Name)
	}
	return names
}

// withBook opens the book, hands it on and closes it.
func (c *command) withBook(ctx context.Context, cfg *config.Config, readOnly bool, f func(*casebook.Book) error) error {
	book, err := wiring.Book(ctx, cfg, readOnly, time.Now)
	if err != nil {
		return err
	}
	return errors.Join(f(book), book.Close())
}

// mailRead says until when all mailboxes of a Stripe account have been read to
// their end; nil where it has none.
func (h *house) mailRead(account string) func(context.Context) (time.Time, error) {
	var parts []string
	for _, m := range h.config.Mailboxes {
		if m.Stripe == account {
			parts = append(parts, "mailbox/"+m.Name)
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return func(ctx context.Context) (time.Time, error) {
		all, err := h.book.Health(ctx)
		good := map[string]time.Time{}
		for _, p := range all {
			good[p.Part] = p.GoodAt
		}
		oldest := good[parts[0]]
		for _, part := range parts {
			if good[part].Before(oldest) {
				oldest = good[part]
			}
		}
		return oldest, err
	}
}
