package rules_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// loudly expects one piece of news that calls whom a stop request would call.
func (s *story) loudly() {
	s.t.Helper()
	due, _ := rules.Decide(s.c, s.p, s.now)
	if len(due) != 1 || !due[0].Page || !slices.Equal(due[0].Mention, []string{"on_call"}) || due[0].Rank != 0 {
		s.t.Errorf("told %+v", due)
	}
	s.warned("to that very mail")
}

// change applies an event and says nothing yet.
func (s *story) change(e rules.Event) {
	s.t.Helper()
	c, err := rules.Apply(s.c, withTime(e, s.now))
	if err != nil {
		s.t.Fatal(err)
	}
	s.c = c
}

func TestStopRequestBesideADisputeAtStripeIsLoudToo(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 12:00")
	s.matched(rules.Exact)
	s.stripe("needs_response", "2026-03-16 12:00")
	s.until("2026-03-07 22:00") // Saturday night
	s.told = nil
	s.change(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	if s.c.Stage != rules.StageChargeback {
		t.Errorf("stage %s", s.c.Stage)
	}
	s.loudly()
	s.decide()
	s.happens(s.reply(s.now.Add(-time.Hour))) // one that is older than the mail
	s.warned("reply to that very mail")
	s.happens(s.reply(s.now))
	if slices.Contains(s.c.Warnings, "Klarna also asks to stop this order: stop it, and reply to that very mail.") {
		t.Error("it is warned of after the reply")
	}
	s.is(rules.Open) // a reply answers no chargeback
}

func TestStopRequestThatAMailTakesForADisputeIsNotForgotten(t *testing.T) {
	for _, replied := range []bool{false, true} {
		s := newStory(t, monday)
		s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
		s.now = s.at("2026-03-02 11:00")
		if replied {
			s.happens(s.reply(s.now))
		}
		s.now = s.at("2026-03-02 12:00")
		s.change(s.mail(rules.KindDisputeRequest, rules.Genuine, "2026-03-16 12:00"))
		if s.c.Lane() != rules.LaneDispute || (s.c.Also() == "") != replied {
			t.Errorf("replied %v: stage %s, also %q", replied, s.c.Stage, s.c.Also())
		}
		if !replied {
			s.loudly()
			s.decide()
			s.happens(s.reply(s.now))
		}
		if s.is(rules.Open); s.c.Also() != "" {
			t.Error("the stop request was replied to")
		}
	}
}

// Mails alone tell of the dispute: Stripe shows none yet.
func TestReplyToAStopRequestLeavesItsDisputeToBeAnswered(t *testing.T) {
	for _, later := range []time.Duration{0, time.Hour} { // 0: both were read at once
		for _, kind := range []rules.Kind{rules.KindStopRequest, rules.KindInvestigation} {
			s := newStory(t, monday)
			s.change(s.mail(rules.KindDisputeRequest, rules.Genuine, "2026-03-16 12:00"))
			s.now = s.now.Add(later)
			s.happens(s.mail(kind, rules.Genuine, ""))
			if d := s.c.Deadline(); s.c.Lane() != rules.LaneStopRequest || d.Source != rules.SourceAssumed {
				t.Errorf("%s: stage %s, until %+v", kind, s.c.Stage, d)
			}
			s.now = s.at("2026-03-02 14:00")
			s.change(s.reply(s.now))
			if d := s.c.Deadline(); s.c.Lane() != rules.LaneDispute || !d.At.Equal(s.at("2026-03-16 12:00")) {
				t.Errorf("%s: stage %s, until %+v after the reply", kind, s.c.Stage, d)
			}
			s.is(rules.Open)
			s.decide()
			s.told = nil
			s.until("2026-03-03 14:00")
			s.said("nudge")
			s.happens(s.reply(s.now)) // another one
			s.is(rules.Open)
		}
	}
	s := newStory(t, monday)
	s.request("2026-03-16 12:00")
	s.now = s.at("2026-03-02 11:00")
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	s.happens(s.mail(rules.KindInvestigation, rules.Genuine, ""))
	both := s.c
	s.happens(s.reply(s.now))
	if s.is(rules.Open); s.c.Lane() != rules.LaneDispute {
		t.Errorf("stage %s after the reply", s.c.Stage)
	}
	s.c = both
	s.matched(rules.Exact)
	s.stripe("needs_response", "2026-03-20 12:00")
	if s.c.Beneath != nil {
		t.Error("Stripe shows the dispute itself")
	}
}

func TestReplyToAStopRequestAnswersWhatNoDisputeWaitsBeneath(t *testing.T) {
	stop := func(s *story) rules.Event { return s.mail(rules.KindStopRequest, rules.Genuine, "") }
	for name, before := range map[string]func(*story){
		"nothing was before it": func(*story) {},
		"an unknown mail":       func(s *story) { s.happens(s.mail(rules.KindUnknownKlarna, rules.Genuine, "")) },
		"an answered dispute": func(s *story) {
			s.request("2026-03-16 12:00")
			s.happens(s.mail(rules.KindEvidenceReceived, rules.Genuine, ""))
		},
		"one that Stripe shows under review": func(s *story) {
			s.request("2026-03-16 12:00")
			s.happens(stop(s))
			s.matched(rules.Exact)
			s.stripe("under_review", "2026-03-16 12:00")
			s.is(rules.Open)
		},
	} {
		s := newStory(t, monday)
		before(s)
		s.now = s.at("2026-03-02 11:00")
		s.happens(stop(s))
		s.happens(s.reply(s.now))
		if s.c.State != rules.Answered {
			t.Errorf("%s: %s after the reply", name, s.c.State)
		}
	}
}

func TestMailThatIsReadAnewAsAStopRequestIsNoDisputeToo(t *testing.T) {
	s := newStory(t, monday)
	m := s.mail(rules.KindDisputeRequest, rules.Genuine, "")
	m.Mail.MessageID = "1@klarna.com"
	s.happens(m)
	again := s.mail(rules.KindStopRequest, rules.Genuine, "")
	again.Type, again.Was, again.Mail.MessageID = rules.EventReread, rules.KindDisputeRequest, "1@klarna.com"
	s.now = s.at("2026-03-02 11:00")
	s.happens(again)
	s.happens(s.reply(s.now))
	s.is(rules.Answered)
}

// While a stop request waits Stripe does not say the stage.
func TestMailBesideAStopRequestThatWaitsTakesNoReplyFromIt(t *testing.T) {
	for _, kind := range []rules.Kind{rules.KindDisputeRequest, rules.KindInvestigation} {
		s := newStory(t, monday)
		s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
		s.matched(rules.Exact)
		s.stripe("under_review", "2026-03-16 12:00")
		s.now = s.at("2026-03-02 11:00")
		s.happens(s.mail(kind, rules.Genuine, ""))
		if s.c.Lane() != rules.LaneStopRequest || s.c.Also() != "" {
			t.Errorf("%s: stage %s, also %q", kind, s.c.Stage, s.c.Also())
		}
		s.happens(s.reply(s.now))
		s.is(rules.Answered)
	}
}

func TestReplyToAStopRequestBesideADisputeThatIsOverCounts(t *testing.T) {
	for _, status := range []string{"under_review", "lost"} {
		s := newStory(t, monday)
		s.request("2026-03-16 12:00")
		s.matched(rules.Exact)
		s.stripe("needs_response", "2026-03-16 12:00")
		s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
		s.stripe(status, "2026-03-16 12:00")
		s.now = s.at("2026-03-02 12:00")
		s.change(s.reply(s.now))
		if s.c.Also() != "" {
			t.Errorf("%s: the card still asks for a reply", status)
		}
		if n := s.c.News[len(s.c.News)-1]; n.Text != "Klarna's other mail was answered by a reply." {
			t.Errorf("%s: said %q", status, n.Text)
		}
	}
}

func TestStopRequestThatStripeTakesForADisputeIsNotForgotten(t *testing.T) {
	s := newStory(t, monday)
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	s.matched(rules.Exact)
	s.told = nil
	s.change(rules.Event{Type: rules.EventStripe, Stripe: &rules.Reading{Dispute: "du_1", Charge: "ch_1", Status: "needs_response", DueBy: s.at("2026-03-14 12:00")}})
	if s.c.Stage != rules.StageChargeback {
		t.Errorf("stage %s", s.c.Stage)
	}
	s.loudly()

	s = newStory(t, monday)
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	s.happens(s.reply(s.now)) // it was answered
	s.matched(rules.Exact)
	s.stripe("needs_response", "2026-03-14 12:00")
	if len(s.c.Warnings) > 0 {
		t.Errorf("warned of what was answered: %q", s.c.Warnings)
	}
}

func TestDisputeThatBecomesAStopRequestIsLoudAtOnce(t *testing.T) {
	for kind, name := range map[rules.Kind]string{rules.KindStopRequest: "stop_request", rules.KindInvestigation: "investigation"} {
		s := newStory(t, monday)
		s.request("2026-03-16 12:00")
		s.now = s.at("2026-03-02 22:00")
		s.change(s.mail(kind, rules.Genuine, ""))
		due, _ := rules.Decide(s.c, s.p, s.now)
		if len(due) != 1 || due[0].Reason != name || !due[0].Page || !slices.Equal(due[0].Mention, []string{"on_call"}) {
			t.Errorf("told %+v", due)
		}

		s = newStory(t, monday)
		s.change(s.mail(rules.KindDisputeRequest, rules.Genuine, "2026-03-16 12:00"))
		s.now = s.now.Add(time.Second) // before its card was posted
		s.change(s.mail(kind, rules.Genuine, ""))
		due, _ = rules.Decide(s.c, s.p, s.now)
		if len(due) != 1 || due[0].Step != "new" || !due[0].Page || !slices.Equal(due[0].Mention, []string{"on_call"}) {
			t.Errorf("told first %+v", due)
		}
	}
}

func TestOtherNewsCallsNobody(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 12:00")
	s.change(s.mail(rules.KindReminder, rules.Genuine, ""))
	due, _ := rules.Decide(s.c, s.p, s.now)
	if len(due) != 1 || due[0].News == nil || due[0].Page || len(due[0].Mention) > 0 {
		t.Errorf("told %+v", due)
	}
}

func TestWhoeverTakesASnoozedCaseHasIt(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 12:00")
	s.happens(rules.Event{Type: rules.EventSnooze, By: "anna", Until: s.at("2026-03-05 10:00")})
	s.happens(rules.Event{Type: rules.EventClaim, By: "bo", Until: s.at("2026-03-03 10:00")})
	s.is(rules.Claimed)
	s.told = nil
	s.until("2026-03-03 10:00")
	s.said("nudge") // not when the snooze would have ended
}

func TestSnoozeWakesByAYoungerCasesMailThatCameSince(t *testing.T) {
	for opened, want := range map[string]rules.State{"2026-03-02 09:00": rules.Snoozed, "2026-03-02 11:00": rules.Open} {
		for _, mailed := range []bool{true, false} {
			s := newStory(t, monday)
			s.request("2026-03-16 12:00")
			s.happens(rules.Event{Type: rules.EventSnooze, By: "anna", Until: s.at("2026-03-05 10:00")})
			younger := rules.Case{ID: "c-young1", OpenedAt: s.at(opened)}
			if mailed {
				younger.LastMail = younger.OpenedAt
			} else {
				want = rules.Snoozed // Stripe alone opened it
			}
			s.now = s.at("2026-03-02 12:00")
			s.happens(rules.Event{Type: rules.EventMerge, Other: younger.ID, From: &younger})
			s.is(want)
		}
	}
}

func TestCaseThatWasOverBeforeAnybodyHeardOfItIsToldWhenItIsOpen(t *testing.T) {
	s := newStory(t, monday)
	s.happens(s.mail(rules.KindResolved, rules.Genuine, ""))
	s.said()
	s.matched(rules.Exact)
	s.now = s.at("2026-03-02 11:00")
	s.stripe("needs_response", "2026-03-12 12:00")
	s.is(rules.Open)
	s.said("new")
	s.warned("Stripe still waits for an answer")
	s.happens(rules.Event{Type: rules.EventAnswer, By: "anna"})
	s.happens(rules.Event{Type: rules.EventReopen, By: "anna"})
	s.said("answered", "reopened") // it was heard of
}

// Evidence, a refund or the end of a dispute stop no parcel.
func TestStopRequestIsNotEndedByADisputeThatAsksNothing(t *testing.T) {
	for _, status := range []string{"under_review", "warning_under_review", "won", "lost", "prevented", "warning_closed", "something_new"} {
		s := newStory(t, monday)
		s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
		s.matched(rules.Exact)
		s.stripe(status, "2026-03-01 12:00")
		if s.is(rules.Open); s.c.Stage != rules.StageStopRequest {
			t.Errorf("%s: stage %s", status, s.c.Stage)
		}
		if d := s.c.Deadline(); d.Source != rules.SourceAssumed {
			t.Errorf("%s: until %+v, of a dispute that waits for nothing", status, d)
		}
		s.told = nil
		s.until("2026-03-02 12:00")
		s.said("again")
		s.happens(s.reply(s.now))
		if !s.c.Finished() {
			t.Errorf("%s: %s after the reply", status, s.c.State)
		}
	}
}

// What Stripe showed while the stop request waited does not change any more, to be
// heard later.
func TestEndOfADisputeIsToldOnceItsStopRequestIsDoneWith(t *testing.T) {
	for status, outcome := range map[string]string{"lost": "lost", "won": "won", "warning_closed": "inquiry_closed", "prevented": "prevented"} {
		for name, word := range map[string]func(*story) rules.Event{
			"answered": func(s *story) rules.Event { return s.reply(s.now) },
			"told":     func(*story) rules.Event { return rules.Event{Type: rules.EventAnswer, By: "anna"} },
			"received": func(s *story) rules.Event { return s.mail(rules.KindEvidenceReceived, rules.Genuine, "") },
			"closed":   func(*story) rules.Event { return rules.Event{Type: rules.EventClose, By: "anna", Outcome: "stopped"} },
		} {
			s := newStory(t, monday)
			s.request("2026-03-16 12:00")
			s.matched(rules.Exact)
			s.stripe("under_review", "2026-03-16 12:00")
			s.now = s.at("2026-03-02 22:00")
			s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
			s.stripe(status, "2026-03-16 12:00")
			s.is(rules.Open)
			s.change(word(s))
			if s.is(rules.Closed); s.c.Outcome != outcome {
				t.Errorf("%s, %s: outcome %q", status, name, s.c.Outcome)
			}
			if n := s.c.News[len(s.c.News)-1]; !strings.Contains(n.Text, "Stripe: "+outcome+".") || strings.Contains(n.Text, "clock") {
				t.Errorf("%s, %s: said %q", status, name, n.Text)
			}
		}
	}
	s := newStory(t, monday) // one that goes into another case, which goes on for both
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	s.matched(rules.Exact)
	s.stripe("lost", "2026-03-16 12:00")
	s.change(rules.Event{Type: rules.EventClose, By: "book", Outcome: rules.Duplicate, Other: "c-elder1"})
	if s.c.Outcome != rules.Duplicate {
		t.Errorf("outcome %q", s.c.Outcome)
	}
	s = newStory(t, monday) // one that was replied to before
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, "2026-03-03 09:00"))
	s.matched(rules.Exact)
	s.stripe("under_review", "2026-03-16 12:00")
	s.happens(s.reply(s.now))
	s.now = s.at("2026-03-03 11:00")
	s.change(rules.Event{Type: rules.EventStripe, Stripe: &rules.Reading{Dispute: "du_1", Charge: "ch_1", Status: "lost"}})
	if s.is(rules.Closed); len(s.c.News) != 1 || s.c.News[0].Text != "Stripe: lost." || s.c.Stage != rules.StageChargeback {
		t.Errorf("stage %s, said %+v", s.c.Stage, s.c.News)
	}
	s.stripe("needs_response", "2026-03-20 12:00")
	if s.is(rules.Open); !s.c.Deadline().At.Equal(s.at("2026-03-20 12:00")) {
		t.Errorf("until %v", s.c.Deadline())
	}
}

func TestStopRequestForADisputeThatIsOverOpensIt(t *testing.T) {
	for _, status := range []string{"under_review", "won"} {
		s := newStory(t, monday)
		s.change(s.mail(rules.KindDisputeRequest, rules.Genuine, ""))
		s.change(rules.Event{Type: rules.EventMatch, Match: &rules.Match{Strength: rules.Exact, Charge: "ch_1", Dispute: "du_1"}})
		s.change(rules.Event{Type: rules.EventStripe, Stripe: &rules.Reading{Dispute: "du_1", Charge: "ch_1", Status: status, DueBy: s.at("2026-03-16 12:00")}})
		if !s.c.Finished() {
			t.Fatalf("%s: %s", status, s.c.State)
		}
		s.now = s.at("2026-03-02 22:00")
		s.change(s.mail(rules.KindStopRequest, rules.Genuine, ""))
		due, _ := rules.Decide(s.c, s.p, s.now)
		if s.is(rules.Open); len(due) != 1 || due[0].Step != "new" || !due[0].Page || !slices.Equal(due[0].Mention, []string{"on_call"}) {
			t.Errorf("%s: told %+v", status, due)
		}
	}
}

func TestStopRequestThatJoinsADisputeIsHeard(t *testing.T) {
	younger := func(s *story) rules.Event {
		c, err := rules.Apply(rules.Case{ID: "c-young1"}, withTime(s.mail(rules.KindStopRequest, rules.Genuine, ""), s.now))
		if err != nil {
			t.Fatal(err)
		}
		return rules.Event{Type: rules.EventMerge, Other: c.ID, From: &c}
	}
	s := newStory(t, monday)
	s.stripe("needs_response", "2026-03-16 12:00")
	s.now = s.at("2026-03-02 22:00")
	s.change(younger(s))
	s.loudly()

	s = newStory(t, monday)
	s.stripe("needs_response", "2026-03-16 12:00")
	s.stripe("won", "2026-03-16 12:00")
	s.now = s.at("2026-03-02 22:00")
	s.told = nil
	s.happens(younger(s))
	if s.is(rules.Open); s.c.Stage != rules.StageStopRequest || !s.c.Deadline().At.Equal(s.at("2026-03-03 22:00")) {
		t.Errorf("stage %s, until %v", s.c.Stage, s.c.Deadline())
	}
	s.said("stop_request")
}

func TestFirstWordOfADisputeThatKlarnaAlsoAsksToStopIsLoud(t *testing.T) {
	s := newStory(t, monday)
	s.now = s.at("2026-03-02 22:00")
	s.change(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	s.change(rules.Event{Type: rules.EventMatch, Match: &rules.Match{Strength: rules.Exact, Charge: "ch_1", Dispute: "du_1"}})
	s.change(rules.Event{Type: rules.EventStripe, Stripe: &rules.Reading{Dispute: "du_1", Charge: "ch_1", Status: "needs_response", DueBy: s.at("2026-03-20 12:00")}})
	due, _ := rules.Decide(s.c, s.p, s.now)
	if len(due) != 1 || due[0].Step != "new" || !due[0].Page || !slices.Equal(due[0].Mention, []string{"on_call"}) || due[0].Rank != 0 {
		t.Errorf("told %+v", due)
	}
}

func TestReplyToAStopRequestThatJoinsAnotherAnswersIt(t *testing.T) {
	s := newStory(t, monday)
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	younger := rules.Case{ID: "c-young1", OpenedAt: s.now, Stage: rules.StageStopRequest, Answers: []rules.Evidence{{Source: "reply"}}}
	s.happens(rules.Event{Type: rules.EventMerge, Other: younger.ID, From: &younger})
	s.is(rules.Answered)
}
