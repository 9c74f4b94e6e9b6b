package rules

import (
	"fmt"
	"slices"
	"time"
)

// The reasons why a round began.
const (
	RoundOpened        = "opened"
	RoundReopened      = "reopened"
	RoundStageChanged  = "stage changed"
	RoundDeadlineLater = "deadline later"
)

// begin starts a new round: the ladder counts anew from at. A case that was over
// when it came to light, and so was never told, is opened by it for those who read
// of it.
func (c *Case) begin(at time.Time, reason string) {
	if c.Round.Quiet {
		reason = RoundOpened
	}
	if c.Round.Reason == RoundOpened && c.Round.At.Equal(at) && len(c.Told) == 0 {
		return // the moment of its opening, before anything was told
	}
	c.Round = Round{N: c.Round.N + 1, At: at, Reason: reason}
	c.Told = nil
}

// beginUnanswered takes back every answer and the end of a case, and begins a round.
func (c *Case) beginUnanswered(at time.Time, reason string) {
	c.Answers, c.Claim, c.Snooze = nil, nil, nil
	c.ClosedAt, c.Outcome = time.Time{}, ""
	c.begin(at, reason)
}

// reopen: the same is asked again.
func (c *Case) reopen(at time.Time) { c.beginUnanswered(at, RoundReopened) }

// changeStage: what answered the old stage does not answer the new one, and the date
// of the old stage's mail is over.
func (c *Case) changeStage(at time.Time, to Stage) {
	from := c.Stage
	c.Stage, c.MailDeadline, c.Beneath = to, nil, nil
	c.beginUnanswered(at, RoundStageChanged)
	c.say(at, "stage", fmt.Sprintf("The %s became a %s: the clock starts anew.", stageWord(from), stageWord(to)))
}

func stageWord(s Stage) string {
	switch s {
	case StageStopRequest:
		return "stop request"
	case StageUnknown:
		return "case"
	}
	return string(s)
}

// clocksDiffer is how far apart the clocks of two daemons may be.
const clocksDiffer = time.Hour

// SetBack is the case after the clock was set back to now: what began or was told
// under one that was ahead did so by now, or its ladder would be silent until that
// time comes.
func (c Case) SetBack(now time.Time) Case {
	ahead := now.Add(clocksDiffer)
	late := func(t Told) bool { return t.At.After(ahead) }
	if !c.Round.At.After(ahead) && !slices.ContainsFunc(c.Told, late) {
		return c // as nearly always
	}
	back := func(at *time.Time) {
		if at.After(ahead) {
			*at = now
		}
	}
	c = clone(c)
	back(&c.Round.At)
	for i := range c.Told {
		back(&c.Told[i].At)
	}
	return c
}
