package ingest_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/mailbox"
	"github.com/disputewatch/disputewatch/rules"
)

// place puts a dispute mail into a folder, which is made if it is missing.
func (s *shop) place(folder, id, dispute string) {
	s.t.Helper()
	if folder != "INBOX" {
		_ = s.imap.Create(folder, "") // it may be there
	}
	raw := "Authentication-Results: mx.shop.example; dmarc=pass header.from=klarna.com\r\nFrom: Klarna <d@klarna.com>\r\nSubject: New dispute request\r\nMessage-ID: <" + id + ">\r\n\r\nDispute ID: " + dispute + "\r\n"
	if _, err := s.imap.Append(folder, []byte(raw), s.now); err != nil {
		s.t.Fatal(err)
	}
}

// readAll reads a mailbox whatever its name.
func (s *shop) readAll(name string, rescan *ingest.Rescan) (ingest.Report, error) {
	s.t.Helper()
	box := s.box
	box.Account.Name, box.Settings.Mailbox = name, name
	claim, err := s.book.Claim(s.t.Context(), "mailbox/"+name)
	if err != nil {
		s.t.Fatal(err)
	}
	report, readErr := s.intake.Read(s.t.Context(), claim, box, rescan)
	if err := s.book.Release(s.t.Context(), claim); err != nil {
		s.t.Fatal(err)
	}
	return report, readErr
}

// noticed is how many mails the book holds that became events, and how many
// events of mails the one case has.
func (s *shop) noticed() (mails int64, events int) {
	s.t.Helper()
	counts, err := s.book.MailCounts(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range counts {
		if c.Outcome == rules.OutcomeNotice {
			mails += c.Mails
		}
	}
	history, err := s.book.History(s.t.Context(), s.one().ID)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range history {
		if e.Type == rules.EventMail {
			events++
		}
	}
	return mails, events
}

func TestOneMailInSeveralFoldersAndMailboxesIsOneMail(t *testing.T) {
	s := newShop(t)
	s.box.Folders = []string{"INBOX", "Klarna"}
	s.place("INBOX", "1@klarna.com", "256947")
	s.place("Klarna", "1@klarna.com", "256947")
	for _, name := range []string{"onboarding", "billing"} {
		for _, rescan := range []*ingest.Rescan{nil, {}} {
			if _, err := s.readAll(name, rescan); err != nil {
				t.Fatal(err)
			}
			if mails, events := s.noticed(); mails != 1 || events != 1 {
				t.Fatalf("after reading %s: %d mails, %d events", name, mails, events)
			}
		}
	}
	if err := s.imap.Renumber("INBOX"); err != nil {
		t.Fatal(err)
	}
	report, err := s.readAll("onboarding", nil)
	if err != nil {
		t.Fatal(err)
	}
	if mails, events := s.noticed(); mails != 1 || events != 1 || !report.Folders[0].UIDValidityChanged {
		t.Errorf("under another UIDVALIDITY: %d mails, %d events, %+v", mails, events, report.Folders[0])
	}
}

func TestFolderThatIsGoneIsNamedAndTheOthersAreRead(t *testing.T) {
	s := newShop(t)
	s.box.Folders = []string{"INBOX", "Klarna", "Junk"}
	s.place("Klarna", "1@klarna.com", "256941")
	s.place("Junk", "2@klarna.com", "256942")
	if _, err := s.readAll("onboarding", nil); err != nil {
		t.Fatal(err)
	}
	if err := s.imap.Delete("Klarna"); err != nil {
		t.Fatal(err)
	}
	s.place("Junk", "3@klarna.com", "256943")
	_, err := s.readAll("onboarding", nil)
	if folder := new(mailbox.FolderError); !errors.As(err, &folder) || !folder.Missing || folder.Folder != "Klarna" || !strings.Contains(err.Error(), "hint: ") {
		t.Errorf("got %v", err)
	}
	if n := len(s.cases()); n != 3 {
		t.Errorf("%d cases, want 3: the folder after it was not read", n)
	}
	s.place("Klarna", "4@klarna.com", "256944") // made again, with UIDs from 1 on
	if _, err := s.readAll("onboarding", nil); err != nil || len(s.cases()) != 4 {
		t.Errorf("%d cases, want 4: %v", len(s.cases()), err)
	}
}
