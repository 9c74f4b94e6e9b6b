package main

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

// card is the title of the first card in the channel, and how often it was changed.
func (s *story) card() (title string, edited int) {
	s.t.Helper()
	m := s.slack.Messages(channel)[0]
	title, _, _ = strings.Cut(fakeslack.Text(m), "\n")
	return title, m.Edited
}

// Nothing happens to the case: its card counts the days all the same, and the last
// hours.
func TestCardOfACaseThatNobodyTouchesSaysWhatIsLeft(t *testing.T) {
	s := newStory(t, "2026-03-02T08:00:00Z")
	s.mail("1@klarna.com", "pass", "New dispute request", request) // by 16 March
	s.pass()
	desk := func(left string, want int) {
		t.Helper()
		s.house.desking(t.Context())
		if title, edited := s.card(); !strings.HasSuffix(title, left) || edited != want {
			t.Errorf("%s, after %d changes: %q, want %q after %d", s.now, edited, title, left, want)
		}
	}
	desk("14 days left", 0)
	s.wait(2 * time.Hour)
	desk("14 days left", 0)
	s.wait(day)
	desk("13 days left", 1)
	s.restart()
	desk("13 days left", 1)
	s.wait(time.Minute)
	desk("13 days left", 1)
	s.wait(10 * day)
	desk("3 days left", 2)
	s.wait(2 * day)
	desk("36 hours left", 3)
	s.wait(time.Hour)
	desk("35 hours left", 4)
	s.wait(2 * day)
	desk("overdue since Mon 16 Mar", 5)
	s.wait(day)
	desk("overdue since Mon 16 Mar", 5)
}
