package audit

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/disputewatch/disputewatch/rules"
)

func TestOnlyLossesAreHeldAgainstTheirTracking(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	r := &Report{now: now}
	a := r.account("main", []rules.Reading{
		{Dispute: "du_1", Status: "lost", Tracking: "1Z999", LossReason: "late"},
		{Dispute: "du_2", Status: "lost"},
		{Dispute: "du_3", Status: "lost", LossReason: "late"},
		{Dispute: "du_4", Status: "won", LossReason: "of another"},
		{Dispute: "du_5", Status: "needs_response", DueBy: now.AddDate(0, 0, 5)},
		{Dispute: "du_6", Status: "needs_response"},
		{Dispute: "du_7", Status: "warning_needs_response", DueBy: now.AddDate(0, 0, -1)},
	})
	if a.LostWithoutTracking != 2 || a.Lost() != 3 {
		t.Errorf("%d of %d losses are without tracking", a.LostWithoutTracking, a.Lost())
	}
	if diff := cmp.Diff([]Count{{"late", 2}}, a.LossReasons); diff != "" {
		t.Errorf("reasons of losses (-want +got):\n%s", diff)
	}
	var open []string
	for _, o := range a.Open {
		open = append(open, o.Dispute+" "+string(o.Stage)+" "+o.Due(now))
	}
	want := []string{"du_7 inquiry overdue", "du_5 chargeback 5 days left", "du_6 chargeback no answer is taken"}
	if diff := cmp.Diff(want, open); diff != "" {
		t.Errorf("open, the most urgent first (-want +got):\n%s", diff)
	}
}

func TestSumsOfTwoAccountsAreOne(t *testing.T) {
	var all Group
	for _, minor := range []int64{1000, 2000} {
		var g Group
		g.add(rules.Money{Minor: minor, Currency: "EUR"}).cost(nil)
		g.add(rules.Money{Minor: minor, Currency: "XAF"}).cost(nil)
		all.join(g)
	}
	fees := int64(4000)
	want := Group{Disputes: 4, Sums: []Total{
		{Currency: "EUR", Disputes: 2, Minor: 3000, Fees: &fees, Together: 7000},
		{Currency: "XAF", Disputes: 2, Minor: 3000, Unknown: true, Together: 3000},
	}}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
