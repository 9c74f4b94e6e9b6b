package notify

import (
	"context"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Messenger is Slack, or whatever stands in for it in a dry run. Its errors are
// *Ambiguous, *Later or *Refused; any other means that nothing was said and
// that it may be tried again.
type Messenger interface {
	// Post says p and returns where it stands.
	Post(ctx context.Context, p Post) (rules.Place, error)
	// Find looks for an earlier attempt at p by its ID, among what was said
	// since p.Since in its channel and thread. False means that it is not there;
	// a history that cannot be read to its end is an error, never "not there".
	Find(ctx context.Context, p Post) (rules.Place, bool, error)
	// Update puts p in the place of what was said at.
	Update(ctx context.Context, at rules.Place, p Post) error
}

// Post is one thing to say.
type Post struct {
	ID        string    // the outbox id, carried along so that Find knows our own
	Channel   string    // "#name" or an id
	Thread    string    // the card's ts; "" says it in the channel itself
	Broadcast bool      // a reply in a thread that the channel shall see too
	Mentions  []string  // Slack ids of people or groups, "@here", or plain names
	Text      string    // what a phone's notification shows
	Card      Card      // what the message shows
	Since     time.Time // Find: when it may first have been said
}

// Card is a message in plain words. None of its texts is markup: what came
// from a mail is data and is shown as it is. URLs are ours or were proved.
type Card struct {
	Title    string
	Now      string // the next thing to do
	Lines    []Line
	Warnings []string
	Lists    []List
	Links    []Link
	Actions  []Action // what can be clicked; links are among them where there are any
	Footer   string
}

// Line is one fact. A Line without a Label is a sentence.
type Line struct{ Label, Value string }

// List is a heading with a row for each of several things.
type List struct {
	Title string
	Rows  []string
}

// Link is something to open.
type Link struct{ Text, URL string }
