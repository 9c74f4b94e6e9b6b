package rules_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestApplyLeavesTheGivenCaseAlone(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	before := s.c
	before.Keys = append([]string(nil), s.c.Keys...)
	_, err := rules.Apply(s.c, rules.Event{Type: rules.EventMail, At: s.now, Keys: []string{"klarna:1"}, Mail: &rules.MailSaid{Said: rules.Said{Kind: rules.KindReminder}, MessageID: "<new@x>"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.c.Thread) != len(before.Thread) || len(s.c.Keys) != len(before.Keys) {
		t.Error("the given case was changed")
	}
}

func TestEventThatLacksWhatItCarriesIsRefused(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	for _, typ := range []rules.EventType{rules.EventMail, rules.EventReread, rules.EventReply, rules.EventMatch, rules.EventLink, rules.EventStripe, "no such"} {
		var refused *rules.RefusedError
		if _, err := rules.Apply(s.c, rules.Event{Type: typ, At: s.now, By: "anna"}); !errors.As(err, &refused) {
			t.Errorf("%s: %v", typ, err)
		}
	}
}

func TestWhatHappensAtOneMomentIsOneMessage(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.now = s.now.Add(time.Hour)
	s.change(s.mail(rules.KindReminder, rules.Genuine, "2026-03-09 23:59"))
	if n := s.c.News; len(n) != 1 || n[0].Name != "reminder" || n[0].Text != "Klarna sent a reminder. The deadline came nearer." {
		t.Errorf("%+v", n)
	}
}

func TestWordOfAnOldRoundCountsNotInTheNewOne(t *testing.T) {
	s := requested(t, "2026-03-10 23:59")
	late := rules.Escalation{Case: s.c.ID, Round: s.c.Round.N, Step: "week"}
	s.matched(rules.Exact)
	s.stripe("warning_needs_response", "")
	s.now = s.at("2026-03-04 10:00")
	s.stripe("needs_response", "2026-03-20 12:00") // a new round
	s.change(rules.Event{Type: rules.EventTold, Told: &late})
	if slices.ContainsFunc(s.c.Told, func(t rules.Told) bool { return t.Step == "week" }) {
		t.Errorf("the new round will never tell week: %+v", s.c.Told)
	}
}
