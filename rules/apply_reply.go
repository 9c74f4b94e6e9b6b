package rules

import "slices"

// takeReply: somebody answered the very mail. That is the answer to a stop
// request or an investigation, unless Klarna has written since; a reply without
// a date is older than any mail. A dispute wants Klarna's form or Stripe, also one
// that a stop request came upon.
func (c *Case) takeReply(e Event) {
	switch {
	case c.Also() != "" && !e.Mail.Date.Before(c.LastMail):
		c.Warnings = slices.DeleteFunc(c.Warnings, isAlso)
		c.replied(e.At)
	case !c.ClosedAt.IsZero(): // it is over; the trail alone keeps the reply
	case c.Lane() != LaneStopRequest:
		const text = "Replied by mail, but Klarna takes an answer only through its form or Stripe."
		c.alert(e.At, "replied", text)
	case e.Mail.Date.Before(c.LastMail):
	case c.Beneath != nil && !c.Finished():
		c.surface(e.At)
	default:
		c.answer(Evidence{Source: "reply", At: e.At, Who: e.By, Note: e.Note, Said: earlier(e.Mail.Date, e.At)})
		c.say(e.At, "answered", "Answered by mail.")
	}
}
