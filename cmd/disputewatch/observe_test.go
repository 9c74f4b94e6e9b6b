package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/view"
	"github.com/disputewatch/disputewatch/rules"
)

// observes is a story that began days ago and says nothing.
func observes(t *testing.T, ago int) *story {
	t.Helper()
	s := newStory(t, time.Now().AddDate(0, 0, -ago).UTC().Format(time.RFC3339))
	s.write("config.yaml", s.configText()+"observe: true\n")
	s.restart()
	return s
}

func TestWhatObservingWouldHaveSaidIsToldBesideWhatPeopleDid(t *testing.T) {
	s := observes(t, 6)
	s.mail("1@klarna.com", "pass", "New dispute request", asked("256947", "77-1042", s.now.AddDate(0, 0, 20)))
	s.mail("2@klarna.com", "pass", "New dispute request", asked("256948", "77-1043", s.now.AddDate(0, 0, 3)))
	for range 5 {
		s.pass()
		s.wait(day)
	}
	s.saidNothing()
	if n, _, err := s.book.Outbox(t.Context()); err != nil || n != 0 {
		t.Errorf("%d messages wait to be said, %v", n, err)
	}
	if code, _, errs := s.command("answer", "256947", "--by", "anna"); code != exitDone {
		t.Fatal(errs)
	}
	_, out, errs := s.command("show", "256947")
	if !strings.Contains(out, "would have been told first") || !strings.Contains(out, "answered, says a person") || !strings.Contains(out, "6 days later") || !strings.Contains(out, "untold  new") {
		t.Errorf("show: %s%s", out, errs)
	}
	_, out, _ = s.command("show", "256948", "--json")
	var v view.Case
	if err := json.Unmarshal([]byte(out), &v); err != nil || v.Observed == nil || v.Observed.Messages < 2 || !v.Observed.Late || v.Observed.TakenUp != "" {
		t.Errorf("%v: %+v", err, v.Observed)
	}
	page := filepath.Join(s.dir, "page.html")
	_, out, errs = s.command("audit", "--html", page)
	if !strings.Contains(strings.Join(strings.Fields(out), " "), "of 2 cases. Taken up by people: 1, at the median 6 days after the first word. Not before the deadline: 1.") || !strings.Contains(out, "not yet") {
		t.Errorf("audit: %s%s", out, errs)
	}
	if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "While observing") || strings.Contains(string(text), "anna") {
		t.Errorf("the page: %v\n%s", err, text)
	}
}

func TestEndOfObservingIsNoFlood(t *testing.T) {
	s := observes(t, 6)
	for _, n := range []string{"256947", "256948", "256949"} {
		s.mail(n+"@klarna.com", "pass", "New dispute request", asked(n, "77-"+n, s.now.AddDate(0, 0, 60)))
	}
	s.pass()
	s.wait(time.Hour)
	s.pass()
	s.write("config.yaml", s.configText())
	s.restart()
	s.pass()
	s.saidNothing()
	s.mail("4@klarna.com", "pass", "New dispute request", asked("256950", "77-4", s.now.AddDate(0, 0, 60)))
	s.pass()
	s.said("77-4")
	s.wait(5 * day) // past the next nudge, whatever day it is
	s.pass()
	if cards := len(s.cards()); cards != 4 {
		t.Errorf("%d cards, want one a case with its next step", cards)
	}
	for _, c := range s.cases() {
		if c.Card == (rules.Place{}) {
			t.Errorf("%s has no card", c.ID)
		}
	}
}
