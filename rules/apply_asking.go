package rules

import "time"

// takeAsking: Klarna wants something. A finished case opens again if the mail
// is newer than its end and Stripe does not know better.
func (c *Case) takeAsking(at time.Time, m MailSaid, proved bool) {
	if c.Finished() {
		c.askedAgain(at, m, proved)
		return
	}
	const unproved = "; it is not proved that Klarna sent it."
	words := func(ours, doubtful string) string {
		if proved {
			return ours
		}
		return doubtful + unproved
	}
	switch m.Kind {
	case KindReminder:
		c.say(at, "reminder", words("Klarna sent a reminder.", "A reminder came"))
	case KindFollowUp:
		c.say(at, "follow_up", words("Klarna asks again.", "A mail asks again"))
	case KindAppealOpen:
		c.say(at, "appeal_open", words("Klarna says that an appeal is possible.", "A mail says that an appeal is possible"))
	default:
		c.say(at, "mail", words("Another mail about this case came in.", "Another mail about this case came in"))
	}
}

// askedAgain: Klarna asks although the case counts as finished.
func (c *Case) askedAgain(at time.Time, m MailSaid, proved bool) {
	if !m.Date.IsZero() && m.Date.Before(c.finishedAt().Truncate(time.Second)) { // a mail's Date knows no less
		return // an older mail, read late
	}
	if s := c.atStripe(); s != nil && !s.waits() {
		who := "An unverified mail"
		if proved {
			who = "Klarna"
		}
		c.say(at, "contradiction", who+" asks again, but Stripe shows the dispute as "+s.Status+".")
		return
	}
	if !proved {
		c.say(at, "contradiction", "An unverified mail asks again; the case stays "+string(c.StateAt(at))+". Please check.")
		return
	}
	c.reopen(at)
	c.say(at, "reopened", "Klarna asks again: the case is open again.")
}
