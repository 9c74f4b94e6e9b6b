package notify

import (
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// next is the next thing to do about a case, at its stage (DOMAIN.md, "Stripe's
// side" and "The mails"). It says one thing, and what would be in vain.
func next(c rules.Case, p rules.Policy, now time.Time) string {
	also := c.Also()
	switch {
	case also == "":
		return nextOf(c, p, now)
	case c.Finished():
		return byReply(c, also)
	}
	return byReply(c, also) + " Of the dispute: " + nextOf(c, p, now)
}

// nextOf is next of the case itself, whatever Klarna asks besides.
func nextOf(c rules.Case, p rules.Policy, now time.Time) string {
	switch c.State {
	case rules.Closed:
		if c.Stripe != nil && c.Match.Sure() && c.Stripe.Status == "lost" {
			return c.Remedy(p, now)
		}
		if c.Into != "" {
			return "Nothing here: what is to be done stands on the card of case " + c.Into + "."
		}
		return "Nothing. This is over."
	case rules.Answered:
		return "Nothing for now: it is answered, Klarna decides."
	}
	switch {
	case c.Lane() == rules.LaneStopRequest:
		return byReply(c, c.Stage)
	case c.Match.Strength == rules.Ambiguous && onlyCharge(c.Match) != "":
		return fmt.Sprintf("Say which dispute of charge %s is meant: disputewatch link %s DISPUTE.", onlyCharge(c.Match), c.ID)
	case c.Match.Strength == rules.Ambiguous:
		return fmt.Sprintf("Say which charge is meant: disputewatch link %s CHARGE.", c.ID)
	case c.Stripe != nil && c.Match.Strength == rules.Probable:
		return fmt.Sprintf("Check in Stripe that this is the charge, then say so: disputewatch link %s %s.", c.ID, c.Match.Charge)
	case c.Stripe != nil:
		return c.Remedy(p, now)
	case c.Kind == rules.KindUnknownKlarna:
		return "Read the mail" + in(c) + ": it speaks of a dispute, and what it asks for was not understood."
	}
	return nextAtKlarna(c, now)
}

// byReply is what to do about a stop request or an investigation.
func byReply(c rules.Case, s rules.Stage) string {
	first := ""
	if s == rules.StageStopRequest {
		first = "Stop the order. Then "
	}
	return upper(first + "answer Klarna by replying to that very mail" + in(c) + "; a fresh mail only delays it.")
}

// nextAtKlarna is what to do while Stripe shows no dispute.
func nextAtKlarna(c rules.Case, now time.Time) string {
	answer := "Answer in Klarna's form"
	if last := c.Deadline().Last(); !last.IsZero() && !last.After(now) {
		answer += " at once, while it may still be taken"
	}
	const byForm = " A reply to the mail does not answer it."
	switch {
	case c.Match.Dispute != "":
		return "Answer in Stripe: it shows the dispute " + c.Match.Dispute + ", which is read within minutes." + byForm
	case c.Verdict != rules.Genuine:
		return "Make sure that the mail" + in(c) + " is Klarna's before you follow its button: look for the dispute in Stripe or in Klarna's portal." + byForm
	case c.RespondLink != "":
		return answer + ": Stripe shows no dispute yet." + byForm
	}
	return answer + ", by the button in the mail" + in(c) + ": Stripe shows no dispute yet." + byForm
}

// in names the mailbox that holds the mail.
func in(c rules.Case) string {
	if c.Mailbox == "" {
		return ""
	}
	return " in mailbox " + c.Mailbox
}
