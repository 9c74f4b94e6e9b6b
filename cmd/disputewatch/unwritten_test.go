package main

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

func TestBookThatCannotBeWrittenIsToldWithoutIt(t *testing.T) {
	s := newStory(t, monday)
	whole := s.house.book
	closed, err := casebook.OpenReadOnly(t.Context(), s.house.config.Store, casebook.Options{Policy: s.house.policy, Now: s.clock, Holder: "shop/2"})
	if err != nil {
		t.Fatal(err)
	}
	defer closed.Close()
	look := func(ago time.Duration) {
		s.wait(ago)
		s.house.watchBook(t.Context())
	}
	look(0)
	s.over(closed)
	look(0)
	look(9 * time.Minute)
	s.saidNothing()
	s.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Refuse, Code: "not_in_channel", Times: 1})
	look(time.Minute)
	s.saidNothing()
	look(time.Minute)
	s.said("case book does not work", "read-only")
	look(30 * time.Minute)
	s.saidNothing()
	look(30 * time.Minute)
	s.said("case book does not work", "read-only")
	s.over(whole)
	look(0)
	s.said("case book works again")
	look(0)
	s.saidNothing()
	s.over(closed)
	s.house.desk.Observe = true
	look(0)
	look(time.Hour)
	s.saidNothing()
}
