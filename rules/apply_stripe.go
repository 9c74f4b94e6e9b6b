package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// openStatus says that Stripe still waits for the merchant.
func openStatus(status string) bool {
	return status == "needs_response" || status == "warning_needs_response"
}

// takeMatch keeps the newest answer to "which charge?". A person's link is not
// overruled by a rule.
func (c *Case) takeMatch(e Event) {
	if e.Type == EventMatch && c.Match.By != "" {
		return
	}
	was := c.Match
	c.Match = *e.Match
	if e.Type == EventLink {
		c.Match.By = e.By
	}
	switch {
	case c.Match.Charge == was.Charge && c.Match.Dispute == was.Dispute:
	case e.Type == EventLink:
		c.say(e.At, "linked", "Linked to "+c.Match.Charge+" by "+e.By+".")
	case c.Match.Charge != "" && c.ClosedAt.IsZero(): // of what is over only a contradiction is news
		c.say(e.At, "matched", "Found the charge: "+c.Match.Charge+" ("+string(c.Match.Strength)+").")
	}
	c.readingFollows(e, was)
}

// readingFollows: what Stripe said counts only of the charge and the dispute that
// the case is about now. A dispute that it, or a case that joined it, was about is
// free for a case of its own, and neither answers nor ends this one any more; what
// was read while the match was a guess counts once it is sure.
func (c *Case) readingFollows(e Event, was Match) {
	to := c.Match
	if to.Sure() && to.Dispute != "" || was.Sure() && to.Charge != was.Charge {
		c.Keys = slices.DeleteFunc(c.Keys, func(k string) bool {
			return strings.HasPrefix(k, StripeKey("")) && k != StripeKey(to.Dispute)
		})
	}
	s := c.Stripe
	switch {
	case s == nil:
	case s.Charge != to.Charge || to.Sure() && s.Dispute != to.Dispute:
		ended := was.Sure() && c.endedBy(s)
		c.Stripe = nil
		emptied := c.withdraw(func(ev Evidence) bool { return ev.Source == "stripe" || ev.Source == "refund" })
		if was.Sure() && c.Lane() == LaneDispute {
			c.Stage, c.Spent = StageUnknown, 0 // Stripe says those of the right one
		}
		if ended || emptied && c.ClosedAt.IsZero() {
			c.reopen(e.At)
			c.say(e.At, "reopened", "What Stripe said of it was about another dispute: the case is open again.")
		}
	case to.Sure() && !was.Sure():
		c.follow(e.At, nil, *s)
	}
}

// outcomeOf is how a dispute ended at Stripe; "" for one that has not.
func outcomeOf(status string) string {
	switch status {
	case "won", "lost", "prevented":
		return status
	case "warning_closed":
		return "inquiry_closed"
	}
	return ""
}

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
	if c.Account == "" {
		c.Account = e.Account
	}
	if !c.Match.Sure() {
		return
	}
	c.Match.Dispute, c.Match.Charge = s.Dispute, s.Charge
	if s.PaymentIntent != "" {
		c.Match.PaymentIntent = s.PaymentIntent
	}
	c.follow(e.At, was, s)
}

// follow lets Stripe's word on the case's own dispute count. A stop request that
// nobody answered waits for its reply, whatever became of a dispute: evidence, a
// refund or an end of that stop no parcel.
func (c *Case) follow(at time.Time, was *Reading, s Reading) {
	if c.Lane() == LaneStopRequest && !c.Finished() && !openStatus(s.Status) {
		return
	}
	c.followStage(at, was, s)
	c.followStatus(at, was, s)
}

// endToo ends a stop request that is done with where Stripe showed the end of its
// dispute while it waited: nothing of that changes any more, to be heard then.
func (c *Case) endToo(at time.Time) {
	if s := c.Stripe; s != nil && c.Match.Sure() && c.Lane() == LaneStopRequest && s.over() && c.Outcome != Duplicate {
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

// overrules says that evidence does not count against a dispute that Stripe does not
// call answered.
func (s Reading) overrules(ev Evidence, at time.Time) bool {
	switch ev.Source {
	case "stripe", "refund", "mail":
		return true
	case "person":
		return openStatus(s.Status) && !ev.Holds.IsZero() && !ev.Holds.After(at)
	}
	return false
}

// answeredBy says why a reading counts as answered, with its source; "" if it
// does not. An unknown status never does, nor does what was submitted to the
// inquiry before, spent submissions, or after its date: Stripe does not promise
// that it arrives.
func answeredBy(s Reading, spent int64) (note, source string) {
	switch s.Status {
	case "under_review":
		return "Stripe: the evidence is with Klarna (under_review)", "stripe"
	case "warning_under_review":
		return "Stripe: the inquiry is under review", "stripe"
	case "needs_response":
		if s.Submissions > spent && !s.PastDue {
			return "Stripe: evidence was submitted", "stripe"
		}
	case "warning_needs_response":
		if s.Settled() {
			return "Refunded in full during the inquiry; waiting for it to close", "refund"
		}
	}
	return "", ""
}

// Settled says that what was refunded for it since the dispute reaches the disputed
// amount. Sums of two currencies cannot be compared.
func (s Reading) Settled() bool {
	alike := s.Authorized.IsZero() || s.Authorized.Currency == s.Amount.Currency
	return alike && s.Amount.Minor > 0 && s.refunded() >= s.Amount.Minor
}

// refunded is what was given back since the dispute and is surely for it.
func (s Reading) refunded() int64 { return s.RefundedSince - s.RefundedElse }

func (c *Case) hasAnswer(source string) bool {
	for _, ev := range c.Answers {
		if ev.Source == source {
			return true
		}
	}
	return false
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

// Contradicts says that Stripe waits at now for an answer to the dispute of a case
// that is closed, has got none, and would still take it.
func (s Reading) Contradicts(c Case, now time.Time) bool {
	_, answered := answeredBy(s, c.Spent)
	takes := s.Status == "warning_needs_response" || !s.DueBy.IsZero()
	return !c.ClosedAt.IsZero() && c.Outcome != Duplicate && c.Match.Sure() &&
		openStatus(s.Status) && answered == "" && takes && !s.late(now)
}

// revive opens a case again that was closed by a mail or a person while Stripe
// shows an open dispute. A person's "not a dispute" needs Stripe's agreement
// too: the money is at risk whatever we call it.
func (c *Case) revive(at time.Time, s Reading) {
	if c.ClosedAt.IsZero() || c.Outcome == Duplicate || !openStatus(s.Status) {
		return
	}
	c.reopen(at)
	const text = "Closed, but Stripe still waits for an answer: open again."
	c.warn(text)
	c.say(at, "contradiction", text)
}
