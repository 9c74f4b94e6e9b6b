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
