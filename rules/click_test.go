package rules_test

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestWordByClickRemembersWhoCanBeMentioned(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.happens(rules.Event{Type: rules.EventClaim, By: "anna", Slack: "U0ANNA", Until: s.now.Add(time.Hour)})
	s.happens(rules.Event{Type: rules.EventSnooze, By: "anna", Slack: "U0ANNA", Until: s.now.Add(time.Hour)})
	if s.c.Claim.Slack != "U0ANNA" || s.c.Snooze.Slack != "U0ANNA" {
		t.Errorf("claim %+v, snooze %+v", s.c.Claim, s.c.Snooze)
	}
}
