package ingest

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox"
	"github.com/disputewatch/disputewatch/rules"
)

// recordTime bounds the writing of one batch. It runs to its end even while
// the program is told to stop: the mail in hand is finished.
const recordTime = 8 * time.Second

// atOnce is how many mails of a batch are understood at a time. More than most
// machines have cores: now and then one waits for the DNS.
const atOnce = 4

// A writing is a batch that is being recorded.
type writing struct {
	mails    []rules.Mail
	done     chan struct{} // closed once the others are there
	recorded rules.Recorded
	err      error
	panicked any // goes on where the batch is settled: its pass recovers
}

// put understands a batch and begins to record it with the position after it.
// Meanwhile the next one is fetched and understood; it is recorded when this
// one is, and not at all if this one could not be.
func (f *folderReading) put(ctx context.Context, t mailbox.Turn) error {
	batch := rules.Batch{Mails: f.mails(ctx, t), Position: t.Position}
	batch.Position.Folder = f.place
	if err := f.settle(); err != nil {
		return err
	}
	if err := f.threads.fault(f.box.Account.Name); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err // a verdict taken while the network was torn down is none
	}
	for _, m := range batch.Mails {
		if m.Event != nil && m.MessageID != "" {
			f.threads.known()[m.MessageID] = true
		}
	}
	w := &writing{mails: batch.Mails, done: make(chan struct{})}
	f.writing, f.pos = w, t.Position
	go func() {
		defer close(w.done)
		defer func() { w.panicked = recover() }()
		ctx, done := context.WithTimeout(context.WithoutCancel(ctx), recordTime)
		defer done()
		w.recorded, w.err = f.Book.Record(ctx, f.claim, batch)
	}()
	return nil
}

// settle waits for the batch that is being recorded and counts it.
func (f *folderReading) settle() error {
	w := f.writing
	if w == nil {
		return nil
	}
	f.writing = nil
	<-w.done
	if w.panicked != nil {
		panic(w.panicked)
	}
	if w.err != nil {
		f.threads.ids = nil // its mails are of no case after all
		return w.err
	}
	f.count(w.mails)
	f.report.Opened = append(f.report.Opened, w.recorded.Opened...)
	f.report.Changed = append(f.report.Changed, w.recorded.Changed...)
	return nil
}

// mails is what the book keeps of the mails of a batch, in their order.
func (f *folderReading) mails(ctx context.Context, t mailbox.Turn) []rules.Mail {
	now := f.Now()
	mails := make([]rules.Mail, len(t.Mails))
	if f.sent {
		for i, raw := range t.Mails {
			mails[i] = f.reply(raw, t.Position, now)
		}
		return mails
	}
	var reading sync.WaitGroup
	next := make(chan int)
	for range min(atOnce, len(mails)) {
		reading.Go(func() {
			for i := range next {
				mails[i] = f.understood(ctx, t.Mails[i], t.Position, now)
			}
		})
	}
	for i := range mails {
		next <- i
	}
	close(next)
	reading.Wait()
	return mails
}

// errBroke says no more, since a panic's own words may quote the mail.
var errBroke = errors.New("the reader broke on it; `disputewatch read` on the mail shows where")

// understood is what the book keeps of one mail. One that the server would not
// give whole is unreadable for that reason, and so is one that breaks the reader:
// it must not hold up the others, nor end the daemon.
func (f *folderReading) understood(ctx context.Context, raw mailbox.Raw, at rules.Position, now time.Time) (m rules.Mail) {
	defer func() {
		if recover() != nil {
			m = f.record(raw, Reading{Outcome: rules.OutcomeUnreadable, Err: errBroke}, at, now)
		}
	}()
	if raw.Fault != nil {
		return f.record(raw, Reading{Outcome: rules.OutcomeUnreadable, Err: raw.Fault}, at, now)
	}
	return f.record(raw, Read(ctx, raw.Body, f.box.Settings, now), at, now)
}

func (f *folderReading) count(mails []rules.Mail) {
	for _, m := range mails {
		switch m.Outcome {
		case rules.OutcomeNotice:
			f.row.Notices++
		case rules.OutcomeUnknown:
			f.row.Unknown++
		case rules.OutcomeUnreadable:
			f.row.Unreadable++
		default:
			f.row.Other++
		}
	}
}
