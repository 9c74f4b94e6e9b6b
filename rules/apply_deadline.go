package rules

import "time"

// takeMailDeadline keeps the newest mail's date; an unproved mail cannot move
// the deadline later, not even one that was only assumed of a proved mail, nor end
// it by naming a day that has passed. An earlier date of its counts, and the one
// before it is kept as the later of the two.
func (c *Case) takeMailDeadline(at time.Time, m MailSaid, proved, newest bool) {
	if d := m.Deadline; d != nil && (newest || c.MailDeadline == nil) {
		next, old := *d, c.MailDeadline
		next.Said = m.Date
		known := c.Deadline().At
		doubted := !proved && !known.IsZero() && (c.Deadline().Source != SourceAssumed || c.Verdict == Genuine)
		switch {
		case doubted && next.At.After(known):
			c.warn("An unverified mail names a later deadline; the earlier one stays.")
		case doubted && known.After(at) && !next.At.After(at):
			c.warn("An unverified mail names a deadline that has passed; the known one stays.")
		default:
			if doubted && old != nil && next.At.Before(later(old.At, old.Later)) {
				next.Later = later(old.At, old.Later)
				c.warn("An unverified mail names an earlier deadline; both dates are watched.")
			}
			c.MailDeadline = &next
		}
	}
	asks := m.Kind == KindFollowUp || m.Kind == KindAppealOpen
	if !m.Assumed.IsZero() && (c.Assumed.IsZero() || m.Assumed.Before(c.Assumed) || asks && proved) {
		c.Assumed = m.Assumed
	}
}

// notLater brings back the date that was known where an unproved mail would have
// put it off: another stage is no proof either. What was only assumed of a mail
// that nothing proved may move.
func (c *Case) notLater(was Case, proved bool) {
	before, now := was.Deadline(), c.Deadline()
	if proved || before.At.IsZero() || before.Source == SourceAssumed && was.Verdict != Genuine {
		return
	}
	if now.At.IsZero() || now.At.After(before.At) {
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
