package klarna

import (
	"strings"

	"github.com/disputewatch/disputewatch/rules"
)

// sum is a claim with the money it stands for.
type sum struct {
	claim
	money rules.Money
	text  string
}

// amount reads the disputed sum at its label, else in a sentence that names
// it. What the whole order cost counts only where the order itself is in
// question: in a stop request and an investigation.
func (r *reader) amount() {
	list := r.sumsAt("amount")
	if len(list) == 0 {
		list = r.sumsInSentences()
	}
	if len(list) == 0 && r.n.Kind == rules.KindResolved {
		list = r.sumsTaken()
	}
	if len(list) == 0 {
		list = r.sumsClaimed()
	}
	if len(list) == 0 && asking[r.n.Kind] {
		list = r.sumAlone()
	}
	if len(list) == 0 {
		list = r.sumInForm()
	}
	if len(list) == 0 && (r.n.Kind == rules.KindStopRequest || r.n.Kind == rules.KindInvestigation) {
		list = r.sumsAt("order_amount")
	}
	if len(list) == 0 {
		return
	}
	claims := make([]claim, len(list))
	for i, s := range list {
		claims[i] = s.claim
	}
	best := r.choose("amount", claims)
	for _, s := range list {
		if s.value == best {
			r.n.Amount, r.n.AmountText = s.money, s.text
			return
		}
	}
}

// sumsAt lists the sums at the labels of a field.
func (r *reader) sumsAt(field string) []sum {
	var list []sum
	for _, f := range r.labels {
		if f.field != field {
			continue
		}
		a, ok := readAmount(f.value)
		if !ok {
			a, ok = r.apart(f)
		}
		if !ok {
			if f.rank == labelled && digitsIn(f.value) {
				r.warn("the amount could not be read")
				r.explain("amount", clip(f.value), f.from, true)
			}
			continue
		}
		if s, ok := r.sum(a, f.text, f.from); ok {
			s.rank = f.rank*2 + precise(f)
			list = append(list, s)
		}
	}
	return list
}

// sum finds the currency of an amount that shares its sign with others.
func (r *reader) sum(a amount, t *text, from string) (sum, bool) {
	ok := true
	if a.shared != "" {
		a, ok = r.shared(a, t)
	}
	if !ok {
		r.warn("the currency of the amount is not clear; it was not taken")
		r.explain("amount", clip(a.text), from, true)
		return sum{}, false
	}
	return sum{claim{value: a.money.String(), from: from, text: t}, a.money, a.text}, true
}

// precise is 1 for a label that says "disputed", 0 for a mere "amount".
func precise(f found) int {
	if strings.Contains(strings.TrimPrefix(f.from, "label "), " ") && !strings.HasPrefix(fold(f.from), "label amount,") {
		return 1
	}
	return 0
}

// apart reads a bare number whose currency stands apart from it: in the
// label's own parentheses, "Amount (EUR)", else at a label of its own.
func (r *reader) apart(f found) (amount, bool) {
	v := strings.TrimRight(strings.TrimSpace(f.value), ".")
	if v == "" || !isDigit(first(v)) || numberEnd(v, 0) != len(v) {
		return amount{}, false
	}
	cur := currencyIn(f.remark)
	if cur == "" {
		cur = r.currencyLabel()
	}
	if cur == "" {
		return amount{}, false
	}
	m, ok := minor(v, cur)
	return amount{money: m, text: v, digits: v}, ok
}

// currencyIn is the one currency that a piece of text names, or "".
func currencyIn(s string) string {
	cur := ""
	for field := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(" ()[]:/,\t", r) }) {
		c, _ := currencyOf(field)
		switch {
		case c == "" || c == cur:
		case cur != "":
			return ""
		default:
			cur = c
		}
	}
	return cur
}

// currencyLabel is the currency that all labels of one agree on, or "".
func (r *reader) currencyLabel() string {
	cur := ""
	for _, f := range r.labels {
		if f.field != "currency" {
			continue
		}
		c := currencyIn(f.value)
		if c == "" || cur != "" && c != cur {
			return ""
		}
		cur = c
	}
	return cur
}

// sumsInSentences reads "the disputed amount of 59.90 EUR": a phrase with the
// sum right behind it, over words such as "of". A mere "amount" counts only if
// the mail names no other sum, such as a fee.
func (r *reader) sumsInSentences() []sum {
	var list []sum
	for _, t := range r.texts {
		for _, h := range t.within(ofLabel, t.told()) {
			if h.key != labelAmount || !t.isNews(h.from) {
				continue
			}
			rest := t.s[t.words[h.to-1].end:t.sentence(h.from).end]
			rest = rest[:min(len(rest), 60)]
			a, ok := readAmount(strings.ToValidUTF8(rest, ""))
			if !ok || len(strings.Fields(rest[:strings.Index(rest, a.text)])) > 2 || h.to-h.from < 2 && !r.only(a.digits) {
				continue
			}
			if s, ok := r.sum(a, t, t.inSentence(h.from)); ok {
				s.rank = inSentence
				list = append(list, s)
			}
		}
	}
	return list
}

// sumsTaken reads "59.90 EUR will be deducted from your payout", if that is the
// only sum of the mail.
func (r *reader) sumsTaken() []sum {
	var list []sum
	for _, t := range r.texts {
		for _, h := range t.hits {
			if h.key != aboutTake || len(list) > 4 {
				continue
			}
			s := t.sentence(h.from)
			for i := s.from; i < s.to; i++ {
				if !t.words[i].digits() {
					continue
				}
				at := max(t.words[i].at-4, 0) // room for a sign that is no word
				if i > 0 {
					at = max(at, t.words[i-1].end)
				}
				if i > s.from && !t.words[i-1].digits() {
					at = t.words[i-1].at
				}
				a, ok := readAmount(strings.ToValidUTF8(t.s[at:min(t.words[i].end+24, len(t.s))], ""))
				if !ok || !r.only(a.digits) {
					continue
				}
				if x, ok := r.sum(a, t, t.inSentence(i)); ok {
					x.rank = inSentence
					list = append(list, x)
				}
				break
			}
		}
	}
	return list
}

// sumAlone takes the one sum of a mail that asks for an answer, if its sentence
// tells of the dispute or what is wrong, and of no fee and no other sum.
func (r *reader) sumAlone() []sum {
	for _, t := range r.texts {
		for i := 0; i < t.news; i++ {
			if !t.words[i].digits() || i > 0 && t.words[i-1].digits() && t.words[i].at-t.words[i-1].end == 1 {
				continue
			}
			a, ok := t.sumAt(i)
			if !ok {
				continue
			}
			if !r.only(a.digits) || !t.ofDispute(i) {
				return nil
			}
			s, ok := r.sum(a, t, "the only sum, "+t.place(t.lineOf(i)))
			if !ok {
				return nil
			}
			s.rank = inSentence
			return []sum{s}
		}
	}
	return nil
}

// ofDispute says that the sentence around word i tells of a dispute, and what it
// says of money concerns nothing else.
func (t *text) ofDispute(i int) bool {
	s := t.sentence(i)
	if s.from > 0 && s.from == i {
		s.from = t.sentence(i - 1).from // "(faulty; 20 EUR)"
	}
	for _, key := range []key{labelIgnore, labelOrderAmount, aboutFee, wordTheirs, aboutTake} {
		if h, ok := t.has(key, s.from, s.to); ok && !(key == labelIgnore && t.ofReason(h)) && (key != labelIgnore || h.to > i-claimWords && h.from < i+claimWords) {
			return false
		}
	}
	for j := t.after(s.from); j < len(t.hits) && t.hits[j].from < s.to; j++ {
		if h := t.hits[j]; ofReason.has(h.key) || h.key == wordDispute && !t.harmless(h) {
			return true
		}
	}
	return false
}

// only says that no sum but the one of these digits is written anywhere.
func (r *reader) only(digits string) bool {
	for _, t := range r.texts {
		for i := 0; i < len(t.words); i++ {
			w := t.words[i]
			if !w.digits() {
				continue
			}
			from := max(w.at-4, 0) // room for a sign that is no word
			if i > 0 {
				from = t.words[i-1].at
				if t.words[i-1].digits() {
					from = t.words[i-1].end
				}
			}
			a, ok := readAmount(strings.ToValidUTF8(t.s[from:min(w.end+24, len(t.s))], ""))
			if ok && a.digits != digits {
				return false
			}
			for ok && i+1 < len(t.words) && t.words[i+1].at < w.at+len(a.digits) {
				i++
			}
		}
	}
	return true
}

// shared finds the currency of "kr" and "$" in the rest of the mail: exactly
// one code of a currency that is written so.
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
	if cur == "" {
		return a, false
	}
	m, ok := minor(a.digits, cur)
	a.money = m
	return a, ok
}

// american says that a KRN names Klarna's American region.
func (r *reader) american() bool {
	for _, t := range r.texts {
		if i := indexKRN(t.s, 0); i >= 0 && strings.Contains(fold(token(t.s[i:])), ":us") {
			return true
		}
	}
	return false
}
