package mailbox

import (
	"context"
	"iter"
	"slices"

	"github.com/disputewatch/disputewatch/rules"
)

const (
	// ahead is how many FETCH commands are under way at a time. They fit into any
	// socket's buffers (4 kB each), so that sending never waits for reading.
	ahead = 12
	// aheadBytes is how large the mails may be, as the server told it, behind which
	// no more are asked for: other mailboxes are read at the same time.
	aheadBytes = 2 * turnBytes
	// spareFetches are under way on all connections together, beside one on each: a
	// fetch keeps about a megabyte, and many mailboxes may be read for the first time
	// at once.
	spareFetches = 48
)

// spare holds one for each of them.
var spare = make(chan struct{}, spareFetches)

// errGivenUp is why the rest of a connection is not read any more.
const errGivenUp = fault("reading was given up")

// A flight is a FETCH that was sent. A goroutine of its own reads the answer:
// Dovecot works on several commands at once and mixes their answers, and one
// that nobody reads holds up all others. It ends with the command, or when the
// connection is cut.
type flight struct {
	set   rules.UIDs
	part  part
	mails []Raw // of part body: what is known of the mails

	landed chan struct{} // closed once got and err are there
	got    map[uint32]*item
	err    error
}

// stream is the fast way through a folder: commands are sent before the answers
// of earlier ones are read, so that a distant server costs no waiting. What an
// answer lacks is left to the slow way, which takes one step at a time.
type stream struct {
	*reader
	next    func() (rules.UIDs, bool) // batches not yet sent for
	wanted  []Raw                     // their texts are not yet sent for
	flights []*flight                 // under way
	slow    rules.UIDs                // their header fields are missing
	bodies  []Raw                     // their texts are missing
}

// walk looks at all mails of todo; those in got were already answered.
func (r *reader) walk(ctx context.Context, todo rules.UIDs, got map[uint32]*item) error {
	s := &stream{reader: r}
	if err := s.fly(ctx, todo, got); err != nil {
		if len(s.flights) > 0 {
			r.wire.cut(errGivenUp)
		}
		s.drain()
		return err
	}
	if err := r.handSlowly(ctx, s.bodies); err != nil {
		return err
	}
	for set := range batches(s.slow, batchMails, batchRanges) {
		if err := r.slowly(ctx, set); err != nil {
			return err
		}
	}
	return nil
}

func (s *stream) fly(ctx context.Context, todo rules.UIDs, got map[uint32]*item) error {
	var known []uint32
	for uid := range got {
		if todo.Has(uid) && got[uid].has(header) {
			known = append(known, uid)
		}
	}
	next, stop := iter.Pull(batches(minus(todo, setOf(known)), batchMails, batchRanges))
	defer stop()
	s.next = next
	err := s.judged(setOf(known), got)
	for err == nil {
		if err = s.fill(ctx); err != nil || len(s.flights) == 0 {
			return err
		}
		err = s.land(ctx)
	}
	return err
}

// fill sends commands until enough are under way.
func (s *stream) fill(ctx context.Context) error {
	for len(s.flights) < ahead && s.bytes() < aheadBytes && s.mayFly() {
		f := s.upcoming()
		if f == nil {
			s.unspare(1)
			return nil
		}
		s.flights = append(s.flights, f)
		if err := s.guard(ctx, func() error { s.send(f); return nil }); err != nil {
			close(f.landed)
			return err
		}
	}
	return nil
}

// mayFly says whether one more may be under way: the first on a connection always.
func (s *stream) mayFly() bool {
	if len(s.flights) == 0 {
		return true
	}
	select {
	case spare <- struct{}{}:
		return true
	default:
		return false
	}
}

// unspare gives back what n fetches of those under way took, or would have taken: as
// long as others are under way, each did.
func (s *stream) unspare(n int) {
	for range min(n, len(s.flights)) {
		<-spare
	}
}

// upcoming is the next command to send, nil where there is none now. Texts are sent
// for when they fill a turn, since each turn costs the book a transaction, or when
// no header can add to them any more.
func (s *stream) upcoming() *flight {
	f := &flight{landed: make(chan struct{}), got: map[uint32]*item{}}
	texts := turns(s.wanted)
	if len(texts) < 2 {
		if set, more := s.next(); more {
			f.set, f.part = set, header
			return f
		}
		if len(texts) == 0 || slices.ContainsFunc(s.flights, func(f *flight) bool { return f.part == header }) {
			return nil
		}
	}
	f.set, f.part, f.mails = uidsOf(texts[0]), body, texts[0]
	s.wanted = s.wanted[len(texts[0]):]
	return f
}

// bytes is the size of the mails under way.
func (s *stream) bytes() (n int64) {
	for _, f := range s.flights {
		for _, m := range f.mails {
			n += told(m)
		}
	}
	return n
}

func (s *stream) send(f *flight) {
	ended := s.fetching(f.set, s.options(f.part), f.got)
	go func() {
		defer close(f.landed)
		f.err = ended()
	}()
}

// land waits for the first flight and does what follows from it.
func (s *stream) land(ctx context.Context) error {
	f := s.flights[0]
	err := s.await(ctx, func() error { <-f.landed; return f.err })
	if s.wire.cause() != nil {
		return s.lostFlights(ctx, err)
	}
	s.strays.give(f.set, f.got)
	s.flights = s.flights[1:]
	s.unspare(1)
	if err := s.no(err); err != nil {
		return err
	}
	missing := lacking(f.set, f.got, f.part)
	if f.part == header {
		s.slow = union(s.slow, missing)
		return s.judged(minus(f.set, missing), f.got)
	}
	var whole []Raw
	for _, m := range f.mails {
		if missing.Has(m.UID) {
			s.bodies = append(s.bodies, m)
		} else {
			whole = append(whole, m)
		}
	}
	return s.hand(whole, f.got)
}

// judged notes those mails of set whose texts are wanted.
func (s *stream) judged(set rules.UIDs, got map[uint32]*item) error {
	wanted, err := s.judge(set, got)
	s.wanted = append(s.wanted, wanted...)
	return err
}

// lostFlights leaves all that was under way to the slow way and goes on over a
// new connection.
func (s *stream) lostFlights(ctx context.Context, lost error) error {
	for _, f := range s.flights {
		if f.part == header {
			s.slow = union(s.slow, f.set)
		} else {
			s.bodies = append(s.bodies, f.mails...)
		}
	}
	s.drain()
	if ctx.Err() != nil {
		return lost
	}
	return s.reopen(ctx, lost)
}

// drain waits for the flights of a connection that was cut.
func (s *stream) drain() {
	for _, f := range s.flights {
		<-f.landed
	}
	s.unspare(len(s.flights) - 1)
	s.flights = nil
}
