package notify

import (
	"fmt"
	"time"
)

// Ambiguous says that the message may have been said: look before saying it
// again.
type Ambiguous struct{ Err error }

func (e *Ambiguous) Error() string { return fmt.Sprintf("may have been said: %v", e.Err) }
func (e *Ambiguous) Unwrap() error { return e.Err }

// Later says that nothing was said and that nothing will be before After has
// passed.
type Later struct {
	After time.Duration // at least a second
	Err   error
}

func (e *Later) Error() string { return fmt.Sprintf("asked to wait %s: %v", e.After, e.Err) }
func (e *Later) Unwrap() error { return e.Err }

// Refused says that nothing was said, nor will be until a person acts.
type Refused struct {
	Code string // Slack's word: channel_not_found, invalid_auth, missing_scope, …
	Hint string // what the person has to do
	Whom Reach  // what else would be refused as well
	Err  error
}

// Reach says how far a refusal goes.
type Reach string

// The reaches of a refusal.
const (
	ThisMessage Reach = ""        // others may pass
	ThisChannel Reach = "channel" // nothing for this channel will
	Everything  Reach = "all"     // the token or the workspace takes nothing
)

func (e *Refused) Error() string {
	if e.Hint == "" {
		return e.Err.Error()
	}
	return e.Err.Error() + "\nhint: " + e.Hint
}
func (e *Refused) Unwrap() error { return e.Err }
