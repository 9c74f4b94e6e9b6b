package rules

import (
	"slices"
	"strings"
)

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
