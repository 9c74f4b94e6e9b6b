package rules_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// openCases are n open disputes of the last month, as the book would hold them:
// each asked after its mail, some claimed, some snoozed.
func openCases(b *testing.B, n int) ([]rules.Case, rules.Policy, time.Time) {
	b.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		b.Fatal(err)
	}
	p := rules.Default(zone)
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	now := start.AddDate(0, 0, 30)
	cases := make([]rules.Case, n)
	for i := range cases {
		at := start.Add(time.Duration(i%(30*24)) * time.Hour)
		kind := rules.KindDisputeRequest
		if i%50 == 0 {
			kind = rules.KindStopRequest
		}
		m := &rules.MailSaid{
			Said: rules.Said{Kind: kind, Verdict: rules.Genuine, DisputeID: fmt.Sprint(i), Reason: rules.ReasonReturn, Amount: rules.Money{Minor: 100, Currency: "EUR"}},
			Date: at, Mailbox: "onboarding", Assumed: p.Assumed(kind, "", at, at),
		}
		if i%3 > 0 {
			m.Deadline = &rules.MailDeadline{At: at.AddDate(0, 0, 14+i%20)}
		}
		events := []rules.Event{{Type: rules.EventMail, At: at, Mail: m}}
		switch i % 10 {
		case 1:
			events = append(events, rules.Event{Type: rules.EventClaim, At: at, By: "anna", Until: now.Add(time.Hour)})
		case 2:
			events = append(events, rules.Event{Type: rules.EventSnooze, At: at, By: "anna", Until: at.Add(24 * time.Hour)})
		}
		c := rules.Case{ID: fmt.Sprintf("c-%06d", i)}
		for _, e := range events {
			if c, err = rules.Apply(c, e); err != nil {
				b.Fatal(err)
			}
		}
		cases[i] = c
	}
	return cases, p, now
}

// BenchmarkDecide asks of 10,000 open cases at once, nothing of which was told
// for weeks: the worst that a daemon finds when it comes back.
func BenchmarkDecide(b *testing.B) {
	cases, p, now := openCases(b, 10_000)
	for b.Loop() {
		for _, c := range cases {
			rules.Decide(c, p, now)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/10000cases")
}

// BenchmarkDecideNothingDue asks of them when all was told already.
func BenchmarkDecideNothingDue(b *testing.B) {
	cases, p, now := openCases(b, 10_000)
	for i, c := range cases {
		due, _ := rules.Decide(c, p, now)
		for _, e := range due {
			told, err := rules.Apply(c, rules.Event{Type: rules.EventTold, At: now, Told: &e})
			if err != nil {
				b.Fatal(err)
			}
			c = told
		}
		cases[i] = c
	}
	for b.Loop() {
		for _, c := range cases {
			rules.Decide(c, p, now.Add(time.Minute))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/10000cases")
}
