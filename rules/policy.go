package rules

// Policy is what the shop decided about telling: its ladders, its calendar and
// its assumptions. It comes from the config.
type Policy struct {
	Calendar    Calendar
	Dispute     []Step // the ladder of inquiries, chargebacks and unknown mails
	StopRequest []Step // the ladder of stop requests and investigations
	Assume      Assumptions
	ClaimLapses Span // how long a claim or a person's "answered" holds
}

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
