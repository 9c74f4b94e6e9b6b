package ingest_test

import (
	"context"
	"errors"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/casebook"
)

// threadless is a book that cannot say which mails belong to cases while err is
// set, and counts how often it was asked.
type threadless struct {
	*casebook.Book
	err   error
	asked int
}

func (b *threadless) Threads(ctx context.Context) (map[string]bool, error) {
	if b.asked++; b.err != nil {
		return nil, b.err
	}
	return b.Book.Threads(ctx)
}

func TestMailIsNotPutAsideWhileTheCasesAreUnknown(t *testing.T) {
	s := newShop(t)
	s.mail("1@klarna.com", "pass", "New dispute request", "Dispute ID: 256947\nMerchant Reference 1: 77-1042\n")
	s.read(nil)
	book := &threadless{Book: s.book, err: errors.New("the book is locked")}
	s.intake.Book = book
	s.raw([]byte("From: anna@shop.example\nSubject: Re: this order\nIn-Reply-To: <1@klarna.com>\nMessage-ID: <2@shop.example>\n\nWhat is it?\n"))
	claim, err := s.book.Claim(t.Context(), "mailbox/onboarding")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // also at the next poll
		if _, err := s.intake.Read(t.Context(), claim, s.box, nil); !errors.Is(err, book.err) {
			t.Fatal(err)
		}
	}
	book.err = nil
	report, err := s.intake.Read(t.Context(), claim, s.box, nil)
	if err != nil || len(report.Folders) != 1 || report.Folders[0].Fetched != 1 {
		t.Fatalf("%+v, %v: the reply to a case's mail was not fetched", report, err)
	}
}

func TestPollWithNothingNewDoesNotReadTheCasesMails(t *testing.T) {
	s := newShop(t)
	s.mail("1@klarna.com", "pass", "New dispute request", "Dispute ID: 256947\nMerchant Reference 1: 77-1042\n")
	book := &threadless{Book: s.book}
	s.intake.Book = book
	s.read(nil)
	if book.asked != 1 {
		t.Errorf("the cases' mails were asked for %d times for one new mail", book.asked)
	}
	s.read(nil)
	if book.asked != 1 {
		t.Error("the cases' mails were asked for though there was none to judge")
	}
}

// A first scan has looked at the whole of a small folder before it has read a mail.
func TestAnswerIsReadWhereverTheMailOfACaseStands(t *testing.T) {
	s := newShop(t)
	answer := func(id, to string) {
		s.raw([]byte("From: anna@shop.example\nSubject: Re: this order\nReferences: <0@shop.example> <" + to + ">\nMessage-ID: <" + id + ">\n\nWhat is it?\n"))
	}
	answer("2@shop.example", "1@klarna.com")
	s.mail("1@klarna.com", "pass", "New dispute request", "Dispute ID: 256947\nMerchant Reference 1: 77-1042\n")
	answer("3@shop.example", "1@klarna.com")
	answer("4@shop.example", "nobody@shop.example")
	f := s.read(nil).Folders
	if len(f) != 1 || f[0].Fetched != 3 || f[0].Notices != 1 || f[0].Other != 3 {
		t.Errorf("%+v", f)
	}
	if f := s.read(nil).Folders[0]; f.Fetched+f.Other != 0 {
		t.Errorf("again: %+v", f)
	}
}
