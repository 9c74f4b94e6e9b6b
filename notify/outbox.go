package notify

import (
	"context"
	"errors"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Outbox is what the desk needs of the book.
type Outbox interface {
	// Take claims the most urgent message that is due and that nobody holds,
	// and returns ErrEmpty where there is none. While a message of a case is
	// held, no other of that case is handed out: its first one posts the card
	// that the others are threaded under. TriedAt is the first attempt whose end
	// is not known: since then the message may have been said.
	Take(ctx context.Context) (rules.Message, rules.Claim, error)
	// Attempt records, durably and before Slack is called, that it will be. It
	// returns ErrGone where the message was overtaken, or is another's by now.
	Attempt(ctx context.Context, c rules.Claim, id string) error
	// Settle records how the message ended, and lets go of the claim; of a message
	// that is gone there is nothing to record, and that is no error. A step
	// that was delivered before its case had a card, or whose card was moved, makes
	// its place the card's.
	Settle(ctx context.Context, c rules.Claim, id string, e End) error
	// Case is the case as it stands now.
	Case(ctx context.Context, id string) (rules.Case, error)
}

// ErrEmpty says that nothing is due in the outbox.
var ErrEmpty = errors.New("outbox: nothing is due")

// ErrGone says that there is nothing to attempt any more: a newer message took
// the place of this one, or another daemon has taken it over.
var ErrGone = errors.New("outbox: the message is gone")

// End is how one turn of a message ended: told, to be tried again, or dropped.
type End struct {
	Kind EndKind
	At   rules.Place // Told: where it stands; zero for a page
	// Moved: its case's card was out of reach; what stands at At is its card from
	// now on.
	Moved bool
	Next  time.Time // Again: not before
	Why   string    // Again, Dropped: for the record, without names or tokens
}

// EndKind names the ways in which a turn ends.
type EndKind string

// The three ends.
const (
	Told    EndKind = "told"
	Again   EndKind = "again"
	Dropped EndKind = "dropped" // overtaken: recorded, not told
)
