package rules

import "strings"

// LostFee is what Stripe takes for a Klarna chargeback that is lost, after its
// list of 2023 (DOMAIN.md, "Stripe's side"): wherever it is shown, that is said.
// It is taken when the chargeback is made and given back when it is won; an
// inquiry that is refunded costs none. It is false for a currency that the list
// lacks. The currency may be in either case.
func LostFee(currency string) (Money, bool) {
	currency = strings.ToUpper(currency)
	var minor int64
	switch currency {
	case "EUR", "GBP", "CHF", "CAD":
		minor = 20_00
	case "SEK", "NOK", "DKK":
		minor = 200_00
	case "PLN":
		minor = 90_00
	case "CZK":
		minor = 550_00
	case "USD":
		minor = 15_00
	case "AUD", "NZD":
		minor = 25_00
	default:
		return Money{}, false
	}
	return Money{Minor: minor, Currency: currency}, true
}
