package notify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

// Stripe's dates end with a day of UTC: in Berlin that is the next day, at night.
func TestDeadlineInTheSmallHoursIsNotTakenForADay(t *testing.T) {
	s := newScene(t)
	c := s.inStripe("needs_response")
	c.MailDeadline = nil
	c.Stripe.DueBy = time.Date(2026, 3, 11, 23, 59, 59, 0, time.UTC)
	card := notify.CardOf(c, s.policy, s.now)
	if !strings.Contains(card.Title, "answer by Thu 12 Mar, 00:59, ") {
		t.Errorf("the title says %q", card.Title)
	}
	var line string
	for _, l := range card.Lines {
		if l.Label == "Answer by" {
			line = l.Value
		}
	}
	if !strings.Contains(line, "; the last office hour before it is Wed 11 Mar 2026, 17:00") {
		t.Errorf("answer by %q", line)
	}
	if card := notify.CardOf(c, rules.Policy{}, s.now); !strings.Contains(card.Title, "answer by Wed 11 Mar, ") {
		t.Errorf("without a zone: %q", card.Title)
	}
	s.policy.Calendar.Opens, s.policy.Calendar.Closes = 0, 24*time.Hour
	for _, l := range notify.CardOf(c, s.policy, s.now).Lines {
		if strings.Contains(l.Value, "last office hour") {
			t.Errorf("somebody works then: %q", l.Value)
		}
	}
}
