package klarna

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/rules"
)

// currencies are the codes and words that name exactly one currency; "" is for
// those that several countries share.
var currencies = map[string]string{
	"eur": "EUR", "euro": "EUR", "euros": "EUR", "euroa": "EUR", "euron": "EUR", "eura": "EUR", "gbp": "GBP", "usd": "USD", "sek": "SEK", "nok": "NOK", "dkk": "DKK",
	"chf": "CHF", "sfr": "CHF", "pln": "PLN", "zl": "PLN", "zloty": "PLN", "zlotych": "PLN", "czk": "CZK", "kc": "CZK", "huf": "HUF", "ft": "HUF",
	"ron": "RON", "lei": "RON", "aud": "AUD", "nzd": "NZD", "cad": "CAD", "jpy": "JPY", "kwd": "KWD", "bhd": "BHD",
	"tnd": "TND", "isk": "ISK", "bgn": "BGN", "mxn": "MXN", "fr": "CHF", "kr": "", "kroner": "", "kronor": "", "kronen": "",
}

// signs are the currency signs, the longer ones first.
var signs = []struct{ sign, currency string }{
	{"US$", "USD"},
	{"CA$", "CAD"},
	{"AU$", "AUD"},
	{"NZ$", "NZD"},
	{"C$", "CAD"},
	{"A$", "AUD"},
	{"€", "EUR"},
	{"£", "GBP"},
	{"$", ""},
	{"zł", "PLN"},
	{"Kč", "CZK"},
	{"¥", "JPY"},
}

// amount is a sum as it is written. shared is "kr" or "$" where the text names
// no single currency; digits is still to be read with one.
type amount struct {
	money  rules.Money
	text   string
	digits string
	shared string
}

// readAmount reads the first sum of a value: a number with a currency beside it.
func readAmount(s string) (amount, bool) {
	from := strings.IndexAny(s, "0123456789")
	if from < 0 {
		return amount{}, false
	}
	end := numberEnd(s, from)
	before, after := strings.TrimRight(s[:from], " "), strings.TrimLeft(s[end:], " ")
	negative := strings.HasSuffix(before, "-") || strings.HasSuffix(before, "−")
	before = strings.TrimRight(before, "-−+ ")
	cur, sign, left, right := sideCurrency(before, after)
	if !left && !right {
		return amount{}, false
	}
	a := amount{digits: strings.ReplaceAll(s[from:end], ":", ","), shared: sign}
	at, to := from, end
	if left {
		at = len(before) - len(lastField(before))
	}
	if right {
		to = len(s) - len(after) + len(firstField(after))
		if coins, n := coinsAfter(s[to:]); n > 0 && !strings.ContainsAny(a.digits, ".,") {
			a.digits, to = a.digits+","+coins, to+n
		}
	}
	a.text = strings.TrimSpace(strings.TrimRight(s[at:to], " .,;)"))
	if negative {
		return amount{}, false
	}
	if cur == "" {
		return a, true
	}
	m, ok := minor(a.digits, cur)
	a.money = m
	return a, ok
}

// less says that a sum is less than another of the same currency.
func (a amount) less(b amount) bool {
	if a.shared != b.shared || a.money.Currency != b.money.Currency {
		return false
	}
	if a.shared == "" {
		return a.money.Minor < b.money.Minor
	}
	m, ok := minor(a.digits, "USD") // all that share a sign have two decimals
	n, alike := minor(b.digits, "USD")
	return ok && alike && m.Minor < n.Minor
}

// coinsAfter reads the smaller coins that words add to a sum, "och 50 öre", and how
// long they are.
func coinsAfter(s string) (digits string, n int) {
	f := strings.Fields(s[:min(len(s), 40)])
	if len(f) < 3 || !joins[f[0]] || len(f[1]) != 2 || strings.Trim(f[1], "0123456789") != "" {
		return "", 0
	}
	coin := strings.Trim(f[2], ".,;:)")
	if !smaller[letters.Fold(coin)] {
		return "", 0
	}
	return f[1], strings.Index(s, f[2]) + len(coin)
}

// joins are the words between two sums, or a sum and its smaller coins, and smaller
// is what these are called.
var (
	joins   = map[string]bool{"och": true, "og": true, "and": true, "und": true, "et": true, "en": true, "e": true, "y": true, "con": true, "i": true, "a": true, "ja": true}
	smaller = map[string]bool{
		"öre": true, "øre": true, "cent": true, "cents": true, "centimes": true, "centesimi": true, "céntimos": true, "centimos": true, "cêntimos": true,
		"pence": true, "p": true, "groszy": true, "grosze": true, "haléřů": true, "haleru": true, "senttiä": true,
	}
)

// sideCurrency finds the currency at either side of a number. Two different
// ones are none.
func sideCurrency(before, after string) (cur, shared string, left, right bool) {
	l, lShared := currencyOf(lastField(before))
	after, whole := strings.CutPrefix(after, ":-")
	for _, none := range []string{",-", ",–", ",—", ".-", ".–", ".—", ":–"} { // no smaller coins
		after = strings.TrimPrefix(after, none)
	}
	if rest := strings.TrimLeft(after, "-–"); rest != after && rest != "" && rest[0] != ' ' {
		after = "" // "7740-FR"
	}
	after = strings.TrimLeft(after, " -–")
	if end := strings.IndexByte(after, ')'); strings.HasPrefix(after, "(") && (end < 0 || letters.HasDigit(after[:end])) {
		after = "" // "18 December 2026 (€ 1,449.00)"
	}
	r, rShared := currencyOf(firstField(after))
	if whole && r == "" && rShared == "" {
		rShared = "kr" // "1 249:-", as in Sweden
	}
	left, right = l != "" || lShared != "", r != "" || rShared != ""
	switch {
	case l != "" && r != "" && l != r:
		return "", "", false, false
	case l != "":
		return l, "", left, right
	case r != "":
		return r, "", left, right
	case lShared != "":
		return "", lShared, left, right
	}
	return "", rShared, left, right
}

// currencyOf names the currency of a field such as "EUR", "€", "kr.", "(SEK)".
func currencyOf(f string) (cur, shared string) {
	f = strings.Trim(f, "().,:;[]*")
	if f == "" {
		return "", ""
	}
	// Most fields are words or numbers, which no sign ends in.
	if last := f[len(f)-1]; last == '$' || last >= utf8.RuneSelf {
		for _, s := range signs {
			if f == s.sign {
				if s.currency == "" {
					return "", s.sign
				}
				return s.currency, ""
			}
		}
	}
	c, ok := currencies[letters.Fold(strings.TrimSuffix(f, "$"))] // "AUD$"
	if ok && c == "" {
		return "", "kr"
	}
	return c, ""
}

func lastField(s string) string {
	i := strings.LastIndexAny(s, " \t\n:=(")
	return s[i+1:]
}

func firstField(s string) string {
	if i := strings.IndexAny(s, " \t\n)/,;"); i >= 0 {
		return s[:i]
	}
	return s
}

// numberEnd is the end of the number at from: digits with separators between.
func numberEnd(s string, from int) int {
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

// coins says that s begins with two digits of the smaller coin, as after a colon in
// Sweden: "1 249:50 kr".
func coins(s string) bool {
	return len(s) > 3 && letters.IsDigit(rune(s[0])) && letters.IsDigit(rune(s[1])) && strings.HasPrefix(strings.TrimLeft(s[2:], " "), "kr")
}

// groupAt says that s begins with exactly three digits.
func groupAt(s string) bool {
	return len(s) >= 3 && strings.Trim(s[:3], "0123456789") == "" && (len(s) == 3 || !letters.IsDigit(rune(s[3])))
}

// minor reads digits with separators in the minor units of a currency. The
// last separator is the decimal one if fewer or more than three digits follow
// it, or if the currency has three decimals and a different separator groups.
func minor(digits, currency string) (rules.Money, bool) {
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
	if !grouped(whole) || len(frac) > max(exp, 2) {
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

// grouped says that a whole number is written plainly or in groups of three
// by one separator.
func grouped(s string) bool {
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

func strip(s string) string {
	return strings.Map(func(r rune) rune {
		if letters.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}
