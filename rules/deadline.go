package rules

import "time"

// Deadline is until when a case must be answered, and who says so.
type Deadline struct {
	At        time.Time // the earlier, where mails and Stripe differ; zero where there is none
	Source    string    // SourceMail, SourceStripe, SourceAssumed, or "" where there is none
	Ambiguous bool      // the mail's date can be read in two ways; this is the earlier
	Text      string    // as the mail has it

	Other       time.Time // the later one, where mails and Stripe differ
	OtherSource string
}

// The sources of a deadline.
const (
	SourceMail    = "mail"
	SourceStripe  = "stripe"
	SourceAssumed = "assumed"
)

// Last is the time after which nobody takes an answer: the later of the two.
func (d Deadline) Last() time.Time {
	if d.Other.After(d.At) {
		return d.Other
	}
	return d.At
}

// Living is the date that still counts at now: the earlier, and once that has
// passed the later one (DOMAIN.md §4).
func (d Deadline) Living(now time.Time) time.Time {
	if d.At.After(now) {
		return d.At
	}
	return d.Last()
}

// Doubt is what a date must say of itself also where its source is not shown:
// "assumed", "ambiguous" where the mail's date can be read in two ways, else "".
func (d Deadline) Doubt() string {
	switch {
	case d.Source == SourceAssumed:
		return "assumed"
	case d.Source == SourceMail && d.Ambiguous:
		return "ambiguous"
	}
	return ""
}

// Deadline orders what is known as DOMAIN.md §4 does: the date in the mail and
// the due_by of a surely matched Stripe dispute (of a stop request's only while it
// waits for an answer itself), the earlier first; without either, the assumption
// that was made when the mail was read.
func (c Case) Deadline() Deadline {
	var mail, stripe Deadline
	if m := c.MailDeadline; m != nil {
		mail = Deadline{At: m.At, Source: SourceMail, Ambiguous: m.Ambiguous, Text: m.Text}
		if m.Later.After(m.At) {
			mail.Other, mail.OtherSource = m.Later, SourceMail
		}
	}
	if s := c.atStripe(); s != nil && !s.DueBy.IsZero() && (c.Lane() == LaneDispute || s.waits()) {
		stripe = Deadline{At: s.DueBy, Source: SourceStripe}
	}
	switch {
	case mail.At.IsZero() && stripe.At.IsZero():
		if c.Assumed.IsZero() {
			return Deadline{}
		}
		return Deadline{At: c.Assumed, Source: SourceAssumed}
	case stripe.At.IsZero():
		return mail
	case mail.At.IsZero():
		return stripe
	}
	first, second := mail, stripe
	if stripe.At.Before(mail.At) {
		first, second = stripe, mail
	}
	first.Text, first.Ambiguous = mail.Text, mail.Ambiguous
	if !first.At.Equal(second.At) {
		first.Other, first.OtherSource = second.At, second.Source
	}
	if last := mail.Last(); last.After(first.Last()) {
		first.Other, first.OtherSource = last, SourceMail
	}
	return first
}

// Assumed is the deadline to assume for a mail of that kind and reason that
// names none; zero for a mail that asks for nothing. It counts from the mail's
// own date, unless that is missing or lies ahead.
func (p Policy) Assumed(k Kind, reason string, date, now time.Time) time.Time {
	if date.IsZero() || date.After(now) {
		date = now
	}
	span := p.Assume.Dispute
	switch k {
	case KindStopRequest:
		span = p.Assume.StopRequest
	case KindInvestigation:
		span = p.Assume.Investigation
	case KindReminder:
		span = p.Assume.Reminder
	case KindFollowUp, KindAppealOpen:
		span = p.Assume.FollowUp
	case KindResolved, KindEvidenceReceived, KindStripeNotice:
		return time.Time{}
	case KindDisputeRequest:
		switch reason {
		case ReasonUnauthorizedPurchase:
			span = p.Assume.Fraud
		case ReasonHighRiskOrder:
			span = p.Assume.HighRisk
		}
	}
	return p.Calendar.Add(date, span)
}
