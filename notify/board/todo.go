package board

import (
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// todo is the next thing to do about a case, in one sentence.
func todo(c rules.Case, now time.Time) string {
	switch c.StateAt(now) {
	case rules.Closed:
		return "Nothing: this is over."
	case rules.Answered:
		return "Nothing for now: Klarna decides."
	}
	switch {
	case c.Stage == rules.StageStopRequest:
		return "Stop the order, then reply to that very mail."
	case c.Stage == rules.StageInvestigation:
		return "Reply to that very mail."
	case c.Match.Strength == rules.Ambiguous:
		return "Say which charge is meant."
	case c.Match.Strength == rules.Probable:
		return "Check that this is the charge, and say so."
	case c.Stripe != nil && c.Match.Sure():
		return todoInStripe(*c.Stripe)
	case c.Kind == rules.KindUnknownKlarna:
		return "Read the mail: what it asks for was not understood."
	case c.Verdict != rules.Genuine:
		return "Make sure that the mail is Klarna's, then look for the dispute in Stripe or in Klarna's portal."
	}
	return "Answer in Klarna's form: Stripe shows no dispute yet. A reply to the mail does not answer it."
}

// todoInStripe is what Stripe's dispute still allows (DOMAIN.md §5).
func todoInStripe(s rules.Reading) string {
	switch s.Status {
	case "warning_needs_response":
		if rest := s.Amount.Minor - s.RefundedSince; s.RefundedSince > 0 && rest > 0 {
			return "Refund the remaining " + rules.Money{Minor: rest, Currency: s.Amount.Currency}.String() + " in Stripe, or settle with the customer."
		}
		return "Refund in Stripe or settle with the customer. Evidence is ignored at this stage."
	case "needs_response":
		switch {
		case s.PastDue || s.DueBy.IsZero():
			return "Look in Stripe: it seems to take no answer any more."
		case s.HasEvidence && s.Submissions == 0:
			return "Press Submit in Stripe: evidence is staged, not submitted."
		}
		return "Submit the evidence in Stripe, once. A refund is not possible any more."
	case "under_review", "warning_under_review":
		return "Nothing for now: it is with Klarna."
	case "won", "lost", "prevented", "warning_closed":
		return "Look in Stripe: the dispute is over there."
	}
	return "Look in Stripe: its status is one that this program does not know."
}
