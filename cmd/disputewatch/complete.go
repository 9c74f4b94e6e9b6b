package main

import (
	"context"
	"strings"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/systemd"
)

// complete says whether everything works as it should, and tells the outside:
// silence is a fault, so the heartbeat is sent only while all of this holds.
func (h *house) complete(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil
	}
	ctx, done := h.steps.Within(ctx, bookTime)
	defer done()
	why, err := h.health.Lacking(ctx)
	if err != nil {
		return err
	}
	if len(why) > 0 {
		systemd.Tell(h.log, "STATUS=not well: "+strings.Join(why, "; "))
		return nil
	}
	now := h.now()
	h.metrics.Passed(now)
	_, err = h.book.Good(ctx, "pass")
	systemd.Tell(h.log, "STATUS=all mailboxes read, last complete pass "+now.In(h.policy.Calendar.Location).Format("15:04"))
	h.health.Beat(ctx, now)
	return err
}
