// Package money reads sums as mails write them: a number in any grouping, beside the
// name or the sign of a currency. It knows no mail: whose sum it is, and which crowns
// a "kr" means, is asked elsewhere.
package money

import (
	"strings"
	"unicode"

	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/rules"
)

// Amount is a sum as it is written. Shared is "kr" or "$" where the text names
// no single currency; Digits is still to be read with one by [Minor].
type Amount struct {
	Money  rules.Money
	Text   string
	Digits string
	Shared string
}

// Read reads the first sum of a value: a number with a currency beside it.
func Read(s string) (Amount, bool) {
	from := strings.IndexAny(s, "0123456789")
	if from < 0 {
		return Amount{}, false
	}
	end := NumberEnd(s, from)
	before, after := strings.TrimRight(s[:from], " "), strings.TrimLeft(s[end:], " ")
	negative := strings.HasSuffix(before, "-") || strings.HasSuffix(before, "−")
	before = strings.TrimRight(before, "-−+ ")
	cur, sign, left, right := sideCurrency(before, after)
	if !left && !right {
		return Amount{}, false
	}
	a := Amount{Digits: strings.ReplaceAll(s[from:end], ":", ","), Shared: sign}
	at, to := from, end
	if left {
		at = len(before) - len(lastField(before))
	}
	if right {
		to = len(s) - len(after) + len(firstField(after))
		if coins, n := coinsAfter(s[to:]); n > 0 && !strings.ContainsAny(a.Digits, ".,") {
			a.Digits, to = a.Digits+","+coins, to+n
		}
	}
	a.Text = strings.TrimSpace(strings.TrimRight(s[at:to], " .,;)"))
	if negative {
		return Amount{}, false
	}
	if cur == "" {
		return a, true
	}
	m, ok := Minor(a.Digits, cur)
	a.Money = m
	return a, ok
}

// Less says that a sum is less than another of the same currency.
func (a Amount) Less(b Amount) bool {
	if a.Shared != b.Shared || a.Money.Currency != b.Money.Currency {
		return false
	}
	if a.Shared == "" {
		return a.Money.Minor < b.Money.Minor
	}
	m, ok := Minor(a.Digits, "USD") // all that share a sign have two decimals
	n, alike := Minor(b.Digits, "USD")
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

// IsAmount says that v is a sum with its currency and nothing else.
func IsAmount(v string) bool {
	v = strings.TrimRight(v, ".) ")
	a, ok := Read(v)
	return ok && a.Text == v && strings.ContainsFunc(v, func(r rune) bool { return !letters.IsDigit(r) && !unicode.IsLetter(r) }) // CAD0001 is a number
}

// Joins says that a word may stand between two sums, or a sum and its smaller coins.
func Joins(word string) bool { return joins[word] }
