package board

import (
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// todo is the next thing to do about a case, in one sentence; where Klarna asks for
// a reply besides, that first.
func todo(c rules.Case, p rules.Policy, now time.Time) string {
	also := c.Also()
	if also == "" {
		return todoOf(c, p, now)
	}
	first := byReply(also)
	if c.Finished() {
		return first
	}
	return first + " Of the dispute: " + todoOf(c, p, now)
}

func byReply(s rules.Stage) string {
	if s == rules.StageStopRequest {
		return "Stop the order, then reply to that very mail."
	}
	return "Reply to that very mail."
}

// todoOf is todo of the case itself, whatever Klarna asks besides.
func todoOf(c rules.Case, p rules.Policy, now time.Time) string {
	switch c.StateAt(now) {
	case rules.Closed:
		if c.Stripe != nil && c.Match.Sure() && c.Stripe.Status == "lost" {
			return c.Remedy(p, now)
		}
		if c.Into != "" {
			return "Nothing here: it goes on as case " + c.Into + "."
		}
		return "Nothing: this is over."
	case rules.Answered:
		return "Nothing for now: Klarna decides."
	}
	switch {
	case c.Lane() == rules.LaneStopRequest:
		return byReply(c.Stage)
	case c.Match.Strength == rules.Ambiguous:
		return "Say which charge is meant."
	case c.Match.Strength == rules.Probable:
		return "Check that this is the charge, and say so."
	case c.Stripe != nil && c.Match.Sure():
		return c.Remedy(p, now)
	case c.Kind == rules.KindUnknownKlarna:
		return "Read the mail: what it asks for was not understood."
	case c.Verdict != rules.Genuine:
		return "Make sure that the mail is Klarna's, then look for the dispute in Stripe or in Klarna's portal."
	}
	return "Answer in Klarna's form: Stripe shows no dispute yet. A reply to the mail does not answer it."
}
