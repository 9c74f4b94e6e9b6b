package main

import (
	"context"
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
// What the book remembers under the other clock would hide that. since is
// time.Since, which goes by a clock that nobody sets.
func (h *house) followClock(timer *cron.Cron, since func(time.Time) time.Duration) func(context.Context) {
	began, wall := time.Now(), h.now().Round(0)
	return func(ctx context.Context) {
		now := h.now().Round(0)
		set := now.Sub(wall) - since(began)
		began, wall = time.Now(), now
		if set.Abs() < clockMoves {
			return
		}
		h.log.Warn("the clock was set", "by", set.Round(time.Second))
		timer.Stop() // not awaited: what runs goes on
		timer.Start()
		if set < 0 {
			h.logTroubles("clock", h.book.SetBack(ctx))
		}
	}
}
