package klarna

import (
	"errors"
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/rules"
)

// Passed is the one warning that is about when a mail is read, not about what
// was understood of it.
const Passed = "the deadline has passed"

// Notice is what the mail says; absent is zero. Said's Verdict, Why and
// RespondLink stay empty: whoever judged the sender fills them.
type Notice struct {
	rules.Said
	Deadline     *rules.MailDeadline
	RespondLinks []string     // candidates for the form's button, best first
	Forwarded    bool         // it was read from a mail inside the mail
	Inner        *eml.Message // that mail, where it was attached whole; nil where it was shown as text
	Full         bool         // the kind's required fields were all read
	Warnings     []string
	Explain      []Reason
}

// Reason says which words led to a field, or why a value was not taken.
type Reason struct {
	Field, Value string
	From         string // `label "Dispute ID", text/html line 7`
	Rejected     bool
}

// Options is what the reader must know beside the mail itself.
type Options struct {
	Location   *time.Location     // of dates without a zone; nil is UTC
	DateOrder  string             // of 03/04/2026: dmy, mdy, or "" for unknown
	Vocabulary *phrase.Vocabulary // nil is the embedded one
	FromKlarna bool               // the sender claims one of Klarna's domains
	FromStripe bool               // the sender claims stripe.com
	Now        time.Time
}

// ErrNotKlarna says that the mail is none of Klarna's (or Stripe's about a
// dispute): count it.
var ErrNotKlarna = errors.New("not a mail of Klarna's")

// FieldError says that a mail is Klarna's and of a known kind, but that none
// of the fields that say which dispute it is about could be read although
// their labels are there: a person must look. One unreadable field beside
// readable ones is only a warning. Text is from the mail: show it to a person,
// never log it.
type FieldError struct {
	Field string
	Text  string
	Err   error
}

// Error names the field and the cause, never the mail's own text.
func (e *FieldError) Error() string { return fmt.Sprintf("%s: %v", e.Field, e.Err) }

// Unwrap is the cause.
func (e *FieldError) Unwrap() error { return e.Err }
