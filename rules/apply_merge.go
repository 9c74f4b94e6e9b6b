package rules

import (
	"cmp"
	"time"
)

// takeMerge takes in a younger case that turned out to be the same dispute.
func (c *Case) takeMerge(e Event) {
	if e.From == nil {
		return
	}
	from, was := *e.From, c.standing(e.At)
	counts := c.weigh(MailSaid{Said: from.Said}).counts
	c.Said.merge(from.Said, false, false)
	c.Mailbox = cmp.Or(c.Mailbox, from.Mailbox) // opened by Stripe, joined by a mail
	if beneath := c.lanesMeet(e.At, from); !beneath {
		c.joinDates(e.At, from)
	}
	c.notLater(was, from.proved())
	if !c.Match.Sure() && from.Match.Sure() {
		c.Match = from.Match
	}
	c.joinAnswers(e.At, from)
	c.Thread, c.Warnings = with(c.Thread, from.Thread...), with(c.Warnings, from.Warnings...)
	c.Claim = cmp.Or(c.Claim, from.Claim)
	if c.Snooze != nil && !from.LastMail.IsZero() && from.OpenedAt.After(c.Snooze.At) {
		c.Snooze = nil // a mail that came since
	}
	if c.LastMail.IsZero() || counts && from.FirstMail.Before(c.FirstMail) && !from.LastMail.IsZero() {
		c.FirstMail = from.FirstMail
	}
	if counts {
		c.LastMail = later(c.LastMail, from.LastMail)
	}
	c.say(e.At, "merged", "Another mail turned out to be about this dispute.")
	if c.Finished() && !from.Finished() {
		c.askedAgain(e.At, MailSaid{Said: from.Said, Date: from.LastMail})
	}
}

// lanesMeet joins an open case of the other lane, and says that its dispute, with
// its dates, waits beneath the stop request that goes on. One that was replied to
// gives way to the dispute.
func (c *Case) lanesMeet(at time.Time, from Case) (beneath bool) {
	switch {
	case from.Lane() == c.Lane() || from.Finished():
	case from.Lane() == LaneStopRequest:
		c.stageByMail(at, from.Stage.kind(), from.proved()) // before its date, which is that lane's
	case !from.Kind.disputes() && from.Kind != KindStripeDispute: // it may be a copy of the reply itself
	case c.Finished():
		c.turn(at, from.Stage, from.proved())
	default:
		c.Beneath = &Beneath{from.Stage, from.MailDeadline, from.Assumed}
		return true
	}
	return false
}

// joinDates takes the date of the newer mail, as far as its proof goes, and the
// nearer assumption.
func (c *Case) joinDates(at time.Time, from Case) {
	has, d := c.MailDeadline, from.MailDeadline
	if d != nil && (has == nil || d.Said.After(has.Said)) {
		c.takeDate(at, MailSaid{Said: from.Said, Deadline: d, Date: d.Said})
	}
	c.Assumed = earlier(c.Assumed, from.Assumed)
}

// joinAnswers takes what answered the younger case, where it answers this one, too.
func (c *Case) joinAnswers(at time.Time, from Case) {
	if from.Lane() != c.Lane() {
		return // a stop request's answer answers no dispute, nor the other way round
	}
	for _, ev := range from.Answers {
		switch {
		case ev.Source == "reply" && c.Lane() != LaneStopRequest: // it answered a stop request, and no dispute
		case !c.stripeWaits() || !c.Stripe.overrules(ev, at):
			c.answer(ev)
		case ev.Source == "mail":
			c.alert(at, "contradiction", receivedButOpen)
		}
	}
}
