package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox"
	"github.com/disputewatch/disputewatch/rules"
)

// MailBook is what reading a mailbox needs of the book.
type MailBook interface {
	// Positions is where we stand in folders, in their order; a zero one, with its
	// names, in one that was never read.
	Positions(ctx context.Context, mailbox string, folders ...string) ([]rules.Position, error)
	// Again lists the UIDs whose mails were unknown, unreadable, forged or not
	// understood in full.
	Again(ctx context.Context, mailbox, folder string, uidValidity uint32) ([]uint32, error)
	// Threads is the Message-IDs of the mails that belong to cases.
	Threads(ctx context.Context) (map[string]bool, error)
	// Record keeps a batch, its events and its position, whole or not at all,
	// and only while the claim holds.
	Record(ctx context.Context, c rules.Claim, b rules.Batch) (rules.Recorded, error)
}

// Mailbox is one mailbox to read.
type Mailbox struct {
	Account  mailbox.Account
	Folders  []string   // nil: INBOX and Junk
	Sent     string     // where replies are looked for: a folder, SentAuto, "" for nowhere
	Lookback rules.Span // of a first scan; zero is all
	Settings Settings
}

// Rescan asks for all mails since a time, zero is all: those that were never read,
// and again those that were not understood in full.
type Rescan struct{ Since time.Time }

// Intake reads mailboxes into the book. Any number of goroutines may use one.
type Intake struct {
	Book   MailBook
	Policy rules.Policy
	Now    func() time.Time
	// Progress is told how far the reading of a folder is; it may be nil.
	Progress func(mailbox, folder string, done, total int)
}

// FolderReport counts what reading one folder did.
type FolderReport struct {
	Mailbox                             string
	Folder                              string
	Messages, Fetched, Bytes            int
	RoundTrips                          int
	Notices, Unknown, Unreadable, Other int
	Replies                             int // among Other: events of a case
	Later                               int // replies to mails that are not known yet
	Pending                             int // asked for and not given: tried again at the next poll
	UIDValidityChanged                  bool
	Took                                time.Duration
}

// Report is what one reading of a mailbox did.
type Report struct {
	Folders []FolderReport
	Opened  []string // ids of cases
	Changed []string
}

// Read reads each folder of a mailbox from where we stand to its end, and then
// looks for replies in its sent mail: what they answer is known by then. A folder
// that fails does not keep the others from being read; what was recorded before
// an error stays. rescan may be nil.
func (in *Intake) Read(ctx context.Context, claim rules.Claim, box Mailbox, rescan *Rescan) (Report, error) {
	var report Report
	conn, err := mailbox.Dial(ctx, box.Account)
	if err != nil {
		return report, err
	}
	defer conn.Close()
	folders := box.Folders
	if folders == nil {
		if folders, err = conn.Auto(ctx); err != nil {
			return report, err
		}
	}
	sent, err := box.sentFolders(ctx, conn)
	errs := []error{err}
	all := slices.Concat(folders, sent)
	places := make([]string, len(all))
	for i, folder := range all {
		places[i] = box.place(folder, i >= len(folders), folders)
	}
	stand, err := in.Book.Positions(ctx, box.Account.Name, places...)
	if err != nil {
		return report, errors.Join(append(errs, fmt.Errorf("read mailbox %s: %w", box.Account.Name, err))...)
	}
	cases := &threads{load: func() (map[string]bool, error) { return in.Book.Threads(ctx) }}
	for i, folder := range all {
		if ctx.Err() != nil {
			break
		}
		f := &folderReading{Intake: in, claim: claim, box: box, threads: cases, report: &report, sent: i >= len(folders), place: places[i], pos: stand[i]}
		errs = append(errs, f.read(ctx, conn, folder, rescan))
	}
	return report, errors.Join(errs...)
}

// folderReading is the reading of one folder, in progress.
type folderReading struct {
	*Intake
	claim   rules.Claim
	box     Mailbox
	sent    bool           // sent mail, looked through for replies
	place   string         // where the book keeps our position in the folder
	pos     rules.Position // where we stood in it
	threads *threads       // of the cases; grow while we read
	report  *Report
	passed  []passed // over, though they answer a mail
	row     FolderReport
	writing *writing // nil: nothing is being recorded
}

func (f *folderReading) read(ctx context.Context, conn *mailbox.Conn, folder string, rescan *Rescan) error {
	name, now := f.box.Account.Name, f.Now()
	want := mailbox.Want{
		Now:       now,
		Candidate: f.candidate,
	}
	if !f.box.Lookback.IsZero() {
		want.Since = f.Policy.Calendar.Sub(now, f.box.Lookback)
	}
	if rescan != nil {
		var err error
		want.Rescan, want.Since = true, rescan.Since
		if want.Again, err = f.Book.Again(ctx, name, f.place, f.pos.UIDValidity); err != nil {
			return fmt.Errorf("read mailbox %s: %w", name, err)
		}
	}
	if f.sent {
		f.follow(&want)
	}
	if f.Progress != nil {
		want.Progress = func(done, total int) { f.Progress(name, folder, done, total) }
	}
	f.row.Mailbox, f.row.Folder = name, folder
	err := f.pass(ctx, conn, folder, want)
	want.Rescan, want.Progress = false, nil
	for want.Again = f.late(); err == nil && len(want.Again) > 0; want.Again = f.late() {
		f.row.Other -= len(want.Again)
		err = f.pass(ctx, conn, folder, want)
	}
	f.report.Folders = append(f.report.Folders, f.row)
	return err
}

// pass reads the folder from where we stand and counts what that did.
func (f *folderReading) pass(ctx context.Context, conn *mailbox.Conn, folder string, want mailbox.Want) error {
	tally, err := conn.Read(ctx, folder, f.pos, want, func(t mailbox.Turn) error { return f.put(ctx, t) })
	r := &f.row
	r.Messages, r.Later, r.Pending = tally.Messages, tally.Later, tally.Pending
	r.Fetched, r.Bytes, r.RoundTrips = r.Fetched+tally.Fetched, r.Bytes+tally.Bytes, r.RoundTrips+tally.RoundTrips
	r.Other, r.Took = r.Other+tally.Other, r.Took+tally.Took
	r.UIDValidityChanged = r.UIDValidityChanged || tally.UIDValidityChanged
	return errors.Join(err, f.settle(), f.threads.fault(f.box.Account.Name))
}

// passed is a mail that is no candidate as long as nobody knows the mail that it
// answers. A first scan looks at thousands of mails before it has read the first.
type passed struct {
	uid     uint32
	answers uint64 // the hash of a Message-ID
}

// maxPassed bounds the memory for them to 16 MB.
const maxPassed = 1 << 20

var passedSeed = maphash.MakeSeed()

func (f *folderReading) candidate(uid uint32, header []byte) bool {
	is, answers := Candidate(header, f.box.Settings, f.threads.known())
	if !is {
		for _, id := range answers[:min(len(answers), maxPassed-len(f.passed))] {
			f.passed = append(f.passed, passed{uid, maphash.String(passedSeed, id)})
		}
	}
	return is
}

// late lists the mails that were passed over and answer a mail of a case that was
// read after they were looked at. A second call does not name them again.
func (f *folderReading) late() []uint32 {
	if len(f.passed) == 0 {
		return nil
	}
	known := make(map[uint64]bool, len(f.threads.known()))
	for id := range f.threads.known() {
		known[maphash.String(passedSeed, id)] = true
	}
	late := map[uint32]bool{}
	for _, p := range f.passed {
		if known[p.answers] {
			late[p.uid] = true
		}
	}
	f.passed = slices.DeleteFunc(f.passed, func(p passed) bool { return late[p.uid] })
	return slices.Sorted(maps.Keys(late))
}

// threads are the Message-IDs of the cases' mails. They are read when the first
// mail is looked at: most polls find none, and a busy year leaves thousands.
type threads struct {
	load func() (map[string]bool, error)
	ids  map[string]bool // nil before
	err  error           // of loading; then nothing that was judged may be recorded
}

func (t *threads) known() map[string]bool {
	if t.ids == nil {
		if t.ids, t.err = t.load(); t.ids == nil {
			t.ids = map[string]bool{}
		}
	}
	return t.ids
}

func (t *threads) fault(mailbox string) error {
	if t.err != nil {
		return fmt.Errorf("read mailbox %s: %w", mailbox, t.err)
	}
	return nil
}

// hash identifies a mail that could not be opened: by its bytes, or, where the
// server gave none, by its place.
func hash(raw mailbox.Raw, place string) string {
	b := raw.Body
	if b == nil {
		b = append([]byte(place+"\n"), raw.Header...)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
