package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/rules"
)

// passed is what one pass did.
type passed struct {
	mail    ingest.Report
	matched int
	changed map[string]bool // ids of cases, by mail or by Stripe
	told    int
	waiting int // messages that did not get out; of "scan"
}

// news says whether mail opened or changed a case.
func (p passed) news() bool { return len(p.mail.Opened)+len(p.changed) > 0 }

// The time a step of a pass may take. A cold server needs 15 s for the headers
// of 100,000 mails, a first scan reads thousands of bodies.
const (
	readTime    = 30 * time.Minute
	refreshTime = 5 * time.Minute
	deliverTime = 10 * time.Minute
	decideTime  = 5 * time.Minute // 10,000 cases take ten seconds
	bookTime    = time.Minute     // for a few questions to the book, and the heartbeat
)

// pass reads mailboxes, asks Stripe, decides and tells. A step that fails does
// not keep the others from working on what is there.
func (h *house) pass(ctx context.Context, boxes []ingest.Mailbox, rescan *ingest.Rescan) (passed, error) {
	p := passed{changed: map[string]bool{}}
	var errs []error
	gathered := h.gather(ctx, boxes, rescan)
	defer gathered() // also after a panic
	for _, box := range boxes {
		errs = append(errs, h.read(ctx, box, rescan, &p))
	}
	for _, s := range h.stripe {
		errs = append(errs, h.refresh(ctx, s, &p))
	}
	errs = append(errs, h.decide(ctx), gathered(), h.deliver(ctx, &p))
	return p, errors.Join(errs...)
}

// read reads one mailbox under its claim and remembers how that went.
func (h *house) read(ctx context.Context, box ingest.Mailbox, rescan *ingest.Rescan, p *passed) error {
	if ctx.Err() != nil {
		return nil
	}
	ctx, done := h.steps.Within(ctx, readTime)
	defer done()
	began, part := h.now(), "mailbox/"+box.Account.Name
	var report ingest.Report
	err := h.under(ctx, part, func(ctx context.Context, claim rules.Claim) (err error) {
		report, err = h.intake.Read(ctx, claim, box, rescan)
		return err
	})
	p.mail.Folders = append(p.mail.Folders, report.Folders...)
	p.mail.Opened = append(p.mail.Opened, report.Opened...)
	for _, id := range report.Changed {
		p.changed[id] = true
	}
	h.countMails(box.Account.Name, report)
	h.metrics.Polled(box.Account.Name, result(err), h.now().Sub(began))
	if err := h.health.Remember(ctx, part, err); err != nil {
		return err
	}
	if fetched(report) || h.lately.due("silence/"+box.Account.Name, h.now(), health.SilenceEvery) {
		return h.health.WatchSilence(ctx, box.Account.Name)
	}
	return nil
}

// fetched says that a reading found mails that may be Klarna's.
func fetched(r ingest.Report) bool {
	return slices.ContainsFunc(r.Folders, func(f ingest.FolderReport) bool { return f.Fetched > 0 })
}

func (h *house) countMails(name string, r ingest.Report) {
	for _, f := range r.Folders {
		h.metrics.Mails(name, rules.OutcomeNotice, f.Notices)
		h.metrics.Mails(name, rules.OutcomeUnknown, f.Unknown)
		h.metrics.Mails(name, rules.OutcomeUnreadable, f.Unreadable)
		h.metrics.Mails(name, rules.OutcomeOther, f.Other)
	}
}

// refresh asks one Stripe account under its claim.
func (h *house) refresh(ctx context.Context, s *ingest.Stripe, p *passed) error {
	if ctx.Err() != nil {
		return nil
	}
	ctx, done := h.steps.Within(ctx, refreshTime)
	defer done()
	part := "stripe/" + s.Account
	err := h.under(ctx, part, func(ctx context.Context, claim rules.Claim) error {
		if err := h.adopt(ctx, claim, s); err != nil {
			return err
		}
		m, err := s.Refresh(ctx, claim)
		p.matched += m.Matched
		p.mail.Opened = append(p.mail.Opened, m.Opened...)
		for _, id := range m.Changed {
			p.changed[id] = true
		}
		return err
	})
	return h.health.Remember(ctx, part, err)
}

// decide queues what has fallen due, and what is wrong with the reading of mails
// or with the telling.
func (h *house) decide(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil
	}
	err := errors.Join(h.health.WatchReader(ctx), h.health.WatchOutbox(ctx))
	return errors.Join(err, h.rememberRules(ctx, h.whole(rulesPart, func() error {
		_, err := h.book.Decide(ctx)
		return err
	})))
}

// rulesPart is under what the book remembers that it could not be decided what is
// due.
const rulesPart = "rules"

// rememberRules remembers how the deciding ended, where it failed or had failed
// before: it is done each few seconds, and nearly always well.
func (h *house) rememberRules(ctx context.Context, err error) error {
	if err != nil {
		return h.health.Remember(ctx, rulesPart, fmt.Errorf("decide: %w", err))
	}
	was, err := h.book.Part(ctx, rulesPart)
	if err != nil || was.BadSince.IsZero() {
		return err
	}
	return h.health.Remember(ctx, rulesPart, nil)
}

// deliver tells what is queued.
func (h *house) deliver(ctx context.Context, p *passed) error {
	if ctx.Err() != nil {
		return nil
	}
	ctx, done := h.steps.Within(ctx, deliverTime)
	defer done()
	told, err := h.desk.Deliver(ctx)
	p.told += told
	switch {
	case told > 0 || err != nil:
	case ctx.Err() != nil:
		return nil // its time ran out before Slack was asked anything
	default:
		return h.slackLives(ctx)
	}
	return h.health.Remember(ctx, "slack", err)
}

// slackLives asks Slack now and then whether it still knows us: on a quiet day
// nothing else would show that the token was revoked.
func (h *house) slackLives(ctx context.Context) error {
	parts, err := h.book.Health(ctx)
	if err != nil || h.slack == nil {
		return err
	}
	for _, part := range parts {
		if part.Part == "slack" && part.BadSince.IsZero() && h.now().Sub(part.GoodAt) < health.SlackFresh/2 {
			return nil
		}
	}
	return h.health.Remember(ctx, "slack", h.slack.Alive(ctx))
}

// result is the label of a poll in the metrics.
func result(err error) string {
	switch {
	case err == nil:
		return "ok"
	case health.Elsewhere(err):
		return "elsewhere"
	}
	return "error"
}
