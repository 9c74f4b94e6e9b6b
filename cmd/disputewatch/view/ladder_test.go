package view

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestOutlookSaysWhatHoldsAtThatMomentAndWhatComesNext(t *testing.T) {
	const day = 24 * time.Hour
	opened := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	dispute := func(change func(*rules.Case)) rules.Case {
		c := rules.Case{
			ID: "c-1", OpenedAt: opened, State: rules.Open, Stage: rules.StageChargeback, Round: rules.Round{N: 1, At: opened, Reason: "opened"},
			MailDeadline: &rules.MailDeadline{At: opened.Add(3 * day)}, Match: rules.Match{Strength: rules.Exact},
			Stripe: &rules.Reading{Status: "needs_response", DueBy: opened.Add(7 * day), ReadAt: opened},
		}
		change(&c)
		return c
	}
	anna := &rules.Promise{Who: "anna", Until: opened.Add(day)}
	aside := rules.Default(time.UTC)
	aside.Dispute[0].Channel = "#aside"
	for name, tt := range map[string]struct {
		c       rules.Case
		p       rules.Policy
		now, at time.Duration
		says    []string
	}{
		"before the date": {dispute(func(*rules.Case) {}), rules.Default(time.UTC), 0, 0, []string{
			"answer by  Thu 5 Mar 2026 08:00, says Klarna's mail; Mon 9 Mar 2026 08:00, says Stripe",
			"now        new: opened, speaking for week too; calls owner",
			"next       Mon 2 Mar 2026 17:00  last: 48 hours before the deadline, speaking for nudge too; calls on_call",
			"  ladder\n", "nudge    ahead  Mon 2 Mar 2026 17:00",
		}},
		"after it": {dispute(func(*rules.Case) {}), rules.Default(time.UTC), 4 * day, 4 * day, []string{
			"answer by  Thu 5 Mar 2026 08:00, OVERDUE, says Klarna's mail; Mon 9 Mar 2026 08:00, says Stripe",
		}},
		"without a date": {dispute(func(c *rules.Case) { c.MailDeadline, c.Stripe = nil, nil }), rules.Default(time.UTC), 0, 0, []string{"answer by  no date is known"}},
		"assumed": {dispute(func(c *rules.Case) { c.MailDeadline, c.Stripe, c.Assumed = nil, nil, opened.Add(7*day) }), rules.Default(time.UTC), 0, 0, []string{
			"answer by  Mon 9 Mar 2026 08:00, ASSUMED: neither a mail nor Stripe names a date",
		}},
		"long after": {dispute(func(*rules.Case) {}), rules.Default(time.UTC), 0, 30 * day, []string{
			"at         Wed 1 Apr 2026 08:00", "until then Mon 2 Mar 2026 08:00  new: opened", "             Mon 2 Mar 2026 17:00  last: ", "… and 9 messages more",
			"now        nothing to tell", "next       nothing is left of the ladder: the digest goes on",
		}},
		"a stop request":  {dispute(func(c *rules.Case) { c.Stage = rules.StageStopRequest }), rules.Default(time.UTC), 0, 0, []string{"new: opened; calls on_call; wakes somebody"}},
		"another channel": {dispute(func(*rules.Case) {}), aside, 0, 0, []string{"calls owner; in #aside"}},
		"claimed":         {dispute(func(c *rules.Case) { c.State, c.Claim = rules.Claimed, anna }), rules.Default(time.UTC), 0, 0, []string{"claimed by anna until Tue 3 Mar 2026 08:00"}},
		"snoozed":         {dispute(func(c *rules.Case) { c.State, c.Snooze = rules.Snoozed, anna }), rules.Default(time.UTC), 0, 0, []string{"snoozed by anna until Tue 3 Mar 2026 08:00"}},
		"closed": {dispute(func(c *rules.Case) { c.State, c.Outcome, c.ClosedAt = rules.Closed, "won", opened }), rules.Default(time.UTC), 0, 0, []string{
			"closed: won", "next       nothing, unless Klarna or Stripe contradicts",
		}},
		"news": {dispute(func(c *rules.Case) {
			c.News = []rules.News{{N: 1, Name: "stripe", Text: "Stripe asks again."}}
			c.Told = []rules.Told{{Step: "new", At: opened}}
		}), rules.Default(time.UTC), 0, 0, []string{
			"news: Stripe asks again.",
		}},
	} {
		o, err := OutlookOf(tt.c, nil, tt.p, opened.Add(tt.now), opened.Add(tt.at))
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := o.Print(&b); err != nil {
			t.Fatal(err)
		}
		for _, want := range tt.says {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%s: it does not say %q:\n%s", name, want, b.String())
			}
		}
	}
}
