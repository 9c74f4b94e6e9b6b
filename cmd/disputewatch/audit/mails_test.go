package audit

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/disputewatch/disputewatch/rules"
)

func TestDateOfAMailThatIsInDoubtSaysSo(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	ago := func(d int) time.Time { return now.AddDate(0, 0, -d) }
	mailed := func(id string, change func(*rules.Case)) Case {
		c := rules.Case{ID: id, LastMail: ago(20)}
		change(&c)
		return Case{Case: c}
	}
	m := unfollowed([]Case{
		mailed("c-later", func(c *rules.Case) { c.MailDeadline = &rules.MailDeadline{At: ago(1)} }),
		mailed("c-twoway", func(c *rules.Case) { c.MailDeadline = &rules.MailDeadline{At: ago(3), Ambiguous: true} }),
		mailed("c-assume", func(c *rules.Case) { c.Assumed = ago(2) }),
		mailed("c-undated", func(c *rules.Case) { c.Outcome, c.ClosedAt = "lost", ago(1) }),
	}, now)
	var got []string
	for _, u := range m.Unfollowed {
		got = append(got, u.ID+": "+u.Until(now))
	}
	want := []string{"c-undated: –", "c-twoway: 27 Feb 2026 09:00 (ambiguous)", "c-assume: 28 Feb 2026 09:00 (assumed)", "c-later: 1 Mar 2026 09:00"}
	if diff := cmp.Diff(want, got); diff != "" || !m.Unfollowed[1].Ambiguous {
		t.Errorf("the audit says (-want +got):\n%s", diff)
	}
}

func TestMailThatSomebodyTookUpOrThatIsAnsweredIsNotUnheeded(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	over := rules.Case{ID: "c-1", LastMail: now.AddDate(0, 0, -20), MailDeadline: &rules.MailDeadline{At: now.AddDate(0, 0, -1)}}
	for name, tt := range map[string]struct {
		change  func(*Case)
		mailed  int
		unheard int
	}{
		"nobody did":      {func(*Case) {}, 1, 1},
		"no mail came":    {func(c *Case) { c.LastMail = time.Time{} }, 0, 0},
		"a duplicate":     {func(c *Case) { c.Outcome = "duplicate" }, 0, 0},
		"its date is not": {func(c *Case) { c.MailDeadline = &rules.MailDeadline{At: now.AddDate(0, 0, 1)} }, 1, 0},
		"without a date":  {func(c *Case) { c.MailDeadline = nil }, 1, 0},
		"answered":        {func(c *Case) { c.Answers = []rules.Evidence{{Source: "stripe"}} }, 1, 0},
		"won":             {func(c *Case) { c.ClosedAt, c.Outcome = now, "won" }, 1, 0},
		"lost":            {func(c *Case) { c.ClosedAt, c.Outcome = now, "lost" }, 1, 1},
		"claimed":         {func(c *Case) { c.Events = []rules.Event{{Type: rules.EventClaim}} }, 1, 0},
		"snoozed":         {func(c *Case) { c.Events = []rules.Event{{Type: rules.EventSnooze}} }, 1, 0},
		"said answered":   {func(c *Case) { c.Events = []rules.Event{{Type: rules.EventAnswer}} }, 1, 0},
		"reopened":        {func(c *Case) { c.Events = []rules.Event{{Type: rules.EventReopen}} }, 1, 0},
		"closed":          {func(c *Case) { c.Events = []rules.Event{{Type: rules.EventClose}} }, 1, 0},
		"linked":          {func(c *Case) { c.Events = []rules.Event{{Type: rules.EventLink}} }, 1, 0},
		"told":            {func(c *Case) { c.Events = []rules.Event{{Type: rules.EventTold}} }, 1, 1},
	} {
		c := Case{Case: over}
		tt.change(&c)
		if m := unfollowed([]Case{c}, now); m.Cases != tt.mailed || len(m.Unfollowed) != tt.unheard {
			t.Errorf("%s: of %d mailed cases %d were never followed up", name, m.Cases, len(m.Unfollowed))
		}
	}
}
