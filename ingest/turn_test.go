package ingest_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// hooked is the book, with something before each recording of mails.
type hooked struct {
	*casebook.Book
	before func(ctx context.Context, n int) error
	n      int
}

func (b *hooked) Record(ctx context.Context, c rules.Claim, batch rules.Batch) (rules.Recorded, error) {
	if len(batch.Mails) > 0 {
		b.n++
		if err := b.before(ctx, b.n); err != nil {
			return rules.Recorded{}, err
		}
	}
	return b.Book.Record(ctx, c, batch)
}

// disputes puts n disputes into the mailbox, each in a signed mail.
func (s *shop) disputes(n int) {
	s.t.Helper()
	for i := range n {
		s.raw(fmt.Appendf(nil, "DKIM-Signature: v=1; a=rsa-sha256; d=klarna.com; s=x; h=from:to:subject:date:message-id; bh=eA==; b=eA==\nFrom: Klarna <d@klarna.com>\nTo: p@shop.example\nSubject: New dispute request\nMessage-ID: <%d@klarna.com>\nDate: Mon, 2 Mar 2026 09:00:00 +0000\n\nDispute ID: %d\n", i, 256000+i))
	}
}

// try makes one reading that may fail.
func (s *shop) try(book ingest.MailBook) error {
	s.t.Helper()
	s.intake.Book = book
	claim, err := s.book.Claim(s.t.Context(), "mailbox/onboarding")
	if err != nil {
		s.t.Fatal(err)
	}
	_, readErr := s.intake.Read(s.t.Context(), claim, s.box, nil)
	if err := s.book.Release(s.t.Context(), claim); err != nil {
		s.t.Fatal(err)
	}
	return readErr
}

func TestNextBatchIsUnderstoodWhileOneIsRecorded(t *testing.T) {
	s := newShop(t)
	s.disputes(150) // 100 are recorded together
	var looked atomic.Int32
	second := make(chan struct{})
	s.box.Settings.Sender.DKIM = true
	s.box.Settings.Sender.LookupTXT = func(context.Context, string) ([]string, error) {
		if looked.Add(1) == 101 {
			close(second)
		}
		return nil, errors.New("no such key")
	}
	err := s.try(&hooked{Book: s.book, before: func(ctx context.Context, n int) error {
		if n > 1 {
			return nil
		}
		select {
		case <-second:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}})
	if err != nil || len(s.cases()) != 150 {
		t.Fatalf("%d cases: %v", len(s.cases()), err)
	}
}

func TestBatchThatCannotBeRecordedEndsTheReadingThere(t *testing.T) {
	s := newShop(t)
	// It is passed over at first, and looked at once more when its mail is known.
	s.raw([]byte("From: anna@shop.example\nSubject: Re: this order\nIn-Reply-To: <0@klarna.com>\nMessage-ID: <a@shop.example>\n\nWhat is it?\n"))
	s.disputes(350)
	full := errors.New("disk full")
	err := s.try(&hooked{Book: s.book, before: func(_ context.Context, n int) error {
		if n == 2 {
			return full
		}
		return nil
	}})
	if !errors.Is(err, full) || len(s.cases()) != 100 {
		t.Fatalf("%d cases: %v", len(s.cases()), err)
	}
	if err := s.try(s.book); err != nil || len(s.cases()) != 350 {
		t.Errorf("%d cases: %v", len(s.cases()), err)
	}
}

func TestBatchWhoseRecordingBreaksIsNotTakenForRecorded(t *testing.T) {
	s := newShop(t)
	s.disputes(150)
	broke := func() (said any) {
		defer func() { said = recover() }()
		return s.try(&hooked{Book: s.book, before: func(_ context.Context, n int) error {
			if n == 1 {
				panic("within")
			}
			return nil
		}})
	}()
	if broke != "within" || len(s.cases()) != 0 {
		t.Errorf("%d cases: %v", len(s.cases()), broke)
	}
	s.now = s.now.Add(2 * time.Minute) // when its claim has lapsed
	if err := s.try(s.book); err != nil || len(s.cases()) != 150 {
		t.Errorf("%d cases: %v", len(s.cases()), err)
	}
}

func TestMailThatBreaksTheReaderIsPutAwayAlone(t *testing.T) {
	s := newShop(t)
	s.disputes(3)
	var looked atomic.Int32
	s.box.Settings.Sender.DKIM = true
	s.box.Settings.Sender.LookupTXT = func(context.Context, string) ([]string, error) {
		if looked.Add(1) == 2 {
			panic("customer@shop.example")
		}
		return nil, errors.New("no such key")
	}
	report := s.read(nil)
	if f := report.Folders[0]; f.Unreadable != 1 || len(report.Opened) != 2 {
		t.Fatalf("%+v", report)
	}
	s.box.Settings.Sender.LookupTXT = nil
	if report := s.read(&ingest.Rescan{}); len(report.Opened) != 1 {
		t.Errorf("read again: %+v", report)
	}
}

// What is made of a mail that was read must not end the daemon either: it would
// read the same mail first when it is back.
func TestMailOfWhichNoCaseCanBeMadeIsPutAway(t *testing.T) {
	s := newShop(t)
	s.disputes(1)
	s.mail("newsletter@klarna.com", "pass", "News of the month", "Read what is new.")
	policy := s.intake.Policy
	s.intake.Policy.Calendar.Location = nil // in which no deadline can be counted
	s.box.Lookback = rules.Span{}
	report := s.read(nil)
	if f := report.Folders[0]; f.Unreadable != 1 || f.Other != 1 {
		t.Fatalf("%+v", report)
	}
	s.intake.Policy = policy
	if report := s.read(&ingest.Rescan{}); len(report.Opened) != 1 {
		t.Errorf("read again: %+v", report)
	}
}

// The mail that a reply answers could not be recorded, the folder of sent mail
// could be read: the reply must not count as one to a mail that no case has.
func TestReplyToAMailThatCouldNotBeRecordedWaitsForIt(t *testing.T) {
	s := newMailingShop(t)
	s.mail("stop@klarna.com", "pass", "Stop request", stopText)
	s.send(usual())
	full := errors.New("disk full")
	err := s.try(&hooked{Book: s.book, before: func(_ context.Context, n int) error {
		if n == 1 {
			return full
		}
		return nil
	}})
	if !errors.Is(err, full) || len(s.cases()) != 0 {
		t.Fatalf("%d cases: %v", len(s.cases()), err)
	}
	s.now = s.now.Add(5 * time.Minute)
	if err := s.try(s.book); err != nil {
		t.Fatal(err)
	}
	if c := s.one(); c.State != rules.Answered {
		t.Errorf("%s, answered by %v", c.State, c.Answers)
	}
}
