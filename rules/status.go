package rules

import "time"

// waits says that Stripe still waits for the merchant.
func (s Reading) waits() bool {
	return s.Status == "needs_response" || s.Status == "warning_needs_response"
}

// stripeWaits says that Stripe shows a dispute that surely is the case's and still
// waits for the merchant.
func (c *Case) stripeWaits() bool {
	s := c.atStripe()
	return s != nil && s.waits()
}

// follows says that was is an earlier reading of the same dispute.
func (s Reading) follows(was *Reading) bool { return was != nil && was.Dispute == s.Dispute }

// stage is the one that a status tells of; "" where it tells of none.
func (s Reading) stage() Stage {
	switch s.Status {
	case "warning_needs_response", "warning_under_review", "warning_closed":
		return StageInquiry
	case "needs_response", "under_review", "won", "lost":
		return StageChargeback
	}
	return ""
}

// outcomeOf is how a dispute ended at Stripe; "" for one that has not.
func outcomeOf(status string) string {
	switch status {
	case "won", "lost", "prevented":
		return status
	case "warning_closed":
		return "inquiry_closed"
	}
	return ""
}

// over says that Stripe's dispute has ended.
func (s Reading) over() bool {
	switch s.Status {
	case "won", "lost", "prevented", "warning_closed":
		return true
	}
	return false
}

// answeredBy says why a reading counts as answered, with its source; "" if it
// does not. An unknown status never does, nor does what was submitted to the
// inquiry before, spent submissions, or after its date: Stripe does not promise
// that it arrives.
func answeredBy(s Reading, spent int64) (note, source string) {
	switch s.Status {
	case "under_review":
		return "Stripe: the evidence is with Klarna (under_review)", "stripe"
	case "warning_under_review":
		return "Stripe: the inquiry is under review", "stripe"
	case "needs_response":
		if s.Submissions > spent && !s.PastDue {
			return "Stripe: evidence was submitted", "stripe"
		}
	case "warning_needs_response":
		if s.Settled() {
			return "Refunded in full during the inquiry; waiting for it to close", "refund"
		}
	}
	return "", ""
}

// overrules says that evidence does not count against a dispute that Stripe does not
// call answered.
func (s Reading) overrules(ev Evidence, at time.Time) bool {
	switch ev.Source {
	case "stripe", "refund", "mail":
		return true
	case "person":
		return s.waits() && !ev.Holds.IsZero() && !ev.Holds.After(at)
	}
	return false
}

// Settled says that what was refunded for it since the dispute reaches the disputed
// amount. Sums of two currencies cannot be compared.
func (s Reading) Settled() bool {
	alike := s.Authorized.IsZero() || s.Authorized.Currency == s.Amount.Currency
	return alike && s.Amount.Minor > 0 && s.refunded() >= s.Amount.Minor
}

// refunded is what was given back since the dispute and is surely for it.
func (s Reading) refunded() int64 { return s.RefundedSince - s.RefundedElse }

// Contradicts says that Stripe waits at now for an answer to the dispute of a case
// that is closed, has got none, and would still take it.
func (s Reading) Contradicts(c Case, now time.Time) bool {
	_, answered := answeredBy(s, c.Spent)
	takes := s.Status == "warning_needs_response" || !s.DueBy.IsZero()
	return !c.ClosedAt.IsZero() && c.Outcome != Duplicate && c.Match.Sure() &&
		s.waits() && answered == "" && takes && !s.late(now)
}
