package klarna

import "strings"

// shared finds the currency of "kr" and "$" in the rest of the mail: exactly one
// code of a currency that is written so, else what the mail's own language or
// region means by it.
func (r *reader) shared(a amount, t *text) (amount, bool) {
	members := map[string]string{"SEK": "kr", "NOK": "kr", "DKK": "kr", "ISK": "kr", "USD": "$", "AUD": "$", "CAD": "$", "NZD": "$"}
	cur := ""
	for _, t := range r.texts {
		for _, w := range t.words {
			if len(w.norm) != 3 {
				continue
			}
			c := strings.ToUpper(w.norm)
			if members[c] != a.shared || t.s[w.at:w.end] != c {
				continue
			}
			if cur != "" && cur != c {
				return a, false
			}
			cur = c
		}
	}
	if cur == "" && a.shared == "$" && r.american() {
		cur = "USD"
	}
	if cur == "" && a.shared == "kr" && crowns[r.n.Language] != "" {
		cur = crowns[r.n.Language]
		r.warn("the mail says kr, which was read as the " + cur + " of its language")
	}
	if cur == "" {
		return a, false
	}
	m, ok := minor(a.digits, cur)
	a.money = m
	return a, ok
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
