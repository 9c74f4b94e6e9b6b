package rules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestStopRequestForAKnownDisputeKeepsItsOwnDate(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.now = s.at("2026-03-03 10:00")
	s.told = nil
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, "2026-03-04 18:00"))
	s.said("stop_request")
	s.deadline("2026-03-04 18:00")
	if s.c.Lane() != rules.LaneStopRequest {
		t.Errorf("stage %s", s.c.Stage)
	}
}

func TestStopRequestLongAfterADisputeIsNotOverdueAtOnce(t *testing.T) {
	s := requested(t, "") // 7 days are assumed
	s.now = s.at("2026-03-12 10:00")
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	s.deadline("2026-03-13 10:00")
}

func TestDisputeThatBecomesAStopRequestIsLoudAtOnce(t *testing.T) {
	for _, kind := range []rules.Kind{rules.KindStopRequest, rules.KindInvestigation} {
		s := requested(t, "2026-03-16 12:00")
		s.now = s.at("2026-03-02 22:00")
		s.change(s.mail(kind, rules.Genuine, ""))
		s.calls(string(kind))

		s = newStory(t, monday)
		s.change(s.mail(rules.KindDisputeRequest, rules.Genuine, "2026-03-16 12:00"))
		s.now = s.now.Add(time.Second) // before its card was posted
		s.change(s.mail(kind, rules.Genuine, ""))
		s.calls("new")
	}
}

func TestStopRequestForADisputeThatIsOverOpensIt(t *testing.T) {
	for _, status := range []string{"under_review", "won"} {
		s := newStory(t, monday)
		s.change(s.mail(rules.KindDisputeRequest, rules.Genuine, ""))
		s.change(match(rules.Exact))
		s.change(s.reading(status, "2026-03-16 12:00"))
		if !s.c.Finished() {
			t.Fatalf("%s: %s", status, s.c.State)
		}
		s.now = s.at("2026-03-02 22:00")
		s.change(s.mail(rules.KindStopRequest, rules.Genuine, ""))
		s.is(rules.Open)
		s.calls("new")
	}
}

func TestOtherNewsCallsNobody(t *testing.T) {
	s := requested(t, "2026-03-16 12:00")
	s.change(s.mail(rules.KindReminder, rules.Genuine, ""))
	due, _ := rules.Decide(s.c, s.p, s.now)
	if len(due) != 1 || due[0].News == nil || due[0].Page || len(due[0].Mention) > 0 {
		t.Errorf("told %+v", due)
	}
}

func TestStopRequestBesideADisputeAtStripeIsLoudToo(t *testing.T) {
	s := found(t)
	s.stripe("needs_response", "2026-03-16 12:00")
	s.until("2026-03-07 22:00") // Saturday night
	s.told = nil
	s.change(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	if s.c.Stage != rules.StageChargeback {
		t.Errorf("stage %s", s.c.Stage)
	}
	s.calls("stop_request")
	s.decide()
	s.happens(s.reply(s.now.Add(-time.Hour))) // one that is older than the mail
	s.warned("Klarna also asks to stop this order: stop it, and reply to that very mail.")
	s.happens(s.reply(s.now))
	if s.c.Also() != "" {
		t.Error("it is warned of after the reply")
	}
	s.is(rules.Open) // a reply answers no chargeback
}

func TestStopRequestThatAMailTakesForADisputeIsNotForgotten(t *testing.T) {
	for _, replied := range []bool{false, true} {
		s := stopRequested(t)
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
			s.calls("stop_request")
			s.decide()
			s.happens(s.reply(s.now))
		}
		if s.is(rules.Open); s.c.Also() != "" {
			t.Error("the stop request was replied to")
		}
	}
}

func TestStopRequestThatStripeTakesForADisputeIsNotForgotten(t *testing.T) {
	s := stopRequested(t)
	s.matched(rules.Exact)
	s.told = nil
	s.change(s.reading("needs_response", "2026-03-14 12:00"))
	if s.c.Stage != rules.StageChargeback {
		t.Errorf("stage %s", s.c.Stage)
	}
	s.calls("stop_request")
	s.warned("to that very mail")

	s = stopRequested(t)
	s.happens(s.reply(s.now)) // it was answered
	s.matched(rules.Exact)
	s.stripe("needs_response", "2026-03-14 12:00")
	if len(s.c.Warnings) > 0 {
		t.Errorf("warned of what was answered: %q", s.c.Warnings)
	}
}

func TestFirstWordOfADisputeThatKlarnaAlsoAsksToStopIsLoud(t *testing.T) {
	s := newStory(t, monday)
	s.now = s.at("2026-03-02 22:00")
	s.change(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	s.change(match(rules.Exact))
	s.change(s.reading("needs_response", "2026-03-20 12:00"))
	s.calls("new")
}

// Evidence, a refund or the end of a dispute stop no parcel.
func TestStopRequestIsNotEndedByADisputeThatAsksNothing(t *testing.T) {
	for _, status := range []string{"under_review", "warning_under_review", "won", "lost", "prevented", "warning_closed", "something_new"} {
		s := stopRequested(t)
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
			"told":     func(s *story) rules.Event { return s.word(rules.EventAnswer, "") },
			"received": func(s *story) rules.Event { return s.mail(rules.KindEvidenceReceived, rules.Genuine, "") },
			"closed":   func(s *story) rules.Event { return s.word(rules.EventClose, "") },
		} {
			s := found(t)
			s.stripe("under_review", "2026-03-16 12:00")
			s.now = s.at("2026-03-02 22:00")
			s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
			s.stripe(status, "2026-03-16 12:00")
			s.is(rules.Open)
			s.change(word(s))
			if s.is(rules.Closed); s.c.Outcome != outcome {
				t.Errorf("%s, %s: outcome %q", status, name, s.c.Outcome)
			}
			if n := s.c.News[len(s.c.News)-1]; !strings.Contains(n.Text, "Stripe: "+rules.OutcomeWords(outcome)+".") || strings.Contains(n.Text, "clock") {
				t.Errorf("%s, %s: said %q", status, name, n.Text)
			}
		}
	}
	s := stopRequested(t) // one that goes into another case, which goes on for both
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
	s.change(s.reading("lost", ""))
	if s.is(rules.Closed); len(s.c.News) != 1 || s.c.News[0].Text != "Stripe: lost." || s.c.Stage != rules.StageChargeback {
		t.Errorf("stage %s, said %+v", s.c.Stage, s.c.News)
	}
	s.stripe("needs_response", "2026-03-20 12:00")
	s.is(rules.Open)
	s.deadline("2026-03-20 12:00")
}
