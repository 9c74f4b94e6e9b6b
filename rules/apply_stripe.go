package rules

import (
	"cmp"
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
	c.Match.PaymentIntent = cmp.Or(s.PaymentIntent, c.Match.PaymentIntent)
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
	if c.awaitsReply() && !s.waits() {
		return
	}
	c.spend(was, s)
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
// the clock anew and is said loudly. A stop request that waits goes on to ask.
func (c *Case) followStage(at time.Time, was *Reading, s Reading) {
	stage := s.stage()
	if stage == "" || stage == c.Stage {
		return
	}
	from, waits, beneath := c.Stage, c.awaitsReply(), c.Beneath
	switch {
	case s.over() && from.lane() == LaneStopRequest: // it was done with, and no clock starts
		c.Stage, c.MailDeadline, c.Beneath = stage, nil, nil
	case from == StageUnknown && was == nil: // its first reading
		c.Stage = stage
	default:
		c.changeStage(at, stage)
	}
	if waits && beneath != nil {
		c.MailDeadline = beneath.MailDeadline
	}
	if waits {
		c.alsoAsks(at, from)
	}
}

// spend counts what was submitted to a dispute that answers it no more.
func (c *Case) spend(was *Reading, s Reading) {
	switch {
	case s.stage() == StageInquiry:
		c.Spent = s.Submissions
	case !s.follows(was):
		c.Spent = 0
	case was.Status != s.Status && s.Status == "needs_response":
		c.Spent = was.Submissions // Stripe asks again: what it had before answers no more
	}
}

// followStatus is the table of DOMAIN.md §5.
func (c *Case) followStatus(at time.Time, was *Reading, s Reading) {
	if s.over() {
		c.ended(at, outcomeOf(s.Status))
		return
	}
	if s.follows(was) && c.endedBy(was) {
		c.reopen(at)
		c.say(at, "contradiction", "Stripe takes the end back and shows “"+StatusWords(s.Status)+"”.")
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
		c.say(at, "contradiction", "Counted as answered, but Stripe shows “"+StatusWords(s.Status)+"”: open again.")
	}
}

// ended closes the case with Stripe's outcome, which overrules any other.
func (c *Case) ended(at time.Time, outcome string) {
	if !c.ClosedAt.IsZero() && c.Outcome == outcome {
		return
	}
	c.close(at, outcome)
	c.say(at, "closed", "Stripe: "+OutcomeWords(outcome)+".")
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
	c.alert(at, "contradiction", "Closed, but Stripe still waits for an answer: open again.")
}
