package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// pile delivers n disputes, of which the first todo can still be answered.
func (s *story) pile(n, todo int) {
	s.t.Helper()
	for i := range n {
		until := s.now.Add(14 * day)
		if i >= todo {
			until = s.now.Add(-2 * day)
		}
		s.mail(fmt.Sprintf("pile%d@klarna.com", i), "pass", "New dispute request",
			fmt.Sprintf("Please answer by %s.\nDispute ID: %d\nDispute reason: Faulty goods\nMerchant Reference 1: P-%d\n", until.Format("2 January 2006"), 300000+i, i))
	}
}

func (s *story) posts() (summaries, cards int) {
	s.t.Helper()
	for _, m := range s.slack.Messages(channel) {
		text := fakeslack.Text(m)
		switch {
		case strings.HasPrefix(text, "Klarna disputes: "): // the day's digest
		case strings.Contains(text, "found at once"):
			summaries++
		case m.Thread == "":
			cards++
		}
	}
	return summaries, cards
}

func TestFirstRunOverAFullMailboxIsOneSummaryAndTheCardsThatMatter(t *testing.T) {
	s := newStory(t, monday)
	s.pile(14, 3)
	s.pass()
	if summaries, cards := s.posts(); summaries != 1 || cards != 3 {
		t.Errorf("%d summaries and %d cards:\n%s", summaries, cards, strings.Join(s.news(), "\n---\n"))
	}
	if err := s.tryPass(&ingest.Rescan{}); err != nil {
		t.Fatal(err)
	}
	if summaries, cards := s.posts(); summaries != 1 || cards != 3 {
		t.Errorf("after reading it again: %d summaries and %d cards", summaries, cards)
	}
}

// A daemon that dies after a part of the reading has recorded its cases.
func TestDiedWhileGatheringIsSummarisedByTheNextDesk(t *testing.T) {
	s := newStory(t, monday)
	s.pile(14, 3)
	p := passed{changed: map[string]bool{}}
	if err := s.house.read(t.Context(), s.house.boxes[0], nil, &p); err != nil {
		t.Fatal(err)
	}
	s.restart()
	s.house.desking(t.Context())
	if summaries, cards := s.posts(); summaries != 1 || cards != 3 {
		t.Errorf("%d summaries and %d cards", summaries, cards)
	}
}

func TestDeskBesideAFirstReadingWaitsForItsEnd(t *testing.T) {
	s := newStory(t, monday)
	s.pile(14, 3)
	gathered := s.house.gather(t.Context(), s.house.boxes, nil)
	p := passed{changed: map[string]bool{}}
	if err := s.house.read(t.Context(), s.house.boxes[0], nil, &p); err != nil {
		t.Fatal(err)
	}
	s.house.desking(t.Context())
	if summaries, cards := s.posts(); summaries+cards != 0 {
		t.Errorf("%d summaries and %d cards while the mailbox was being read", summaries, cards)
	}
	if err := gathered(); err != nil {
		t.Fatal(err)
	}
	s.wait(deskEvery)
	s.house.desking(t.Context())
	if summaries, cards := s.posts(); summaries != 1 || cards != 3 {
		t.Errorf("%d summaries and %d cards", summaries, cards)
	}
}

// It was paused for so long that another reads the mailbox, and has not come to its end.
func TestSummaryIsLeftToTheDaemonThatTookTheFirstReadingOver(t *testing.T) {
	s := newStory(t, monday)
	s.pile(14, 3)
	late := s.house.gather(t.Context(), s.house.boxes, nil)
	if err := s.house.read(t.Context(), s.house.boxes[0], nil, &passed{changed: map[string]bool{}}); err != nil {
		t.Fatal(err)
	}
	lapse(t, s.book)
	gathered := s.house.gather(t.Context(), s.house.boxes, &ingest.Rescan{})
	if err := late(); err != nil {
		t.Fatal(err)
	}
	s.wait(deskEvery)
	s.house.desking(t.Context())
	if summaries, cards := s.posts(); summaries+cards != 0 {
		t.Errorf("%d summaries and %d cards while the other was reading", summaries, cards)
	}
	if err := gathered(); err != nil {
		t.Fatal(err)
	}
	s.wait(deskEvery)
	s.house.desking(t.Context())
	if summaries, cards := s.posts(); summaries != 1 || cards != 3 {
		t.Errorf("%d summaries and %d cards", summaries, cards)
	}
}

func TestDeskIsWokenWhenSomethingFallsDue(t *testing.T) {
	s := newStory(t, monday)
	s.house.desking(t.Context())
	if _, err := s.book.Queue(t.Context(), rules.Message{Key: "later", Kind: rules.MessageAlarm, NextAt: s.now.Add(50 * time.Millisecond)}); err != nil {
		t.Fatal(err)
	}
	s.house.desking(t.Context())
	select {
	case <-s.house.wake:
	case <-time.After(deskEvery - time.Second):
		t.Error("it waits for the next regular look")
	}
}

// The claim of a daemon that died runs out just after the desk has looked.
func TestGatheringThatEndsInTheMiddleOfATellingLeavesTimeForTheSummary(t *testing.T) {
	s := newStory(t, monday)
	s.pile(14, 3)
	_, stop, _, err := s.book.Hold(t.Context(), gathering("onboarding"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.house.read(t.Context(), s.house.boxes[0], nil, &passed{changed: map[string]bool{}}); err != nil {
		t.Fatal(err)
	}
	if err := s.house.summarise(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	stop()
	if _, err := s.house.desk.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	if summaries, cards := s.posts(); summaries+cards != 0 {
		t.Errorf("%d summaries and %d cards before the desk could summarise", summaries, cards)
	}
	s.wait(deskEvery)
	s.house.desking(t.Context())
	if summaries, cards := s.posts(); summaries != 1 || cards != 3 {
		t.Errorf("%d summaries and %d cards", summaries, cards)
	}
}
