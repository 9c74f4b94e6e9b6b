package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// cases are all cases of the book.
func (s *story) cases() []rules.Case {
	s.t.Helper()
	all, err := s.book.Cases(s.t.Context(), casebook.Filter{})
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

const annasMail = request + "\nCustomer: Anna Andersson, anna@example.com\n"

// fileHolds says whether the files of the case book hold a text.
func (s *story) fileHolds(text string) bool {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.dir, "cases.db*"))
	if err != nil || len(files) == 0 {
		s.t.Fatal(files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			s.t.Fatal(err)
		}
		if bytes.Contains(b, []byte(text)) {
			return true
		}
	}
	return false
}

func TestOldDataGoesOnceADayAndDoesNotComeBack(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "New dispute request", annasMail)
	s.mail("2@klarna.com", "pass", "About your dispute", "Anna Andersson has something about one of your disputes.")
	s.pass()
	for _, c := range s.cases() {
		if _, err := s.book.Say(t.Context(), c.ID, rules.Event{Type: rules.EventClose, By: "bertold", Outcome: "told Anna Andersson"}); err != nil {
			t.Fatal(err)
		}
	}
	s.pass()
	s.news()
	s.house.retain(t.Context())
	if !s.fileHolds("Anna Andersson") {
		t.Fatal("removed too early, or there was nothing to remove")
	}
	s.wait(401 * day)
	s.house.retain(t.Context())
	if !s.fileHolds("Anna Andersson") {
		t.Error("it was removed by a clock that may be wrong")
	}
	s.wait(time.Hour)
	s.house.retain(t.Context())
	for _, text := range []string{"Anna Andersson", "anna@example.com", "bertold"} {
		if s.fileHolds(text) {
			t.Errorf("%q is still there", text)
		}
	}
	before := s.cases()
	if err := s.tryPass(&ingest.Rescan{}); err != nil {
		t.Fatal(err)
	}
	if after := s.cases(); len(after) != len(before) || s.fileHolds("Anna Andersson") {
		t.Errorf("a rescan brought back %d cases for %d", len(after), len(before))
	}
	s.saidNothing()
}

func TestOldDataIsLookedAtOnceADay(t *testing.T) {
	s := newStory(t, monday)
	s.house.retain(t.Context())
	first, err := s.book.Part(t.Context(), retentionPart)
	if err != nil || !first.GoodAt.Equal(s.now) {
		t.Fatal(first, err)
	}
	for range 23 {
		s.wait(time.Hour)
		s.house.retain(t.Context())
	}
	if again, err := s.book.Part(t.Context(), retentionPart); err != nil || !again.GoodAt.Equal(first.GoodAt) {
		t.Error("it was done twice a day", again, err)
	}
	s.wait(time.Hour)
	s.house.retain(t.Context())
	if next, err := s.book.Part(t.Context(), retentionPart); err != nil || !next.GoodAt.Equal(s.now) {
		t.Error("it was not done the next day", next, err)
	}
}

func TestPersonIsPurgedByACommandBesideTheDaemon(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "New dispute request", annasMail)
	s.mail("2@klarna.com", "pass", "About your dispute", "There is something about one of your disputes.\nanna@example.com\n")
	s.pass()
	s.news()
	if !s.fileHolds("anna@example.com") {
		t.Fatal("there is nothing to remove")
	}
	code, out, errs := s.command("purge", "--person", "Anna@Example.com")
	if code != exitDone || !strings.Contains(out, "2 cases, 2 mails") || !strings.Contains(errs, "Not touched: ") {
		t.Errorf("exit %d, %q, %q", code, out, errs)
	}
	for _, text := range []string{"anna@example.com", "Anna Andersson"} {
		if s.fileHolds(text) {
			t.Errorf("%q is still there", text)
		}
	}
	c, err := s.book.Case(t.Context(), "256947")
	if err != nil || c.Amount.Minor != 12490 || c.MerchantReference1 != "77-1042" || c.State != rules.Open {
		t.Errorf("case %+v, %v", c, err)
	}
	if code, out, _ := s.command("purge", "--person", "anna@example.com", "--json"); code != exitDone || out != `{"cases":0,"mails":0,"messages":0}`+"\n" {
		t.Errorf("exit %d, %q", code, out)
	}
	if code, _, errs := s.command("purge", "--person", "Anna"); code != exitUsage || !strings.Contains(errs, "hint: ") {
		t.Errorf("exit %d, %q", code, errs)
	}
}

func TestRefreshTokenThatNobodyUsesIsForgotten(t *testing.T) {
	s := newStory(t, monday)
	if err := s.book.RotateToken(t.Context(), "oauth2/old", "", "refresh-idle-secret"); err != nil {
		t.Fatal(err)
	}
	s.wait(179 * day)
	s.house.retain(t.Context())
	if !s.fileHolds("refresh-idle-secret") {
		t.Error("forgotten too early")
	}
	s.wait(2 * day)
	s.house.retain(t.Context())
	if s.fileHolds("refresh-idle-secret") {
		t.Error("it is still there")
	}
}

func TestStartUnderAClockThatIsAYearAheadRemovesNothing(t *testing.T) {
	s := newStory(t, monday)
	if err := s.book.RotateToken(t.Context(), "oauth2/new", "", "refresh-token-in-use"); err != nil {
		t.Fatal(err)
	}
	s.house.retain(t.Context())
	for range 2 { // it starts so again and again
		s.wait(365 * day)
		s.restart()
		s.house.retain(t.Context())
		s.wait(-365*day + time.Hour) // and is told the time
		s.house.retain(t.Context())
	}
	s.wait(day)
	s.house.retain(t.Context())
	if !s.fileHolds("refresh-token-in-use") {
		t.Error("what is in use was removed as old")
	}
	if part, err := s.book.Part(t.Context(), retentionPart); err != nil || !part.GoodAt.Equal(s.now) {
		t.Errorf("it is looked at no more: %v %v", part, err)
	}
}
