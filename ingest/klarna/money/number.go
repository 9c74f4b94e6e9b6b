package money

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/rules"
)

// Minor reads digits with separators in the minor units of a currency. The
// last separator is the decimal one if fewer or more than three digits follow
// it, or if the currency has three decimals and a different separator groups.
func Minor(digits, currency string) (rules.Money, bool) {
	exp := rules.Exponent(currency)
	whole, frac := digits, ""
	if i := strings.LastIndexAny(digits, ".,'’ "); i >= 0 {
		_, size := utf8.DecodeRuneInString(digits[i:])
		head, tail := digits[:i], digits[i+size:]
		sep := digits[i : i+size]
		if (sep == "." || sep == ",") && (len(tail) != 3 || exp == 3 && strings.ContainsAny(head, ".,' ") && !strings.Contains(head, sep)) {
			whole, frac = head, tail
		} else if len(tail) != 3 || exp == 3 && (sep == "." || sep == ",") {
			return rules.Money{}, false
		}
	}
	if !Grouped(whole) || len(frac) > max(exp, 2) {
		return rules.Money{}, false
	}
	if len(frac) > exp {
		if strings.Trim(frac[exp:], "0") != "" {
			return rules.Money{}, false
		}
		frac = frac[:exp]
	}
	frac += strings.Repeat("0", exp-len(frac))
	n, err := strconv.ParseInt(strip(whole)+frac, 10, 64)
	return rules.Money{Minor: n, Currency: currency}, err == nil
}

// Grouped says that a whole number is written plainly or in groups of three
// by one separator.
func Grouped(s string) bool {
	sep := rune(0)
	run, groups := 0, 0
	for _, r := range s {
		if letters.IsDigit(r) {
			run++
			continue
		}
		if sep != 0 && r != sep || groups == 0 && run > 3 || groups > 0 && run != 3 || run == 0 {
			return false
		}
		sep, run, groups = r, 0, groups+1
	}
	return groups == 0 && run > 0 || groups > 0 && run == 3
}

// NumberEnd is the end of the number at from: digits with separators between.
func NumberEnd(s string, from int) int {
	end := from
	for i := from; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case letters.IsDigit(r):
			end = i + size
		case r == ':' && i == end && coins(s[i+1:]):
		case (r == '.' || r == ',' || r == '\'' || r == '’' || r == ' ') && i == end && i+size < len(s) && letters.IsDigit(rune(s[i+size])):
			if r == ' ' && !groupAt(s[i+size:]) {
				return end
			}
		default:
			return end
		}
		i += size
	}
	return end
}

// groupAt says that s begins with exactly three digits.
func groupAt(s string) bool {
	return len(s) >= 3 && strings.Trim(s[:3], "0123456789") == "" && (len(s) == 3 || !letters.IsDigit(rune(s[3])))
}

// coins says that s begins with two digits of the smaller coin, as after a colon in
// Sweden: "1 249:50 kr".
func coins(s string) bool {
	return len(s) > 3 && letters.IsDigit(rune(s[0])) && letters.IsDigit(rune(s[1])) && strings.HasPrefix(strings.TrimLeft(s[2:], " "), "kr")
}

func strip(s string) string {
	return strings.Map(func(r rune) rune {
		if letters.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}
