package main

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Klarna sends the end of a dispute and the appeal within a minute, and one poll
// reads both.
func TestAppealThatIsReadWithTheLossItFollowsIsTold(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.said("channel: ", "77-1042")
	s.wait(24 * time.Hour)
	s.mail("2@klarna.com", "pass", "Dispute resolved", "Dispute ID: 256947\nThe dispute has been resolved in the customer's favour.\n")
	s.wait(time.Minute)
	s.mail("3@klarna.com", "pass", "Appeal open", "Dispute ID: 256947\nYou may appeal this decision. Please respond before 20 March 2026.\n")
	s.wait(4 * time.Minute)
	s.pass()
	s.said("thread: ", "the case is open again")
	if c := s.one(); c.State != rules.Open || c.Deadline().At.IsZero() {
		t.Errorf("%s, %+v, kind %s", c.State, c.Deadline(), c.Kind)
	}
}
