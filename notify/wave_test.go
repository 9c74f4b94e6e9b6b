package notify_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// Anybody can send a thousand mails that pretend to be Klarna's.
func TestWaveOfPhishingLeavesTheChannelToTheDisputes(t *testing.T) {
	w := newWorld(t, "2026-03-02 10:00")
	wave := func(n int, orders string) {
		for i := range n {
			m := rules.Message{
				Key: fmt.Sprint("forged/", i, w.now()), Kind: rules.MessageForged,
				About: map[string]string{rules.AboutMailbox: "onboarding", rules.AboutOrders: orders},
			}
			if _, err := w.book.Queue(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		w.good()
	}
	wave(50, "")
	all := w.said()
	if len(all) != 10 {
		t.Fatalf("told %d times", len(all))
	}
	for i, m := range all {
		if got := contains(m, "It is the 10th within 24 hours. Of more of them the digest and the board tell alone."); got != (i == 9) {
			t.Errorf("message %d says that it is the last: %v", i, got)
		}
	}
	wave(1, "py_1")
	w.saidOnce("names an order of yours", "py_1")
	w.dispute("256947")
	w.good()
	w.saidOnce("Faulty goods")
	w.wait(25 * time.Hour)
	wave(1, "")
	for _, m := range w.said() {
		if contains(m, "Phishing") {
			return
		}
	}
	t.Error("the next day's phishing was not told")
}

func contains(m fakeslack.Message, words string) bool {
	return strings.Contains(fakeslack.Text(m), words)
}
