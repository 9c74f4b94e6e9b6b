package main

import (
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/casebook"
)

func TestStartOverABookThatCannotBeWrittenIsNotedOnceItCan(t *testing.T) {
	s := newStory(t, monday)
	s.pass()
	s.wait(7 * day)
	s.restart()
	s.house.died = []string{"daemon", "mailbox/onboarding"}
	for range 4 {
		if err := s.house.noteDeath(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	whole := s.house.book
	closed, err := casebook.OpenReadOnly(t.Context(), s.house.config.Store, casebook.Options{Policy: s.house.policy, Now: s.clock, Holder: "shop/2"})
	if err != nil {
		t.Fatal(err)
	}
	defer closed.Close()
	s.over(closed)
	if err := s.house.begin(t.Context()); err != nil {
		t.Fatalf("it does not start: %v", err)
	}
	s.house.watchBook(t.Context())
	s.over(whole)
	s.pass() // the mailbox was read since
	s.saidNothing()
	s.house.watchBook(t.Context())
	s.house.watchBook(t.Context())
	if err := s.house.deliver(t.Context(), &passed{}); err != nil {
		t.Fatal(err)
	}
	news := strings.Join(s.news(), "\n")
	if strings.Count(news, "did not run") != 1 || strings.Count(news, "while it read onboarding, 5 times") != 1 {
		t.Errorf("told:\n%s", news)
	}
}
