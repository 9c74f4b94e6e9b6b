package rules

import (
	"cmp"
	"time"
)

// takeMerge takes in a younger case that turned out to be the same dispute.
func (c *Case) takeMerge(e Event) {
	from := e.From
	if from == nil {
		return
	}
	was, proved, alike := c.standing(e.At), from.Verdict == Genuine, from.Lane() == c.Lane()
	c.Said = merge(c.Said, from.Said, false, false)
	c.Mailbox = cmp.Or(c.Mailbox, from.Mailbox) // opened by Stripe, joined by a mail
	beneath := !alike && !from.Finished() && c.lanesMeet(e.At, *from, proved)
	if d := from.MailDeadline; d != nil && !beneath && (c.MailDeadline == nil || d.Said.After(c.MailDeadline.Said) && (proved || d.At.Before(c.MailDeadline.At))) {
		c.MailDeadline = d
	}
	if !beneath && (c.Assumed.IsZero() || !from.Assumed.IsZero() && from.Assumed.Before(c.Assumed)) {
		c.Assumed = from.Assumed
	}
	c.notLater(was, proved)
	if c.Match.Strength != Exact && from.Match.Strength == Exact {
		c.Match = from.Match
	}
	for _, ev := range from.Answers {
		if !alike {
			break // a stop request's answer answers no dispute, nor the other way round
		}
		if ev.Source == "reply" && c.Lane() != LaneStopRequest {
			continue // it answered a stop request, and no dispute
		}
		if c.stripeWaits() && c.Stripe.overrules(ev, e.At) {
			if ev.Source == "mail" {
				c.alert(e.At, "contradiction", receivedButOpen)
			}
			continue
		}
		c.answer(ev)
	}
	c.Thread, c.Warnings = with(c.Thread, from.Thread...), with(c.Warnings, from.Warnings...)
	c.Claim = cmp.Or(c.Claim, from.Claim)
	if c.Snooze != nil && !from.LastMail.IsZero() && from.OpenedAt.After(c.Snooze.At) {
		c.Snooze = nil // a mail that came since
	}
	if c.LastMail.IsZero() || from.FirstMail.Before(c.FirstMail) && !from.LastMail.IsZero() {
		c.FirstMail = from.FirstMail
	}
	c.LastMail = later(c.LastMail, from.LastMail)
	c.say(e.At, "merged", "Another mail turned out to be about this dispute.")
	if c.Finished() && !from.Finished() {
		c.askedAgain(e.At, MailSaid{Said: from.Said, Date: from.LastMail}, proved)
	}
}

// lanesMeet joins an open case of the other lane, and says that its dispute, with
// its dates, waits beneath the stop request that goes on. One that was replied to
// gives way to the dispute.
func (c *Case) lanesMeet(at time.Time, from Case, proved bool) (beneath bool) {
	switch {
	case from.Lane() == LaneStopRequest:
		c.stageByMail(at, from.Stage.kind(), proved) // before its date, which is that lane's
	case !from.Kind.disputes() && from.Kind != KindStripeDispute: // it may be a copy of the reply itself
	case c.Finished():
		c.turn(at, from.Stage, proved)
	default:
		c.Beneath = &Beneath{from.Stage, from.MailDeadline, from.Assumed}
		return true
	}
	return false
}
