package rules

import (
	"fmt"
	"slices"
)

// RefusedError is an event that cannot happen to a case as it stands: a claim
// on a closed case, an answer without a name. Nothing changed.
type RefusedError struct {
	Case, Event, Why string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s %s: %s", e.Event, e.Case, e.Why)
}

// Apply returns c after e happened to it; it is the only way to change a case.
// A case without OpenedAt is opened by e, which must be a mail or a reading of
// Stripe's. The given case stays as it is; on an error it is returned unchanged.
func Apply(c Case, e Event) (Case, error) {
	before := c
	c = clone(c)
	if c.OpenedAt.IsZero() {
		if e.Type != EventMail && e.Type != EventStripe {
			return before, &RefusedError{c.ID, string(e.Type), "the case was never opened"}
		}
		c.OpenedAt, c.Stage = e.At, StageUnknown
		c.Round = Round{N: 1, At: e.At, Reason: RoundOpened}
	}
	if what := e.lacks(); what != "" {
		return before, &RefusedError{c.ID, string(e.Type), "the event carries no " + what}
	}
	c.Keys = with(c.Keys, e.Keys...)
	if err := c.take(e); err != nil {
		return before, err
	}
	if !before.Finished() && c.Finished() {
		c.endToo(e.At)
	}
	c.followDeadline(before, e)
	c.Round.Quiet = c.Finished() && (before.OpenedAt.IsZero() || before.Round.Quiet)
	c.State = c.StateAt(e.At)
	return c, nil
}

// lacks is what an event of its type carries and this one does not; "" where it is
// whole.
func (e Event) lacks() string {
	switch e.Type {
	case EventMail, EventReread, EventReply:
		if e.Mail == nil {
			return "mail"
		}
	case EventMatch, EventLink:
		if e.Match == nil {
			return "match"
		}
	case EventStripe:
		if e.Stripe == nil {
			return "reading"
		}
	}
	return ""
}

// take lets one event change the facts; what follows from them is Apply's.
func (c *Case) take(e Event) error {
	switch e.Type {
	case EventMail:
		c.takeMail(e)
	case EventReread:
		c.takeReread(e)
	case EventReply:
		c.takeReply(e)
	case EventMatch, EventLink:
		c.takeMatch(e)
	case EventStripe:
		c.takeStripe(e)
	case EventMissing:
		c.takeMissing(e)
	case EventAccount:
		c.Account = e.Account
	case EventTold:
		c.takeTold(e)
	case EventPosted:
		if e.Card != nil {
			c.Card = *e.Card
			c.endPromises(e.At) // the card shows the case without them
		}
	case EventMerge:
		c.takeMerge(e)
	case EventClaim, EventAnswer, EventSnooze, EventReopen, EventClose:
		return c.takeWord(e)
	default:
		return &RefusedError{c.ID, string(e.Type), "no such event"}
	}
	return nil
}

// clone copies what Apply may change in place.
func clone(c Case) Case {
	c.Keys = slices.Clone(c.Keys)
	c.Answers = slices.Clone(c.Answers)
	c.Told = slices.Clone(c.Told)
	c.News = slices.Clone(c.News)
	c.Thread = slices.Clone(c.Thread)
	c.Warnings = slices.Clone(c.Warnings)
	c.StripeIDs = slices.Clone(c.StripeIDs)
	return c
}

// with is a list and what it did not hold yet.
func with[T comparable](list []T, more ...T) []T {
	for _, v := range more {
		if !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}
