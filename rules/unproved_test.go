package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/rules"
)

// warned expects one more warning that holds these words.
func (s *story) warned(words string) {
	s.t.Helper()
	if !slices.ContainsFunc(s.c.Warnings, func(w string) bool { return strings.Contains(w, words) }) {
		s.t.Errorf("no warning says %q: %q", words, s.c.Warnings)
	}
}

func TestUnverifiedMailDoesNotQuietAStopRequest(t *testing.T) {
	for v, want := range map[rules.Verdict]rules.Stage{rules.Unverified: rules.StageStopRequest, rules.Genuine: rules.StageUnknown} {
		s := newStory(t, monday)
		s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
		s.happens(rules.Event{Type: rules.EventClaim, By: "anna", Until: s.at("2026-03-02 12:00")})
		s.now = s.at("2026-03-02 10:30")
		s.happens(s.mail(rules.KindDisputeRequest, v, ""))
		if s.c.Stage != want {
			t.Errorf("a dispute mail that is %s: stage %s", v, s.c.Stage)
		}
		if v == rules.Genuine {
			continue
		}
		s.warned("it stays a stop request")
		if d := s.c.Deadline(); !d.At.Equal(s.at("2026-03-03 10:00")) {
			t.Errorf("the deadline is %v", d.At)
		}
		s.is(rules.Claimed)
	}
}

// A stop request's clock of 24 hours would begin anew behind what was assumed.
func TestUnverifiedStopRequestPutsOffNothingThatWasAssumed(t *testing.T) {
	s := newStory(t, monday)
	s.happens(s.mail(rules.KindReminder, rules.Genuine, "")) // 72 hours
	s.now = s.at("2026-03-05 09:00")
	s.happens(s.mail(rules.KindStopRequest, rules.Unverified, ""))
	if d := s.c.Deadline(); s.c.Stage != rules.StageStopRequest || !d.At.Equal(s.at("2026-03-05 10:00")) {
		t.Errorf("stage %s, deadline %v", s.c.Stage, d.At)
	}
}

func TestUnverifiedStopRequestOnWhatIsOverHasAClockOfItsOwn(t *testing.T) {
	for _, deadline := range []string{"", "2026-03-05 12:00"} {
		s := newStory(t, monday)
		s.request(deadline)
		s.happens(rules.Event{Type: rules.EventAnswer, By: "anna"})
		s.now = s.at("2026-04-01 10:00")
		s.happens(s.mail(rules.KindStopRequest, rules.Unverified, ""))
		if d := s.c.Deadline(); !d.At.Equal(s.at("2026-04-02 10:00")) {
			t.Errorf("after one that was due %q: deadline %v", deadline, d.At)
		}
	}
}

func TestUnverifiedMailEndsNoDeadlineByADayThatHasPassed(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-23 12:00")
	s.now = s.at("2026-03-20 10:00")
	s.happens(s.mail(rules.KindReminder, rules.Unverified, "2026-02-01 12:00"))
	if d := s.c.Deadline(); !d.At.Equal(s.at("2026-03-23 12:00")) {
		t.Errorf("the deadline is %v", d.At)
	}
	s.warned("a deadline that has passed")
	s.happens(s.mail(rules.KindReminder, rules.Genuine, "2026-02-01 12:00"))
	if d := s.c.Deadline(); !d.At.Equal(s.at("2026-02-01 12:00")) {
		t.Errorf("Klarna's own word does not count: %v", d.At)
	}
}

// Else nobody would be told any more when the proved date comes.
func TestUnverifiedMailsEarlierDateStandsBesideTheProvedOne(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-23 12:00")
	s.now = s.at("2026-03-03 10:00")
	s.happens(s.mail(rules.KindReminder, rules.Unverified, "2026-03-05 12:00"))
	s.happens(s.mail(rules.KindReminder, rules.Unverified, "2026-03-04 12:00"))
	s.happens(s.mail(rules.KindReminder, rules.Unverified, "2026-03-04 12:00"))
	d := s.c.Deadline()
	if !d.At.Equal(s.at("2026-03-04 12:00")) || !d.Other.Equal(s.at("2026-03-23 12:00")) || d.OtherSource != rules.SourceMail {
		t.Errorf("deadline %+v", d)
	}
	s.warned("both dates are watched")
	s.until("2026-03-31 12:00")
	s.told = nil
	s.until("2026-04-06 11:59")
	if len(s.told) == 0 {
		t.Error("two weeks after the false date all is quiet")
	}
	s.matched(rules.Exact)
	s.now = s.at("2026-03-04 11:00")
	for due, want := range map[string]string{"2026-03-10 12:00": "2026-03-23 12:00", "2026-03-25 12:00": "2026-03-25 12:00", "2026-03-02 12:00": "2026-03-23 12:00"} {
		s.stripe("needs_response", due)
		if last := s.c.Deadline().Last(); !last.Equal(s.at(want)) {
			t.Errorf("Stripe says %s: the last date is %v, want %s", due, last, want)
		}
	}
	s.happens(s.mail(rules.KindReminder, rules.Genuine, "2026-03-04 11:30"))
	if !s.c.MailDeadline.Later.IsZero() {
		t.Error("Klarna's own word does not count")
	}
}
