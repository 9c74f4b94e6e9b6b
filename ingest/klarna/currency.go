package klarna

import "strings"

// sharing are the currencies that are written with a sign of several.
var sharing = map[string]string{"SEK": "kr", "NOK": "kr", "DKK": "kr", "ISK": "kr", "USD": "$", "AUD": "$", "CAD": "$", "NZD": "$"}

// shared finds the currency of "kr" and "$" in the rest of the mail: exactly one
// code of a currency that is written so, else what the mail's own language or
// region means by it.
func (r *reader) shared(a amount) (amount, bool) {
	cur, ok := r.meant[a.shared]
	if !ok { // a mail may hold thousands of sums
		cur = r.meaning(a.shared)
		r.meant[a.shared] = cur
	}
	if cur == "" {
		return a, false
	}
	m, ok := minor(a.digits, cur)
	a.money = m
	return a, ok
}

// meaning is the currency that the mail means by a sign, "" where that is not clear.
func (r *reader) meaning(sign string) string {
	cur := ""
	for _, t := range r.texts {
		for _, w := range t.words {
			if len(w.norm) != 3 {
				continue
			}
			c := strings.ToUpper(w.norm)
			if sharing[c] != sign || t.s[w.at:w.end] != c {
				continue
			}
			if cur != "" && cur != c {
				return ""
			}
			cur = c
		}
	}
	if cur == "" && sign == "$" && r.american() {
		cur = "USD"
	}
	if cur == "" && sign == "kr" && crowns[r.n.Language] != "" {
		cur = crowns[r.n.Language]
		r.warn("the mail says kr, which was read as the " + cur + " of its language")
	}
	return cur
}

// crowns are the currencies that a mail in a language means by "kr": who writes in
// Swedish of another country's writes NOK or DKK.
var crowns = map[string]string{"sv": "SEK", "no": "NOK", "da": "DKK"}

// american says that a KRN names Klarna's American region.
func (r *reader) american() bool {
	for _, t := range r.texts {
		if i := indexKRN(t.s, 0); i >= 0 && strings.Contains(fold(token(t.s[i:])), ":us") {
			return true
		}
	}
	return false
}
