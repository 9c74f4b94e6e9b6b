package digest

import (
	"fmt"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestMailWhoseChargeIsNotSureIsNotSaidToHaveNoDispute(t *testing.T) {
	c := rules.Case{ID: "c-1", Stage: rules.StageUnknown, Match: rules.Match{Strength: rules.Probable, Charge: "py_1"}, Stripe: &rules.Reading{Dispute: "du_1"}}
	lines := reconciled([]rules.Case{c})
	if len(lines) != 1 || lines[0].Value != "Stripe shows 0 Klarna disputes, 0 of them mailed; 1 mail whose charge a person must confirm" {
		t.Errorf("%+v", lines)
	}
}

func TestStripeAndTheMailsAreHeldAgainstEachOther(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	sure, unsure := rules.Match{Strength: rules.Exact}, rules.Match{Strength: rules.Ambiguous}
	stripe := &rules.Reading{Status: "needs_response", DueBy: now}
	mailed := func(c rules.Case) rules.Case { c.LastMail = now; return c }
	cases := []rules.Case{
		{Match: sure, Stripe: stripe},
		mailed(rules.Case{Match: sure, Stripe: stripe}),
		mailed(rules.Case{}),
		mailed(rules.Case{Match: unsure}),
		mailed(rules.Case{Match: sure, Stripe: stripe, ClosedAt: now}),
		mailed(rules.Case{Stage: rules.StageStopRequest}),
		mailed(rules.Case{Said: rules.Said{Kind: rules.KindUnknownKlarna}}),
	}
	for i := range 12 {
		c := rules.Case{ID: fmt.Sprint("c-", i), Match: sure, Stripe: stripe, MailDeadline: &rules.MailDeadline{At: now.AddDate(0, 0, 2)}}
		cases = append(cases, mailed(c))
	}
	lines := reconciled(cases)
	if len(lines) != 2 || lines[0].Value != "Stripe shows 14 Klarna disputes, 13 of them mailed; 1 mail without a dispute yet; 1 mail whose charge a person must confirm" ||
		lines[1].Value != "c-0, c-1, c-2, c-3, c-4, c-5, c-6, c-7, c-8, c-9 and 2 more: date, amount or state" {
		t.Errorf("%+v", lines)
	}
	if lines := reconciled(cases[4:7]); lines != nil {
		t.Errorf("of nothing that is open: %+v", lines)
	}
}
