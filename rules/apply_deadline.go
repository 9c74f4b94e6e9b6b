package rules

import "time"

// takeMailDeadline keeps the newest mail's date, and the nearest time that was
// assumed; where Klarna is proved to ask anew, the time of that.
func (c *Case) takeMailDeadline(at time.Time, m MailSaid, newest bool) {
	if m.Deadline != nil && (newest || c.MailDeadline == nil) {
		c.takeDate(at, m)
	}
	anew := m.proved() && (m.Kind == KindFollowUp || m.Kind == KindAppealOpen)
	if c.Assumed = earlier(c.Assumed, m.Assumed); anew && !m.Assumed.IsZero() {
		c.Assumed = m.Assumed
	}
}

// takeDate takes the date that a mail names. An unproved one cannot move
// the deadline later, not even one that was only assumed of a proved mail, nor end
// it by naming a day that has passed. An earlier date of its counts, and the one
// before it is kept as the later of the two.
func (c *Case) takeDate(at time.Time, m MailSaid) {
	next, known := *m.Deadline, c.Deadline().At
	next.Said = m.Date
	if !m.proved() && c.firm() {
		switch old := c.MailDeadline; {
		case next.At.After(known):
			c.warn("An unverified mail names a later deadline; the earlier one stays.")
			return
		case known.After(at) && !next.At.After(at):
			c.warn("An unverified mail names a deadline that has passed; the known one stays.")
			return
		case old != nil && next.At.Before(later(old.At, old.Later)):
			next.Later = later(next.Later, later(old.At, old.Later))
			c.warn("An unverified mail names an earlier deadline; both dates are watched.")
		}
	}
	c.MailDeadline = &next
}

// firm says that no unproved mail may put the deadline off. What was only assumed of
// a mail that nothing proved may move.
func (c *Case) firm() bool {
	d := c.Deadline()
	return !d.At.IsZero() && (d.Source != SourceAssumed || c.proved())
}

// notLater brings back the date that was known where an unproved mail would have
// put it off: another stage is no proof either.
func (c *Case) notLater(was Case, proved bool) {
	if proved || !was.firm() {
		return
	}
	if now := c.Deadline().At; now.IsZero() || now.After(was.Deadline().At) {
		c.MailDeadline, c.Assumed = was.MailDeadline, was.Assumed
	}
}

// standing is the case as it stands, without the date of what was done with.
func (c *Case) standing(at time.Time) Case {
	was := *c
	if c.Finished() && !was.Deadline().At.After(at) {
		was.MailDeadline, was.Assumed = nil, time.Time{}
	}
	return was
}

// followDeadline begins a new round when the deadline moved later, and wakes a
// snooze when it came nearer or is known at last.
func (c *Case) followDeadline(before Case, e Event) {
	was, is := before.Deadline(), c.Deadline()
	if before.OpenedAt.IsZero() || c.Finished() || was.At.Equal(is.At) || before.Round.N != c.Round.N {
		return
	}
	switch {
	case is.At.IsZero():
		c.say(e.At, "deadline", "No deadline is known any more.")
	case was.At.IsZero():
		c.Snooze = nil
		c.say(e.At, "deadline", "A deadline is known now.")
	case is.At.After(was.At):
		c.begin(e.At, RoundDeadlineLater)
		c.say(e.At, "deadline", "The deadline moved later.")
	default:
		c.Snooze = nil
		c.say(e.At, "deadline", "The deadline came nearer.")
	}
}
