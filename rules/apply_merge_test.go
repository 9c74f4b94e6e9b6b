package rules_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestYoungerCaseBringsWhatTheElderLacks(t *testing.T) {
	s := requested(t, "")
	s.happens(merged(s.younger(s.mail(rules.KindReminder, rules.Genuine, "2026-03-05 12:00"))))
	s.deadline("2026-03-05 12:00")
}

func TestYoungerCaseWithoutAChargeTakesNoneAway(t *testing.T) {
	s := requested(t, "")
	s.matched(rules.Probable)
	s.happens(merged(s.younger(s.mail(rules.KindReminder, rules.Genuine, ""))))
	if s.c.Match.Charge != "ch_1" {
		t.Errorf("match %+v", s.c.Match)
	}
}

func TestYoungerCasesDateCountsIfItsMailIsTheNewer(t *testing.T) {
	for ago, want := range map[time.Duration]string{time.Hour: "2026-03-16 23:59", -time.Hour: "2026-03-20 12:00"} {
		s := requested(t, "2026-03-16 23:59")
		s.now = s.now.Add(2 * time.Hour)
		e := s.sent(2*time.Hour+ago, rules.KindReminder, "")
		e.Mail.Deadline = &rules.MailDeadline{At: s.at("2026-03-20 12:00")}
		s.happens(merged(s.younger(e)))
		s.deadline(want)
	}
}

func TestYoungerCaseThatStillAsksOpensAnAnsweredElderAgain(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.happens(s.word(rules.EventAnswer, ""))
	s.now = s.at("2026-03-04 10:00")
	s.happens(merged(s.younger(s.mail(rules.KindFollowUp, rules.Genuine, ""))))
	s.is(rules.Open)
}

func TestSnoozeWakesByAYoungerCasesMailThatCameSince(t *testing.T) {
	for opened, want := range map[string]rules.State{"2026-03-02 09:00": rules.Snoozed, "2026-03-02 11:00": rules.Open} {
		for _, mailed := range []bool{true, false} {
			s := requested(t, "2026-03-16 12:00")
			s.happens(s.word(rules.EventSnooze, "2026-03-05 10:00"))
			younger := rules.Case{ID: "c-young1", OpenedAt: s.at(opened)}
			if mailed {
				younger.LastMail = younger.OpenedAt
			} else {
				want = rules.Snoozed // Stripe alone opened it
			}
			s.now = s.at("2026-03-02 12:00")
			s.happens(merged(younger))
			s.is(want)
		}
	}
}

func TestAnswerToTheSameDisputeJoinsToo(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.now = s.now.Add(time.Hour)
	s.happens(merged(s.younger(s.mail(rules.KindDisputeRequest, rules.Genuine, ""), s.word(rules.EventAnswer, ""))))
	s.is(rules.Answered)
}

func TestYoungerCaseBringsNoAnswerThatStripeOverrules(t *testing.T) {
	for name, tt := range map[string]struct {
		ev    rules.Evidence
		state rules.State
	}{
		"a word that held":       {rules.Evidence{Source: "person", Who: "bo", Holds: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}, rules.Open},
		"a word that holds":      {rules.Evidence{Source: "person", Who: "bo", Holds: time.Date(2026, 3, 2, 9, 0, 1, 0, time.UTC)}, rules.Answered},
		"another dispute's":      {rules.Evidence{Source: "stripe"}, rules.Open},
		"another dispute's sum":  {rules.Evidence{Source: "refund"}, rules.Open},
		"a mail's":               {rules.Evidence{Source: "mail"}, rules.Open},
		"a reply to the younger": {rules.Evidence{Source: "reply"}, rules.Open},
	} {
		s := found(t) // 9:00 UTC
		s.stripe("needs_response", "2026-03-20 12:00")
		round := s.c.Round
		younger := rules.Case{ID: "c-young1", OpenedAt: s.now, Answers: []rules.Evidence{tt.ev}}
		s.happens(merged(younger))
		if s.c.State != tt.state || s.c.Round != round {
			t.Errorf("%s: %s, round %+v", name, s.c.State, s.c.Round)
		}
	}
}

// Stripe showed the dispute first; then Klarna's stop request about the same
// order opened a case of its own, and its charge was found.
func TestStopRequestThatJoinsADisputeIsNotForgotten(t *testing.T) {
	for _, kind := range []rules.Kind{rules.KindStopRequest, rules.KindInvestigation} {
		for _, status := range []string{"needs_response", "under_review", "won"} {
			s := newStory(t, "2026-03-07 22:00")
			s.stripe("needs_response", "2026-03-20 12:00")
			s.stripe(status, "2026-03-20 12:00")
			s.now = s.now.Add(time.Hour)
			s.change(merged(s.younger(s.mail(kind, rules.Genuine, ""))))
			s.calls(string(kind))
			if s.is(rules.Open); status == "needs_response" {
				s.warned("to that very mail")
				continue
			}
			s.deadline("2026-03-08 23:00")
			if s.c.Stage != rules.Stage(kind) {
				t.Errorf("%s beside %s: stage %s", kind, status, s.c.Stage)
			}
		}
	}
}

func TestStopRequestThatJoinsACaseWithoutADisputeIsLoudFromThenOn(t *testing.T) {
	for _, v := range verdicts {
		s := newStory(t, "2026-03-07 22:00")
		s.request("2026-03-20 12:00")
		s.now = s.now.Add(time.Hour)
		s.told = nil
		s.happens(merged(s.younger(s.mail(rules.KindStopRequest, v, ""))))
		if s.c.Lane() != rules.LaneStopRequest {
			t.Fatalf("%s: lane %s", v, s.c.Lane())
		}
		s.deadline("2026-03-08 23:00")
		s.said("stop_request")
		s.until("2026-03-08 00:00")
		s.said("again")
	}
}

// Whoever answered the stop request has not answered the dispute.
func TestAnswerToAStopRequestAnswersNoDisputeThatItJoins(t *testing.T) {
	stop := func(s *story) rules.Event { return s.mail(rules.KindStopRequest, rules.Genuine, "") }
	for name, answer := range map[string]func(*story) rules.Event{
		"reply":  func(s *story) rules.Event { return s.reply(s.now) },
		"person": func(s *story) rules.Event { return s.word(rules.EventAnswer, "") },
		"mail":   func(s *story) rules.Event { return s.mail(rules.KindEvidenceReceived, rules.Genuine, "") },
	} {
		s := newStory(t, monday)
		s.stripe("needs_response", "2026-03-20 12:00")
		s.now = s.now.Add(time.Hour)
		s.happens(merged(s.younger(stop(s), answer(s))))
		if s.is(rules.Open); s.c.Lane() != rules.LaneDispute {
			t.Errorf("%s: lane %s", name, s.c.Lane())
		}
		if slices.ContainsFunc(s.c.Warnings, func(w string) bool { return strings.Contains(w, "asks to stop") }) {
			t.Errorf("%s: it is warned of what was answered", name)
		}

		s = newStory(t, monday) // and the other way round
		s.happens(stop(s))
		s.now = s.now.Add(time.Hour)
		s.happens(merged(s.younger(s.mail(rules.KindDisputeRequest, rules.Genuine, ""), s.word(rules.EventAnswer, ""))))
		s.is(rules.Open)
	}
}

func TestReplyToAStopRequestThatJoinsAnotherAnswersIt(t *testing.T) {
	s := stopRequested(t)
	younger := rules.Case{ID: "c-young1", OpenedAt: s.now, Stage: rules.StageStopRequest, Answers: []rules.Evidence{{Source: "reply"}}}
	s.happens(merged(younger))
	s.is(rules.Answered)
}

func TestUnverifiedStopRequestThatJoinsPutsNothingOff(t *testing.T) {
	s := requested(t, "2026-03-02 22:00")
	s.now = s.now.Add(time.Hour)
	s.happens(merged(s.younger(s.mail(rules.KindStopRequest, rules.Unverified, "2026-03-03 22:00"))))
	s.deadline("2026-03-02 22:00")
}

// It was written after Klarna's mail and joined before that was read.
func TestUnverifiedYoungerCaseMakesNoGenuineMailOld(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.now = s.at("2026-03-02 12:00")
	s.happens(merged(s.younger(s.mail(rules.KindReminder, rules.Unverified, ""))))
	s.now = s.at("2026-03-02 12:30")
	e := s.mail(rules.KindFollowUp, rules.Genuine, "2026-03-09 12:00")
	e.Mail.Date = s.at("2026-03-02 11:00")
	s.happens(e)
	s.deadline("2026-03-09 12:00")
}

func TestUnverifiedYoungerCaseIsNotTheFirstMailOfAProvedOne(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	first := s.c.FirstMail
	e := s.mail(rules.KindReminder, rules.Unverified, "")
	e.Mail.Date = s.at("2026-02-20 12:00")
	s.happens(merged(s.younger(e)))
	if !s.c.FirstMail.Equal(first) {
		t.Errorf("it is of %v", s.c.FirstMail)
	}
}

// Else nobody would be told any more when the proved date comes.
func TestUnverifiedYoungerCasesEarlierDateStandsBesideTheProvedOne(t *testing.T) {
	s := requested(t, "2026-03-23 12:00")
	s.now = s.at("2026-03-03 10:00")
	s.happens(merged(s.younger(s.mail(rules.KindReminder, rules.Unverified, "2026-03-05 12:00"))))
	s.deadline("2026-03-05 12:00")
	if last := s.c.Deadline().Last(); !last.Equal(s.at("2026-03-23 12:00")) {
		t.Errorf("it is watched until %v", last)
	}
	s.warned("both dates are watched")
}

func TestUnverifiedYoungerCaseEndsNoDeadlineByADayThatHasPassed(t *testing.T) {
	s := requested(t, "2026-03-23 12:00")
	s.now = s.at("2026-03-20 10:00")
	s.happens(merged(s.younger(s.mail(rules.KindReminder, rules.Unverified, "2026-02-01 12:00"))))
	s.deadline("2026-03-23 12:00")
	s.warned("a deadline that has passed")
}

func TestInvestigationThatJoinsAStopRequestLetsItStopTheOrder(t *testing.T) {
	s := stopRequested(t)
	s.now = s.now.Add(time.Hour)
	s.happens(merged(s.younger(s.mail(rules.KindInvestigation, rules.Genuine, ""))))
	if s.c.Stage != rules.StageStopRequest {
		t.Errorf("stage %s", s.c.Stage)
	}
}

// The case of the stop request was found to be about the dispute last, before what
// Stripe shows of it was read.
func TestDisputeThatJoinsAStopRequestIsHeardWithItsDate(t *testing.T) {
	for _, replied := range []bool{true, false} {
		for _, status := range []string{"needs_response", "under_review", ""} {
			s := stopRequested(t)
			if replied {
				s.happens(s.reply(s.now))
			}
			s.now = s.at("2026-03-02 12:00")
			s.change(merged(s.younger(s.mail(rules.KindDisputeRequest, rules.Genuine, "2026-03-12 12:00"))))
			if s.is(rules.Open); (s.c.Lane() == rules.LaneStopRequest) == replied {
				t.Errorf("replied %v: stage %s", replied, s.c.Stage)
			}
			if d := s.c.Deadline(); (d.Source == rules.SourceAssumed) == replied {
				t.Errorf("replied %v: until %+v", replied, d)
			}
			s.matched(rules.Exact)
			if status != "" {
				s.stripe(status, "2026-03-16 12:00")
			}
			if status == "needs_response" && (s.c.Also() == "") != replied {
				t.Errorf("replied %v: also %q", replied, s.c.Also())
			}
			s.now = s.at("2026-03-02 13:00")
			s.happens(s.reply(s.now))
			want := rules.Open
			if status == "under_review" {
				want = rules.Answered
			}
			if s.is(want); want == rules.Open {
				s.deadline("2026-03-12 12:00")
			}
		}
	}
}

func TestDisputeOfStripesThatJoinsAStopRequestWaitsForItsReply(t *testing.T) {
	s := stopRequested(t)
	s.now = s.at("2026-03-02 12:00")
	s.happens(merged(s.younger(s.reading("needs_response", "2026-03-12 12:00"))))
	s.happens(s.reply(s.now))
	if s.is(rules.Open); s.c.Lane() != rules.LaneDispute {
		t.Errorf("stage %s after the reply", s.c.Stage)
	}
}

func TestCaseThatWentIntoAnotherStaysClosed(t *testing.T) {
	s := found(t)
	s.happens(rules.Event{Type: rules.EventClose, By: "book", Outcome: rules.Duplicate, Other: "c-elder1"})
	s.stripe("needs_response", "2026-03-23 12:00")
	if s.is(rules.Closed); s.c.Into != "c-elder1" {
		t.Errorf("it went into %q", s.c.Into)
	}
	_, err := rules.Apply(s.c, rules.Event{Type: rules.EventAnswer, At: s.now, By: "anna"}) // on its old card
	if err == nil || !strings.Contains(err.Error(), "the same dispute as case c-elder1, which goes on for both: say it there") {
		t.Errorf("a word on it: %v", err)
	}
}

// Only the book knows that another case goes on for this one.
func TestPersonsDuplicateIsOpenedAgainWhileStripeWaits(t *testing.T) {
	s := found(t)
	s.happens(rules.Event{Type: rules.EventClose, By: "anna", Outcome: "duplicate"})
	s.is(rules.Closed)
	s.stripe("needs_response", "2026-03-14 12:00")
	s.is(rules.Open)
}
