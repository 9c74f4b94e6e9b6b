package rules

import (
	"slices"
	"time"
)

// Policy is what the shop decided about telling: its ladders, its calendar and
// its assumptions. It comes from the config.
type Policy struct {
	Calendar    Calendar
	Dispute     []Step // the ladder of inquiries, chargebacks and unknown mails
	StopRequest []Step // the ladder of stop requests and investigations
	Assume      Assumptions
	ClaimLapses Span     // how long a claim holds
	Mailboxes   []string // all that there are; nil is unknown

	Fees Fees // that the shop knows better than Stripe's list
	// ShowCustomers lets e-mail addresses that stand in a mail's own words be
	// shown in chat.
	ShowCustomers bool
}

// AnswerHolds is until when a person's "answered" of t holds against a dispute of
// Stripe's that still waits: one working day (DOMAIN.md, "Stripe's side").
func (p Policy) AnswerHolds(t time.Time) time.Time { return p.Calendar.Add(t, Span{1, "wd"}) }

// Assumptions are the times that are assumed, and labelled so, where neither a
// mail nor Stripe names a deadline (DOMAIN.md, "Klarna's dispute model").
type Assumptions struct {
	Dispute, Fraud, HighRisk, Reminder, FollowUp, Investigation, StopRequest Span
}

// Step is one rung of a ladder.
type Step struct {
	Name    string // [a-z][a-z0-9-]*, unique in its ladder
	When    When
	Repeat  Span     // zero: once
	Channel string   // "" is the mailbox's
	Mention []string // owner, on_call, ops, @here, or a Slack id
	Page    bool
	If      Condition
}

// Condition narrows a step to some cases; an empty list means any.
type Condition struct {
	Reasons, Stages, Verdicts, Mailboxes []string
	MinAmount                            []Money // at least one of them in the case's own currency; an unknown amount passes
}

// steps are those of c's lane. A case of a mailbox that was renamed or taken out of
// the config would be of none that a condition names: to it all of them apply.
func (p *Policy) steps(c *Case) []Step {
	steps := p.Dispute
	if c.Lane() == LaneStopRequest {
		steps = p.StopRequest
	}
	if c.Mailbox == "" || p.Mailboxes == nil || slices.Contains(p.Mailboxes, c.Mailbox) {
		return steps
	}
	steps = slices.Clone(steps)
	for i := range steps {
		steps[i].If.Mailboxes = nil
	}
	return steps
}

// holds says whether the condition includes c.
func (f *Condition) holds(c *Case) bool {
	in := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	return in(f.Reasons, c.WhyDisputed()) && in(f.Stages, string(c.Stage)) &&
		in(f.Verdicts, string(c.Verdict)) && in(f.Mailboxes, c.Mailbox) && f.enough(c.Disputed())
}

// enough: an amount that is unknown, or in a currency without a bound, passes:
// silence would be a guess.
func (f *Condition) enough(m Money) bool {
	for _, least := range f.MinAmount {
		if least.Currency == m.Currency && m.Minor < least.Minor {
			return false
		}
	}
	return true
}
