package rules

import (
	"fmt"
	"strconv"
	"strings"
)

// Money is an amount in a currency's minor units: 12490 and "EUR" is
// 124.90 EUR. The zero Money, without a currency, means that none is known.
type Money struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"` // ISO 4217, upper case
}

// Exponent is the number of decimal digits that Stripe gives a currency's
// minor unit: 2 for most, 0 and 3 for the few that its page "Supported
// currencies" lists. The currency may be in either case.
func Exponent(currency string) int {
	switch strings.ToUpper(currency) {
	case "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF":
		return 0
	case "BHD", "JOD", "KWD", "OMR", "TND":
		return 3
	}
	return 2
}

// IsZero says that no amount is known. An amount of 0.00 EUR is known.
func (m Money) IsZero() bool { return m.Currency == "" }

// String writes the amount as people read it: "124.90 EUR", "5000 JPY"; it is
// "" where no amount is known.
func (m Money) String() string {
	if m.IsZero() {
		return ""
	}
	digits, exp := strconv.FormatInt(m.Minor, 10), Exponent(m.Currency)
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	if exp == 0 {
		return sign + digits + " " + m.Currency
	}
	for len(digits) <= exp {
		digits = "0" + digits
	}
	whole, part := digits[:len(digits)-exp], digits[len(digits)-exp:]
	return fmt.Sprintf("%s%s.%s %s", sign, whole, part, m.Currency)
}
