package rules

import "testing"

func TestFeeOfALostChargebackIsKnownOnlyForTheCurrenciesOfTheList(t *testing.T) {
	for currency, want := range map[string]string{
		"EUR": "20.00 EUR", "gbp": "20.00 GBP", "CHF": "20.00 CHF", "sek": "200.00 SEK", "NOK": "200.00 NOK",
		"DKK": "200.00 DKK", "PLN": "90.00 PLN", "CZK": "550.00 CZK", "USD": "15.00 USD", "CAD": "20.00 CAD",
		"AUD": "25.00 AUD", "NZD": "25.00 NZD", "JPY": "", "": "",
	} {
		fee, ok := LostFee(currency)
		if fee.String() != want || ok != (want != "") {
			t.Errorf("%q: %s, %v, want %q", currency, fee, ok, want)
		}
	}
}
