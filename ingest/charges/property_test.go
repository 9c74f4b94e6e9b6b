package charges

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/disputewatch/disputewatch/rules"
)

// The generators draw from few values, so that references collide, differ by
// case and zeros, and stand in descriptions.
var someRef = rapid.SampledFrom([]string{"10001", "010001", "#10001", "AB-77", "ab-77", "10002", "7", "0", "", " ", "ſ-77x", "S-77X"})

func someCharge(t *rapid.T, n int) Charge {
	ch := Charge{
		ID:            fmt.Sprintf("py_%d", n),
		PaymentIntent: fmt.Sprintf("pi_%d", rapid.IntRange(0, n).Draw(t, "intent")),
		Method:        rapid.SampledFrom([]string{"klarna", "klarna", "klarna", "card"}).Draw(t, "method"),
		Status:        rapid.SampledFrom([]string{"succeeded", "succeeded", "pending", "failed"}).Draw(t, "status"),
		Amount:        rules.Money{Minor: rapid.Int64Range(1, 2).Draw(t, "amount"), Currency: rapid.SampledFrom([]string{"EUR", "SEK"}).Draw(t, "currency")},
		Created:       day(0),
	}
	for range rapid.IntRange(0, 2).Draw(t, "references") {
		where := rapid.SampledFrom([]string{"order_reference", "metadata order_id"}).Draw(t, "where")
		ch.References = append(ch.References, Reference{where, someRef.Draw(t, "value")})
	}
	if rapid.Bool().Draw(t, "described") {
		ch.Descriptions = []string{"Order " + someRef.Draw(t, "in description") + ", thank you"}
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "disputes") {
		status := rapid.SampledFrom([]string{"needs_response", "won", "warning_closed", "odd"}).Draw(t, "status of dispute")
		reason := rapid.SampledFrom([]string{"general", "product_not_received"}).Draw(t, "reason")
		ch = with(ch, fmt.Sprintf("du_%d_%d", n, i), status, reason)
	}
	return ch
}

func someCharges(t *rapid.T) []Charge {
	all := make([]Charge, rapid.IntRange(0, 6).Draw(t, "charges"))
	for i := range all {
		all[i] = someCharge(t, i)
	}
	return all
}

func someWant(t *rapid.T) Want {
	w := Want{
		References: rapid.SliceOfN(someRef, 0, 3).Draw(t, "mail's references"),
		Unnamed:    rapid.SliceOfN(someRef, 0, 3).Draw(t, "mail's numbers"),
		StripeIDs:  rapid.SliceOfN(rapid.SampledFrom([]string{"py_1", "pi_2", "du_0_0", "du_1_1", "ch_9", ""}), 0, 2).Draw(t, "mail's ids"),
		Reason:     rapid.SampledFrom([]string{"", rules.ReasonGoodsNotReceived, rules.ReasonHighRiskOrder}).Draw(t, "mail's reason"),
	}
	if rapid.Bool().Draw(t, "has an amount") {
		w.Amount = rules.Money{Minor: rapid.Int64Range(1, 2).Draw(t, "mail's amount"), Currency: "EUR"}
	}
	if rapid.IntRange(0, 5).Draw(t, "is linked") == 0 {
		w.Charge = rapid.SampledFrom([]string{"py_0", "py_3", "pi_1", "du_2_0"}).Draw(t, "link")
	}
	return w
}

func TestOrderOfTheChargesChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, all := someWant(t), someCharges(t)
		before := Find(want, all)
		if diff := cmp.Diff(before, Find(want, rapid.Permutation(all).Draw(t, "shuffled"))); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(before, Find(want, append(all, all...))); diff != "" {
			t.Errorf("said twice: %s", diff)
		}
	})
}

func TestUnrelatedChargesNeverChangeASureMatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, all := someWant(t), someCharges(t)
		before := Find(want, all)
		if before.Strength != rules.Exact {
			t.Skip()
		}
		for i := range rapid.IntRange(1, 5).Draw(t, "others") {
			other := someCharge(t, 1000+i)
			other.PaymentIntent = "pi_1000"
			for j := range other.References {
				other.References[j].Value = fmt.Sprintf("other-%d", j)
			}
			all = append(all, other)
		}
		if diff := cmp.Diff(before, Find(want, all)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSureMatchHoldsOnlyWhatTheMailNamed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, all := someWant(t), someCharges(t)
		m := Find(want, all)
		if m.Strength != rules.Exact {
			return
		}
		for _, ch := range all {
			if ch.ID == m.Charge && ch.Method != "klarna" {
				t.Fatalf("matched a %s charge: %s", ch.Method, m.Why)
			}
			if ch.ID == m.Charge && m.Dispute != "" && !ch.is(m.Dispute) {
				t.Fatalf("dispute %s is not of charge %s", m.Dispute, m.Charge)
			}
		}
	})
}

func TestIndexOfTheWindowHidesNoCharge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, all := someWant(t), someCharges(t)
		w := newWindow(day(0), day(5))
		for _, ch := range all {
			w.add(ch)
		}
		w.learn()
		if diff := cmp.Diff(Find(want, all), Find(want, w.near(want))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOtherCurrenciesNeverChangeAMatch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, all := someWant(t), someCharges(t)
		before := Find(want, all)
		for i := range rapid.IntRange(1, 5).Draw(t, "others") {
			other := someCharge(t, 1000+i)
			other.PaymentIntent, other.References, other.Descriptions = "pi_1000", nil, nil
			other.Amount.Currency = "NOK"
			for j := range other.Disputes {
				other.Disputes[j].Amount.Currency = "NOK"
			}
			all = append(all, other)
		}
		if diff := cmp.Diff(before, Find(want, all)); diff != "" {
			t.Errorf("charges of another currency, of the same amounts: %s", diff)
		}
	})
}
