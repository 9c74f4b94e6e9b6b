package notify

import (
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Digest is what the digest tells of.
type Digest struct {
	Since     time.Time    // of the digest before; what is new is newer
	Cases     []rules.Case // all that are open, and those that ended since
	Mailboxes []Mailbox
}

// Mailbox is when a mailbox was last read to its end.
type Mailbox struct {
	Name   string
	ReadAt time.Time // zero: never
	Error  string    // what has been wrong since, without names; "" while it works
}

// DigestCard is written in full later in this file's neighbours.
func DigestCard(g Digest, p rules.Policy, now time.Time) Card {
	return Card{Title: "Klarna disputes"}
}
