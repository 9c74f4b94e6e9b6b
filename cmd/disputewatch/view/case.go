// Package view is how the commands show a case, the list of all, what the rules say of
// one, and a mail: to a person on a terminal, and to programs as JSON or CSV.
package view

import (
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/audit"
	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

// Case is a case as "cases" and "show" print it; absent fields stay out.
type Case struct {
	ID        string      `json:"id"`
	DisputeID string      `json:"dispute_id,omitempty"`
	Kind      rules.Kind  `json:"kind"`
	Stage     rules.Stage `json:"stage"`
	State     rules.State `json:"state"`
	Outcome   string      `json:"outcome,omitempty"`
	Reason    string      `json:"reason,omitempty"`
	Mailbox   string      `json:"mailbox,omitempty"`

	Verdict            rules.Verdict `json:"verdict,omitempty"`
	MerchantReference1 string        `json:"merchant_reference_1,omitempty"`
	MerchantReference2 string        `json:"merchant_reference_2,omitempty"`

	Deadline   *Due               `json:"deadline,omitempty"`
	Amount     *Amount            `json:"amount,omitempty"`
	AtRisk     *Amount            `json:"at_risk,omitempty"` // with the fee of a lost chargeback
	Match      Match              `json:"match"`
	Stripe     *Stripe            `json:"stripe,omitempty"`
	AnsweredBy []Evidence         `json:"answered_by,omitempty"`
	ClaimedBy  string             `json:"claimed_by,omitempty"`
	OpenedAt   string             `json:"opened_at"`
	Todo       string             `json:"todo"` // what can be done now, in a sentence
	Next       *Next              `json:"next,omitempty"`
	Warnings   []string           `json:"warnings,omitempty"`
	Observed   *audit.Observation `json:"observed,omitempty"` // of "show": what would have been said
	Events     []rules.Event      `json:"events,omitempty"`   // of "show"

	risk  rules.Money       // the disputed amount, Stripe's where it is sure
	due   time.Time         // for the order
	zone  *time.Location    // where people read
	said  map[string]string // the lines of its card
	asOf  string            // from when the card's advice is
	links []notify.Link
}

// Due is by when a case is to be answered, and who says so.
type Due struct {
	At        string `json:"at"`
	Source    string `json:"source"`
	Ambiguous bool   `json:"ambiguous"`
	Other     string `json:"other,omitempty"`

	otherSource string
}

// doubt is what the date must say of itself where its source is not shown.
func (d Due) doubt() string {
	return rules.Deadline{Source: d.Source, Ambiguous: d.Ambiguous}.Doubt()
}

// Match is which charge a case is about.
type Match struct {
	Strength      rules.Strength `json:"strength"`
	Charge        string         `json:"charge,omitempty"`
	Dispute       string         `json:"dispute,omitempty"`
	PaymentIntent string         `json:"payment_intent,omitempty"`
	Why           string         `json:"why,omitempty"`
	Candidates    []Candidate    `json:"candidates,omitempty"`
}

// Candidate is a charge that it could be.
type Candidate struct {
	Charge  string `json:"charge"`
	Dispute string `json:"dispute,omitempty"`
	Amount  string `json:"amount"`
	Created string `json:"created"`
	Why     string `json:"why"`
}

// Stripe is what Stripe says of a case.
type Stripe struct {
	Status        string `json:"status"`
	DueBy         string `json:"due_by,omitempty"`
	RefundedMinor int64  `json:"refunded_minor"`
	RefundedSince int64  `json:"refunded_since_minor"` // of it, since the dispute
	Tracking      string `json:"tracking,omitempty"`
	Order         string `json:"order_reference,omitempty"`
	Reason        string `json:"reason,omitempty"`
	Amount        string `json:"amount,omitempty"`
	LossReason    string `json:"loss_reason,omitempty"`
	ReadAt        string `json:"read_at"`
}

// Evidence is what counts as an answer.
type Evidence struct {
	Source string `json:"source"`
	At     string `json:"at"`
	Who    string `json:"who,omitempty"`
	Note   string `json:"note,omitempty"`
}

// Next is what will be told next.
type Next struct {
	Step string `json:"step"`
	At   string `json:"at"`
}

// CaseOf shows c as it stands at now, in the shop's time zone.
func CaseOf(c rules.Case, p rules.Policy, now time.Time) Case {
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(p.Calendar.Location).Format(time.RFC3339)
	}
	card := notify.CardOf(c, p, now)
	v := Case{
		ID: c.ID, DisputeID: c.DisputeID, Kind: c.Kind, Stage: c.Stage, State: c.StateAt(now), Outcome: c.Outcome,
		Reason: c.Reason, Mailbox: c.Mailbox, Verdict: c.Verdict,
		MerchantReference1: c.Order(), MerchantReference2: c.MerchantReference2,
		OpenedAt: at(c.OpenedAt), Todo: card.Now,
		Warnings: slices.Concat(c.Warnings, c.Oddities()), zone: p.Calendar.Location,
	}
	v.risk = c.Disputed()
	v.asOf, v.links, v.said = notify.AsOf(c), card.Links, map[string]string{}
	for _, l := range card.Lines {
		v.said[l.Label] = l.Value
	}
	if d := c.Deadline(); !d.At.IsZero() {
		v.due = d.Living(now)
		v.Deadline = &Due{at(d.At), d.Source, d.Ambiguous, at(d.Other), d.OtherSource}
	}
	switch s := c.Stripe; {
	case !c.Amount.IsZero():
		v.Amount = &Amount{c.Amount.Minor, c.Amount.Currency, c.AmountText}
	case s != nil && c.Match.Sure() && !s.Amount.IsZero():
		v.Amount = &Amount{s.Amount.Minor, s.Amount.Currency, s.Amount.String()}
	}
	if m, words := c.AtRisk(p); words != "" {
		v.AtRisk = &Amount{m.Minor, m.Currency, words}
	}
	v.Match = viewOfMatch(c.Match, at)
	if s := c.Stripe; s != nil {
		v.Stripe = &Stripe{s.Status, at(s.DueBy), s.RefundedMinor, s.RefundedSince, s.Tracking, s.OrderReference, s.Reason, s.Amount.String(), s.LossReason, at(s.ReadAt)}
	}
	for _, e := range c.Answers {
		v.AnsweredBy = append(v.AnsweredBy, Evidence{e.Source, at(e.At), e.Who, e.Note})
	}
	if c.Claim != nil && now.Before(c.Claim.Until) {
		v.ClaimedBy = c.Claim.Who
	}
	if next, ok := rules.Next(c, p, now); ok {
		v.Next = &Next{next.Step, at(next.Due)}
	}
	return v
}

func viewOfMatch(m rules.Match, at func(time.Time) string) Match {
	v := Match{Strength: m.Strength, Charge: m.Charge, Dispute: m.Dispute, PaymentIntent: m.PaymentIntent, Why: m.Why}
	if v.Strength == "" {
		v.Strength, v.Why = rules.NoMatch, "not looked for yet"
	}
	for _, k := range m.Candidates {
		v.Candidates = append(v.Candidates, Candidate{k.Charge, k.Dispute, k.Amount.String(), at(k.Created), k.Why})
	}
	return v
}

// Amount is an amount, and how it was written.
type Amount struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"`
	Text     string `json:"text"`
}
