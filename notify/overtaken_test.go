package notify_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// hasty is an outbox where somebody speaks of the case just after a refresh of
// its card was taken.
type hasty struct {
	outbox
	speak func()
}

func (o *hasty) Take(ctx context.Context) (rules.Message, rules.Claim, error) {
	m, c, err := o.outbox.Take(ctx)
	if m.Kind == rules.MessageCard && o.speak != nil {
		speak := o.speak
		o.speak = nil
		speak()
	}
	return m, c, err
}

func TestWordThatOvertakesARefreshIsToldAtOnce(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.good()
	w.desk.Outbox = &hasty{outbox{w.book}, func() {
		w.say(id, rules.Event{Type: rules.EventClaim, By: "bo", Until: w.now().Add(time.Hour)})
	}}
	w.say(id, rules.Event{Type: rules.EventClaim, By: "anna", Until: w.now().Add(time.Hour)})
	w.good()
	if card := fakeslack.Text(w.fake.Messages(channel)[0]); !strings.Contains(card, "bo is on it until") {
		t.Errorf("the card says:\n%s", card)
	}
}

// Slack's answer was lost, and then its history cannot be read: whether the nudge
// stands there must be known before it is given up.
func TestStepThatMayHaveBeenSaidIsNotDroppedUnseen(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.say(id, exactly())
	w.say(id, w.stripe("needs_response"))
	w.good()
	w.saidOnce("answer by")
	told := map[string]int{}
	w.desk.Told = func(step string) { told[step]++ }
	w.wait(day)
	w.say(id, w.stripe("needs_response"))
	w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Hangup, Happened: true})
	for _, method := range []string{"conversations.history", "conversations.replies"} {
		w.fake.Fail(fakeslack.Fault{Method: method, Kind: fakeslack.Refuse, Code: "fatal_error", Times: -1})
	}
	_ = w.pass()
	w.say(id, w.stripe("under_review"))
	w.wait(time.Hour)
	_ = w.pass()
	w.fake.Heal()
	w.wait(time.Hour)
	w.good()
	if said := texts(w.said()); strings.Count(said, "unanswered for 1 working day") != 1 || told["nudge"] != 1 {
		t.Errorf("told %v, said:\n%s", told, said)
	}
}

func TestStepThatWaitedIsNotToldOfACaseThatWasLostMeanwhile(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.say(id, exactly())
	w.say(id, w.stripe("needs_response"))
	w.good()
	w.saidOnce("answer by")
	w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Refuse, Code: "is_archived", Times: -1})
	w.wait(day)
	w.say(id, w.stripe("needs_response"))
	_ = w.pass()
	w.say(id, w.stripe("lost"))
	w.fake.Heal()
	w.wait(time.Hour)
	w.good()
	if said := texts(w.said()); strings.Contains(said, "unanswered for") {
		t.Errorf("said:\n%s", said)
	}
}
