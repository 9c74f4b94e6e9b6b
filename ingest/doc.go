// Package ingest is the way from a mailbox into the case book.
//
// The path of one mail, each step a package of its own:
//
//	mailbox   the folder hands out its raw bytes, every UID accounted for
//	          (only a [Candidate] is fetched whole)
//	eml       bytes → headers and readable rows, within bounds
//	sender    who really sent it: genuine, unverified or forged
//	klarna    text → a Notice, or "not Klarna's"
//	ingest    [Read] joins the three; record makes of a Reading what the book
//	          keeps: its end, its event, its case's keys
//	casebook  mail, event and case in one transaction; only then the position
//	          in the folder moves on
//
// Sent mail takes a shorter way (replies.go): what answers a case's mail and goes
// to Klarna is told by its header fields alone and becomes an event of the case.
//
// Of a mail that is attached to another the inner one is judged (proof.go). A
// forged mail becomes no event of a case: it is told, with the orders that it
// names if they exist (lures.go), and waits until a person dismisses it. A mail
// that was not understood in full is read once more by a [Rescan], and gives its
// case what is understood then.
//
// And of one case: [Stripe.Refresh] asks charges which Stripe charge it is about
// and what Stripe says of it now.
package ingest
