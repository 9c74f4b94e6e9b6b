package rules_test

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestReplyAnswersAStopRequestUnlessKlarnaHasWrittenSince(t *testing.T) {
	s := stopRequested(t)
	s.happens(s.reply(s.now.Add(-time.Second)))
	s.is(rules.Open)
	s.happens(s.reply(time.Time{}))
	s.is(rules.Open)
	s.happens(s.reply(s.now))
	s.is(rules.Answered)
}

func TestReplyToAClosedCaseChangesNothing(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.happens(s.word(rules.EventClose, ""))
	was := s.c
	s.happens(s.reply(s.now))
	if s.is(rules.Closed); s.c.Facts != was.Facts || len(s.c.Warnings) != 0 {
		t.Errorf("news %v, warnings %v", s.c.News, s.c.Warnings)
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
			s.deadline("2026-03-16 12:00")
			if s.is(rules.Open); s.c.Lane() != rules.LaneDispute {
				t.Errorf("%s: stage %s after the reply", kind, s.c.Stage)
			}
			s.decide()
			s.told = nil
			s.until("2026-03-03 14:00")
			s.said("nudge")
			s.happens(s.reply(s.now)) // another one
			s.is(rules.Open)
		}
	}
	s := requested(t, "2026-03-16 12:00")
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

func TestReplyToAStopRequestBesideADisputeThatIsOverCounts(t *testing.T) {
	for _, status := range []string{"under_review", "lost"} {
		s := found(t)
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

// While a stop request waits Stripe does not say the stage.
func TestMailBesideAStopRequestThatWaitsTakesNoReplyFromIt(t *testing.T) {
	for _, kind := range []rules.Kind{rules.KindDisputeRequest, rules.KindInvestigation} {
		s := stopRequested(t)
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
