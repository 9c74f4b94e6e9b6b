package mailbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

const (
	sweepEvery = time.Hour          // how often late UIDs are looked for, if Want says nothing
	sweepDays  = 7 * 24 * time.Hour // how far back (TRAPS: Exchange shows mail below UIDs already seen)

	// maxHeldBack is how many mails that a server lists and does not give are told of
	// one by one: one that gives no more than that is at fault itself.
	maxHeldBack = 10
)

// Want is what a caller asks of a folder.
type Want struct {
	Now   time.Time
	Since time.Time // the first scan, and the one after a UIDVALIDITY change, reads mails since then, at most a day earlier; zero is all

	Rescan bool     // list everything since Since and read what Position.Seen lacks, and Again
	Again  []uint32 // read these once more though seen; void under another UIDVALIDITY

	// Candidate says of the header fields of a mail whether it is wanted. The
	// text holds From, Sender, Reply-To, Subject, List-Id, X-Original-From,
	// X-Original-Sender, X-Google-Original-From, References and In-Reply-To, as
	// the mail has them.
	Candidate func(uid uint32, header []byte) bool

	// HeadersOnly hands candidates on by their header fields alone: Raw.Body
	// stays nil, without a Fault. The text then holds From, To, Cc, Message-ID,
	// References, In-Reply-To, Date, Auto-Submitted and Content-Type.
	HeadersOnly bool
	// Later says of a mail that nobody can tell yet whether it is wanted; it is
	// asked before Candidate. Such a mail does not count as seen, and the sweeps
	// of the next 7 days and each Rescan ask for it again. nil: there is none.
	Later func(header []byte) bool

	SweepEvery time.Duration         // how often late UIDs of the last 7 days are looked for; zero is an hour
	Progress   func(done, total int) // nil: nobody looks
}

// Turn is what one batch found and where we stand once it is recorded.
type Turn struct {
	Mails    []Raw
	Position rules.Position
}

// Raw is one candidate.
type Raw struct {
	UID    uint32
	Size   int64  // as the server told it
	Header []byte // the header fields; nil where the server would not give them
	Body   []byte // the mail, nil with a Fault and with Want.HeadersOnly
	Fault  error  // it could not be had whole: to be quarantined, never lost
}

// Tally counts one Read.
type Tally struct {
	Folder     string
	Messages   int // in the folder
	Fetched    int // mails handed on
	Other      int // looked at and not wanted
	Gone       int // deleted by others meanwhile
	Pending    int // listed by the server but not given: asked for again at the next poll
	Later      int // see Want.Later
	Bytes      int // received, after TLS
	RoundTrips int

	UIDValidityChanged bool
	UIDNextDropped     bool // under the same UIDVALIDITY: UIDs were given twice; read anew
	Took               time.Duration
}

// Read reads a folder from pos on and calls put for each batch, and once more
// at the end with the final position; not where nothing but Position.ReadAt has
// changed, and that by less than an hour. put must record both durably: the
// position that it is given is where the next Read starts. An error of put
// stops reading and is returned. Every UID that the server lists is accounted
// for in Position.Seen, except those that Tally calls pending or later. A mail that
// is still pending at a second poll is handed on as a fault, at each until it is
// given.
//
// The errors are *FolderError, those of [Dial] (the connection may be renewed),
// or of the connection; after one of the connection Conn is of no use.
func (c *Conn) Read(ctx context.Context, folder string, pos rules.Position, w Want, put func(Turn) error) (Tally, error) {
	started, bytes, trips := time.Now(), c.bytes.Load(), c.trips
	pos.Mailbox, pos.Folder = c.account.Name, folder
	r := &reader{Conn: c, folder: folder, want: w, put: put, began: pos, pos: pos, kept: pos, tally: Tally{Folder: folder}}
	err := r.read(ctx)
	r.tally.Bytes = int(c.bytes.Load() - bytes)
	r.tally.RoundTrips = c.trips - trips
	r.tally.Took = time.Since(started)
	if err == nil {
		return r.tally, nil
	}
	hint := ""
	if !strings.Contains(err.Error(), "\nhint: ") { // a login in mid-reading has its own
		hint = hintLine(lineHint(err))
	}
	return r.tally, fmt.Errorf("mailbox %s: read %s: %w%s", c.account.Name, folder, err, hint)
}

// reader is one Read in progress.
type reader struct {
	*Conn
	folder string
	want   Want
	put    func(Turn) error
	began  rules.Position // where we stood
	pos    rules.Position // where we stand
	kept   rules.Position // as recorded by put
	tally  Tally

	status  status
	reopens int        // connections renewed
	other   rules.UIDs // looked at, not wanted, not yet recorded
	pending rules.UIDs // not given by the server
	refused error      // why, where it said so
	total   int        // UIDs to look at
	done    int
}

func (r *reader) read(ctx context.Context) error {
	todo, next, got, err := r.plan(ctx)
	if err != nil {
		return err
	}
	r.total = count(todo)
	if err := r.walk(ctx, todo, got); err != nil {
		return err
	}
	return r.finish(next)
}

// plan opens the folder and says which UIDs to look at, and what the position
// becomes once they are accounted for. Of some it has the header already.
func (r *reader) plan(ctx context.Context) (todo rules.UIDs, next rules.Position, got map[uint32]*item, err error) {
	swept := r.sweep()
	unfinished := r.pos.UIDNext == 0 || r.want.Rescan
	asked := opening{r.pos.UIDNext, swept, r.options(header)}
	folder, err := r.examine(ctx, r.folder, asked)
	if r.lost(ctx, err) && !errors.Is(err, errSilent) && !errors.Is(err, errSlow) && !errors.Is(err, errNoEnd) {
		// A mail whose header ends the connection must not keep the folder closed.
		r.reopens++
		if err = r.open(ctx); err == nil {
			asked.headers = nil
			folder, err = r.examine(ctx, r.folder, asked)
		}
	}
	if err != nil {
		return nil, next, nil, err
	}
	r.status = folder.status
	r.tally.Messages = r.status.messages

	if r.renumbered() {
		unfinished = true
		r.pos.Seen, r.pos.UIDNext, r.pos.SweptAt = nil, 0, time.Time{}
		r.began = rules.Position{}
		r.want.Again, folder = nil, opened{status: folder.status}
	}
	r.pos.UIDValidity = r.status.uidValidity

	todo = union(folder.news, folder.late)
	if unfinished {
		since := r.since()
		found, err := r.search(ctx, r.status, since)
		if err != nil {
			return nil, next, nil, err
		}
		todo = union(todo, found)
		if err := r.skipOlder(ctx, todo, since); err != nil {
			return nil, next, nil, err
		}
	}
	next.SweptAt = r.pos.SweptAt
	if unfinished || !swept.IsZero() {
		next.SweptAt = r.want.Now
	}
	next.UIDNext = max(r.status.uidNext, todo.Max()+1, r.pos.UIDNext)
	todo = union(minus(todo, r.pos.Seen), setOf(r.want.Again))
	if len(todo) > 0 && todo[0].First < r.pos.UIDNext {
		folder.got = nil // mails are handed on in the order of their UIDs
	}
	return todo, next, folder.got, nil
}

// since is how far back a listing goes that does not start at a UID. A folder
// that was read before is read from a week before that, at the latest.
func (r *reader) since() time.Time {
	if r.pos.ReadAt.IsZero() || r.pos.UIDNext > 0 {
		return r.want.Since
	}
	return earlier(r.want.Since, r.pos.ReadAt.Add(-sweepDays))
}

// earlier is the earlier of two times, where zero is the beginning of all.
func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// sweep is the time since when late UIDs are looked for now, zero when it is
// not yet time again.
func (r *reader) sweep() time.Time {
	every := r.want.SweepEvery
	if every <= 0 {
		every = sweepEvery
	}
	if r.pos.UIDNext == 0 || r.want.Rescan || r.want.Now.Sub(r.pos.SweptAt) < every {
		return time.Time{}
	}
	return r.want.Now.Add(-sweepDays)
}

// renumbered says that the UIDs in our position mean nothing any more.
func (r *reader) renumbered() bool {
	if r.pos.UIDValidity == 0 {
		return false // never read
	}
	r.tally.UIDValidityChanged = r.status.uidValidity != r.pos.UIDValidity
	r.tally.UIDNextDropped = !r.tally.UIDValidityChanged && r.status.uidNext != 0 &&
		(r.status.uidNext < r.pos.UIDNext || r.status.uidNext <= r.pos.Seen.Max())
	return r.tally.UIDValidityChanged || r.tally.UIDNextDropped
}

// skipOlder counts as seen what a short first scan leaves out, so that the
// sweep of the last days does not bring it up later.
func (r *reader) skipOlder(ctx context.Context, todo rules.UIDs, since time.Time) error {
	swept := r.want.Now.Add(-sweepDays)
	if r.want.Rescan || since.IsZero() || !since.After(swept) {
		return nil
	}
	recent, err := r.search(ctx, r.status, swept)
	if err != nil {
		return err
	}
	r.pos.Seen = union(r.pos.Seen, minus(recent, todo))
	return nil
}

// finish records where we stand at the end of the folder. What is pending is
// found again by the next poll: by its UID, or by another sweep.
func (r *reader) finish(next rules.Position) error {
	if len(r.pending) > 0 {
		next.UIDNext = min(next.UIDNext, max(r.pending[0].First, r.pos.UIDNext))
		next.SweptAt = time.Time{}
	}
	if r.pos.UIDNext == 0 && len(r.pending) > 0 {
		next.UIDNext = 0 // the first scan goes on
	}
	r.pos.UIDNext, r.pos.SweptAt, r.pos.ReadAt = next.UIDNext, next.SweptAt, r.want.Now
	if !r.unmoved() {
		if err := r.record(nil); err != nil {
			return err
		}
	}
	if r.refused != nil {
		return fmt.Errorf("%d mails could not be had, they are asked for again: %w", r.tally.Pending, r.refused)
	}
	return r.tellHeldBack()
}

// tellHeldBack hands on, as faults, mails that are pending and were so at an earlier
// poll, or may not be asked for again: of what is never given a person must hear.
// They do not count as seen.
func (r *reader) tellHeldBack() error {
	was := r.began
	if !r.want.Rescan && (was.ReadAt.IsZero() || !was.SweptAt.IsZero()) {
		return nil // at the last poll nothing was pending
	}
	again := minus(r.pending, was.Seen)
	if was.UIDNext > 0 { // else this is still the first scan
		again = minus(again, from(again, 1+max(was.UIDNext, was.Seen.Max())))
	}
	if n := count(again); n > maxHeldBack {
		return fmt.Errorf("%d mails: %w", n, errHeldBack)
	}
	var mails []Raw
	for uid := range each(again) {
		mails = append(mails, Raw{UID: uid, Fault: errHeldBack})
	}
	if len(mails) == 0 {
		return nil
	}
	if err := r.put(Turn{mails, r.pos}); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	return nil
}

// unmoved says that there is nothing to record: we stand where we stood, and when
// we were last there is known well enough. A thousand mailboxes without new mail
// would else write, and wait for the disk, thousands of times a minute.
func (r *reader) unmoved() bool {
	is, was := r.pos, r.kept
	return is.UIDValidity == was.UIDValidity && is.UIDNext == was.UIDNext &&
		is.SweptAt.Equal(was.SweptAt) && slices.Equal(is.Seen, was.Seen) && is.ReadAt.Sub(was.ReadAt).Abs() < sweepEvery
}

// record hands mails on; once they are recorded, they and the other mails that
// were looked at are seen.
func (r *reader) record(mails []Raw) error {
	after := r.pos
	after.Seen = union(union(r.pos.Seen, uidsOf(mails)), r.other)
	if err := r.put(Turn{mails, after}); err != nil {
		return fmt.Errorf("record: %w", err)
	}
	n := count(r.other)
	r.pos, r.kept, r.other = after, after, nil
	r.tally.Fetched += len(mails)
	r.tally.Other += n
	r.done += len(mails) + n
	if r.want.Progress != nil {
		r.want.Progress(r.done, r.total)
	}
	return nil
}

// lost says that err is the end of the connection, not a server's "no".
func (r *reader) lost(ctx context.Context, err error) bool {
	return err != nil && ctx.Err() == nil && !errors.As(err, new(*FolderError)) && r.wire.cause() != nil
}
