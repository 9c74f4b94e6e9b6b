package rules

import (
	"cmp"
)

// takeMail takes a mail's word. What it may change depends on its proof: only a
// genuine mail says that another order is meant, moves a deadline later, or
// answers and closes; an unverified one fills gaps, may bring a deadline nearer,
// and has the last word on what no genuine one said.
func (c *Case) takeMail(e Event) {
	m := *e.Mail
	if m.Date.After(e.At) { // nothing was sent tomorrow
		m.Date = e.At
	}
	w, was := c.weigh(m), c.standing(e.At)
	c.Snooze = nil // whatever it says
	c.record(m, w)
	c.takeSaid(e.At, m, w)
	c.stageByMail(e.At, m.Kind, m.proved()) // before the mail's own date, which is the new stage's
	c.takeMailDeadline(e.At, m, w.newest)
	c.notLater(was, m.proved())

	switch m.Kind {
	case KindResolved:
		c.takeResolved(e.At, m)
	case KindEvidenceReceived:
		c.takeReceived(e.At, m)
	case KindStripeNotice: // parsed no further: what has happened Stripe is asked
		if !c.Finished() {
			c.say(e.At, "mail", "A notice of Stripe's about this case came in.")
		}
	default:
		c.takeAsking(e.At, m)
	}
}

// weight is how far a mail's word goes beside those of the mails before it.
type weight struct {
	counts bool // it is proved, or none before it was
	first  bool // it is proved, and nothing that came before it was
	newest bool // none that counts was written after it
}

func (c *Case) weigh(m MailSaid) weight {
	w := weight{counts: m.proved() || !c.proved(), first: m.proved() && !c.proved()}
	w.newest = w.first || !m.Date.Before(c.LastMail)
	return w
}

// proved says that what is said is Klarna's word, or Stripe's; of a case, that one of
// its mails is.
func (s *Said) proved() bool { return s.Verdict == Genuine }

// record keeps when the case's mails were written, where they came in, and what a
// reply to one of them would name.
func (c *Case) record(m MailSaid, w weight) {
	if w.first || c.LastMail.IsZero() || w.counts && m.Date.Before(c.FirstMail) {
		c.FirstMail = m.Date
	}
	if w.newest && w.counts && m.Kind != KindStripeNotice {
		c.LastMail = m.Date
	}
	c.Mailbox, c.Account = cmp.Or(c.Mailbox, m.Mailbox), cmp.Or(c.Account, m.Account)
	if m.MessageID != "" {
		c.Thread = with(c.Thread, m.MessageID)
	}
}
