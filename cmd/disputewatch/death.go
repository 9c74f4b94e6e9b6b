package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/disputewatch/disputewatch/rules"
)

// deathPart is under what the book remembers that processes died.
const deathPart = "death"

const (
	// manyDeaths in a row, without staysUp between two, are told: whatever ends the
	// process each time, systemd starts it again for ever.
	manyDeaths = 5
	// staysUp is longer than the watchdog needs to end a reading that hangs.
	staysUp = time.Hour
	// tellFirst is how long what waits may be told before a mailbox is read that
	// may end the process.
	tellFirst = time.Minute
)

// noteDeath counts a process that died before this start, and tells people of
// many. The desk tells it at once: this process may not live long.
func (h *house) noteDeath(ctx context.Context) error {
	if len(h.died) == 0 {
		return nil
	}
	h.wakeDesk()
	var boxes []string
	for _, key := range h.died {
		if name, ok := strings.CutPrefix(key, "mailbox/"); ok {
			boxes = append(boxes, name)
		}
	}
	why := "it ended without having been stopped"
	if len(boxes) > 0 {
		why += ", the last time while it read " + strings.Join(boxes, ", ")
	}
	is, err := h.book.Bad(ctx, deathPart, why)
	if err != nil || is.Failures < manyDeaths {
		return err
	}
	return h.alarm(ctx, is, fmt.Errorf("%s, %s in a row\nhint: the journal says what ended it. Where that is one mailbox, take it out of the config until it is mended",
		why, rules.Count(is.Failures, "time")))
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
		h.logTroubles(deathPart, h.forgetDeaths(ctx))
	}
}

func (h *house) forgetDeaths(ctx context.Context) error {
	was, err := h.book.Part(ctx, deathPart)
	if err != nil || was.BadSince.IsZero() {
		return err
	}
	return h.remember(ctx, deathPart, nil)
}
