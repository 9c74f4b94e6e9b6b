// Package mailbox reads IMAP folders and never changes them: a folder is
// opened by EXAMINE, mails are fetched by BODY.PEEK. It knows where we stand
// in a folder and accounts for every UID: a mail was handed on, is of no
// interest, is gone, or is asked for again at the next poll.
//
// A pass over one folder reads like this:
//
//	Read      what is new?       EXAMINE and SEARCH in one turn   (read.go, list.go)
//	headers   which are ours?    a few header fields, in batches  (batch.go)
//	bodies    the mails whole    bounded in count and bytes       (batch.go)
//	account   what is missing?   asked again, alone               (account.go)
//	put       recorded; only then the position moves              (read.go)
//
// Of sent mail the headers are enough: Want.HeadersOnly leaves the texts out.
//
// A login takes a password or, from a provider that the caller asks, an access
// token (bearer.go).
//
// A server is not trusted: everything that it sends is bounded in size and
// time, and what it leaves out is noticed.
package mailbox
