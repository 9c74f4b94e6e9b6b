package rules

import (
	"cmp"
	"time"
)

// takeResolved: Klarna says that it is over.
func (c *Case) takeResolved(at time.Time, m MailSaid) {
	if !c.settles(at, m, doubts{
		waits:     "Klarna says resolved, but Stripe still waits for an answer: the escalation goes on.",
		unproved:  "An unverified mail says that this is resolved; it does not count. Please check.",
		overtaken: "An older mail of Klarna's says resolved; Klarna has asked since, and the case stays open.",
	}) {
		return
	}
	result := string(cmp.Or(m.Result, ResultUnknown))
	switch {
	case c.ClosedAt.IsZero():
		c.answer(Evidence{Source: "mail", At: at, Note: "Klarna: resolved, " + result, Said: m.Date})
		c.close(at, result)
		c.EndSaid = m.Date
		c.say(at, "closed", "Klarna: resolved, "+result+".")
	case c.endsDiffer():
		c.say(at, "contradiction", "Klarna says resolved, "+result+", but Stripe shows "+c.Stripe.Status+".")
	}
}

// receivedButOpen warns of a mail that answers what Stripe holds open.
const receivedButOpen = "Klarna says that it has our answer, but Stripe still waits for one: the escalation goes on."

// takeReceived: Klarna confirms that it has the merchant's answer.
func (c *Case) takeReceived(at time.Time, m MailSaid) {
	counts := c.settles(at, m, doubts{
		waits:     receivedButOpen,
		unproved:  "An unverified mail says that Klarna has our answer; it does not count. Please check.",
		overtaken: "An older mail of Klarna's says that it has our answer; Klarna has asked since, and the case stays open.",
	})
	if counts && !c.Finished() {
		c.answer(Evidence{Source: "mail", At: at, Note: "Klarna: evidence received", Said: m.Date})
		c.say(at, "answered", "Klarna has our answer.")
	}
}

// doubts are the words for each reason why a mail settles nothing.
type doubts struct{ waits, unproved, overtaken string }

// settles says that a mail counts by which Klarna wants nothing more: only on proof,
// only where no open, surely matched Stripe dispute speaks against it, and not where
// Klarna wrote of the case after a mail that is read only now: what that one ends was
// begun anew since. Why it does not is said.
func (c *Case) settles(at time.Time, m MailSaid, words doubts) bool {
	switch {
	case c.stripeWaits():
		c.alert(at, "contradiction", words.waits)
	case !m.proved():
		c.alert(at, "unproved", words.unproved)
	case !c.Finished() && !m.Date.IsZero() && m.Date.Before(c.LastMail):
		c.say(at, "mail", words.overtaken)
	default:
		return true
	}
	return false
}
