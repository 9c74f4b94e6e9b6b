package rules

import "time"

// takeAsking: Klarna wants something. A finished case opens again if the mail
// is newer than its end and Stripe does not know better.
func (c *Case) takeAsking(at time.Time, m MailSaid) {
	if c.Finished() {
		c.askedAgain(at, m)
		return
	}
	name, klarnas, somebodys := "mail", "Another mail about this case came in", "Another mail about this case came in"
	switch m.Kind {
	case KindReminder:
		name, klarnas, somebodys = "reminder", "Klarna sent a reminder", "A reminder came"
	case KindFollowUp:
		name, klarnas, somebodys = "follow_up", "Klarna asks again", "A mail asks again"
	case KindAppealOpen:
		name, klarnas, somebodys = "appeal_open", "Klarna says that an appeal is possible", "A mail says that an appeal is possible"
	}
	if m.proved() {
		c.say(at, name, klarnas+".")
		return
	}
	c.say(at, name, somebodys+"; it is not proved that Klarna sent it.")
}

// askedAgain: Klarna asks although the case counts as finished.
func (c *Case) askedAgain(at time.Time, m MailSaid) {
	if !m.Date.IsZero() && m.Date.Before(c.finishedAt().Truncate(time.Second)) { // a mail's Date knows no less
		return // an older mail, read late
	}
	s, who := c.atStripe(), "An unverified mail"
	if m.proved() {
		who = "Klarna"
	}
	switch {
	case s != nil && !s.waits():
		c.say(at, "contradiction", who+" asks again, but Stripe shows the dispute as "+s.Status+".")
	case !m.proved():
		c.say(at, "contradiction", who+" asks again; the case stays "+string(c.StateAt(at))+". Please check.")
	default:
		c.reopen(at)
		c.say(at, "reopened", who+" asks again: the case is open again.")
	}
}

// finishedAt is when the case was answered or closed last. What a mail or a reply
// says counts from its own date: a daemon that was down reads in one moment what
// was written over days.
func (c *Case) finishedAt() time.Time {
	at := c.ClosedAt
	if !c.EndSaid.IsZero() {
		at = c.EndSaid
	}
	for _, e := range c.Answers {
		if e.Said.IsZero() {
			e.Said = e.At
		}
		at = later(at, e.Said)
	}
	return at
}
