package view

import (
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Outlook is what the rules say of a case at a moment.
type Outlook struct {
	now, at time.Time
	policy  rules.Policy

	c     rules.Case         // as it stands at that moment
	said  []rules.Escalation // on the way there, from now
	until time.Time          // how far the way was followed
	due   []rules.Escalation // then
	next  rules.Escalation   // what follows
	more  bool               // there is a next
	rungs []rules.Rung
}

// OutlookOf goes to the moment: back through the case's history, or ahead. A moment
// that is not past needs no history.
func OutlookOf(c rules.Case, history []rules.Event, p rules.Policy, now, at time.Time) (*Outlook, error) {
	o := &Outlook{now: now, at: at, policy: p, c: c, until: at}
	switch {
	case at.Before(now):
		var err error
		if o.c, err = asItStood(c.ID, history, at); err != nil {
			return nil, fmt.Errorf("rules: case %s at %s: %w", c.ID, at.Format(time.RFC3339), err)
		}
		if o.c.OpenedAt.IsZero() {
			return o, nil
		}
	case at.After(now):
		o.said, o.c, o.until = rules.Foresee(c, o.policy, o.now, o.at)
	}
	o.due, _ = rules.Decide(o.c, o.policy, o.until)
	o.rungs = rules.Explain(o.c, o.policy, o.until)
	after := o.c
	for _, e := range o.due {
		told, err := rules.Apply(after, rules.Event{Type: rules.EventTold, At: o.until, Told: &e})
		if err != nil {
			return nil, err
		}
		after = told
	}
	o.next, o.more = rules.Next(after, o.policy, o.until)
	return o, nil
}

// asItStood is a case after all that had happened to it by a moment.
func asItStood(id string, events []rules.Event, at time.Time) (rules.Case, error) {
	c := rules.Case{ID: id}
	for _, e := range events {
		if e.At.After(at) {
			continue
		}
		next, err := rules.Apply(c, e)
		if err != nil {
			return c, fmt.Errorf("its history cannot be followed: %w", err)
		}
		c = next
	}
	return c, nil
}
