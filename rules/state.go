package rules

import (
	"slices"
	"time"
)

// StateAt derives the state at a moment from the facts: claims and snoozes
// lapse without an event.
func (c Case) StateAt(now time.Time) State {
	switch {
	case !c.ClosedAt.IsZero():
		return Closed
	case len(c.Answers) > 0:
		return Answered
	case c.Snooze != nil && now.Before(c.Snooze.Until):
		return Snoozed
	case c.Claim != nil && now.Before(c.Claim.Until):
		return Claimed
	}
	return Open
}

// Finished says that nobody has to act: the case is answered or closed.
func (c Case) Finished() bool { return !c.ClosedAt.IsZero() || len(c.Answers) > 0 }

// Duplicate is the outcome of a case that went into another one, which goes on for
// both. Only the book closes a case so.
const Duplicate = "duplicate"

// close ends the case; the first outcome stays unless Stripe knows better.
func (c *Case) close(at time.Time, outcome string) {
	if c.ClosedAt.IsZero() {
		c.ClosedAt = at
	}
	c.Outcome, c.EndSaid, c.Claim, c.Snooze = outcome, time.Time{}, nil, nil
}

// answer records one reason to count the case as answered, once for a source.
func (c *Case) answer(ev Evidence) {
	for i, old := range c.Answers {
		if old.Source == ev.Source && old.Who == ev.Who && ev.Source != "person" {
			c.Answers[i].Note, c.Answers[i].Said = ev.Note, later(old.Said, ev.Said)
			return
		}
	}
	c.Answers = append(c.Answers, ev)
}

// withdraw takes back the evidence for which drop is true, and says whether
// that leaves none.
func (c *Case) withdraw(drop func(Evidence) bool) (emptied bool) {
	had := len(c.Answers) > 0
	c.Answers = slices.DeleteFunc(c.Answers, drop)
	return had && len(c.Answers) == 0
}

func (c *Case) hasAnswer(source string) bool {
	return slices.ContainsFunc(c.Answers, func(ev Evidence) bool { return ev.Source == source })
}
