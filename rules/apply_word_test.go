package rules_test

import (
	"errors"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestWordWithoutANameIsRefused(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	for _, typ := range []rules.EventType{rules.EventClaim, rules.EventAnswer, rules.EventSnooze, rules.EventClose} {
		got, err := rules.Apply(s.c, rules.Event{Type: typ, At: s.now, Until: s.now.Add(time.Hour)})
		var refused *rules.RefusedError
		if !errors.As(err, &refused) {
			t.Errorf("%s without a name: %v", typ, err)
		}
		if got.State != s.c.State {
			t.Errorf("%s without a name changed the case", typ)
		}
	}
}

func TestClosedCaseRefusesAClaim(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.happens(s.word(rules.EventClose, ""))
	if _, err := rules.Apply(s.c, rules.Event{Type: rules.EventClaim, At: s.now, By: "bo", Until: s.now.Add(time.Hour)}); err == nil {
		t.Error("a closed case was claimed")
	}
}

func TestWordThatWouldNotLastIsRefused(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	for until, types := range map[string][]rules.EventType{
		monday:             {rules.EventClaim, rules.EventSnooze},
		"2026-03-17 10:00": {rules.EventSnooze}, // after the deadline
	} {
		for _, typ := range types {
			if _, err := rules.Apply(s.c, withTime(s.word(typ, until), s.now)); err == nil {
				t.Errorf("a %s until %s was taken", typ, until)
			}
		}
	}
}

func TestWordByClickRemembersWhoCanBeMentioned(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.happens(rules.Event{Type: rules.EventClaim, By: "anna", Slack: "U0ANNA", Until: s.now.Add(time.Hour)})
	s.happens(rules.Event{Type: rules.EventSnooze, By: "anna", Slack: "U0ANNA", Until: s.now.Add(time.Hour)})
	if s.c.Claim.Slack != "U0ANNA" || s.c.Snooze.Slack != "U0ANNA" {
		t.Errorf("claim %+v, snooze %+v", s.c.Claim, s.c.Snooze)
	}
}

func TestWhoeverTakesASnoozedCaseHasIt(t *testing.T) {
	s := requested(t, "2026-03-16 12:00")
	s.happens(s.word(rules.EventSnooze, "2026-03-05 10:00"))
	s.happens(rules.Event{Type: rules.EventClaim, By: "bo", Until: s.at("2026-03-03 10:00")})
	s.is(rules.Claimed)
	s.told = nil
	s.until("2026-03-03 10:00")
	s.said("nudge") // not when the snooze would have ended
}

func TestSnoozeWakesOnANewMailAndOnANearerDeadline(t *testing.T) {
	snoozed := func() *story {
		s := requested(t, "2026-03-30 23:59")
		s.matched(rules.Exact)
		s.happens(s.word(rules.EventSnooze, "2026-03-20 10:00"))
		s.is(rules.Snoozed)
		s.now = s.at("2026-03-03 10:00")
		return s
	}
	s := snoozed()
	s.happens(s.mail(rules.KindReminder, rules.Unverified, ""))
	s.is(rules.Open)
	s = snoozed()
	s.stripe("warning_needs_response", "2026-03-14 12:00")
	s.is(rules.Open)
}

func TestPersonsAnswerNeedsStripesAgreementInTheEnd(t *testing.T) {
	s := found(t)
	s.stripe("needs_response", "2026-03-14 12:00")
	s.happens(s.word(rules.EventAnswer, "2026-03-03 10:00"))
	s.stripe("needs_response", "2026-03-14 12:00")
	s.is(rules.Answered)
	s.now = s.at("2026-03-03 10:00")
	s.told = nil
	s.stripe("needs_response", "2026-03-14 12:00")
	s.is(rules.Open)
	s.said("contradiction")
}

// A person's word yields to a dispute that waits, not to words that nobody knows.
func TestPersonsAnswerStandsBesideAnUnknownStatus(t *testing.T) {
	s := found(t)
	s.stripe("needs_response", "2026-03-23 12:00")
	s.happens(rules.Event{Type: rules.EventAnswer, By: "anna", Until: s.now})
	s.now = s.at("2026-03-04 10:00")
	s.stripe("klarna_thinks", "2026-03-23 12:00")
	s.is(rules.Answered)
	s.stripe("needs_response", "2026-03-23 12:00")
	s.is(rules.Open)
}

func TestStripeOpensACaseAgainThatAPersonClosed(t *testing.T) {
	s := found(t)
	s.happens(s.word(rules.EventClose, ""))
	s.is(rules.Closed)
	s.told = nil
	s.stripe("needs_response", "2026-03-20 12:00")
	s.is(rules.Open)
	s.said("contradiction")
}

// Two people may click at once: the second word would else read as if nobody had
// spoken before.
func TestWhoTakesACaseFromAnotherIsSaidWithHisName(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.happens(rules.Event{Type: rules.EventPosted, Card: &rules.Place{Channel: "C1", TS: "1.0"}})
	for _, tt := range []struct {
		who   string
		after time.Duration
		said  string
	}{
		{"anna", 0, "anna is on it."},
		{"bo", time.Second, "bo is on it, in place of anna."},
		{"bo", time.Second, "bo is on it."},
		{"anna", 2 * time.Hour, "anna is on it."}, // bo's time is over
	} {
		s.now = s.now.Add(tt.after)
		c, err := rules.Apply(s.c, rules.Event{Type: rules.EventClaim, At: s.now, By: tt.who, Until: s.now.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.News[len(c.News)-1].Text; got != tt.said {
			t.Errorf("%s claims: %q", tt.who, got)
		}
		s.c = c
	}
}

// The card of somebody whose Slack is slow still has the button.
func TestNobodyTakesUpACaseThatIsAnswered(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.happens(rules.Event{Type: rules.EventAnswer, By: "anna"})
	for _, word := range []rules.EventType{rules.EventClaim, rules.EventSnooze} {
		_, err := rules.Apply(s.c, rules.Event{Type: word, At: s.now, By: "bo", Until: s.now.Add(time.Hour)})
		var no *rules.RefusedError
		if !errors.As(err, &no) || no.Why != "the case is answered already, as anna says; reopen it first" {
			t.Errorf("%s: %v", word, err)
		}
	}
}
