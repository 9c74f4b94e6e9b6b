package main

import (
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

// The first reading's holder is killed in its midst; another goes on.
func TestDaemonsOnOneBookMakeOneSummaryAlsoWhenOneIsKilled(t *testing.T) {
	t.Parallel()
	w := &twins{world: newWorld(t, shared.postgres(t))}
	for n := range 12 {
		w.dispute(n)
	}
	w.book = w.opened()
	stall := make(chan struct{}) // the first reading ends with Stripe's word
	w.stripe.Break(fakestripe.Fault{Path: "/v1/disputes", Stall: stall})
	// With the other at Stripe the reader would have ended without it.
	w.daemons = append(w.daemons, w.start())
	w.until("it waits for Stripe", func() bool {
		held, err := w.book.Held(t.Context(), "stripe/main")
		w.must(err)
		return held
	})
	w.daemons = append(w.daemons, w.start())
	w.until("the other watches", func() bool { return w.daemons[1].lines("watching") > 0 })
	w.holding(gathering("onboarding")).kill()
	w.stripe.Mend()
	close(stall)
	// The claims of the dead run out after a minute.
	w.until("all is told", func() bool { return w.told(w.book) })
	w.settle()
	summaries := 0
	for _, m := range w.slack.Messages(channel) {
		if strings.Contains(fakeslack.Text(m), "12 Klarna disputes found at once") {
			summaries++
		}
	}
	if summaries != 1 {
		t.Errorf("%d summaries", summaries)
	}
}
