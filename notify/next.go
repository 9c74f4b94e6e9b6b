package notify

import (
	"fmt"

	"github.com/disputewatch/disputewatch/rules"
)

// next is the next thing to do about a case, at its stage (DOMAIN.md, "Stripe's
// side" and "The mails"). It says one thing, and what would be in vain.
func next(c rules.Case) string {
	switch c.State {
	case rules.Closed:
		return "Nothing. This is over."
	case rules.Answered:
		return "Nothing for now: it is answered, Klarna decides."
	}
	switch {
	case c.Stage == rules.StageStopRequest:
		return "Stop the order. Then answer Klarna by replying to that very mail" + in(c) + "; a fresh mail only delays it."
	case c.Stage == rules.StageInvestigation:
		return "Answer Klarna by replying to that very mail" + in(c) + "; a fresh mail only delays it."
	case c.Match.Strength == rules.Ambiguous:
		return fmt.Sprintf("Say which charge is meant: disputewatch link %s CHARGE.", c.ID)
	case c.Stripe != nil && c.Match.Strength == rules.Probable:
		return fmt.Sprintf("Check in Stripe that this is the charge, then say so: disputewatch link %s %s.", c.ID, c.Match.Charge)
	case c.Stripe != nil:
		return nextInStripe(*c.Stripe)
	case c.Kind == rules.KindUnknownKlarna:
		return "Read the mail" + in(c) + ": it speaks of a dispute, and what it asks for was not understood."
	}
	return nextAtKlarna(c)
}

// nextInStripe is what Stripe's dispute still allows.
func nextInStripe(s rules.Reading) string {
	switch s.Status {
	case "warning_needs_response":
		if rest := s.Amount.Minor - s.RefundedSince; s.RefundedSince > 0 && rest > 0 {
			return fmt.Sprintf("Refund the remaining %s in Stripe or settle with the customer. Evidence is ignored at this stage.",
				rules.Money{Minor: rest, Currency: s.Amount.Currency})
		}
		return "Refund the disputed amount in Stripe or settle with the customer. Evidence is ignored at this stage."
	case "needs_response":
		switch {
		case s.PastDue || s.DueBy.IsZero():
			return "Look in Stripe: it seems to take no answer any more."
		case s.HasEvidence && s.Submissions == 0:
			return "Press Submit in Stripe: evidence is staged there, but not submitted. There is one round only."
		}
		return "Submit the evidence in Stripe, once: there is one round. A refund is not possible any more."
	case "under_review", "warning_under_review":
		return "Nothing for now: it is with Klarna."
	case "won", "lost", "prevented", "warning_closed":
		return "Look in Stripe: the dispute is over there (" + rules.StatusWords(s.Status) + ")."
	}
	return "Look in Stripe: its status is one that this program does not know."
}

// nextAtKlarna is what to do while Stripe shows no dispute.
func nextAtKlarna(c rules.Case) string {
	const byForm = " A reply to the mail does not answer it."
	switch {
	case c.Verdict != rules.Genuine:
		return "Make sure that the mail" + in(c) + " is Klarna's before you follow its button: look for the dispute in Stripe or in Klarna's portal." + byForm
	case c.RespondLink != "":
		return "Answer in Klarna's form: Stripe shows no dispute yet." + byForm
	}
	return "Answer in Klarna's form, by the button in the mail" + in(c) + ": Stripe shows no dispute yet." + byForm
}

// in names the mailbox that holds the mail.
func in(c rules.Case) string {
	if c.Mailbox == "" {
		return ""
	}
	return " in mailbox " + c.Mailbox
}
