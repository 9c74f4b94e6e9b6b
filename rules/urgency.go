package rules

import "cmp"

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
