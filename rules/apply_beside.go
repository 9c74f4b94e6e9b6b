package rules

import (
	"slices"
	"time"
)

// beneath is the dispute that waits for an answer of its own while the case goes
// into the loud lane; nil where there is none.
func (c *Case) beneath(to Stage) *Beneath {
	switch {
	case to.lane() != LaneStopRequest || c.Finished():
		return nil
	case c.Lane() == LaneStopRequest:
		return c.Beneath
	}
	if c.Kind.disputes() {
		return &Beneath{c.Stage, c.MailDeadline, c.Assumed}
	}
	return nil
}

// surface goes back to the dispute that waited while its stop request did: a reply
// answers no dispute.
func (c *Case) surface(at time.Time) {
	b := c.Beneath
	c.Stage, c.MailDeadline, c.Assumed, c.Beneath = b.Stage, b.MailDeadline, b.Assumed, nil
	c.begin(later(at, c.Round.At), RoundStageChanged)
	if s := c.atStripe(); s != nil {
		c.follow(at, nil, *s)
	}
	c.replied(at)
}

// replied says that a mail which asked besides the dispute has got its reply.
func (c *Case) replied(at time.Time) {
	text := "Klarna's other mail was answered by a reply"
	if !c.Finished() {
		text += "; the dispute itself still waits"
	}
	c.say(at, "replied", text+".")
}

// What Klarna asks besides, where Stripe says the stage. It is said to those whom
// the loud lane would call, and the card warns of it until the mail was replied to.
const (
	alsoStop        = "Klarna also asks to stop this order: stop it, and reply to that very mail."
	alsoInvestigate = "Klarna also investigates this order: answer by replying to that very mail."
)

func isAlso(warning string) bool { return warning == alsoStop || warning == alsoInvestigate }

// Also is what Klarna asks besides by a mail that waits for its reply, the stop of
// the order first; "" where it asks for nothing.
func (c Case) Also() Stage {
	switch {
	case slices.Contains(c.Warnings, alsoStop):
		return StageStopRequest
	case slices.Contains(c.Warnings, alsoInvestigate):
		return StageInvestigation
	}
	return ""
}

func (c *Case) alsoAsks(at time.Time, lane Stage) {
	text := alsoStop
	if lane == StageInvestigation {
		text = alsoInvestigate
	}
	c.alert(at, string(lane), text)
}
