package rules_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/disputewatch/disputewatch/rules"
)

// Whatever ladder the config takes, and however near the deadline is that a mail
// names: a case is told before it.
func TestEveryCaseIsToldBeforeItsDeadline(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := somePolicy(t)
		now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 24*14*60).Draw(t, "begin")) * time.Minute)
		deadline := now.Add(time.Duration(rapid.IntRange(1, 400*60).Draw(t, "minutes left")) * time.Minute)
		m := rules.MailSaid{
			Said:     rules.Said{Kind: rapid.SampledFrom(mailKinds).Draw(t, "kind"), Verdict: rapid.SampledFrom(verdicts).Draw(t, "verdict")},
			Deadline: &rules.MailDeadline{At: deadline}, Date: now, Mailbox: "onboarding",
		}
		c, err := rules.Apply(rules.Case{ID: "c-abc123"}, rules.Event{Type: rules.EventMail, At: now, Mail: &m})
		if err != nil {
			t.Fatal(err)
		}
		if c.Finished() {
			return
		}
		due, next := rules.Decide(c, p, now)
		if len(due) == 0 && (next.IsZero() || !next.Before(deadline)) {
			t.Fatalf("opened at %v and due by %v, it is told first at %v, by %+v and %+v", now, deadline, next, p.Dispute, p.StopRequest)
		}
	})
}

func TestNudgeBeyondTheDeadlineComesBeforeItWhereNothingElseDoes(t *testing.T) {
	s := newStory(t, "2026-03-06 18:00") // Friday
	s.p.Dispute = []rules.Step{rung(t, "nudge", "unanswered 1wd", repeated(t, "1wd")), rung(t, "overdue", "deadline")}
	s.request("2026-03-07 23:59")
	s.said("nudge") // the office is closed until then
	s.until("2026-03-08 00:00")
	s.said("overdue")
	s.until("2026-03-09 17:00")
	s.said("nudge") // at its own time too

	s = newStory(t, monday)
	s.p.Dispute = []rules.Step{rung(t, "nudge", "unanswered 1wd", repeated(t, "1wd"))}
	s.request("2026-03-02 15:00")
	s.until("2026-03-02 13:59")
	s.said()
	s.until("2026-03-02 14:00")
	s.said("nudge")

	s = newStory(t, "2026-03-07 20:00") // Saturday night
	s.p.StopRequest = []rules.Step{rung(t, "again", "unanswered 12h", repeated(t, "12h"))}
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, "2026-03-08 02:00"))
	s.until("2026-03-08 00:59")
	s.said()
	s.until("2026-03-08 01:00")
	s.said("again")

	s = newStory(t, monday) // what is told of others does not count
	s.p.Dispute = []rules.Step{
		rung(t, "new", "opened", func(s *rules.Step) { s.If.Verdicts = []string{"unverified"} }),
		rung(t, "nudge", "unanswered 1wd"),
	}
	s.request("2026-03-02 15:00")
	s.until("2026-03-02 15:00")
	s.said("nudge")
}
