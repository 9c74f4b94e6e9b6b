package check

import (
	"testing"

	"github.com/disputewatch/disputewatch/notify"
)

func TestClickOnARealCardThatComesToCheckIsNotLostInSilence(t *testing.T) {
	g := &greeter{clicked: make(chan notify.Verb, 1)}
	reply, err := g.Clicked(t.Context(), notify.Click{Case: "c-aaaaaa", Verb: notify.Claim})
	if err != nil || reply != notify.NotDone || len(g.clicked) != 0 {
		t.Errorf("%q %v", reply, err)
	}
}
