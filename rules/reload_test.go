package rules_test

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// The config may change while cases are open: what was told by the old ladder
// must not keep the new one silent.
func TestStepThatIsMadeSlowerGoesOnAtItsNewPace(t *testing.T) {
	s := newStory(t, monday)
	s.p.Dispute = []rules.Step{rung(t, "nudge", "unanswered 1h", repeated(t, "1h")), rung(t, "overdue", "deadline", repeated(t, "1h"))}
	s.request("2026-03-20 12:00")
	s.until("2026-03-04 16:30") // it nudged some twenty times
	s.p.Dispute = []rules.Step{rung(t, "nudge", "unanswered 1wd", repeated(t, "1wd")), rung(t, "overdue", "deadline", repeated(t, "1d"))}
	s.told = nil
	s.until("2026-03-05 16:30")
	s.said("nudge")
	s.until("2026-03-06 16:30")
	s.said("nudge")
	s.until("2026-03-09 16:30")
	s.said("nudge")
}

func TestStepThatIsMovedIsToldAtItsNewTimeToo(t *testing.T) {
	s := newStory(t, monday)
	s.p.Dispute = []rules.Step{rung(t, "new", "opened"), rung(t, "last", "7d before deadline")}
	s.request("2026-03-20 12:00")
	s.until("2026-03-16 16:30")
	s.said("new", "last")
	s.p.Dispute = []rules.Step{rung(t, "new", "opened"), rung(t, "last", "48h before deadline")}
	s.until("2026-03-18 11:59")
	s.said()
	s.now = s.at("2026-03-18 12:00")
	due, _ := rules.Decide(s.c, s.p, s.now)
	if len(due) != 1 || due[0].N != 1 || due[0].Reason != "48h before the deadline" {
		t.Errorf("told %+v", due)
	}
	s.decide()
	s.said("last")
	s.until("2026-04-18 12:00")
	s.said()
}

func TestStepThatIsMadeFasterGoesOnAtOnce(t *testing.T) {
	s := newStory(t, monday)
	s.p.Dispute = []rules.Step{rung(t, "nudge", "unanswered 1wd", repeated(t, "1wd"))}
	s.request("2026-03-20 12:00")
	s.until("2026-03-05 11:00")
	s.p.Dispute = []rules.Step{rung(t, "nudge", "unanswered 1h", repeated(t, "1h"))}
	s.told = nil
	s.until("2026-03-05 12:30")
	s.said("nudge", "nudge") // what came due before, and that of 12:00
}

// A machine that starts with a wrong clock tells everything there is to tell;
// when the clock is right again, the ladder goes on.
func TestClockThatWasAheadSilencesNoLadder(t *testing.T) {
	s := requested(t, "2026-03-20 12:00")
	s.happens(rules.Event{Type: rules.EventClaim, By: "anna", Until: s.now.Add(time.Hour)})
	right := s.now.Add(24 * time.Hour)
	s.until("2026-09-20 12:00")
	s.told = nil
	s.now = right
	s.c = s.c.SetBack(s.now)
	s.until("2026-03-12 11:00")
	s.said("nudge", "nudge", "nudge", "nudge", "nudge", "nudge", "nudge")
	s.until("2026-03-21 13:00")
	s.said("nudge", "week", "nudge", "nudge", "nudge", "last", "nudge", "nudge", "overdue")
}

func TestCaseThatBeganUnderAClockThatWasAheadIsNudged(t *testing.T) {
	s := newStory(t, monday)
	right := s.now
	s.now = s.at("2026-09-20 12:00")
	s.request("2026-09-30 12:00")
	s.told = nil
	s.now = right
	s.c = s.c.SetBack(s.now)
	s.until("2026-03-04 11:00")
	s.said("nudge", "nudge")
}

func TestExplanationNumbersWhatAnotherLadderToldAsItIsTold(t *testing.T) {
	s := newStory(t, monday)
	s.p.Dispute = []rules.Step{rung(t, "nudge", "unanswered 1h", repeated(t, "1h"))}
	s.request("2026-03-20 12:00")
	s.until("2026-03-04 16:30")
	s.p.Dispute = []rules.Step{rung(t, "nudge", "unanswered 1wd", repeated(t, "1wd"))}
	ahead := rules.Explain(s.c, s.p, s.now)[0]
	s.now = s.at("2026-03-05 10:00")
	due, _ := rules.Decide(s.c, s.p, s.now)
	now := rules.Explain(s.c, s.p, s.now)[0]
	if len(due) != 1 || ahead.N != due[0].N || now.N != due[0].N || !ahead.At.Equal(due[0].Due) {
		t.Errorf("ahead %+v, now %+v, told %+v", ahead, now, due)
	}
}

func TestCaseOfAMailboxThatWasTakenOutOfTheConfigIsToldOn(t *testing.T) {
	of := func(mailbox string) func(*rules.Step) {
		return func(s *rules.Step) { s.If.Mailboxes = []string{mailbox} }
	}
	s := newStory(t, monday)
	s.p.Mailboxes = []string{"onboarding"}
	s.p.StopRequest = []rules.Step{rung(t, "new", "opened", of("onboarding")), rung(t, "again", "unanswered 1h", of("onboarding"))}
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	s.said("new")
	s.p.Mailboxes = []string{"payments", "nordics"} // it has another name by now
	s.p.StopRequest = []rules.Step{rung(t, "new", "opened", of("payments")), rung(t, "again", "unanswered 1h", of("payments")), rung(t, "cold", "unanswered 2h", of("nordics"))}
	s.until("2026-03-02 12:00")
	s.said("again", "cold")
}
