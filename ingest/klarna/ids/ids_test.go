package ids

import (
	"slices"
	"testing"
)

func TestFormsOfNumbersAreToldApart(t *testing.T) {
	forms := []struct {
		name string
		is   func(string) bool
	}{
		{"dispute", IsDispute},
		{"uuid", IsUUID},
		{"klarna's reference", IsKlarnaReference},
		{"surely klarna's", IsSurelyKlarnas},
		{"merchant", IsMerchantID},
		{"klarna's merchant", IsKlarnaMerchant},
		{"order", func(s string) bool { return LooksLikeOrder(s, s) }},
	}
	for tok, want := range map[string][]string{
		"256947":                               {"dispute", "order"},
		"2569":                                 {"order"},
		"K4MADNY-1":                            {"klarna's reference", "surely klarna's"},
		"KPT2N6C":                              {"klarna's reference", "surely klarna's"},
		"K963369":                              {"merchant", "klarna's merchant", "order"},
		"0f0d9f1e-5c3c-4d2e-9a53-7f1b0a2c4d6e": {"uuid"},
		"77-1042":                              {"order"},
		"LK-2210":                              {"order"},
		"2026":                                 nil,
		"2026-12-03":                           nil,
		"124.90":                               nil,
		"krn:klarna:eu1:dispute:256947":        nil,
		"order":                                nil,
		"https://a.example/x1":                 nil,
		"www.a.example":                        nil,
		"www.a-1.example":                      nil,
		"a.example/x1":                         nil,
		"INV/2026/0771":                        {"order"},
	} {
		var got []string
		for _, f := range forms {
			if f.is(tok) {
				got = append(got, f.name)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", tok, got, want)
		}
	}
}

func TestKRNHoldsItsDisputeAndReason(t *testing.T) {
	for s, want := range map[string]KRN{
		"krn:klarna:eu1:dispute:goods-not-received:256947": {Dispute: "256947", Reason: "goods_not_received"},
		"KRN:klarna:eu1:dispute:256947":                    {Dispute: "256947"},
		"krn:klarna:eu1:transaction:x:capture:1":           {Capture: true},
	} {
		if got, ok := ParseKRN(s); !ok || got != want {
			t.Errorf("%s: %+v %v", s, got, ok)
		}
	}
	for _, s := range []string{"krn:klarna:dispute", "krn:klarna:eu1:dispute:abc", "urn:klarna:eu1:dispute:256947", ""} {
		if got, ok := ParseKRN(s); ok {
			t.Errorf("%q: %+v", s, got)
		}
	}
}
