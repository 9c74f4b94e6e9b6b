package rules

import (
	"testing"
	"time"
)

func TestCaseIsAnswerableUntilItsLastDate(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	mail := func(d time.Duration) *MailDeadline { return &MailDeadline{At: now.Add(d)} }
	stripe := func(r Reading) Case { return Case{Match: Match{Strength: Exact}, Stripe: &r} }
	for name, k := range map[string]struct {
		c    Case
		want bool
	}{
		"without a date":           {Case{}, true},
		"before its date":          {Case{MailDeadline: mail(time.Second)}, true},
		"at its date":              {Case{MailDeadline: mail(0)}, false},
		"past an assumed date":     {Case{Assumed: now.Add(-time.Hour)}, false},
		"answered":                 {Case{Answers: []Evidence{{Source: "person"}}}, false},
		"closed":                   {Case{ClosedAt: now}, false},
		"Stripe is past due":       {stripe(Reading{Status: "needs_response", DueBy: now.Add(time.Hour), PastDue: true}), false},
		"Stripe takes no answer":   {stripe(Reading{Status: "needs_response"}), false},
		"an inquiry without a day": {stripe(Reading{Status: "warning_needs_response"}), true},
		"Stripe's date is later": {Case{
			MailDeadline: mail(-time.Hour), Match: Match{Strength: Exact},
			Stripe: &Reading{Status: "needs_response", DueBy: now.Add(time.Hour)},
		}, true},
		"a guess at Stripe says nothing": {Case{
			Match: Match{Strength: Probable}, Stripe: &Reading{Status: "needs_response", PastDue: true},
		}, true},
	} {
		if got := k.c.Answerable(now); got != k.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
