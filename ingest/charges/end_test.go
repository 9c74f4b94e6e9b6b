package charges

import (
	"testing"

	"github.com/disputewatch/disputewatch/rules"
)

func TestEndOfADisputeFollowsTheTableOfStatuses(t *testing.T) {
	for name, c := range map[string]struct {
		r    rules.Reading
		want End
	}{
		"inquiry":                      {rules.Reading{Status: "warning_needs_response", Amount: eur(100)}, EndOpen},
		"inquiry refunded in part":     {rules.Reading{Status: "warning_needs_response", Amount: eur(100), RefundedSince: 99}, EndOpen},
		"inquiry refunded before":      {rules.Reading{Status: "warning_needs_response", Amount: eur(100), RefundedMinor: 100}, EndOpen},
		"inquiry refunded":             {rules.Reading{Status: "warning_needs_response", Amount: eur(100), RefundedSince: 100}, EndWaiting},
		"inquiry of an unknown amount": {rules.Reading{Status: "warning_needs_response"}, EndOpen},
		"inquiry with staged evidence": {rules.Reading{Status: "warning_needs_response", Amount: eur(1), HasEvidence: true, Submissions: 1}, EndOpen},
		"chargeback":                   {rules.Reading{Status: "needs_response", HasEvidence: true}, EndOpen},
		"inquiry under review":         {rules.Reading{Status: "warning_under_review"}, EndWaiting},
		"under review":                 {rules.Reading{Status: "under_review"}, EndWaiting},
		"won":                          {rules.Reading{Status: "won"}, EndWon},
		"prevented":                    {rules.Reading{Status: "prevented"}, EndPrevented},
		"closed inquiry":               {rules.Reading{Status: "warning_closed"}, EndInquiryClosed},
		"of next year":                 {rules.Reading{Status: "lost_in_space", DueBy: day(1)}, EndUnknown},
		"lost without evidence":        {rules.Reading{Status: "lost", DueBy: day(1)}, EndUnanswered},
		"lost after its date":          {rules.Reading{Status: "lost", DueBy: day(1), PastDue: true}, EndUnanswered},
		"lost with staged evidence":    {rules.Reading{Status: "lost", DueBy: day(1), HasEvidence: true}, EndUnanswered},
		"lost after evidence":          {rules.Reading{Status: "lost", DueBy: day(1), Submissions: 1}, EndAnswered},
		"lost after late evidence":     {rules.Reading{Status: "lost", DueBy: day(1), Submissions: 1, PastDue: true}, EndLate},
		"arrived lost":                 {rules.Reading{Status: "lost"}, EndNoAnswer},
		"Klarna says it stayed silent": {rules.Reading{Status: "lost", LossReason: "Merchant didn't counter dispute"}, EndUnanswered},
		"the same as a code":           {rules.Reading{Status: "lost", Submissions: 1, LossReason: "MERCHANT_DID_NOT_COUNTER"}, EndUnanswered},
		"Klarna says why else":         {rules.Reading{Status: "lost", DueBy: day(1), Submissions: 1, LossReason: "insufficient_evidence"}, EndAnswered},
	} {
		if got := EndOf(c.r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestFourEndsAreLosses(t *testing.T) {
	for end, lost := range map[End]bool{
		EndUnanswered: true, EndLate: true, EndAnswered: true, EndNoAnswer: true,
		EndOpen: false, EndWaiting: false, EndWon: false, EndPrevented: false, EndInquiryClosed: false, EndUnknown: false,
	} {
		if end.Lost() != lost {
			t.Errorf("%s: lost %v", end, end.Lost())
		}
	}
}
