package rules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestClaimThatLapsesIsSaidOnce(t *testing.T) {
	s := newStory(t, monday)
	s.p.Dispute = []rules.Step{rung(t, "new", "opened"), rung(t, "last", "48h before deadline")}
	s.request("2026-03-16 12:00")
	s.happens(s.word(rules.EventClaim, "2026-03-03 10:00"))
	s.said("new", "claimed")
	s.until("2026-03-03 09:59")
	s.said()
	s.until("2026-03-03 10:00")
	s.said("lapsed")
	s.is(rules.Open)
	s.until("2026-03-13 16:59")
	s.said()
	s.happens(rules.Event{Type: rules.EventClaim, By: "bo", Until: s.at("2026-03-13 18:00")})
	s.said("claimed")
	s.until("2026-03-13 17:00")
	s.said("last") // before that one lapses
	s.until("2026-03-16 08:59")
	s.said()
	s.until("2026-03-16 09:00") // it lapsed on Friday evening: said when the office opens
	s.said("lapsed")
}

func TestNudgeThatWaitedForAClaimSaysThatItLapsed(t *testing.T) {
	s := requested(t, "2026-03-16 12:00")
	s.happens(s.word(rules.EventClaim, "2026-03-03 19:00"))
	s.told = nil
	s.until("2026-03-04 08:59") // by night nobody is nudged
	s.said()
	due, _ := rules.Decide(s.c, s.p, s.at("2026-03-04 09:00"))
	if len(due) != 1 || due[0].Step != "nudge" || !strings.Contains(due[0].Ended, "anna was on it") {
		t.Fatalf("%+v", due)
	}
	s.until("2026-03-04 09:00")
	s.said("nudge")
	s.until("2026-03-04 09:59")
	s.said()
}

func TestEndOfASnoozeIsSaid(t *testing.T) {
	s := newStory(t, monday)
	s.p.Dispute = []rules.Step{rung(t, "new", "opened"), rung(t, "last", "48h before deadline")}
	s.request("2026-03-16 12:00")
	s.happens(s.word(rules.EventSnooze, "2026-03-04 11:00"))
	s.told = nil
	s.until("2026-03-04 10:59")
	s.said()
	s.until("2026-03-04 11:00")
	s.said("lapsed")
	s.until("2026-03-13 16:59")
	s.said()
}

func TestStopRequestsClaimLapsesAtNight(t *testing.T) {
	s := newStory(t, "2026-03-07 22:00") // Saturday night
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	s.happens(s.word(rules.EventClaim, "2026-03-08 02:00"))
	s.told = nil
	s.until("2026-03-08 01:59")
	s.said()
	s.until("2026-03-08 02:00")
	s.said("again")
}

func TestSnoozeOfALadderOfNudgesNeverSleepsPastTheLastOfThem(t *testing.T) {
	s := newStory(t, monday)
	s.p.Dispute = []rules.Step{rung(t, "new", "opened"), rung(t, "nudge", "unanswered 1d", repeated(t, "1d"))}
	s.request("2026-03-06 12:00")
	s.happens(s.word(rules.EventSnooze, "2026-03-06 11:59"))
	s.told = nil
	s.until("2026-03-06 09:59")
	s.said()
	s.until("2026-03-06 10:00")
	s.said("nudge")
}

func TestClaimOfALadderOfNudgesNeverOutlastsTheLastOfThem(t *testing.T) {
	s := newStory(t, "2026-03-07 22:00") // Saturday night
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	s.happens(s.word(rules.EventClaim, "2026-03-09 17:00")) // one working day
	s.told = nil
	s.until("2026-03-08 20:59")
	s.said()
	s.until("2026-03-08 21:00") // an hour before the deadline
	s.said("again")
	s.until("2026-03-08 22:59")
	s.said()
	s.until("2026-03-08 23:00")
	s.said("again")
	s.is(rules.Claimed)
}

func TestSnoozeAfterTheLastWarningRestsUntilTheLastNudge(t *testing.T) {
	s := requested(t, "2026-03-05 12:00")
	s.now = s.at("2026-03-03 12:00")
	s.decide()
	s.said("new", "last") // and the nudge of 10:00 with it
	s.happens(s.word(rules.EventSnooze, "2026-03-04 16:00"))
	s.said("snoozed")
	s.until("2026-03-04 15:59")
	s.said() // without the snooze a nudge would have come at 10:00
	s.until("2026-03-04 16:00")
	s.said("nudge")
	s.happens(s.word(rules.EventSnooze, "2026-03-05 11:59"))
	s.said("snoozed")
	s.until("2026-03-05 09:59")
	s.said()
	s.until("2026-03-05 10:00") // the last nudge before the deadline
	s.said("nudge")
}

func TestSnoozeWakesOnAChangeOfStage(t *testing.T) {
	s := requested(t, "2026-03-20 12:00")
	s.matched(rules.Exact)
	s.stripe("warning_needs_response", "2026-03-20 12:00")
	s.happens(s.word(rules.EventSnooze, "2026-03-18 10:00"))
	s.told = nil
	s.now = s.at("2026-03-09 10:00")
	s.stripe("needs_response", "2026-03-30 12:00")
	s.is(rules.Open)
	s.said("stage")
}

func TestFirstDeadlineIsNoLaterOne(t *testing.T) {
	s := newStory(t, monday)
	s.stripe("needs_response", "")
	if d := s.c.Deadline(); !d.At.IsZero() {
		t.Fatalf("%+v", d)
	}
	s.happens(s.word(rules.EventSnooze, "2026-03-18 10:00"))
	round := s.c.Round
	s.now = s.now.Add(time.Hour)
	s.change(s.reading("needs_response", "2026-03-10 12:00"))
	if c := s.c; c.State != rules.Open || c.Round != round || len(c.News) != 1 || c.News[0].Text != "A deadline is known now." {
		t.Errorf("%s, %+v, %+v", c.State, c.Round, c.News)
	}
}
