package health

import (
	"fmt"
	"time"
)

// clocksApart is how far this machine's clock may be from the database's before
// somebody should look at it: what is told by the hour is told as much too early or
// too late.
const clocksApart = time.Minute

// ClocksDiffer says that this machine's clock and the database's do.
func (h *Watch) ClocksDiffer() error {
	ahead := h.Book.Ahead()
	if ahead.Abs() < clocksApart {
		return nil
	}
	which := "ahead of"
	if ahead < 0 {
		which = "behind"
	}
	return fmt.Errorf("this machine's clock is %s the database's by %s\nhint: one of the two is wrong: see timedatectl on both", which, ahead.Abs().Round(time.Second))
}
