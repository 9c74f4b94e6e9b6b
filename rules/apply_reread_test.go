package rules_test

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// again is a mail that was taken for another kind, read once more.
func again(m rules.Event, was rules.Kind) rules.Event {
	m.Type, m.Was = rules.EventReread, was
	return m
}

func TestMailThatIsReadAgainIsSaidWhileTheCaseIsOpen(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.told = nil
	s.now = s.now.Add(time.Hour)
	s.happens(again(s.mail(rules.KindDisputeRequest, rules.Genuine, "2026-03-16 23:59"), rules.KindUnknownKlarna))
	s.said("reread")
	s.happens(s.word(rules.EventAnswer, ""))
	s.said("answered")
	s.now = s.now.Add(time.Hour)
	s.happens(again(s.mail(rules.KindDisputeRequest, rules.Genuine, "2026-03-16 23:59"), rules.KindUnknownKlarna))
	s.said()
}

func TestUnverifiedMailThatIsReadAgainTakesNoProvedWordBack(t *testing.T) {
	s := newStory(t, monday)
	e := s.mail(rules.KindDisputeRequest, rules.Genuine, "")
	e.Mail.ReasonText = "Return"
	s.happens(e)
	s.now = s.now.Add(time.Hour)
	e = again(s.mail(rules.KindReminder, rules.Unverified, ""), rules.KindReminder)
	e.Mail.ReasonText = "a lie"
	s.happens(e)
	if s.c.ReasonText != "Return" {
		t.Errorf("the reason is %q", s.c.ReasonText)
	}
}

func TestResultThatIsUnderstoodAtLastIsKlarnasAlone(t *testing.T) {
	for verdict, want := range map[rules.Verdict]string{rules.Genuine: "won", rules.Unverified: "unknown"} {
		s := requested(t, "2026-03-16 23:59")
		s.happens(s.sent(0, rules.KindResolved, rules.ResultUnknown))
		e := again(s.sent(0, rules.KindResolved, rules.ResultWon), rules.KindResolved)
		e.Mail.Verdict = verdict
		s.happens(e)
		if s.is(rules.Closed); s.c.Outcome != want {
			t.Errorf("%s: outcome %q", verdict, s.c.Outcome)
		}
	}
}

func TestMailThatIsReadAnewAsAStopRequestIsNoDisputeToo(t *testing.T) {
	s := newStory(t, monday)
	m := s.mail(rules.KindDisputeRequest, rules.Genuine, "")
	m.Mail.MessageID = "1@klarna.com"
	s.happens(m)
	m = again(s.mail(rules.KindStopRequest, rules.Genuine, ""), rules.KindDisputeRequest)
	m.Mail.MessageID = "1@klarna.com"
	s.now = s.at("2026-03-02 11:00")
	s.happens(m)
	s.happens(s.reply(s.now))
	s.is(rules.Answered)
}

// It turns out to be a stop request, whose clock would begin anew.
func TestSecondReadingThatIsNotProvedPutsNothingOff(t *testing.T) {
	s := newStory(t, monday)
	s.happens(s.mail(rules.KindReminder, rules.Genuine, "2026-03-03 06:00"))
	s.now = s.now.Add(time.Hour)
	s.happens(again(s.mail(rules.KindStopRequest, rules.Unverified, ""), rules.KindReminder))
	s.deadline("2026-03-03 06:00")
	if s.c.Stage != rules.StageStopRequest {
		t.Errorf("stage %s", s.c.Stage)
	}
}

func TestEndThatASecondReadingFindsIsWarnedOfWhileTheCaseIsOpen(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	end := again(s.mail(rules.KindResolved, rules.Genuine, ""), rules.KindUnknownKlarna)
	before := s.c
	s.happens(end)
	s.is(rules.Open)
	s.warned("please check")
	s.c = before
	s.happens(s.word(rules.EventAnswer, ""))
	s.happens(end)
	if len(s.c.Warnings) > 0 {
		t.Errorf("warned of what is over: %q", s.c.Warnings)
	}
}
