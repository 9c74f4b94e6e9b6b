package notify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// inStripe opens the case of a dispute that Stripe alone shows.
func (w *world) inStripe(status string) string {
	w.t.Helper()
	claim, err := w.book.Claim(w.t.Context(), "stripe/main")
	if err != nil {
		w.t.Fatal(err)
	}
	defer w.book.Release(w.t.Context(), claim)
	c, err := w.book.OpenCase(w.t.Context(), claim, nil, w.stripe(status))
	if err != nil {
		w.t.Fatal(err)
	}
	return c.ID
}

// stripe is what Stripe says of the dispute du_1 now.
func (w *world) stripe(status string) rules.Event {
	return rules.Event{Type: rules.EventStripe, At: w.now(), By: "stripe main", Account: "main", Stripe: &rules.Reading{
		Dispute: "du_1", Charge: "ch_1", Status: status, Amount: rules.Money{Minor: 12490, Currency: "EUR"},
		CreatedAt: w.now(), DueBy: w.now().Add(20 * day), Klarna: true, ReadAt: w.now(),
	}}
}

func exactly() rules.Event {
	return rules.Event{Type: rules.EventMatch, By: "stripe main", Match: &rules.Match{Strength: rules.Exact, Charge: "ch_1", Dispute: "du_1"}}
}

// Its own card stood for a minute, and says where it goes on.
func TestStopRequestThatJoinsADisputeCallsAndItsCardPointsThere(t *testing.T) {
	w := newWorld(t, "2026-03-07 23:00")
	elder := w.inStripe("needs_response")
	w.good()
	card := w.saidOnce("answer by")
	w.wait(time.Hour)
	p := w.pager()
	younger := w.stopRequest()
	w.good()
	w.saidOnce("Stop request", "<@U0ONCALL>")
	w.wait(time.Minute)
	w.say(younger, exactly())
	w.good()
	said := w.said()
	if len(said) != 2 {
		t.Fatalf("said:\n%s", texts(said))
	}
	for i, words := range [][]string{
		{"asks to stop this order", "<@U0ONCALL>", "Stop the order"},
		{"It is the same dispute as case " + elder},
	} {
		for _, word := range words {
			if text := fakeslack.Text(said[i]); !strings.Contains(text, word) {
				t.Errorf("%q is missing in:\n%s", word, text)
			}
		}
	}
	if news := said[0]; news.Thread != card.TS || !news.Broadcast || strings.Contains(fakeslack.Text(news), "Answer by:") {
		t.Errorf("in thread %q, to all: %v:\n%s", news.Thread, news.Broadcast, fakeslack.Text(news))
	}
	if len(p.calls) != 2 {
		t.Errorf("paged %d times, want for each card once", len(p.calls))
	}
	old := fakeslack.Text(w.fake.Messages(channel)[1])
	if !strings.Contains(old, "what is to be done stands on the card of case "+elder) {
		t.Errorf("the card of its own says\n%s", old)
	}
}
