package view

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// known is a case of which everything is known.
func known(now time.Time) rules.Case {
	return rules.Case{
		ID: "c-1", Mailbox: "onboarding", OpenedAt: now, State: rules.Claimed, Stage: rules.StageChargeback, Round: rules.Round{N: 1, At: now, Reason: "opened"},
		Said: rules.Said{
			Kind: rules.KindDisputeRequest, DisputeID: "256947", Reason: rules.ReasonGoodsNotReceived, Verdict: rules.Genuine,
			MerchantReference1: "77-1042", MerchantReference2: "second", Amount: rules.Money{Minor: 12490, Currency: "EUR"},
		},
		MailDeadline: &rules.MailDeadline{At: now.Add(72 * time.Hour), Ambiguous: true},
		Match:        rules.Match{Strength: rules.Exact, Charge: "ch_1", Dispute: "du_1", Why: "the order reference fits"},
		Stripe: &rules.Reading{
			Status: "needs_response", Reason: "product_not_received", Carrier: "DHL", Tracking: "1Z999", Klarna: true, Live: true, DueBy: now.Add(120 * time.Hour), ReadAt: now,
			Amount: rules.Money{Minor: 9990, Currency: "EUR"},
		},
		Claim:    &rules.Promise{Who: "anna", Until: now.Add(time.Hour)},
		Warnings: []string{"Look twice."},
	}
}

func TestShowSaysAllThatIsKnown(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	v := CaseOf(known(now), rules.Default(time.UTC), now)
	v.AnsweredBy = []Evidence{{Source: "person", At: "2026-03-02T08:00:00Z", Who: "bert", Note: "by phone"}}
	v.Events = []rules.Event{
		{Type: rules.EventTold, At: now, Told: &rules.Escalation{Step: "new", Reason: "opened"}},
		{Type: rules.EventTold, At: now, Told: &rules.Escalation{Step: "nudge", Observed: true}},
		{Type: rules.EventTold, At: now, Told: &rules.Escalation{News: &rules.News{Name: "stage", Text: "It is a chargeback now."}}},
		{Type: rules.EventStripe, At: now, Stripe: &rules.Reading{Dispute: "du_1", Status: "needs_response"}},
		{Type: rules.EventMatch, At: now, Match: &rules.Match{Strength: rules.Exact, Charge: "ch_1"}},
		{Type: rules.EventMail, At: now, Mail: &rules.MailSaid{MessageID: "1@klarna.com", Said: rules.Said{Kind: rules.KindReminder, Verdict: rules.Genuine}}},
	}
	var b strings.Builder
	if err := v.Print(&b); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"c-1 claimed", "answer by Thu 5 Mar 2026 08:00 (", "d overdue), says Klarna's mail, AMBIGUOUS", "to do Submit the evidence", "Sat 7 Mar 2026 08:00, says Stripe",
		"amount 124.90 EUR, 99.90 EUR at Stripe", "at risk 119.90 EUR", "Klarna asks for", "reason goods_not_received", "kind, stage dispute_request, chargeback",
		"dispute id 256947", "merchant reference 1 77-1042", "merchant reference 2 second", "mailbox, sender onboarding, genuine",
		"charge exact ch_1 du_1: the order reference fits", "Stripe says", "status, reason needs_response, product_not_received", "answer by Sat 7 Mar 2026 08:00",
		"tracking DHL 1Z999", "read Mon 2 Mar 2026 08:00", "answered Mon 2 Mar 2026 08:00 person bert by phone", "claimed by anna", "warning Look twice.", "next new, Mon 2 Mar 2026 08:00",
		"told new opened", "untold nudge", "told stage It is a chargeback now.", "stripe du_1 needs_response", "match exact ch_1", "mail reminder genuine 1@klarna.com",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, b.String())
		}
	}
}

func TestEachCellOfTheCSVStandsUnderItsName(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	var b strings.Builder
	if err := CSV(&b, []Case{CaseOf(known(now), rules.Default(time.UTC), now), CaseOf(rules.Case{ID: "c-2"}, rules.Default(time.UTC), now)}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%v\n%s", err, b.String())
	}
	want := map[string]string{
		"id": "c-1", "dispute_id": "256947", "kind": "dispute_request", "stage": "chargeback", "state": "claimed", "reason": "goods_not_received",
		"mailbox": "onboarding", "merchant_reference_1": "77-1042", "deadline": "2026-03-05T08:00:00Z", "deadline_source": "mail", "deadline_ambiguous": "true",
		"amount_minor": "12490", "currency": "EUR", "match": "exact", "charge": "ch_1", "stripe_status": "needs_response", "claimed_by": "anna", "opened_at": "2026-03-02T08:00:00Z",
	}
	for i, name := range rows[0] {
		if rows[1][i] != want[name] {
			t.Errorf("%s: %q, want %q", name, rows[1][i], want[name])
		}
		if is := rows[2][i]; is != map[string]string{"id": "c-2", "match": "none"}[name] && name != "state" {
			t.Errorf("%s of a case of which nothing is known: %q", name, is)
		}
	}
}
