package board

import (
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// weeks is how far back the rate of answers looks.
const weeks = 8

// week counts the cases whose last deadline fell into it.
type week struct {
	Start          time.Time // Monday, midnight in the shop's zone
	InTime, Missed int
}

// answeredWeeks says of the last weeks, the oldest first, how many cases were
// answered before their last deadline. It leaves out what needed no answer: a
// duplicate, a case that ended otherwise than lost before its deadline without
// one, and a case that nobody gave a date.
func answeredWeeks(cases []rules.Case, zone *time.Location, now time.Time) []week {
	this := monday(now.In(zone))
	out := make([]week, weeks)
	for i := range out {
		out[i].Start = this.AddDate(0, 0, 7*(i-weeks+1))
	}
	for _, c := range cases {
		last := c.Deadline().Last()
		if last.IsZero() || last.After(now) || last.Before(out[0].Start) || c.Outcome == "duplicate" {
			continue
		}
		i := days(out[0].Start, last.In(zone)) / 7
		switch answered, ended := inTime(c, last); {
		case answered:
			out[i].InTime++
		case !ended:
			out[i].Missed++
		}
	}
	return out
}

// inTime says whether an answer was there by the deadline, or whether the case
// was over by then without being lost.
func inTime(c rules.Case, last time.Time) (answered, ended bool) {
	for _, e := range c.Answers {
		itsEnd := e.Source == "mail" && e.At.Equal(c.ClosedAt) // Klarna's "resolved" ends a case, it answers nothing
		if !itsEnd && !e.At.After(last) {
			return true, false
		}
	}
	return false, !c.ClosedAt.IsZero() && !c.ClosedAt.After(last) && c.Outcome != "lost"
}

func monday(t time.Time) time.Time {
	back := (int(t.Weekday()) + 6) % 7
	return time.Date(t.Year(), t.Month(), t.Day()-back, 0, 0, 0, 0, t.Location())
}
