package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

func TestMailboxThatFallsSilentIsToldOnceThenRarelyAndItsEnd(t *testing.T) {
	s := newStory(t, monday)
	pass := func(after time.Duration) {
		s.wait(after)
		if err := s.house.read(t.Context(), s.house.boxes[0], nil, &passed{changed: map[string]bool{}}); err != nil {
			t.Fatal(err)
		}
	}
	told := func() int {
		h, err := s.book.Part(t.Context(), "silence/onboarding")
		if err != nil {
			t.Fatal(err)
		}
		return h.Told
	}
	n := 0
	mail := func() {
		n++
		s.mail(fmt.Sprintf("s%d@klarna.com", n), "pass", "Your weekly report", "Sales went up.") // no dispute: no case
	}
	for range 14 {
		mail()
		pass(day)
	}
	pass(5 * day)
	if told() != 0 {
		t.Error("six quiet days were called silence")
	}
	pass(2 * day)
	if told() != 1 {
		t.Fatalf("eight quiet days were told %d times, want once", told())
	}
	pass(time.Hour)
	if told() != 1 {
		t.Error("it was told again within the hour")
	}
	pass(day)
	if told() != 2 {
		t.Errorf("after a day it was told %d times, want twice", told())
	}
	s.pass()
	mail()
	pass(time.Minute)
	if told() != 0 {
		t.Error("it did not end with the next mail")
	}
	s.pass()
	news := strings.Join(s.news(), "\n")
	for _, want := range []string{"Nothing of Klarna's comes into mailbox onboarding any more", "Klarna's mails come into mailbox onboarding again"} {
		if !strings.Contains(news, want) {
			t.Errorf("nobody said %q:\n%s", want, news)
		}
	}
}

func TestMessagesThatDoNotGetOutAreAnAlarmInAChannelThatTakesIt(t *testing.T) {
	s := newStory(t, monday)
	s.slack.Channel("ops", true)
	s.house.desk.Alarms = "#ops"
	s.pass()
	s.slack.Kick("klarna-disputes")
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.tryPass(nil)
	s.wait(45 * time.Minute)
	s.tryPass(nil)
	s.tryPass(nil)
	if h, err := s.book.Part(t.Context(), "queue"); err != nil || h.Told != 0 {
		t.Errorf("told %d times at the minute itself: %v", h.Told, err)
	}
	s.wait(time.Minute)
	s.tryPass(nil)
	s.tryPass(nil)
	s.heardIn("#ops", "Messages of disputewatch wait", "1 message has waited", "not_in_channel")
	s.slack.Invite("klarna-disputes")
	s.wait(10 * time.Minute) // the longest back-off
	s.pass()
	s.pass()
	s.heardIn("#ops", "No message of disputewatch waits")
}

// heardIn expects a message with all of the words in a channel.
func (s *story) heardIn(channel string, words ...string) {
	s.t.Helper()
	var texts []string
	for _, m := range s.slack.Messages(channel) {
		text, found := fakeslack.Text(m), true
		for _, w := range words {
			found = found && strings.Contains(text, w)
		}
		if found {
			return
		}
		texts = append(texts, text)
	}
	s.t.Fatalf("nobody said %q in %s:\n%s", words, channel, strings.Join(texts, "\n---\n"))
}
