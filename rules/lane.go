package rules

import (
	"slices"
	"time"
)

// Lane says which ladder a case climbs.
type Lane string

// The two lanes.
const (
	LaneDispute     Lane = "dispute"
	LaneStopRequest Lane = "stop_request"
)

// Lane of a case: stop requests and investigations are loud and know no office
// hours.
func (c Case) Lane() Lane { return c.Stage.lane() }

func (s Stage) lane() Lane {
	if s == StageStopRequest || s == StageInvestigation {
		return LaneStopRequest
	}
	return LaneDispute
}

// awaitsReply says that a stop request or an investigation waits for its answer.
func (c *Case) awaitsReply() bool { return c.Lane() == LaneStopRequest && !c.Finished() }

// kind is the mail that asks for a stage of the loud lane.
func (s Stage) kind() Kind {
	if s == StageStopRequest {
		return KindStopRequest
	}
	return KindInvestigation
}

// disputes says that such a mail asks for an answer to a dispute.
func (k Kind) disputes() bool {
	switch k {
	case KindDisputeRequest, KindReminder, KindFollowUp, KindAppealOpen:
		return true
	}
	return false
}

// beneath is the dispute that waits for an answer of its own while the case goes
// into the loud lane; nil where there is none.
func (c *Case) beneath(to Stage) *Beneath {
	switch {
	case to.lane() != LaneStopRequest || c.Finished():
		return nil
	case c.Lane() == LaneStopRequest:
		return c.Beneath
	case c.Kind.disputes():
		return &Beneath{c.Stage, c.MailDeadline, c.Assumed}
	}
	return nil
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
