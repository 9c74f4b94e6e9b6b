package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

// gaps makes arrivals, the newest first, with these days between them.
func gaps(days ...float64) []time.Time {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	came := []time.Time{at}
	for _, d := range days {
		at = at.Add(-time.Duration(d * float64(day)))
		came = append(came, at)
	}
	return came
}

func TestAllowedSilenceFollowsTheMailboxsOwnHistory(t *testing.T) {
	steady := func(n int, d float64) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = d
		}
		return out
	}
	for name, c := range map[string]struct {
		came []time.Time
		want time.Duration
	}{
		"a new mailbox":                 {nil, 0},
		"too few to say":                {gaps(steady(10, 1)...), 0},
		"hourly mails, but a floor":     {gaps(steady(40, 1.0/24)...), 5 * day},
		"a mail a day":                  {gaps(steady(40, 1)...), 7 * day},
		"bunches with a month's pause":  {gaps(append(steady(40, 0.1), 30)...), 60 * day},
		"several at the same moment":    {gaps(append(steady(20, 0), 2)...), 5 * day},
		"one a week, and rarely longer": {gaps(append(steady(20, 7), 9)...), 49*day + 16*time.Hour},
	} {
		if got := allowedSilence(c.came); (got - c.want).Abs() > time.Hour {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

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
	s.wait(stuckAfter)
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
