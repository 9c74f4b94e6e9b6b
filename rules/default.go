package rules

import "time"

// Default is the policy of CONTRACT.md: the ladders, the assumptions and the
// office hours that apply where the config names none.
func Default(zone *time.Location) Policy {
	when := func(a Anchor, n int, unit string) When { return When{a, Span{n, unit}} }
	return Policy{
		Calendar: Calendar{
			Location: zone,
			Days:     [7]bool{time.Monday: true, time.Tuesday: true, time.Wednesday: true, time.Thursday: true, time.Friday: true},
			Opens:    9 * time.Hour,
			Closes:   17 * time.Hour,
		},
		Dispute: []Step{
			{Name: "new", When: When{Anchor: OnOpened}},
			{Name: "nudge", When: when(Unanswered, 1, "wd"), Repeat: Span{1, "wd"}},
			{Name: "week", When: when(BeforeDeadline, 7, "d"), Mention: []string{"owner"}},
			{Name: "last", When: when(BeforeDeadline, 48, "h"), Mention: []string{"on_call"}},
			{Name: "overdue", When: When{Anchor: AtDeadline}, Repeat: Span{1, "d"}, Mention: []string{"on_call"}},
		},
		StopRequest: []Step{
			{Name: "new", When: When{Anchor: OnOpened}, Mention: []string{"on_call"}, Page: true},
			{Name: "again", When: when(Unanswered, 1, "h"), Repeat: Span{2, "h"}, Mention: []string{"on_call"}, Page: true},
		},
		Assume: Assumptions{
			Dispute: Span{7, "d"}, Fraud: Span{5, "d"}, HighRisk: Span{96, "h"}, Reminder: Span{72, "h"},
			FollowUp: Span{7, "d"}, Investigation: Span{24, "h"}, StopRequest: Span{24, "h"},
		},
		ClaimLapses: Span{1, "wd"},
	}
}
