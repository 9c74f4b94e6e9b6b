package rules

import (
	"slices"
	"time"
)

// Escalation is one thing that must be told about a case, with its reason.
type Escalation struct {
	Case    string    `json:"case"`
	Round   int       `json:"round"`
	Step    string    `json:"step"` // a ladder's step, or "news"
	N       int       `json:"n"`    // which repeat of the step, or which news
	Due     time.Time `json:"due"`
	Reason  string    `json:"reason"` // why now, in words: "unanswered for 1wd"
	Channel string    `json:"channel,omitempty"`
	Mention []string  `json:"mention,omitempty"` // owner, on_call, ops, @here, or Slack ids
	Page    bool      `json:"page,omitempty"`
	Ended   string    `json:"ended,omitempty"` // whose claim or snooze is over, a sentence; told with the step
	News    *News     `json:"news,omitempty"`
	Folded  []Told    `json:"folded,omitempty"` // steps that this one speaks for
	Rank    int       `json:"rank"`             // urgency: smaller goes out first
	// Observed says that it was recorded and never said: the program looked on.
	Observed bool `json:"observed,omitempty"`
}

// MessageKind says which words a row of the outbox asks for.
type MessageKind string

// The kinds of message.
const (
	MessageStep       MessageKind = "step"       // an Escalation
	MessageCard       MessageKind = "card"       // bring the posted card up to date
	MessageUnreadable MessageKind = "unreadable" // a mail that could not be opened
	MessageForged     MessageKind = "forged"     // a mail that pretends to be Klarna's
	MessageDismissed  MessageKind = "dismissed"  // bring the word on such a mail up to date: a person looked at it
	MessageAlarm      MessageKind = "alarm"      // something of ours is broken, or works again
	MessageDigest     MessageKind = "digest"
	MessageSummary    MessageKind = "summary" // many cases that came to light at once
	MessagePage       MessageKind = "page"    // the webhook that wakes somebody
)

// RankForged puts the word on a forged mail behind the first words on all cases:
// anybody can send a thousand of them.
const RankForged = 9_500

// Message is a row of the outbox: something that must reach people, once for
// each Key.
type Message struct {
	ID         string            `json:"id"`  // the outbox id, also in the message's metadata in Slack
	Key        string            `json:"key"` // unique: case/round/step/n, digest/day, unreadable/hash
	Kind       MessageKind       `json:"kind"`
	Case       string            `json:"case,omitempty"`
	Escalation *Escalation       `json:"escalation,omitempty"`
	About      map[string]string `json:"about,omitempty"` // the facts of the other kinds
	Rank       int               `json:"rank"`
	QueuedAt   time.Time         `json:"queued_at"`
	NextAt     time.Time         `json:"next_at"` // not before
	Attempts   int               `json:"attempts"`
	TriedAt    time.Time         `json:"tried_at,omitzero"` // the attempt was recorded before the call
	Error      string            `json:"error,omitempty"`   // of the last attempt
}

// Repeats says that m, queued after old, says all that old would: a later day's
// digest, the card as it is then, a newer word on the same part of the program, the
// same step of the same round once more, to the same people. Where Slack took nothing
// for days, the last of them is enough.
func (m Message) Repeats(old Message) bool {
	if m.Kind != old.Kind || m.Case != old.Case {
		return false
	}
	switch m.Kind {
	case MessageDigest, MessageCard:
		return true
	case MessageAlarm:
		return m.About[AboutPart] == old.About[AboutPart]
	case MessageStep, MessagePage:
		return m.Escalation != nil && old.Escalation != nil && m.Escalation.repeats(*old.Escalation)
	}
	return false
}

func (e Escalation) repeats(old Escalation) bool {
	missed := func(who string) bool { return !slices.Contains(e.Mention, who) }
	return e.News == nil && old.News == nil && old.Ended == "" &&
		e.Step == old.Step && e.Round == old.Round && e.Channel == old.Channel &&
		(e.Page || !old.Page) && !slices.ContainsFunc(old.Mention, missed)
}

// Claim is a piece of work that one process holds for a time. Its epoch grows
// with each new holder and is checked in each transaction that the claim
// covers: who was paused and comes back late changes nothing.
type Claim struct {
	Key    string
	Holder string
	Epoch  int64
	Until  time.Time
}

// Mail is the book's record of one mail and of its end.
type Mail struct {
	MessageID   string // "" where the mail has none
	Hash        string // of the body: with MessageID, the mail's identity
	Mailbox     string
	Folder      string
	UIDValidity uint32
	UID         uint32
	Date        time.Time // its own; zero where unreadable
	Size        int64
	Outcome     Outcome
	Kind        Kind
	Verdict     Verdict
	Why         string
	Error       string // of an unreadable or unknown mail: what could not be read
	Raw         []byte // kept for unreadable and unknown mails: the quarantine
	Text        string // its readable text, kept for people until retention ends it
	Full        bool   // every field that its kind needs was read
	Again       bool   // a re-scan shall read it once more: something of it was not understood

	Keys  []string // of its case, the surest first
	Event *Event   // nil unless it says something of a case
	Join  bool     // its event may join a case that is there, but opens none
	Tell  *Message // a message of its own: unreadable, forged
	Lure  *Lure    // of a forged mail: what it names of an order, to be looked for
}

// Batch is what one turn of reading a folder found; the book records it whole
// or not at all.
type Batch struct {
	Mails    []Mail
	Position Position // of the folder, after this batch
}

// Recorded counts what a batch did to the book.
type Recorded struct {
	New     int      // mails not known before
	Opened  []string // ids of cases
	Changed []string // ids of cases
}

// Health is what the book remembers of one part of the program: when it last
// worked, and what has been wrong since when.
type Health struct {
	Part     string    `json:"part"` // mailbox/onboarding, stripe/main, slack, pass
	GoodAt   time.Time `json:"good_at,omitzero"`
	BadSince time.Time `json:"bad_since,omitzero"` // zero while it works
	Failures int       `json:"failures,omitempty"` // in a row
	Error    string    `json:"error,omitempty"`
	Told     int       `json:"told,omitempty"` // alarms told since BadSince
}
