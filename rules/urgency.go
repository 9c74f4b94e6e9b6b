package rules

import (
	"cmp"
	"time"
)

// ByUrgency orders stop requests first, then by deadline; without one comes last.
func ByUrgency(a, b Case) int {
	loud := func(c Case) int {
		if c.Lane() == LaneStopRequest {
			return 0
		}
		return 1
	}
	undated := func(c Case) int {
		if c.Deadline().At.IsZero() {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(loud(a), loud(b)), cmp.Compare(undated(a), undated(b)),
		a.Deadline().At.Compare(b.Deadline().At), cmp.Compare(a.ID, b.ID))
}

// rank orders what waits to be told: stop requests first, then by the hours
// that are left.
func (c Case) rank(now time.Time) int {
	if c.Lane() == LaneStopRequest {
		return 0
	}
	left := c.Deadline().At
	if left.IsZero() {
		return 1000
	}
	return 10 + min(max(int(left.Sub(now).Hours()), 0), 9000)
}
