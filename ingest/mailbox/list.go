package mailbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/disputewatch/disputewatch/rules"
)

const (
	// sliceOf is how many mails one SEARCH should speak of: an answer of some 400 kB.
	sliceOf = 50_000
	// slicesAhead is how many of them are asked for in one turn: half of what an
	// exchange may bring.
	slicesAhead = 16
)

// lastUIDNext is the greatest UIDNEXT that is believed. A server that says more, be
// it -1, has none: from there on no mail would be new.
const lastUIDNext = 4_000_000_000

// status is what EXAMINE says of a folder.
type status struct {
	messages    int
	uidValidity uint32
	uidNext     uint32 // 0: the server does not say
}

// opening is what is asked of a folder in the turn that opens it. The zero value
// asks for nothing.
type opening struct {
	first   uint32             // search for the UIDs from here on
	since   time.Time          // and for those that arrived since then and lie below
	headers *imap.FetchOptions // and fetch this of the first UIDs, on the chance that they are new
}

// opened is what came of it. All but the status holds only under the UIDVALIDITY
// that the caller expects.
type opened struct {
	status
	news, late rules.UIDs
	got        map[uint32]*item
}

// chance is how many new mails are fetched the headers of before it is known
// whether there is one: as many as usually come between two polls.
const chance = 100

// examine opens the folder read-only and asks in the same turn. Which search
// found a UID does not count: Dovecot works on both at once and answers both
// before it ends the first, so that the library takes the second answer for one
// to the first search.
func (c *Conn) examine(ctx context.Context, folder string, o opening) (opened, error) {
	out := opened{got: map[uint32]*item{}}
	c.strays.forget()
	err := c.await(ctx, func() error {
		sel := c.client.Select(folder, &imap.SelectOptions{ReadOnly: true})
		var searches []*imapclient.SearchCommand
		if o.first > 0 {
			searches = append(searches, c.client.UIDSearch(span(o.first, maxUID), nil))
		}
		if !o.since.IsZero() {
			searches = append(searches, c.client.UIDSearch(&imap.SearchCriteria{Since: day(o.since)}, nil))
		}
		fetched := func() error { return nil }
		if o.first > 0 && o.headers != nil {
			fetched = c.fetching(o.chance(), o.headers, out.got)
		}
		data, err := sel.Wait()
		if err == nil { // else the library may still be writing into it
			out.status = status{int(data.NumMessages), data.UIDValidity, uint32(data.UIDNext)}
			if out.uidNext > lastUIDNext {
				out.uidNext = 0
			}
		}
		found, searchErr := foundBy(searches, out.messages)
		if err == nil && searchErr != nil {
			err = fmt.Errorf("search: %w", searchErr)
		}
		out.news = from(found, o.first)
		if !o.since.IsZero() {
			out.late = minus(found, out.news)
		}
		if fetchErr := fetched(); err == nil && !errors.As(fetchErr, new(*imap.Error)) {
			err = fetchErr // a server's "no" means no more than that it is asked again
		}
		return err
	})
	if err != nil {
		return out, c.folderError(ctx, folder, err)
	}
	if o.first > 0 {
		c.strays.give(o.chance(), out.got)
	}
	if out.uidValidity == 0 {
		return out, &FolderError{folder, false, errNoValidity, "without it mails cannot be told apart over time; the server is not fit for this"}
	}
	return out, nil
}

func (o opening) chance() rules.UIDs {
	return rules.UIDs{{First: o.first, Last: o.first + min(chance-1, maxUID-o.first)}}
}

// fetching sends a FETCH whose answers a goroutine reads meanwhile: one that
// nobody reads would hold up those of all other commands. What it returns waits
// for the end.
func (c *Conn) fetching(set rules.UIDs, options *imap.FetchOptions, got map[uint32]*item) func() error {
	cmd, ended := c.client.Fetch(toIMAP(set), options), make(chan error, 1)
	go func() { ended <- c.collect(cmd, got) }()
	return func() error { return <-ended }
}

// search lists the UIDs that arrived since a time; zero is all.
func (c *Conn) search(ctx context.Context, st status, since time.Time) (rules.UIDs, error) {
	var all rules.UIDs
	for some := range slices.Chunk(sliced(st), slicesAhead) {
		var criteria []*imap.SearchCriteria
		for _, slice := range some {
			one := span(slice.First, slice.Last)
			one.Since = day(since)
			criteria = append(criteria, one)
		}
		found, err := c.searchBy(ctx, st.messages, criteria...)
		if err != nil {
			return nil, err
		}
		all = union(all, found)
	}
	return all, nil
}

// still lists those of set that the folder holds now.
func (c *Conn) still(ctx context.Context, set rules.UIDs) (rules.UIDs, error) {
	found, err := c.searchBy(ctx, count(set), &imap.SearchCriteria{UID: []imap.UIDSet{toIMAP(set)}})
	return minus(set, minus(set, found)), err
}

// searchBy lists in one turn what any of the criteria finds in a folder of so many
// mails.
func (c *Conn) searchBy(ctx context.Context, messages int, criteria ...*imap.SearchCriteria) (found rules.UIDs, err error) {
	err = c.await(ctx, func() error {
		var searches []*imapclient.SearchCommand
		for _, one := range criteria {
			searches = append(searches, c.client.UIDSearch(one, nil))
		}
		found, err = foundBy(searches, messages)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("search: %w", plainly(err))
	}
	return found, nil
}

// foundBy waits for searches that were sent in one turn: for all of them, whatever
// came of the first.
func foundBy(searches []*imapclient.SearchCommand, messages int) (found rules.UIDs, err error) {
	for _, s := range searches {
		list, failed := s.Wait()
		var some rules.UIDs
		if failed == nil {
			some, failed = listed(list, messages)
		}
		if err == nil {
			err = failed
		}
		found = union(found, some)
	}
	return found, err
}

// listed reads a SEARCH's answer. More UIDs than the folder has mails are a
// fault of the server, and could be billions.
func listed(data *imap.SearchData, messages int) (rules.UIDs, error) {
	set, _ := data.All.(imap.UIDSet)
	found := make(rules.UIDs, 0, len(set))
	n := uint64(0)
	for _, r := range set {
		if r.Start == 0 || r.Stop < r.Start {
			return nil, fault("the server answers with a set of UIDs that has no end")
		}
		n += uint64(r.Stop-r.Start) + 1
		found = append(found, rules.UIDRange{First: uint32(r.Start), Last: uint32(r.Stop)})
	}
	if most := 2*uint64(messages) + 1000; n > most {
		return nil, fault(fmt.Sprintf("the server lists %d UIDs in a folder of %d mails", n, messages))
	}
	return joined(found), nil
}

func span(first, last uint32) *imap.SearchCriteria {
	return &imap.SearchCriteria{UID: []imap.UIDSet{{{Start: imap.UID(first), Stop: imap.UID(last)}}}}
}

// sliced cuts the folder's UIDs so that each holds about sliceOf mails.
func sliced(st status) rules.UIDs {
	n := uint64(st.messages/sliceOf + 1)
	if st.uidNext == 0 || n == 1 {
		return rules.UIDs{{First: 1, Last: maxUID}}
	}
	var out rules.UIDs
	width := uint64(st.uidNext)/n + 1
	for i := range n {
		out = append(out, rules.UIDRange{First: uint32(i*width + 1), Last: uint32((i + 1) * width)})
	}
	out[n-1].Last = maxUID
	return out
}

// day is the date to search from: SINCE knows only dates, in the server's own
// time zone, so that a day earlier is sure to hold the moment.
func day(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().AddDate(0, 0, -1)
}
