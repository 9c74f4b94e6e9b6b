package klarna

import (
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
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
	if len(list) == 0 {
		list = r.sumLeft()
	}
	if len(list) == 0 && (r.n.Kind == rules.KindStopRequest || r.n.Kind == rules.KindInvestigation) {
		if list = r.sumsAt("order_amount"); len(list) == 0 {
			list = r.sumOfOrder()
		}
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
		if f.Field != field {
			continue
		}
		a, ok := money.Read(f.Value)
		if f.complains() || ok && f.beyond(a.Text) {
			continue
		}
		if !ok {
			a, ok = r.apart(f)
		}
		if !ok {
			if f.Rank == labels.Labelled && letters.HasDigit(f.Value) {
				r.warn("the amount could not be read")
				r.explain("amount", clip(f.Value), f.From, true)
			}
			continue
		}
		if s, ok := r.sum(a, f.text, f.From); ok {
			s.rank = f.Rank*2 + precise(f)
			list = append(list, s)
		}
	}
	return list
}

// beyond says that what was read stands in a later sentence than the label: "Amounts
// are in kroner. Disputes below 50 kr are not taken."
func (f found) beyond(sum string) bool {
	i := strings.Index(f.text.S[f.Words.At:f.Words.End], sum)
	return i >= 0 && f.Words.From < f.Words.To && f.text.WordAt(f.Words.At+i) >= f.text.Sentence(f.Words.From).To
}

// sum finds the currency of an amount that shares its sign with others.
func (r *reader) sum(a money.Amount, t *text, from string) (sum, bool) {
	m, ok := r.money(a)
	if !ok {
		r.warn("the currency of the amount is not clear; it was not taken")
		r.explain("amount", clip(a.Text), from, true)
		return sum{}, false
	}
	return sum{claim{value: m.String(), from: from, text: t}, m, a.Text}, true
}

// precise is 1 for a label that says "disputed", 0 for a mere "amount".
func precise(f found) int {
	if strings.Contains(strings.TrimPrefix(f.From, "label "), " ") && !strings.HasPrefix(letters.Fold(f.From), "label amount,") {
		return 1
	}
	return 0
}

// apart reads a bare number whose currency stands apart from it: in the
// label's own parentheses, "Amount (EUR)", else at a label of its own.
func (r *reader) apart(f found) (money.Amount, bool) {
	v := strings.TrimRight(strings.TrimSpace(f.Value), ".")
	if v == "" || !letters.IsDigit(letters.First(v)) || money.NumberEnd(v, 0) != len(v) {
		return money.Amount{}, false
	}
	cur := money.Currency(f.Remark)
	if cur == "" {
		cur = r.currencyLabel()
	}
	if cur == "" {
		return money.Amount{}, false
	}
	m, ok := money.Minor(v, cur)
	return money.Amount{Money: m, Text: v, Digits: v}, ok
}

// currencyLabel is the currency that all labels of one agree on, or "".
func (r *reader) currencyLabel() string {
	cur := ""
	for _, f := range r.labels {
		if f.Field != "currency" {
			continue
		}
		c := money.Currency(f.Value)
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
		for _, h := range t.Within(key.OfLabel, t.Told()) {
			if h.Key != key.LabelAmount || !t.IsNews(h.From) {
				continue
			}
			rest := t.S[t.Words[h.To-1].End:t.Sentence(h.From).End]
			rest = rest[:min(len(rest), 60)]
			a, ok := money.Read(strings.ToValidUTF8(rest, ""))
			if !ok || len(strings.Fields(rest[:strings.Index(rest, a.Text)])) > 2 || h.To-h.From < 2 && !r.only(a.Digits) {
				continue
			}
			if s, ok := r.sum(a, t, t.InSentence(h.From)); ok {
				s.rank = labels.InSentence
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
		for _, h := range t.Hits {
			if h.Key != key.AboutTake || len(list) > 4 {
				continue
			}
			s := t.Sentence(h.From)
			for i := s.From; i < s.To; i++ {
				if !t.Words[i].Digits() {
					continue
				}
				at := max(t.Words[i].At-4, 0) // room for a sign that is no word
				if i > 0 {
					at = max(at, t.Words[i-1].End)
				}
				if i > s.From && !t.Words[i-1].Digits() {
					at = t.Words[i-1].At
				}
				a, ok := money.Read(strings.ToValidUTF8(t.S[at:min(t.Words[i].End+24, len(t.S))], ""))
				if !ok || !r.only(a.Digits) {
					continue
				}
				if x, ok := r.sum(a, t, t.InSentence(i)); ok {
					x.rank = labels.InSentence
					list = append(list, x)
				}
				break
			}
		}
	}
	return list
}
