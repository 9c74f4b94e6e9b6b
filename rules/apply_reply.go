package rules

import (
	"slices"
	"time"
)

// takeReply: somebody answered the very mail. That is the answer to a stop
// request or an investigation, unless Klarna has written since; a reply without
// a date is older than any mail. A dispute wants Klarna's form or Stripe, also one
// that a stop request came upon.
func (c *Case) takeReply(e Event) {
	old := e.Mail.Date.Before(c.LastMail)
	switch {
	case c.Also() != "" && !old:
		c.Warnings = slices.DeleteFunc(c.Warnings, isAlso)
		c.replied(e.At)
	case !c.ClosedAt.IsZero(): // it is over; the trail alone keeps the reply
	case c.Lane() != LaneStopRequest:
		c.alert(e.At, "replied", "Replied by mail, but Klarna takes an answer only through its form or Stripe.")
	case old:
	case c.Beneath != nil && !c.Finished():
		c.surface(e.At)
	default:
		c.answer(Evidence{Source: "reply", At: e.At, Who: e.By, Note: e.Note, Said: earlier(e.Mail.Date, e.At)})
		c.say(e.At, "answered", "Answered by mail.")
	}
}

// surface goes back to the dispute that waited while its stop request did: a reply
// answers no dispute.
func (c *Case) surface(at time.Time) {
	b := c.Beneath
	c.Stage, c.MailDeadline, c.Assumed, c.Beneath = b.Stage, b.MailDeadline, b.Assumed, nil
	c.begin(later(at, c.Round.At), RoundStageChanged)
	if s := c.atStripe(); s != nil {
		c.follow(at, nil, *s)
	}
	c.replied(at)
}

// replied says that a mail which asked besides the dispute has got its reply.
func (c *Case) replied(at time.Time) {
	text := "Klarna's other mail was answered by a reply"
	if !c.Finished() {
		text += "; the dispute itself still waits"
	}
	c.say(at, "replied", text+".")
}
