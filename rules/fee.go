package rules

import "strings"

// Fees are what the shop knows that Stripe takes for a Klarna chargeback that is
// lost, by currency in upper case. The nil Fees knows nothing of its own.
type Fees map[string]Money

// The sources of a fee, for wherever one is shown.
const (
	FeeOfList   = "Stripe's list of 2023"
	FeeOfConfig = "the config"
)

// Lost is what Stripe takes for a lost chargeback in a currency, and whose word
// that is: the shop's own, else Stripe's list of 2023 (DOMAIN.md, "Stripe's
// side"). It is taken when the chargeback is made and given back when it is won;
// an inquiry that is refunded costs none. The source is "" for a currency that
// neither knows. The currency may be in either case.
func (f Fees) Lost(currency string) (fee Money, source string) {
	currency = strings.ToUpper(currency)
	if m, ok := f[currency]; ok {
		return m, FeeOfConfig
	}
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
		return Money{}, ""
	}
	return Money{Minor: minor, Currency: currency}, FeeOfList
}
