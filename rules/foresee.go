package rules

import "time"

// mostForeseen bounds what is foreseen: a ladder may nudge each second.
const mostForeseen = 1000

// Foresee lets time pass from now until shortly before to, with nothing else
// happening, and returns what is told on the way and the case as it stands then.
// It stops at a thousand messages; reached is the time that it came to.
func Foresee(c Case, p Policy, now, to time.Time) (said []Escalation, then Case, reached time.Time) {
	for now.Before(to) {
		due, next := Decide(c, p, now)
		for _, e := range due {
			told, err := Apply(c, Event{Type: EventTold, At: now, Told: &e})
			if err != nil {
				return said, c, now
			}
			c = told
			said = append(said, e)
		}
		if len(due) > 0 {
			_, next = Decide(c, p, now)
		}
		if len(said) >= mostForeseen {
			return said, c, now
		}
		if next.IsZero() || !next.Before(to) {
			break
		}
		now = next
	}
	return said, c, to
}
