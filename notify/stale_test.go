package notify_test

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// A weekend without Slack: a stop request repeats each two hours, and each of these
// calls whoever is on call.
func TestRepeatsThatSlackDidNotTakeAreToldOnce(t *testing.T) {
	w := newWorld(t, "2026-03-06 10:00")
	w.mail(rules.Said{Kind: rules.KindStopRequest, DisputeID: "1", Verdict: rules.Genuine}, "2026-03-07 10:00")
	w.good()
	w.saidOnce("Stop request")
	w.fake.Fail(fakeslack.Fault{Kind: fakeslack.Refuse, Code: "invalid_auth", Times: -1})
	for range 30 {
		w.wait(2 * time.Hour)
		if w.pass() == nil {
			t.Fatal("Slack takes something")
		}
	}
	w.fake.Heal()
	w.wait(10 * time.Minute)
	w.good()
	w.saidOnce("Stop request: overdue since Sat 7 Mar", "<@U0ONCALL>", "again after 2 hours")
	w.wait(2 * time.Hour)
	w.good()
	w.saidOnce("again after 2 hours")
}

// The card of a case stands, for Slack's answer alone was lost, and then Slack
// answers nothing for half a day.
func TestRepeatOfACardWhoseAnswerWasLostIsNoSecondCard(t *testing.T) {
	w := newWorld(t, "2026-03-06 10:00")
	w.mail(rules.Said{Kind: rules.KindStopRequest, DisputeID: "1", Verdict: rules.Genuine}, "2026-03-07 10:00")
	w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Hangup, Happened: true})
	w.fake.Fail(fakeslack.Fault{Kind: fakeslack.Refuse, Code: "fatal_error", Times: -1})
	for range 12 {
		_ = w.pass() // it cannot be known whether it was said
		w.wait(time.Hour)
	}
	w.fake.Heal()
	w.good()
	all := w.said()
	if len(all) != 2 || all[0].Thread != "" || all[1].Thread != all[0].TS {
		t.Errorf("said:\n%s", texts(all))
	}
}
