package main

import (
	"context"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/disputewatch/disputewatch/rules"
)

const (
	// staysUp is longer than the watchdog needs to end a reading that hangs.
	staysUp = time.Hour
	// tellFirst is how long what waits may be told before a mailbox is read that
	// may end the process.
	tellFirst = time.Minute
)

// start is what a start has to note.
type start struct {
	died  []string        // keys of what a process was at that died; set before the loops begin
	gaps  []rules.Message // in which nothing ran; the same
	noted bool            // of begin, then of the loop of watchBook
}

// begin looks at what the book remembers, and notes what a start has to note. A
// book that cannot be written then, for its database only reads, keeps no daemon
// from starting: it would tell nobody.
func (h *house) begin(ctx context.Context) error {
	ctx, done := context.WithTimeout(ctx, bookTime)
	defer done()
	var err error
	if h.gaps, err = h.health.Gaps(ctx); err != nil {
		return err
	}
	h.noteStart(ctx)
	return nil
}

// noteStart notes what a start has to note, until it is noted.
func (h *house) noteStart(ctx context.Context) {
	if h.noted {
		return
	}
	var err error
	for _, note := range []func(context.Context) error{h.tellUp, h.book.SetBack, h.tellGaps, h.noteDeath} {
		if err = note(ctx); err != nil {
			break
		}
	}
	h.noted = err == nil
	h.health.Tried("start", err)
}

// tellGaps says once of each gap that it was: a poller that died in silence must
// not come back in silence.
func (h *house) tellGaps(ctx context.Context) error {
	for _, gap := range h.gaps {
		if _, err := h.book.Queue(ctx, gap); err != nil {
			return err
		}
	}
	return nil
}

// noteDeath tells of a process that died before this start at once: this one may not
// live long.
func (h *house) noteDeath(ctx context.Context) error {
	if len(h.died) > 0 {
		h.wakeDesk()
	}
	return h.health.NoteDeath(ctx, h.died)
}

// readLast reads for the first time what a process was reading when it died, one
// mailbox after the other. It may end this one too: until then the others have
// been read, and what they brought is told.
func (h *house) readLast(ctx context.Context, others *sync.WaitGroup, suspects []cron.Job) {
	if len(suspects) == 0 {
		return
	}
	others.Wait()
	telling, done := context.WithTimeout(ctx, tellFirst)
	h.turn(telling, h.desking)
	done()
	for _, job := range suspects {
		job.Run()
	}
}

// stayUp forgets the deaths before once this process has lived for long enough.
func (h *house) stayUp(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(staysUp):
		h.health.Tried("death", h.health.ForgetDeaths(ctx))
	}
}

// watchBook tries whether the book can be written, and notes what could not be at the
// start.
func (h *house) watchBook(ctx context.Context) { h.health.WatchBook(ctx, h.noteStart) }
