package rules

import (
	"fmt"
	"time"
)

// Oddities are what people should know of a case's charge before they act
// (DOMAIN.md, "What a case should tell support about the charge"), and where the
// mails and Stripe disagree, both sides. How the payment was captured is no
// oddity of one case: that is told once a week.
func (c Case) Oddities() []string {
	s := c.Stripe
	if s == nil {
		return nil
	}
	var out []string
	add := func(yes bool, text string) {
		if yes {
			out = append(out, text)
		}
	}
	add(!s.Klarna, "This charge was not paid with Klarna.")
	add(!s.Live, "This is a charge of Stripe's test mode.")
	if m := c.Amount; !m.IsZero() && !s.Amount.IsZero() && m != s.Amount {
		what := "amounts"
		if m.Currency != s.Amount.Currency {
			what = "currencies"
		}
		out = append(out, fmt.Sprintf("Mail and Stripe name different %s: %s in the mail, %s at Stripe.", what, m, s.Amount))
	}
	if mail := c.resultWords(); mail != "" && !s.over() {
		out = append(out, fmt.Sprintf("Mail and Stripe name different states: “%s” in the mail, “%s” at Stripe.", mail, StatusWords(s.Status)))
	}
	add(c.endsDiffer(), fmt.Sprintf("Mail and Stripe name different ends: %s in the mail, %s at Stripe. Ask Stripe support.", c.Result, StatusWords(s.Status)))
	add(!s.Captured.IsZero() && s.Captured.Minor < s.Authorized.Minor, s.capture())
	add(s.RefundedElse > 0, fmt.Sprintf("A refund of %s may be for another inquiry about this charge: it counts here once both are covered.", s.Refund(s.RefundedElse)))
	add(s.PastDue && s.Status == "under_review", "Stripe says that the evidence was submitted after its date: it may not have reached Klarna.")
	add(s.PastDue && s.waits(), "Stripe says that the time to answer is over.")
	return out
}

// capture says how much of an authorised payment was taken, and what became of the
// rest: it is released with the capture, unless Stripe says that it can be
// captured still.
func (s Reading) capture() string {
	text := fmt.Sprintf("Captured %s of %s", s.Captured, s.Authorized)
	if s.Captured.Minor == 0 {
		text = fmt.Sprintf("Nothing of the %s was captured", s.Authorized)
	}
	switch {
	case s.Capturable > 0:
		return fmt.Sprintf("%s; %s can still be captured.", text, Money{Minor: s.Capturable, Currency: s.Authorized.Currency})
	case s.Captured.Minor == 0:
		return text + "."
	}
	return text + "; the rest was released and cannot be captured any more."
}

// Disagrees says that a mail and the surely matched dispute of Stripe's name
// different dates, amounts or states. A mail's date of midnight is the end of a
// day, so that two dates within a day are the same.
func (c Case) Disagrees() bool {
	s := c.atStripe()
	if s == nil {
		return false
	}
	dates := c.MailDeadline != nil && !s.DueBy.IsZero() && c.MailDeadline.At.Sub(s.DueBy).Abs() > 24*time.Hour
	amounts := !c.Amount.IsZero() && !s.Amount.IsZero() && c.Amount != s.Amount
	return dates || amounts || c.resultWords() != "" && !s.over() || c.endsDiffer()
}

// endsDiffer says that of Klarna's mail and the surely matched dispute of Stripe's
// one tells of a loss and the other of none.
func (c Case) endsDiffer() bool {
	s := c.atStripe()
	if s == nil || !s.over() {
		return false
	}
	switch c.Result {
	case ResultWon:
		return s.Status == "lost"
	case ResultLost: // so Klarna calls an inquiry, too, that a refund ended
		refunded := s.RefundedMinor > 0 && s.RefundedMinor >= s.Amount.Minor
		return s.Status == "won" || s.Status != "lost" && !refunded
	}
	return false
}

// resultWords is what a mail says of the end of the dispute, "" where none does.
func (c Case) resultWords() string {
	if c.Kind != KindResolved {
		return ""
	}
	if c.Result == "" || c.Result == ResultUnknown {
		return "resolved"
	}
	return "resolved, " + string(c.Result)
}
