package rules

import (
	"cmp"
	"fmt"
	"time"
)

// RulesAsOf dates what a remedy says is allowed: it rests on Stripe's and
// Klarna's pages as they stood then (DOMAIN.md, "Stripe's side"), and those may
// have changed since.
const RulesAsOf = "22 Nov 2026"

// Remedy is what Stripe still allows for the case's dispute at now, until the date
// that its title counts to: where a mail of Klarna's names a day before Stripe's,
// whoever acts by Stripe's may be late.
func (c Case) Remedy(p Policy, now time.Time) string {
	s := *c.Stripe
	if at := c.Deadline().Living(now); at.After(now) && at.Before(s.DueBy) {
		s.DueBy = at
	}
	return s.Remedy(p, now)
}

// Remedy is what Stripe still allows for the dispute of s at now, in one or two
// sentences: with the sum, the date and the fee that hang on it.
func (s Reading) Remedy(p Policy, now time.Time) string {
	switch s.Status {
	case "warning_needs_response":
		return s.ofInquiry(p, now)
	case "needs_response":
		return s.ofChargeback(p, now)
	case "under_review", "warning_under_review":
		return "Nothing for now: it is with Klarna."
	case "lost":
		return "Nothing can be done: already lost" + s.why() + "."
	case "won", "prevented", "warning_closed":
		return "Look in Stripe: the dispute is over there (" + StatusWords(s.Status) + ")."
	}
	return "Look in Stripe: its status is one that this program does not know."
}

// ofInquiry: only a refund, or the customer's own word, ends an inquiry.
func (s Reading) ofInquiry(p Policy, now time.Time) string {
	const ignored = " Evidence is ignored in an inquiry."
	const settle = ", or settle with the customer." + ignored
	what, rest := "Refund the disputed amount in full", s.refundable()
	switch {
	case rest < 0:
	case rest == 0 && s.Refunding > 0:
		return fmt.Sprintf("Wait: a refund of %s is under way in Stripe, and counts once it has succeeded.", s.Refund(s.Refunding)) + ignored
	case rest == 0:
		return fmt.Sprintf("Settle with the customer, or ask Stripe support: nothing of the charge is left to refund, %s of it was refunded before the dispute.", s.Refund(s.RefundedMinor-s.RefundedSince)) + ignored
	case rest < s.Amount.Minor:
		what = fmt.Sprintf("Refund the remaining %s of %s", s.Refund(rest), s.Amount)
	default:
		what = fmt.Sprintf("Refund all of the %s", s.Amount)
	}
	switch {
	case s.late(now):
		return what + " in Stripe at once: the time for it ended" + s.on(p, " on ") + settle
	case s.DueBy.IsZero():
		return what + " in Stripe" + settle
	}
	return what + " in Stripe" + s.on(p, " before ") + ", which avoids " + feeWords(p, s.Amount) + settle
}

// refundable is what of the disputed amount can still be refunded: what was given
// back before the dispute, or is on its way, is gone too. It is negative where
// that cannot be told.
func (s Reading) refundable() int64 {
	if s.Amount.Minor <= 0 || !s.Authorized.IsZero() && s.Authorized.Currency != s.Amount.Currency {
		return -1
	}
	rest := s.Amount.Minor - s.refunded() - s.Refunding
	if !s.Captured.IsZero() {
		rest = min(rest, s.Captured.Minor-s.RefundedMinor-s.Refunding)
	}
	return max(rest, 0)
}

// Refund is a sum in the currency of the charge, which is that of its refunds.
func (s Reading) Refund(minor int64) Money {
	return Money{Minor: minor, Currency: cmp.Or(s.Authorized.Currency, s.Amount.Currency)}
}

// ofChargeback: one round of evidence, and no refund any more.
func (s Reading) ofChargeback(p Policy, now time.Time) string {
	switch {
	case s.DueBy.IsZero():
		return "Look in Stripe: it names no date, so it seems to take no answer."
	case s.late(now):
		return "Look in Stripe: the time for evidence ended" + s.on(p, " on ") + ", so it seems to take no answer any more."
	case s.HasEvidence && s.Submissions == 0:
		return "Press Submit in Stripe" + s.on(p, " before ") + ": evidence is staged there, but not submitted. There is one round only."
	}
	return "Submit the evidence in Stripe" + s.on(p, " before ") + ", once: there is one round. A refund is not possible any more."
}

// late says that the time of an open dispute is over, by Stripe's word or by the
// clock.
func (s Reading) late(now time.Time) bool {
	return s.PastDue || !s.DueBy.IsZero() && !now.Before(s.DueBy)
}

// on is the date to answer by behind a word, where the shop's clocks are: "before
// Thu 3 Dec, 14:00"; "" without one.
func (s Reading) on(p Policy, word string) string {
	if s.DueBy.IsZero() {
		return ""
	}
	zone := p.Calendar.Location
	if zone == nil {
		zone = time.UTC
	}
	return word + s.DueBy.In(zone).Format("Mon 2 Jan, 15:04")
}

// why is Klarna's reason for a loss, as Stripe passes it on.
func (s Reading) why() string {
	if why := Plain(s.LossReason, 80); why != "" {
		return ", " + why
	}
	return ""
}

// feeWords is the fee that a refund in time avoids.
func feeWords(p Policy, m Money) string {
	if fee, source := p.Fees.Lost(m.Currency); source != "" {
		return "the fee of " + fee.String()
	}
	return "the fee"
}

// AtRisk is what losing the case would cost, the fee on top of the disputed
// amount, and the same in words with the source of the fee. The words are "" of a
// case that is over or answered, that is no dispute, or whose amount nobody
// knows.
func (c Case) AtRisk(p Policy) (together Money, words string) {
	m := c.Disputed()
	if m.IsZero() || c.Finished() || c.Lane() != LaneDispute {
		return m, ""
	}
	fee, source := p.Fees.Lost(m.Currency)
	if source == "" {
		return m, fmt.Sprintf("%s, and a fee that is not known for %s", m, m.Currency)
	}
	together = Money{Minor: m.Minor + fee.Minor, Currency: m.Currency}
	return together, fmt.Sprintf("%s, with the fee of %s for a lost chargeback (%s)", together, fee, source)
}
