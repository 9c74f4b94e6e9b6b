package health

import (
	"fmt"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/rules"
)

func TestAccountThatNeverMailedItsDisputesIsNoAlarm(t *testing.T) {
	var cases []rules.Case
	for i := range 60 {
		c := rules.Case{Match: rules.Match{Strength: rules.Exact}, Stripe: &rules.Reading{Dispute: fmt.Sprint("du_", i), CreatedAt: time.Unix(int64(i), 0)}}
		if i%3 == 0 {
			c.LastMail = time.Unix(int64(i), 0)
		}
		cases = append(cases, c)
	}
	unlike := func(change func(*rules.Case)) {
		c := cases[0]
		change(&c)
		cases = append(cases, c)
	}
	unlike(func(c *rules.Case) { c.Stripe = nil })
	unlike(func(c *rules.Case) { c.Match.Strength = rules.Probable })
	unlike(func(c *rules.Case) { c.Outcome = "duplicate" })
	list := mailedOf(cases, time.Unix(1000, 0))
	if d, fallen := driftOf(list, list); fallen || len(list) != 60 || list[0].MessageID != "du_59" {
		t.Errorf("%d, %s", len(list), d)
	}
	if list := mailedOf(cases, time.Unix(9, 0)); len(list) != 10 {
		t.Errorf("disputes whose mail may still come count: %d", len(list))
	}
}

func TestDisputesAreHeldAgainstMailsOnlyWhileTheirMailboxesAreRead(t *testing.T) {
	now := time.Unix(1e9, 0)
	h := &Watch{
		Config:  &config.Config{Mailboxes: []config.Mailbox{{Name: "a", Stripe: "main"}, {Name: "b", Stripe: "main"}, {Name: "c", Stripe: "other"}}},
		Now:     func() time.Time { return now },
		Allowed: func(string, time.Time) time.Duration { return 15 * time.Minute },
	}
	good := rules.Health{GoodAt: now.Add(-10 * time.Minute)}
	for name, tt := range map[string]struct {
		b    rules.Health
		want bool
	}{
		"read":                     {good, true},
		"never read":               {rules.Health{}, false},
		"broken":                   {rules.Health{GoodAt: good.GoodAt, BadSince: now}, false},
		"not read for a while now": {rules.Health{GoodAt: now.Add(-16 * time.Minute)}, false},
	} {
		if got := h.readable("main", map[string]rules.Health{"mailbox/a": good, "mailbox/b": tt.b}); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if h.readable("third", map[string]rules.Health{}) {
		t.Error("an account without a mailbox")
	}
}
