package rules

import "cmp"

// takeMail takes a mail's word. What it may change depends on its proof: only a
// genuine mail says that another order is meant, moves a deadline later, or
// answers and closes; an unverified one fills gaps, may bring a deadline nearer,
// and has the last word on what no genuine one said.
func (c *Case) takeMail(e Event) {
	m := *e.Mail
	proved := m.Verdict == Genuine
	if m.Date.After(e.At) { // nothing was sent tomorrow
		m.Date = e.At
	}
	first := proved && c.Verdict != Genuine // nothing that came before it was proved
	newest := first || !m.Date.Before(c.LastMail)
	counts := proved || c.Verdict != Genuine
	c.Snooze = nil // whatever it says
	if first || c.LastMail.IsZero() || counts && m.Date.Before(c.FirstMail) {
		c.FirstMail = m.Date
	}
	if newest && counts && m.Kind != KindStripeNotice {
		c.LastMail = m.Date
	}
	c.Mailbox, c.Account = cmp.Or(c.Mailbox, m.Mailbox), cmp.Or(c.Account, m.Account)
	if m.MessageID != "" {
		c.Thread = with(c.Thread, m.MessageID)
	}
	was := c.standing(e.At)
	if ref := c.MerchantReference1; !proved && ref != "" && m.MerchantReference1 != "" && m.MerchantReference1 != ref {
		c.warn("An unverified mail names another order; the first one stays.")
	}
	c.Said = merge(c.Said, m.Said, newest && counts, newest && proved)
	c.renamed(e.At, was.MerchantReference1, first)
	c.Warnings = with(c.Warnings, m.Warnings...)
	c.stageByMail(e.At, m.Kind, proved) // before the mail's own date, which is the new stage's
	c.takeMailDeadline(e.At, m, proved, newest)
	c.notLater(was, proved)

	switch m.Kind {
	case KindResolved:
		c.takeResolved(e.At, m, proved)
	case KindEvidenceReceived:
		c.takeReceived(e.At, m, proved)
	case KindStripeNotice: // parsed no further: what has happened Stripe is asked
		if !c.Finished() {
			c.say(e.At, "mail", "A notice of Stripe's about this case came in.")
		}
	default:
		c.takeAsking(e.At, m, proved)
	}
}
