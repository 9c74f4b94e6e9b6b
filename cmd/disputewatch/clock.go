package main

import (
	"context"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
)

// clockMoves is how far the clock may move between two looks without having been
// set: it is slewed by less.
const clockMoves = 10 * time.Second

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
		h.health.Tried("clock of the book", h.health.ClocksDiffer())
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
			h.health.Tried("clock", h.book.SetBack(ctx))
			return
		}
		for _, e := range timer.Entries() {
			polls.Go(e.WrappedJob.Run) // not beside one that runs
		}
	}
}
