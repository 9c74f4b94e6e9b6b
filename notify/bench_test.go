package notify_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

// BenchmarkDueToPosted is the way of one message at an idle queue: from the
// case book through the desk to where Slack has it and the book knows.
func BenchmarkDueToPosted(b *testing.B) {
	w := newWorld(b, "2026-03-02 09:00")
	w.desk.Wait = func(context.Context, time.Duration) error { return nil }
	var took []time.Duration
	for i := range b.N {
		b.StopTimer()
		w.dispute(fmt.Sprint(100000 + i))
		b.StartTimer()
		began := time.Now()
		if n, err := w.desk.Deliver(b.Context()); n != 1 || err != nil {
			b.Fatal(n, err)
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "median-µs")
}

func BenchmarkCardOf(b *testing.B) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		b.Fatal(err)
	}
	s := scene{rules.Default(berlin), time.Date(2026, 3, 5, 8, 5, 0, 0, berlin)}
	c := s.inStripe("needs_response")
	for b.Loop() {
		notify.CardOf(c, s.policy, s.now)
	}
}
