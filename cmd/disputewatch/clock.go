package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
)

// clockMoves is how far the clock may move between two looks without having been
// set: it is slewed by less.
const clockMoves = 10 * time.Second

// clocksApart is how far this machine's clock may be from the database's before
// somebody should look at it: what is told by the hour is told as much too early or
// too late.
const clocksApart = time.Minute

// clocksDiffer says that this machine's clock and the database's do.
func (h *house) clocksDiffer() error {
	ahead := h.book.Ahead()
	if ahead.Abs() < clocksApart {
		return nil
	}
	which := "ahead of"
	if ahead < 0 {
		which = "behind"
	}
	return fmt.Errorf("this machine's clock is %s the database's by %s\nhint: one of the two is wrong: see timedatectl on both", which, ahead.Abs().Round(time.Second))
}

// followClock returns the look that notices that the clock was set, as NTP does
// after a start with a wrong one, or that the machine slept. The library works out
// the time of a poll once and waits for it however the clock is set: after an
// hour back no mailbox would be read for an hour, after a month back for a month.
// What the book remembers under the other clock would hide that. Where the clock is
// ahead now, polls may have been slept through, of which the library thinks no more:
// each mailbox is read at once, as at a start. since is time.Since, which goes by a
// clock that nobody sets, and that stands still in a sleep; polls is who waits for
// what is begun here.
func (h *house) followClock(timer *cron.Cron, polls *sync.WaitGroup, since func(time.Time) time.Duration) func(context.Context) {
	began, wall := time.Now(), h.now().Round(0)
	return func(ctx context.Context) {
		h.logTroubles("clock of the book", h.clocksDiffer())
		now := h.now().Round(0)
		set := now.Sub(wall) - since(began)
		began, wall = time.Now(), now
		if set.Abs() < clockMoves {
			return
		}
		h.log.Warn("the clock was set, or the machine slept", "by", set.Round(time.Second))
		timer.Stop() // not awaited: what runs goes on
		timer.Start()
		if set < 0 {
			h.logTroubles("clock", h.book.SetBack(ctx))
			return
		}
		for _, e := range timer.Entries() {
			polls.Go(e.WrappedJob.Run) // not beside one that runs
		}
	}
}
