package rules

import "time"

// stageByMail: a stop request or an investigation moves the case into its own
// lane, a dispute request for the same id moves it out again if it is proved:
// the lane is the louder one. Where Stripe shows the dispute, Stripe says the
// stage.
func (c *Case) stageByMail(at time.Time, k Kind, proved bool) {
	to, s := c.stageOf(k, proved), c.atStripe()
	switch {
	case to == c.Stage, to == StageUnknown && s != nil:
	case s != nil && c.Lane() == LaneDispute && (s.waits() || !c.Finished()):
		c.alsoAsks(at, to)
	default:
		c.turn(at, to, proved)
	}
}

// stageOf is the stage that a mail asks for.
func (c *Case) stageOf(k Kind, proved bool) Stage {
	switch {
	case k == KindStopRequest:
		return StageStopRequest
	case k == KindInvestigation:
		return StageInvestigation
	case k != KindDisputeRequest || c.Lane() != LaneStopRequest:
		return c.Stage
	case !proved:
		c.warn("An unverified mail calls this a dispute; it stays a " + stageWord(c.Stage) + ". Please check.")
		return c.Stage
	}
	return StageUnknown
}

// turn moves the case to a stage that a mail asks for, which brings a date of its
// own. A stop request that it leaves behind goes on to ask, and a dispute waits
// beneath one.
func (c *Case) turn(at time.Time, to Stage, proved bool) {
	from, waits, over, beneath := c.Stage, c.awaitsReply(), c.Finished(), c.beneath(to)
	if c.Round.N == 1 && c.Round.At.Equal(at) { // of two mails that came at once
		c.Stage = to
		if beneath != nil {
			c.MailDeadline, c.Assumed = nil, time.Time{}
		}
	} else {
		c.changeStage(at, to)
		if proved || over {
			c.Assumed = time.Time{}
		}
		c.louder(at)
	}
	c.Beneath = beneath
	if waits && c.Lane() == LaneDispute {
		c.alsoAsks(at, from)
	}
}

// louder: a case that came into the loud lane calls whom its first word would.
func (c *Case) louder(at time.Time) {
	switch {
	case c.Lane() != LaneStopRequest:
	case c.Card.TS == "": // nothing was said of it yet
		c.Round.Reason = RoundOpened
	default:
		c.say(at, string(c.Stage), "Answer by replying to that very mail.")
	}
}
