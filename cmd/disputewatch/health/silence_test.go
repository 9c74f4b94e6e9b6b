package health

import (
	"testing"
	"time"
)

const day = 24 * time.Hour

// gaps makes arrivals, the newest first, with these days between them.
func gaps(days ...float64) []time.Time {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	came := []time.Time{at}
	for _, d := range days {
		at = at.Add(-time.Duration(d * float64(day)))
		came = append(came, at)
	}
	return came
}

func TestAllowedSilenceFollowsTheMailboxsOwnHistory(t *testing.T) {
	steady := func(n int, d float64) []float64 {
		out := make([]float64, n)
		for i := range out {
			out[i] = d
		}
		return out
	}
	for name, c := range map[string]struct {
		came []time.Time
		want time.Duration
	}{
		"a new mailbox":                 {nil, 0},
		"too few to say":                {gaps(steady(10, 1)...), 0},
		"hourly mails, but a floor":     {gaps(steady(40, 1.0/24)...), 5 * day},
		"a mail a day":                  {gaps(steady(40, 1)...), 7 * day},
		"bunches with a month's pause":  {gaps(append(steady(40, 0.1), 30)...), 60 * day},
		"several at the same moment":    {gaps(append(steady(20, 0), 2)...), 5 * day},
		"one a week, and rarely longer": {gaps(append(steady(20, 7), 9)...), 49*day + 16*time.Hour},
	} {
		if got := allowedSilence(c.came); (got - c.want).Abs() > time.Hour {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
