package money

import (
	"testing"

	"github.com/disputewatch/disputewatch/rules"
)

func FuzzAmount(f *testing.F) {
	for _, s := range []string{"1.234,50 €", "€1,234.50", "1 234,50 kr", "SEK 1,234.50", "124.90 EUR", "CHF 1'234.50", "5000 JPY", "1.234 KWD"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, ok := Read(s)
		if ok && a.Shared == "" && (a.Money.Minor < 0 || a.Money.Currency == "" || rules.Exponent(a.Money.Currency) > 3) {
			t.Errorf("%q became %+v", s, a)
		}
	})
}
