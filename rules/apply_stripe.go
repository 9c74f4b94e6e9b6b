package rules

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// takeStripe takes Stripe's word: the authority on status where the match is
// sure, something to look at where it is not (DOMAIN.md §5).
func (c *Case) takeStripe(e Event) {
	s := *e.Stripe
	was := c.Stripe
	c.Stripe = &s
	c.Warnings = slices.DeleteFunc(c.Warnings, func(w string) bool { return w == Gone })
	if c.Kind == "" {
		c.Kind = KindStripeDispute
	}
	if c.Match.Strength == "" { // the case was opened by Stripe's own dispute
		c.Match = Match{Strength: Exact, Charge: s.Charge, Dispute: s.Dispute, PaymentIntent: s.PaymentIntent, Why: "opened from Stripe's own dispute"}
	}
	c.Account = cmp.Or(c.Account, e.Account)
	if !c.Match.Sure() {
		return
	}
	c.Match.Dispute, c.Match.Charge = s.Dispute, s.Charge
	if s.PaymentIntent != "" {
		c.Match.PaymentIntent = s.PaymentIntent
	}
	c.follow(e.At, was, s)
}

// Missing warns of a mail whose dispute Stripe does not show although it had
// time to: that is an alarm, no answer (DOMAIN.md §1).
const Missing = "Stripe still shows no dispute for this mail: ask Stripe or Klarna merchant support whether there is one."

// Gone warns that Stripe knows the dispute of a case no more: what was last read of
// it stays.
const Gone = "Stripe does not know this dispute in this account: it may be of test mode, or of another account. What is shown of it is old."

func (c *Case) takeMissing(e Event) {
	text := Missing
	if c.Match.Dispute != "" {
		text = Gone
	}
	c.alert(e.At, "missing", text)
}

// follow lets Stripe's word on the case's own dispute count. A stop request that
// nobody answered waits for its reply, whatever became of a dispute: evidence, a
// refund or an end of that stop no parcel.
func (c *Case) follow(at time.Time, was *Reading, s Reading) {
	if c.Lane() == LaneStopRequest && !c.Finished() && !s.waits() {
		return
	}
	c.followStage(at, was, s)
	c.followStatus(at, was, s)
}

// endToo ends a stop request that is done with where Stripe showed the end of its
// dispute while it waited: nothing of that changes any more, to be heard then.
func (c *Case) endToo(at time.Time) {
	if s := c.atStripe(); s != nil && c.Lane() == LaneStopRequest && s.over() && c.Outcome != Duplicate {
		c.follow(at, s, *s)
	}
}

// followStage: an inquiry that becomes a chargeback under the same id starts
// the clock anew and is said loudly.
func (c *Case) followStage(at time.Time, was *Reading, s Reading) {
	stage := c.Stage
	if was == nil || was.Dispute != s.Dispute {
		c.Spent = 0
	}
	switch s.Status {
	case "warning_needs_response", "warning_under_review", "warning_closed":
		stage, c.Spent = StageInquiry, s.Submissions
	case "needs_response", "under_review", "won", "lost":
		stage = StageChargeback
	}
	if was != nil && was.Dispute == s.Dispute && was.Status != s.Status && s.Status == "needs_response" {
		c.Spent = was.Submissions // Stripe asks again: what it had before answers no more
	}
	if stage == c.Stage {
		return
	}
	from, waits, beneath := c.Stage, c.Lane() == LaneStopRequest && !c.Finished(), c.Beneath
	switch {
	case s.over() && from.lane() == LaneStopRequest: // it was done with, and no clock starts
		c.MailDeadline, c.Beneath = nil, nil
	case from != StageUnknown || was != nil:
		c.changeStage(at, stage)
	}
	c.Stage = stage
	if waits && beneath != nil {
		c.MailDeadline = beneath.MailDeadline
	}
	if waits {
		c.alsoAsks(at, from)
	}
}

// changeStage begins a new round; what answered the old stage does not answer
// the new one, and the date of the old stage's mail is over.
func (c *Case) changeStage(at time.Time, to Stage) {
	from := c.Stage
	c.MailDeadline, c.Beneath, c.Answers, c.Claim, c.Snooze = nil, nil, nil, nil, nil
	c.ClosedAt, c.Outcome = time.Time{}, ""
	c.begin(at, RoundStageChanged)
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

// followStatus is the table of DOMAIN.md §5.
func (c *Case) followStatus(at time.Time, was *Reading, s Reading) {
	if s.over() {
		c.ended(at, outcomeOf(s.Status))
		return
	}
	if was != nil && was.Dispute == s.Dispute && c.endedBy(was) {
		c.reopen(at)
		c.say(at, "contradiction", "Stripe takes the end back and shows "+s.Status+".")
	}
	c.revive(at, s)
	if note, source := answeredBy(s, c.Spent); source != "" {
		if !c.hasAnswer(source) {
			c.answer(Evidence{Source: source, At: at, Note: note})
			c.say(at, "answered", note+".")
		}
		return
	}
	if emptied := c.withdraw(func(ev Evidence) bool { return s.overrules(ev, at) }); emptied {
		c.reopen(at)
		c.say(at, "contradiction", "Counted as answered, but Stripe shows "+s.Status+": open again.")
	}
}

// ended closes the case with Stripe's outcome, which overrules any other.
func (c *Case) ended(at time.Time, outcome string) {
	if !c.ClosedAt.IsZero() && c.Outcome == outcome {
		return
	}
	c.close(at, outcome)
	c.say(at, "closed", "Stripe: "+outcome+".")
}

// endedBy says that the case is closed by what Stripe said then.
func (c *Case) endedBy(s *Reading) bool {
	return !c.ClosedAt.IsZero() && s.over() && c.Outcome == outcomeOf(s.Status)
}

// revive opens a case again that was closed by a mail or a person while Stripe
// shows an open dispute. A person's "not a dispute" needs Stripe's agreement
// too: the money is at risk whatever we call it.
func (c *Case) revive(at time.Time, s Reading) {
	if c.ClosedAt.IsZero() || c.Outcome == Duplicate || !s.waits() {
		return
	}
	c.reopen(at)
	const text = "Closed, but Stripe still waits for an answer: open again."
	c.alert(at, "contradiction", text)
}
