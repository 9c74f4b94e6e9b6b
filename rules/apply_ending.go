package rules

import "time"

// takeResolved: Klarna says that it is over. That closes only on proof, and
// only where no open, surely matched Stripe dispute speaks against it.
func (c *Case) takeResolved(at time.Time, m MailSaid, proved bool) {
	result := m.Result
	if result == "" {
		result = ResultUnknown
	}
	switch {
	case c.stripeWaits():
		const text = "Klarna says resolved, but Stripe still waits for an answer: the escalation goes on."
		c.alert(at, "contradiction", text)
	case !proved:
		const text = "An unverified mail says that this is resolved; it does not count. Please check."
		c.alert(at, "unproved", text)
	case !c.Finished() && c.asksSince(m):
		c.say(at, "mail", "An older mail of Klarna's says resolved; Klarna has asked since, and the case stays open.")
	case c.ClosedAt.IsZero():
		c.answer(Evidence{Source: "mail", At: at, Note: "Klarna: resolved, " + string(result), Said: m.Date})
		c.close(at, string(result))
		c.EndSaid = m.Date
		c.say(at, "closed", "Klarna: resolved, "+string(result)+".")
	case c.endsDiffer():
		c.say(at, "contradiction", "Klarna says resolved, "+string(result)+", but Stripe shows "+c.Stripe.Status+".")
	}
}

// receivedButOpen warns of a mail that answers what Stripe holds open.
const receivedButOpen = "Klarna says that it has our answer, but Stripe still waits for one: the escalation goes on."

// takeReceived: Klarna confirms that it has the merchant's answer.
func (c *Case) takeReceived(at time.Time, m MailSaid, proved bool) {
	switch {
	case c.stripeWaits():
		c.alert(at, "contradiction", receivedButOpen)
	case !proved:
		const text = "An unverified mail says that Klarna has our answer; it does not count. Please check."
		c.alert(at, "unproved", text)
	case !c.Finished() && c.asksSince(m):
		c.say(at, "mail", "An older mail of Klarna's says that it has our answer; Klarna has asked since, and the case stays open.")
	case !c.Finished():
		c.answer(Evidence{Source: "mail", At: at, Note: "Klarna: evidence received", Said: m.Date})
		c.say(at, "answered", "Klarna has our answer.")
	}
}

// asksSince says that Klarna wrote of the case after a mail that is read only now:
// what that one ends was begun anew since.
func (c *Case) asksSince(m MailSaid) bool {
	return !m.Date.IsZero() && m.Date.Before(c.LastMail)
}
