package rules

import "time"

// Lure is what a forged mail names of the shop's orders. One that names an order
// which exists was written by somebody who knows it: Stripe is asked.
type Lure struct {
	Account    string   `json:"account"` // the Stripe account's name in the config
	References []string `json:"references,omitempty"`
	StripeIDs  []string `json:"stripe_ids,omitempty"`
	Charges    []string `json:"charges,omitempty"` // that have one of them, as Stripe said
}

// LuredMail is a forged mail whose lure waits to be looked for.
type LuredMail struct {
	ID string
	At time.Time // recorded
	Lure
}

// MailEvent is one thing that happened to a mail that belongs to no case. The
// book keeps them: they are the audit trail of such mails.
type MailEvent struct {
	Type    MailEventType `json:"type"`
	At      time.Time     `json:"at"`
	By      string        `json:"by,omitempty"`    // the person or part that says so
	Note    string        `json:"note,omitempty"`  // a person's words
	Slack   string        `json:"slack,omitempty"` // By's Slack id, where it was a click
	Click   string        `json:"click,omitempty"` // the identity of that click
	Charges []string      `json:"charges,omitempty"`
}

// MailEventType says what happened.
type MailEventType string

// What can happen to a mail of no case.
const (
	MailDismissed MailEventType = "dismiss" // a person has looked at it
	MailReread    MailEventType = "reread"  // it was read again, and another end was found
	MailOrder     MailEventType = "order"   // it names an order that exists
)
