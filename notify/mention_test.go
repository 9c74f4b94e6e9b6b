package notify_test

import (
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

func TestWhoeverIsMeantTwiceIsMentionedOnce(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.desk.OnCall = []string{"U0ONCALL", "U0BO", "U0ONCALL"}
	w.mail(rules.Said{Kind: rules.KindStopRequest, DisputeID: "256947", Verdict: rules.Genuine}, "")
	w.good()
	text := fakeslack.Text(w.saidOnce("Stop request"))
	for _, who := range w.desk.OnCall {
		if n := strings.Count(text, "<@"+who+">"); n != 1 {
			t.Errorf("%s is mentioned %d times:\n%s", who, n, text)
		}
	}
}
