package rules

import "time"

// Event is one thing that happened to a case. Type names which of the fields
// below it carries; the others are zero. The book keeps every event for ever:
// it is the audit trail.
type Event struct {
	Type EventType `json:"type"`
	At   time.Time `json:"at"`             // when we learned of it
	By   string    `json:"by,omitempty"`   // the person or part that says so: "anna", "ingest", "stripe"
	Note string    `json:"note,omitempty"` // a person's words
	// Slack is By's Slack id, where the word was a click: who is meant by owner.
	Slack string `json:"slack,omitempty"`
	// Click is the identity of that click: Slack may deliver one twice.
	Click string `json:"click,omitempty"`

	Mail   *MailSaid   `json:"mail,omitempty"`   // EventMail, EventReread, EventReply
	Match  *Match      `json:"match,omitempty"`  // EventMatch, EventLink
	Stripe *Reading    `json:"stripe,omitempty"` // EventStripe
	Until  time.Time   `json:"until,omitzero"`   // EventClaim, EventSnooze; EventAnswer: when Stripe must agree; EventReopen: the deadline to assume where none is known
	Told   *Escalation `json:"told,omitempty"`   // EventTold: was queued
	Card   *Place      `json:"card,omitempty"`   // EventPosted
	Other  string      `json:"other,omitempty"`  // EventMerge: the case that came in or that this one went into
	From   *Case       `json:"from,omitempty"`   // EventMerge: that other case, as it was
	Keys   []string    `json:"keys,omitempty"`   // keys that this event adds to the case
	// Account of EventStripe and EventAccount: the Stripe account's name in the config.
	Account string `json:"account,omitempty"`
	// Was is how EventReread's mail was taken before, and Lifted the warnings of
	// that reading that no mail of the case gives any more.
	Was    Kind     `json:"was,omitempty"`
	Lifted []string `json:"lifted,omitempty"`
	// Outcome of EventClose: a person's word, or "duplicate" where Other is the case
	// that it went into.
	Outcome string `json:"outcome,omitempty"`
}

// EventType says what happened.
type EventType string

// What can happen to a case.
const (
	EventMail    EventType = "mail"    // Klarna (or Stripe, by mail) said something
	EventReread  EventType = "reread"  // a mail that it has was read again, and understood further
	EventReply   EventType = "reply"   // a reply to one of its mails was found in Sent
	EventMatch   EventType = "match"   // the matcher looked for its charge
	EventLink    EventType = "link"    // a person said which charge it is
	EventStripe  EventType = "stripe"  // Stripe's dispute was read
	EventMissing EventType = "missing" // Stripe shows no dispute for a mail, long after it, or the case's own no more
	EventAccount EventType = "account" // the config calls its Stripe account by another name
	EventTold    EventType = "told"    // an escalation was queued
	EventPosted  EventType = "posted"  // its card stands in Slack
	EventClaim   EventType = "claim"
	EventAnswer  EventType = "answer"
	EventSnooze  EventType = "snooze"
	EventReopen  EventType = "reopen"
	EventClose   EventType = "close"
	EventMerge   EventType = "merge" // another case turned out to be the same dispute
)

// MailSaid is a mail's word on a case.
type MailSaid struct {
	Said
	Deadline  *MailDeadline `json:"deadline,omitempty"`
	Assumed   time.Time     `json:"assumed,omitzero"` // the policy's assumption for a mail of this kind
	MessageID string        `json:"message_id,omitempty"`
	Date      time.Time     `json:"date,omitzero"` // the mail's own Date
	Mailbox   string        `json:"mailbox"`
	Account   string        `json:"account,omitempty"`
	Forwarded bool          `json:"forwarded,omitempty"`
	Warnings  []string      `json:"warnings,omitempty"`
}
