package notify

import (
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// day and moment are how dates are written where people read, in their zone.
const (
	dayForm    = "Mon 2 Jan"
	momentForm = "Mon 2 Jan 2006, 15:04"
	sharpForm  = momentForm + " MST" // of a deadline: whoever reads it may be in another zone
)

// dayOf is a deadline's day. One in the small hours, as Stripe's are that end with
// a day of another zone, has its time: whoever reads the day alone would take all
// of it.
func dayOf(at time.Time, p rules.Policy) string {
	at = at.In(zone(p))
	if nightly(at) {
		return at.Format(dayForm + ", 15:04")
	}
	return at.Format(dayForm)
}

// nightly says that a time lies in the small hours of its day.
func nightly(at time.Time) bool { return at.Hour() < 6 }

// left says how long it is until at: in calendar days of at's zone from two
// days on, below that in hours and minutes, rounded down so that nobody is
// promised more time than there is.
func left(at, now time.Time) string {
	d := at.Sub(now)
	switch {
	case d <= 0:
		return "passed " + ago(at, now)
	case d < time.Hour:
		return rules.Count(int(d/time.Minute), "minute") + " left"
	case d < 48*time.Hour:
		return rules.Count(int(d/time.Hour), "hour") + " left"
	}
	return rules.Count(days(now.In(at.Location()), at), "day") + " left"
}

// ago says how long past lies back.
func ago(past, now time.Time) string {
	d := now.Sub(past)
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return rules.Count(int(d/time.Minute), "minute") + " ago"
	case d < 48*time.Hour:
		return rules.Count(int(d/time.Hour), "hour") + " ago"
	}
	return rules.Count(days(past, now.In(past.Location())), "day") + " ago"
}

// days counts calendar days from one moment to another in the same zone.
func days(from, to time.Time) int {
	y1, m1, d1 := from.Date()
	y2, m2, d2 := to.Date()
	a := time.Date(y1, m1, d1, 0, 0, 0, 0, time.UTC)
	b := time.Date(y2, m2, d2, 0, 0, 0, 0, time.UTC)
	return int(b.Sub(a) / (24 * time.Hour))
}

// deadlineLine is the deadline with its source, whatever is doubtful about it,
// and the second one where mail and Stripe differ.
func deadlineLine(c rules.Case, p rules.Policy, now time.Time) string {
	d := c.Deadline()
	if d.At.IsZero() {
		return "no date is known"
	}
	at := d.At.In(zone(p))
	s := fmt.Sprintf("%s (%s), %s", at.Format(sharpForm), left(at, now), source(c, d, p))
	if now.Before(at) {
		s += officeBefore(at, p)
	}
	if d.Ambiguous {
		s += fmt.Sprintf("; the mail's “%s” can be read in two ways, this is the earlier", rules.Plain(d.Text, 40))
	}
	if !d.Other.IsZero() {
		other := d.Other.In(zone(p))
		s += fmt.Sprintf(". %s says %s (%s)", speaker(d.OtherSource), other.Format(sharpForm), left(other, now))
	}
	return s
}

// officeBefore is the last office hour before a deadline at which nobody works.
func officeBefore(at time.Time, p rules.Policy) string {
	closed := !Workday(p.Calendar, at)
	if p.Calendar.Location == nil || p.Calendar.IsOpen(at) || !closed && !nightly(at) {
		return ""
	}
	last := "the last office hour before it is " + p.Calendar.Before(at).In(zone(p)).Format(momentForm)
	if closed {
		last = "the office is closed that day, " + last
	}
	return "; " + last
}

func speaker(source string) string {
	if source == rules.SourceStripe {
		return "Stripe"
	}
	return "Klarna's mail"
}

func source(c rules.Case, d rules.Deadline, p rules.Policy) string {
	switch d.Source {
	case rules.SourceMail:
		return "from Klarna's mail"
	case rules.SourceStripe:
		return "from Stripe"
	}
	if span := assumedSpan(c, p); span != "" {
		return "assumed: " + span + ", no date was given"
	}
	return "assumed: no date was given"
}

// assumedSpan is which of the policy's assumptions was made, where one of them
// fits the newest mail or the case's opening to the second; else it is not said.
func assumedSpan(c rules.Case, p rules.Policy) string {
	a := p.Assume
	for _, span := range []rules.Span{a.Dispute, a.Fraud, a.HighRisk, a.Reminder, a.FollowUp, a.Investigation, a.StopRequest} {
		for _, from := range []time.Time{c.LastMail, c.OpenedAt} {
			if !span.IsZero() && !from.IsZero() && p.Calendar.Add(from, span).Equal(c.Assumed) {
				return span.Words()
			}
		}
	}
	return ""
}

// zone is where the shop's clocks are.
func zone(p rules.Policy) *time.Location {
	if p.Calendar.Location == nil {
		return time.UTC
	}
	return p.Calendar.Location
}
