package health

import (
	"fmt"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestAccountThatNeverMailedItsDisputesIsNoAlarm(t *testing.T) {
	var cases []rules.Case
	for i := range 60 {
		c := rules.Case{Match: rules.Match{Strength: rules.Exact}, Stripe: &rules.Reading{Dispute: fmt.Sprint("du_", i), CreatedAt: time.Unix(int64(i), 0)}}
		if i%3 == 0 {
			c.LastMail = time.Unix(int64(i), 0)
		}
		cases = append(cases, c)
	}
	list := mailedOf(cases, time.Unix(1000, 0))
	if d, fallen := driftOf(list, list); fallen || len(list) != 60 || list[0].MessageID != "du_59" {
		t.Errorf("%d, %s", len(list), d)
	}
	if list := mailedOf(cases, time.Unix(9, 0)); len(list) != 10 {
		t.Errorf("disputes whose mail may still come count: %d", len(list))
	}
}
