package klarna

import (
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/ids"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
	"github.com/disputewatch/disputewatch/rules"
)

// money is what an amount stands for. "kr" and "$" mean what the rest of the mail
// says: exactly one code of a currency that is written so, else what its own
// language or region means by it.
func (r *reader) money(a money.Amount) (rules.Money, bool) {
	if a.Shared == "" {
		return a.Money, true
	}
	cur, ok := r.meant[a.Shared]
	if !ok { // a mail may hold thousands of sums
		cur = r.meaning(a.Shared)
		r.meant[a.Shared] = cur
	}
	if cur == "" {
		return rules.Money{}, false
	}
	return money.Minor(a.Digits, cur)
}

// meaning is the currency that the mail means by a sign, "" where that is not clear.
func (r *reader) meaning(sign string) string {
	cur := ""
	for _, t := range r.texts {
		for _, w := range t.Words {
			if len(w.Norm) != 3 {
				continue
			}
			c := strings.ToUpper(w.Norm)
			if money.Sign(c) != sign || t.S[w.At:w.End] != c {
				continue
			}
			if cur != "" && cur != c {
				return ""
			}
			cur = c
		}
	}
	switch {
	case cur != "":
	case sign == "$" && r.american():
		cur = "USD"
	case sign == "$" && r.n.Language == "en" && !r.says(otherDollars):
		cur = "USD"
		r.warn("the mail says $, which was read as USD, since it names no other country of dollars")
	case sign == "kr" && crowns[r.n.Language] != "":
		cur = crowns[r.n.Language]
		r.warn("the mail says kr, which was read as the " + cur + " of its language")
	}
	return cur
}

// otherDollars are words of a mail whose dollars may not be those of the United
// States: countries in which Klarna sells, and their time zones.
var otherDollars = map[string]bool{
	"australia": true, "australian": true, "au": true, "aest": true, "aedt": true, "acst": true, "acdt": true, "awst": true,
	"zealand": true, "nz": true, "nzst": true, "nzdt": true, "canada": true, "canadian": true, "ca": true,
}

// says is true where one of these words stands anywhere in the mail.
func (r *reader) says(list map[string]bool) bool {
	return slices.ContainsFunc(r.texts, func(t *text) bool {
		return slices.ContainsFunc(t.Words, func(w words.Word) bool { return list[w.Norm] })
	})
}

// crowns are the currencies that a mail in a language means by "kr": who writes in
// Swedish of another country's writes NOK or DKK.
var crowns = map[string]string{"sv": "SEK", "no": "NOK", "da": "DKK"}

// american says that a KRN names Klarna's American region.
func (r *reader) american() bool {
	for _, t := range r.texts {
		if i := ids.IndexKRN(t.S, 0); i >= 0 && strings.Contains(letters.Fold(ids.Token(t.S[i:])), ":us") {
			return true
		}
	}
	return false
}
