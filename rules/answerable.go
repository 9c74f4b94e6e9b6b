package rules

import "time"

// Answerable says that an answer can still reach Klarna at now: the case is
// neither answered nor over, its last date has not passed, and Stripe, where the
// dispute surely is the case's, has not said that it takes none. A case without
// a date is answerable.
func (c Case) Answerable(now time.Time) bool {
	if c.Finished() {
		return false
	}
	if last := c.Deadline().Last(); !last.IsZero() && !last.After(now) {
		return false
	}
	s := c.atStripe()
	return s == nil || !s.PastDue && (s.Status != "needs_response" || !s.DueBy.IsZero())
}
