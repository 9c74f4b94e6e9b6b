package board_test

import (
	"context"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify/board"
	"github.com/disputewatch/disputewatch/rules"
)

func TestWhatAPersonMustLookAtIsListed(t *testing.T) {
	s := newShelf(t)
	unknown := s.mail("", 5*day)
	unknown.Mail.Kind = rules.KindUnknownKlarna
	s.happens("c-unknow", unknown)
	s.happens("c-nomail", s.reading("ch_5", "needs_response", 5*day))
	over := s.mail("77-1042", 5*day)
	s.happens("c-contra", over, matched("ch_1"), s.reading("ch_1", "needs_response", 9*day))
	resolved := s.mail("77-1042", 5*day)
	resolved.Mail.Kind = rules.KindResolved
	s.happens("c-contra", resolved)
	srv := s.server()
	srv.Look = func(context.Context) ([]board.Strange, error) {
		return []board.Strange{
			{Mailbox: "onboarding", Folder: "INBOX", UID: 7, Outcome: rules.OutcomeUnreadable, Why: "201 parts, at most 200 are read"},
			{Mailbox: "onboarding", Folder: "Junk", UID: 8, Date: s.now, Outcome: rules.OutcomeNotice, Verdict: rules.Forged, Why: "signed by evil.example"},
			{Mailbox: "onboarding", Folder: "INBOX", UID: 9, Date: s.now, Outcome: rules.OutcomeUnknown, Case: "c-unknow"},
			{Mailbox: "onboarding", Folder: "INBOX", UID: 10, Date: s.now, Outcome: rules.OutcomeUnknown, Why: "no dispute id"},
		}, nil
	}
	site := open(t, srv)
	site.shows("/", "<strong>6</strong> to look at", "not understood", "/case/c-unknow", "UID 10", "no dispute id",
		"could not be opened", "Mail without a date in onboarding, folder INBOX, UID 7", "201 parts",
		"pretend to be Klarna", "folder Junk, UID 8", "signed by evil.example",
		"In Stripe, but no mail came", "/case/c-nomail",
		"Something does not fit", "/case/c-contra", "Stripe still waits for an answer")
	site.hides("/", "UID 9") // the case that it opened is listed already

	srv = s.server()
	srv.Look = func(context.Context) ([]board.Strange, error) { return nil, errBroken }
	open(t, srv).shows("/", "there may be more than is shown here")
}

func TestMailboxesShowTheirLastReading(t *testing.T) {
	s := newShelf(t)
	s.health[0].GoodAt = s.now.Add(-7 * time.Minute)
	s.health[3] = rules.Health{Part: "stripe/main", BadSince: s.now.Add(-20 * time.Minute), GoodAt: s.now.Add(-3 * day), Error: "GET /v1/disputes: 401"}
	srv := s.server()
	srv.MailTallies = func(context.Context) ([]board.MailTally, error) {
		return []board.MailTally{{"onboarding", rules.OutcomeNotice, 31}, {"onboarding", rules.OutcomeUnknown, 1}}, nil
	}
	srv.Outbox = func(context.Context) (int, time.Time, error) { return 2, s.now.Add(-3 * time.Minute), nil }
	open(t, srv).shows("/", "Mailbox onboarding", "Mon 2 Mar 2026, 08:53", "7 minutes ago", "works", "31 notice, 1 unknown",
		"Stripe main", "3 days ago", "broken since Mon 2 Mar 2026, 08:40: GET /v1/disputes: 401",
		"2 messages to be told; the oldest was queued 3 minutes ago.")
}
