package board

import (
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// row is one case in the list, in words.
type row struct {
	ID, What, Reference, Mailbox string
	State, Stage, Owner          string
	Due                          due
	Amount, AmountNote           string
	Match                        string
	Unsure                       bool // the match, of a case that is not finished
	Stripe                       string
	Todo, Next, NextWhy          string
	NextAt                       When
	NextDue                      bool   // it waits only to be told
	Sender                       string // "" of a genuine mail: nothing to say
	Warnings                     int
	Class                        string // how urgent: late, soon, ahead, done
}

// due is a deadline in words, with its source and whatever is doubtful.
type due struct {
	At       When
	Left     string
	Source   string
	Assumed  bool
	Doubt    string // the date can be read in two ways
	Other    When   // the second one, where mail and Stripe differ
	OtherBy  string
	Finished bool // nothing is asked any more: the date is history
}

func (s *Server) row(c rules.Case, now time.Time) row {
	r := row{
		ID: c.ID, What: c.What(), Reference: reference(c), Mailbox: rules.Plain(c.Mailbox, 60),
		State: string(c.StateAt(now)), Stage: spaced(string(c.Stage)), Owner: owner(c, now),
		Due: s.due(c, now), Match: matchWords(c.Match), Unsure: !c.Match.Sure() && !c.Finished(),
		Stripe: stripeWords(c), Todo: apart(todo(c, s.Policy, now)), Warnings: len(c.Warnings), Class: urgency(c, now),
	}
	r.Amount, r.AmountNote = amount(c)
	if c.StateAt(now) == rules.Closed {
		r.State = "closed: " + rules.OutcomeWords(c.Outcome)
	}
	if c.Verdict != rules.Genuine {
		r.Sender = verdictWords(c.Verdict)
	}
	if n, ok := rules.Next(c, s.Policy, now); ok {
		r.Next, r.NextWhy = n.Step, n.Reason
		r.NextAt, r.NextDue = s.near(n.Due, now), !n.Due.After(now)
	}
	return r
}

func (s *Server) due(c rules.Case, now time.Time) due {
	d := c.Deadline()
	if d.At.IsZero() {
		return due{Left: "no date is known", Finished: c.Finished()}
	}
	out := due{
		At: s.near(d.At, now), Left: left(d.At.In(s.zone()), now), Source: sourceWords(d.Source),
		Assumed: d.Source == rules.SourceAssumed, Finished: c.Finished(),
	}
	if d.Ambiguous {
		out.Doubt = "the mail's “" + rules.Plain(d.Text, 40) + "” can be read in two ways; the earlier counts"
	}
	if !d.Other.IsZero() {
		out.Other, out.OtherBy = s.near(d.Other, now), sourceWords(d.OtherSource)
	}
	return out
}

// urgency sorts a case into one of four colours, each of which is also said in
// words.
func urgency(c rules.Case, now time.Time) string {
	switch {
	case c.Finished():
		return "done"
	case overdue(c, now):
		return "late"
	case c.Lane() == rules.LaneStopRequest, dueSoon(c, now):
		return "soon"
	}
	return "ahead"
}

// urgencyWords is the heading under which a case stands in the list.
func urgencyWords(c rules.Case, now time.Time) string {
	switch {
	case c.Finished():
		return "Answered or over"
	case c.Lane() == rules.LaneStopRequest:
		return "Stop requests and investigations"
	case overdue(c, now):
		return "Overdue"
	case dueSoon(c, now):
		return "Within two days"
	}
	return "Later"
}

// dueSoon says that a deadline is within two days.
func dueSoon(c rules.Case, now time.Time) bool {
	at := c.Deadline().At
	return !at.IsZero() && at.Sub(now) <= 48*time.Hour
}

// owner is who has the case in hand: who claimed it or let it sleep.
func owner(c rules.Case, now time.Time) string {
	switch {
	case c.Finished():
		return "" // nobody is needed
	case c.Snooze != nil && now.Before(c.Snooze.Until):
		return rules.Plain(c.Snooze.Who, 60)
	case c.Claim != nil && now.Before(c.Claim.Until):
		return rules.Plain(c.Claim.Who, 60)
	}
	return "nobody"
}

// amount is the money in words, and what differs in the mail.
func amount(c rules.Case) (words, note string) {
	m := c.Disputed()
	if m.IsZero() {
		return "unknown", ""
	}
	if !c.Amount.IsZero() && c.Amount != m {
		note = apart(c.Amount.String()) + " in the mail"
	}
	return apart(m.String()), note
}

// reference is the merchant's own number for the order, and Klarna's number of
// the dispute.
func reference(c rules.Case) string {
	ref := joined(" · ", rules.Quoted(c.Order(), 80), rules.Quoted(c.MerchantReference2, 80))
	if ref == "" && c.Stripe != nil && c.Match.Sure() {
		ref = rules.Plain(c.Stripe.OrderReference, 80)
	}
	return ref
}

// stripeWords is what Stripe says; only a sure match may be spoken of as the
// case's own.
func stripeWords(c rules.Case) string {
	switch {
	case c.Stripe != nil && c.Match.Sure():
		return rules.StatusWords(c.Stripe.Status)
	case c.Stripe != nil:
		return rules.StatusWords(c.Stripe.Status) + " (if this is the charge)"
	case c.Match.Charge != "":
		return "no dispute there yet"
	}
	return ""
}

// undated is where a case without a date stands among the others: as if it had
// 99 hours left, as the rules rank it.
const undated = 99 * time.Hour

// byUrgency orders cases: what still has to be done first, stop requests before
// all, then by the deadline; what is finished last, the newest first.
func byUrgency(now time.Time) func(a, b rules.Case) int {
	return func(a, b rules.Case) int {
		if a.Finished() != b.Finished() {
			return first(b.Finished())
		}
		if a.Finished() {
			return tie(ended(b).Compare(ended(a)), a, b)
		}
		if la, lb := a.Lane(), b.Lane(); la != lb {
			return first(la == rules.LaneStopRequest)
		}
		return tie(urgentAt(a, now).Compare(urgentAt(b, now)), a, b)
	}
}

func first(yes bool) int {
	if yes {
		return -1
	}
	return 1
}

// tie keeps the order the same from one answer to the next.
func tie(order int, a, b rules.Case) int {
	if order != 0 {
		return order
	}
	return strings.Compare(a.ID, b.ID)
}

func urgentAt(c rules.Case, now time.Time) time.Time {
	if at := c.Deadline().At; !at.IsZero() {
		return at
	}
	return now.Add(undated)
}

// ended is when a case was closed or last answered.
func ended(c rules.Case) time.Time {
	at := c.ClosedAt
	for _, e := range c.Answers {
		if e.At.After(at) {
			at = e.At
		}
	}
	return at
}
