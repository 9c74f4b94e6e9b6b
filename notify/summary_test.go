package notify_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

func TestFirstWordsWaitForTheEndOfTheReadingButAStopRequestDoesNot(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	reading := true
	w.desk.Gathering = func(context.Context, rules.Case) (bool, error) { return reading, nil }
	w.dispute("256947")
	w.mail(rules.Said{Kind: rules.KindStopRequest, DisputeID: "1", Verdict: rules.Genuine}, "2026-03-03 09:00")
	w.mail(rules.Said{Kind: rules.KindStopRequest, DisputeID: "2", Verdict: rules.Genuine}, "2026-02-10 09:00")
	w.good()
	w.saidOnce("Stop request", "Tue 3 Mar")
	w.wait(5 * time.Second)
	w.good()
	w.saidNothing()
	reading = false
	w.wait(5 * time.Second)
	w.good()
	if fresh := w.said(); len(fresh) != 2 {
		t.Errorf("after the reading:\n%s", texts(fresh))
	}
}

func TestSummaryStandsBeforeTheCardsOfWhatCanBeAnswered(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	for i := range 12 {
		deadline := "2026-03-16 23:59"
		if i > 1 {
			deadline = "2026-02-16 23:59"
		}
		w.mail(rules.Said{Kind: rules.KindDisputeRequest, DisputeID: fmt.Sprint(100 + i), Verdict: rules.Genuine}, deadline)
	}
	if _, err := w.book.Summarise(t.Context(), 10, func(rules.Case) bool { return false }); err != nil {
		t.Fatal(err)
	}
	w.good()
	fresh := w.said()
	if len(fresh) != 3 || !strings.Contains(fakeslack.Text(fresh[0]), "12 Klarna disputes found at once: 2 to answer") {
		t.Fatalf("said:\n%s", texts(fresh))
	}
	w.set(w.now().AddDate(0, 0, 1))
	w.good()
	cards := 0
	for _, m := range w.said() {
		if m.Thread == "" {
			cards++
		}
	}
	if cards != 10 {
		t.Errorf("%d cards when the next steps fell due, want those of the 10 without one", cards)
	}
}
