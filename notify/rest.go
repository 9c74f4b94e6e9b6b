package notify

import (
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Rest is how long a person lets a case rest, as the card's menu offers it.
type Rest string

// The rests of the menu.
const (
	FourHours  Rest = "4h"
	Tomorrow   Rest = "tomorrow" // when the office opens by the clock, on whatever day that is
	ThreeDays  Rest = "3d"
	BeforeLast Rest = "before" // until 48 hours before the deadline
)

func (r Rest) words() string {
	switch r {
	case FourHours:
		return "for 4 hours"
	case Tomorrow:
		return "until tomorrow morning"
	case ThreeDays:
		return "for 3 days"
	}
	return "until 48 hours before the deadline"
}

// End is when a rest that begins now ends, or an error for people where the case
// cannot rest so.
func (r Rest) End(c rules.Case, p rules.Policy, now time.Time) (time.Time, error) {
	switch r {
	case FourHours:
		return now.Add(4 * time.Hour), nil
	case Tomorrow:
		y, m, d := now.In(zone(p)).Date()
		opens := p.Calendar.Opens
		return time.Date(y, m, d+1, 0, 0, int(opens/time.Second), 0, zone(p)), nil
	case ThreeDays:
		return now.In(zone(p)).AddDate(0, 0, 3), nil
	case BeforeLast:
		at := c.Deadline().At
		if at.IsZero() {
			return time.Time{}, fmt.Errorf("no deadline is known")
		}
		return at.Add(-48 * time.Hour), nil
	}
	return time.Time{}, fmt.Errorf("%q is no time", string(r))
}

// rests are the choices that end in the future and before the deadline.
func rests(c rules.Case, p rules.Policy, now time.Time) []Option {
	var out []Option
	last := c.Deadline().At
	for _, r := range []Rest{FourHours, Tomorrow, ThreeDays, BeforeLast} {
		end, err := r.End(c, p, now)
		if err != nil || !end.After(now) || !last.IsZero() && end.After(last) {
			continue
		}
		out = append(out, Option{string(r), upper(r.words())})
	}
	return out
}

// Done tells a person what a click did, where no card shows it.
func Done(c rules.Case, p rules.Policy, now time.Time) string {
	if state := stateLine(asOf(c, now), p); state != "" {
		return "Done: " + state + "."
	}
	return "Done: the case is open."
}

// Contacted tells a person that a contact with the customer is no answer yet: in
// Stripe's inquiry, and where Klarna alone asks.
func Contacted(c rules.Case, p rules.Policy) string {
	if c.Snooze == nil {
		return ""
	}
	return "Noted. A contact is no answer yet, so the case rests until " + c.Snooze.Until.In(zone(p)).Format(momentForm) +
		". A refund of the disputed amount ends it, or the customer's word to Klarna."
}
