package charges

import (
	"context"
	"os"
	"slices"
	"testing"
)

// TestRequestsAreValidForStripeMock holds our requests against Stripe's own
// OpenAPI description, as stripe-mock knows it (TRAPS.md 24): it refuses unknown
// parameters and paths. Its answers are always the same visa dispute, so they
// are not looked at. It runs where STRIPE_MOCK names one: http://127.0.0.1:12111.
func TestRequestsAreValidForStripeMock(t *testing.T) {
	base := os.Getenv("STRIPE_MOCK")
	if base == "" {
		t.Skip("STRIPE_MOCK is not set")
	}
	var codes []string
	c := New(Account{
		Name: "mock", APIBase: base, ReferenceKeys: []string{"order_id"},
		Key:   func() (string, error) { return "sk_test_123", nil },
		Count: func(code string) { codes = append(codes, code) },
	})
	ctx := context.Background()
	for _, do := range []func() error{
		func() error { _, err := c.Window(ctx, day(0)); return err },
		func() error { _, err := c.fetchDispute(ctx, "du_1"); return err },
		func() error { _, err := c.fetchCharge(ctx, "ch_1"); return err },
		func() error { _, err := c.fetchIntent(ctx, "pi_1"); return err },
		func() error { return c.disputesOf(ctx, newWindow(day(0), day(0)), "ch_1", day(0)) },
		func() error {
			_, err := c.Match(ctx, nil, Want{References: []string{`it's`}}, day(0))
			return err
		},
		func() error {
			return c.Seek(ctx, newWindow(day(0), day(0)), []Want{{References: []string{"1", "2", "3"}}, {References: []string{"4", `it's`, "6"}}})
		},
		func() error {
			_, err := c.refundsOf(ctx, &stripeCharge{object: object{ID: "ch_1"}}, false)
			return err
		},
		func() error { _, err := c.Sales(ctx, day(0), nil); return err },
		func() error { _, err := c.Captures(ctx, day(0)); return err },
		func() error { _, err := c.Check(ctx); return err },
	} {
		codes = nil
		err := do()
		t.Logf("%v: %v", codes, err)
		if len(codes) == 0 || slices.ContainsFunc(codes, func(code string) bool { return code != "200" }) {
			t.Errorf("answered %v: %v", codes, err)
		}
	}
}
