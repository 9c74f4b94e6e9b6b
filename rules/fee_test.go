package rules

import "testing"

func TestFeeOfALostChargebackIsKnownOnlyForTheCurrenciesOfTheList(t *testing.T) {
	for currency, want := range map[string]string{
		"EUR": "20.00 EUR", "gbp": "20.00 GBP", "CHF": "20.00 CHF", "sek": "200.00 SEK", "NOK": "200.00 NOK",
		"DKK": "200.00 DKK", "PLN": "90.00 PLN", "CZK": "550.00 CZK", "USD": "15.00 USD", "CAD": "20.00 CAD",
		"AUD": "25.00 AUD", "NZD": "25.00 NZD", "JPY": "", "": "",
	} {
		fee, source := Fees(nil).Lost(currency)
		if fee.String() != want || (source == FeeOfList) != (want != "") {
			t.Errorf("%q: %s, %q, want %q", currency, fee, source, want)
		}
	}
}

func TestFeeThatTheShopKnowsIsBetterThanTheLists(t *testing.T) {
	own := Fees{"EUR": {Minor: 25_00, Currency: "EUR"}, "JPY": {Minor: 2000, Currency: "JPY"}}
	for currency, want := range map[string]string{"eur": "25.00 EUR of the config", "JPY": "2000 JPY of the config", "SEK": "200.00 SEK of Stripe's list of 2023"} {
		if fee, source := own.Lost(currency); fee.String()+" of "+source != want {
			t.Errorf("%s: %s of %s, want %s", currency, fee, source, want)
		}
	}
}
