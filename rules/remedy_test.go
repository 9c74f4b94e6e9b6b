package rules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// atStripe is a dispute of 124.90 EUR, due on 3 December.
func atStripe(status string, change func(*rules.Reading)) rules.Reading {
	s := rules.Reading{
		Dispute: "du_1", Charge: "py_1", Status: status, Amount: rules.Money{Minor: 12490, Currency: "EUR"},
		DueBy: time.Date(2026, 12, 3, 14, 0, 0, 0, time.UTC), Klarna: true, Live: true,
	}
	if change != nil {
		change(&s)
	}
	return s
}

func TestRemedyNamesWhatIsStillAllowedWithItsSumAndDate(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	policy := rules.Default(time.UTC)
	for _, tt := range []struct {
		status string
		change func(*rules.Reading)
		want   string
	}{
		{"warning_needs_response", nil, "Refund all of the 124.90 EUR in Stripe before Thu 3 Dec, 14:00, which avoids the fee of 20.00 EUR, or settle with the customer. Evidence is ignored in an inquiry."},
		{"warning_needs_response", func(s *rules.Reading) { s.RefundedSince, s.RefundedMinor = 4000, 4000 }, "Refund the remaining 84.90 EUR of 124.90 EUR in Stripe before"},
		{"warning_needs_response", func(s *rules.Reading) {
			s.RefundedSince, s.RefundedMinor, s.Captured = 4000, 5000, s.Amount
		}, "Refund the remaining 74.90 EUR of 124.90 EUR"},
		{"warning_needs_response", func(s *rules.Reading) {
			s.RefundedMinor, s.Captured = 4000, s.Amount
		}, "Refund the remaining 84.90 EUR of 124.90 EUR"},
		{"warning_needs_response", func(s *rules.Reading) {
			s.RefundedSince, s.RefundedMinor, s.Captured = 4000, 12490, s.Amount
		}, "nothing of the charge is left to refund, 84.90 EUR of it was refunded before the dispute"},
		{"warning_needs_response", func(s *rules.Reading) { s.Refunding = 12490 }, "Wait: a refund of 124.90 EUR is under way in Stripe"},
		{"warning_needs_response", func(s *rules.Reading) { s.Refunding = 2490 }, "Refund the remaining 100.00 EUR of 124.90 EUR"},
		{"warning_needs_response", func(s *rules.Reading) {
			s.Authorized = rules.Money{Minor: 140000, Currency: "SEK"}
		}, "Refund the disputed amount in full"},
		{"warning_needs_response", func(s *rules.Reading) { s.DueBy = now }, "at once: the time for it ended on Mon 23 Nov, 08:00, or settle"},
		{"warning_needs_response", func(s *rules.Reading) { s.DueBy = time.Time{} }, "in Stripe, or settle with the customer"},
		{"warning_needs_response", func(s *rules.Reading) { s.Amount.Currency = "JPY" }, "which avoids the fee, or settle"},
		{"needs_response", nil, "Submit the evidence in Stripe before Thu 3 Dec, 14:00, once: there is one round. A refund is not possible any more."},
		{"needs_response", func(s *rules.Reading) { s.HasEvidence = true }, "Press Submit in Stripe before Thu 3 Dec, 14:00: evidence is staged"},
		{"needs_response", func(s *rules.Reading) { s.PastDue = true }, "the time for evidence ended on Thu 3 Dec, 14:00"},
		{"needs_response", func(s *rules.Reading) { s.DueBy = now.Add(-time.Second) }, "seems to take no answer any more"},
		{"needs_response", func(s *rules.Reading) { s.DueBy = time.Time{} }, "names no date"},
		{"lost", func(s *rules.Reading) { s.LossReason = "Merchant didn't counter dispute" }, "Nothing can be done: already lost, Merchant didn't counter dispute."},
		{"under_review", nil, "Nothing for now: it is with Klarna."},
		{"won", nil, "the dispute is over there (won)"},
		{"quantum_state", nil, "its status is one that this program does not know"},
	} {
		if got := atStripe(tt.status, tt.change).Remedy(policy, now); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %q lacks %q", tt.status, got, tt.want)
		}
	}
}

func TestWhatIsAtRiskHoldsTheFeeAndWhoseWordItIs(t *testing.T) {
	s := atStripe("needs_response", nil)
	c := rules.Case{ID: "c-1", Stage: rules.StageChargeback, OpenedAt: s.DueBy, Match: rules.Match{Strength: rules.Exact}, Stripe: &s}
	policy := rules.Default(time.UTC)
	if m, words := c.AtRisk(policy); m.String() != "144.90 EUR" || words != "144.90 EUR, with the fee of 20.00 EUR for a lost chargeback (Stripe's list of 2023)" {
		t.Errorf("%s: %q", m, words)
	}
	policy.Fees = rules.Fees{"EUR": {Minor: 2500, Currency: "EUR"}}
	if m, words := c.AtRisk(policy); m.String() != "149.90 EUR" || !strings.HasSuffix(words, "fee of 25.00 EUR for a lost chargeback (the config)") {
		t.Errorf("%s: %q", m, words)
	}
	s.Amount.Currency = "JPY"
	if m, words := c.AtRisk(policy); m.Minor != 12490 || words != "12490 JPY, and a fee that is not known for JPY" {
		t.Errorf("%s: %q", m, words)
	}
	c.Answers = []rules.Evidence{{Source: "stripe"}}
	if _, words := c.AtRisk(policy); words != "" {
		t.Errorf("of an answered case: %q", words)
	}
}

func TestWhatWasNotCapturedIsSaidAsItIs(t *testing.T) {
	eur := func(minor int64) rules.Money { return rules.Money{Minor: minor, Currency: "EUR"} }
	for _, tt := range []struct {
		captured   rules.Money
		capturable int64
		want       string
	}{
		{eur(8000), 0, "Captured 80.00 EUR of 124.90 EUR; the rest was released and cannot be captured any more."},
		{eur(8000), 4490, "Captured 80.00 EUR of 124.90 EUR; 44.90 EUR can still be captured."},
		{eur(0), 12490, "Nothing of the 124.90 EUR was captured; 124.90 EUR can still be captured."},
		{eur(0), 0, "Nothing of the 124.90 EUR was captured."},
		{eur(12490), 0, ""},
		{rules.Money{}, 0, ""}, // Stripe did not say
	} {
		s := atStripe("needs_response", func(s *rules.Reading) {
			s.Authorized, s.Captured, s.Capturable = eur(12490), tt.captured, tt.capturable
		})
		if got := strings.Join(rules.Case{Stripe: &s}.Oddities(), "\n"); got != tt.want {
			t.Errorf("captured %s: %q, want %q", tt.captured, got, tt.want)
		}
	}
}

func TestMailAndStripeThatDisagreeStandSideBySide(t *testing.T) {
	s := atStripe("needs_response", func(s *rules.Reading) {
		s.Authorized, s.Captured = rules.Money{Minor: 20000, Currency: "EUR"}, s.Amount
	})
	c := rules.Case{ID: "c-1", Match: rules.Match{Strength: rules.Exact}, Stripe: &s}
	c.Amount, c.Kind, c.Result = rules.Money{Minor: 13000, Currency: "EUR"}, rules.KindResolved, rules.ResultWon
	all := strings.Join(c.Oddities(), "\n")
	for _, want := range []string{
		"different amounts: 130.00 EUR in the mail, 124.90 EUR at Stripe",
		"different states: “resolved, won” in the mail, “chargeback, waits for our evidence” at Stripe",
		"Captured 124.90 EUR of 200.00 EUR",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in:\n%s", want, all)
		}
	}
	if !c.Disagrees() {
		t.Error("that is no disagreement")
	}
	s.Status, c.Amount, s.Captured = "won", s.Amount, s.Authorized
	if got := c.Oddities(); len(got) > 0 || c.Disagrees() {
		t.Errorf("agreement is odd: %q", got)
	}
	c.MailDeadline = &rules.MailDeadline{At: s.DueBy.Add(10 * time.Hour)}
	if c.Disagrees() {
		t.Error("the end of a day disagrees with an hour of it")
	}
	if c.MailDeadline.At = s.DueBy.Add(-25 * time.Hour); !c.Disagrees() {
		t.Error("two dates agree")
	}
}

// Klarna's mail says 30 November, Stripe 3 December: the card's title counts to the
// first, and what it says to do must not name the second.
func TestRemedyOfACaseGoesByTheDateThatItsTitleCountsTo(t *testing.T) {
	now, policy := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC), rules.Default(time.UTC)
	s := atStripe("needs_response", nil)
	c := rules.Case{
		Match: rules.Match{Strength: rules.Exact}, Stripe: &s, Stage: rules.StageChargeback,
		MailDeadline: &rules.MailDeadline{At: now.AddDate(0, 0, 7)},
	}
	for at, want := range map[time.Time]string{
		now:                   "Submit the evidence in Stripe before Mon 30 Nov, 08:00, once",
		now.AddDate(0, 0, 7):  "Submit the evidence in Stripe before Thu 3 Dec, 14:00, once",
		now.AddDate(0, 0, 30): "the time for evidence ended on Thu 3 Dec, 14:00",
	} {
		if got := c.Remedy(policy, at); !strings.Contains(got, want) {
			t.Errorf("%s: %q lacks %q", at, got, want)
		}
	}
}
