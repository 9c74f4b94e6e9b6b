package klarna

import (
	"iter"
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
	"github.com/disputewatch/disputewatch/rules"
)

// Of several sums only one is disputed. Where no words say which, those that are
// known to be another (what the whole order cost, a fee) leave one.

// placed is a sum whose number begins at word i of t.
type placed struct {
	t *text
	i int
	money.Amount
}

// sums lists the sums of a text.
func (t *text) sums() iter.Seq2[int, money.Amount] {
	return func(yield func(int, money.Amount) bool) {
		for i := 0; i < len(t.Words); i++ {
			if !t.Words[i].Digits() || i > 0 && t.Words[i-1].Digits() && t.Words[i].At-t.Words[i-1].End == 1 {
				continue
			}
			a, ok := t.sumAt(i)
			if !ok || t.goesOn(t.Words[i].At+len(a.Digits)) {
				continue
			}
			if !yield(i, a) {
				return
			}
			for end := t.Words[i].At + len(a.Digits); i+1 < len(t.Words) && t.Words[i+1].At < end; {
				i++
			}
		}
	}
}

// goesOn says that a number which ends at byte at is a piece of something longer:
// "KC7YN4H" is no sum in Czech crowns, and "Fr 8–18" none in francs.
func (t *text) goesOn(at int) bool {
	if t.Words[t.WordAt(at)-1].End > at {
		return false
	}
	rest := t.S[at:]
	if dash := strings.TrimLeft(rest, "-–"); dash != rest && dash != "" && letters.IsDigit(letters.First(dash)) {
		return true
	}
	return rest != "" && letters.Alnum(rest[0]) && !money.BeginsCurrency(rest)
}

// left lists the sums of the mail that are not known to be another than the
// disputed one, here or at a second place: "59 of their 120 EUR order".
func (r *reader) left() []placed {
	if r.sums == nil {
		r.sums = []placed{} // looked for
		others := map[string]bool{}
		for _, t := range r.texts {
			for i, a := range t.sums() {
				if r.another(t, i, a) {
					others[a.Digits] = true
				} else {
					r.sums = append(r.sums, placed{t, i, a})
				}
			}
		}
		r.sums = slices.DeleteFunc(r.sums, func(p placed) bool { return others[p.Digits] })
	}
	return r.sums
}

// only says that no sum but the one of these digits may be the disputed one.
func (r *reader) only(digits string) bool {
	for _, p := range r.left() {
		if p.Digits != digits {
			return false
		}
	}
	return true
}

// another says that the sum at word i is known to be no disputed one: by its
// label, or by the words around it.
func (r *reader) another(t *text, i int, a money.Amount) bool {
	for _, f := range r.labels {
		if f.text != t || f.Words.From > i || i >= f.Words.To || t.Words[i].At-t.Words[f.Words.From].At > signRoom {
			continue // "Article faulty, 39.99 EUR" is no price
		}
		switch f.Field {
		case "amount":
			return false
		case "order_amount", "ignore":
			return true
		}
	}
	if label, ok := t.labelOf(i, a); ok && t.otherSum(label) || t.inAll(i, a) {
		return true
	}
	s := t.Sentence(i)
	for k := t.After(i + 1); k < len(t.Hits) && t.Hits[k].From < min(s.To, i+claimWords); k++ {
		switch t.Hits[k].Key {
		case key.LabelAmount, key.WordDispute, key.AboutClaimed:
			return false
		case key.LabelOrderAmount, key.AboutFee:
			if !t.nearer(t.Hits[k], i, a) {
				return true
			}
		}
	}
	other, end := false, -1
	for k := t.After(max(s.From, i-claimWords-4)); k < len(t.Hits) && t.Hits[k].From < i; k++ {
		h := t.Hits[k]
		if h.To > i || i-h.To > claimWords || h.To < end {
			continue
		}
		switch h.Key {
		case key.LabelAmount, key.WordDispute, key.AboutClaimed, key.AboutTake:
			if other && (h.Key == key.AboutClaimed && h.From == end || h.Key == key.WordDispute && h.From-end < 3) {
				continue // "a fee on 20 EUR", "the fee for the dispute is 20 EUR"
			}
			other, end = false, h.To
		case key.LabelOrderAmount, key.AboutFee:
			other, end = true, h.To
		}
	}
	return other
}

// inAll says that the sum at word i is what a smaller one right before it is a part
// of: "£84.99 of £131.49".
func (t *text) inAll(i int, a money.Amount) bool {
	if i < 2 {
		return false
	}
	of, ok := t.Begins(key.WordArticle, i-1, i)
	ok = ok && !money.Joins(t.Words[i-1].Norm) // not "£10 and £20"
	for k := i - 2; ok && k >= max(0, i-4) && t.Words[k].Digits(); k-- {
		if part, sum := t.sumAt(k); sum && t.Words[k].At+len(part.Digits) <= t.Words[of.From].At {
			return part.Less(a)
		}
	}
	return false
}

// nearer says that the words of a hit behind the sum at word i are about the sum that
// stands between them, or right behind: "695 kr of 2,085 in all", "695 kr of a total
// of 2,085".
func (t *text) nearer(h phrase.Hit, i int, a money.Amount) bool {
	for k := t.WordAt(t.Words[i].At + len(a.Digits)); k < min(h.To+3, len(t.Words)); k++ {
		if t.Words[k].Digits() && (k < h.From || k >= h.To) {
			_, ok := t.sumAt(k)
			return ok
		}
	}
	return false
}

// labelOf is the label in a form of the sum at word i.
func (t *text) labelOf(i int, a money.Amount) (words.Span, bool) {
	at := strings.LastIndex(t.S[:min(t.Words[i].At+len(a.Text), len(t.S))], a.Text)
	if at < 0 {
		return words.Span{}, false
	}
	return labels.Unforeseen(t.page(), at, at+len(a.Text))
}

// signRoom is how many bytes of a currency stand before a number.
const signRoom = 4

// sumLeft takes the one sum that is left, if it stands in a sentence of the
// dispute, in a form at a label that says nothing of other things, or else in a
// mail that asks for an answer to one dispute.
func (r *reader) sumLeft() []sum {
	list := r.left()
	if len(list) == 0 || !r.only(list[0].Digits) {
		return nil
	}
	asks := asking[r.n.Kind]
	for _, p := range list {
		label, labelled := p.t.labelOf(p.i, p.Amount)
		from := ""
		switch {
		case p.i >= p.t.News:
			continue
		case asks && p.t.ofDispute(p.i):
			from = "the only sum"
		case labelled && !p.t.otherSum(label) && r.inForm(p.t):
			from = "the only sum, at " + p.t.Str(label)
		case asks && r.n.DisputeID != "" && (p.t.ofNoOther(p.i) || r.ofPart(p)), r.n.Kind == rules.KindResolved && (p.t.ofEnd(p.i) || p.t.ofDispute(p.i) && p.t.ofNoOther(p.i)):
			from = "the only sum that is no other's"
		default:
			continue
		}
		if s, ok := r.sum(p.Amount, p.t, from+", "+p.t.Place(p.t.LineOf(p.i))); ok {
			s.rank = labels.InSentence
			return []sum{s}
		}
		return nil
	}
	return nil
}

// sumOfOrder takes the one sum that a mail about an order names.
func (r *reader) sumOfOrder() []sum {
	var list []sum
	for _, t := range r.texts {
		for i, a := range t.sums() {
			s := t.Sentence(i)
			if _, fee := t.Has(key.AboutFee, s.From, s.To); fee || len(list) > 0 && list[0].text != a.Text {
				return nil
			}
			if x, ok := r.sum(a, t, "the only sum, "+t.Place(t.LineOf(i))); ok {
				x.rank = labels.InSentence
				list = append(list, x)
			}
		}
	}
	return list
}

// complains says that the words before a value, in its cell, tell what is wrong:
// "The sum on the invoice is wrong, says your customer: 845 kr instead of 645 kr".
func (f found) complains() bool {
	at := f.Words.From
	for _, c := range f.text.Lines[f.text.LineOf(at)].Cells {
		if c.From <= at && at < c.To {
			_, wrong := f.text.Has(key.AboutWrong, max(c.From, at-page.MaxSentence), at)
			return wrong
		}
	}
	return false
}

// elsewhere are the keys of what other sums are.
var elsewhere = []key.Key{key.LabelIgnore, key.LabelOrderAmount, key.AboutFee, key.WordTheirs, key.AboutTake}

// ofNoOther says that the sentence around word i speaks of no other sum, no order and
// nothing that was bought or given back.
func (t *text) ofNoOther(i int) bool {
	s := t.Sentence(i)
	for _, k := range slices.Concat(elsewhere, []key.Key{key.WordOrder, key.AboutBought, key.AboutBack}) {
		if h, ok := t.Has(k, s.From, s.To); ok && (k != key.LabelIgnore || h.To-h.From > 1) {
			return false
		}
	}
	return true
}

// ofPart says that the mail names what the order cost beside this sum, which is
// less: "EUR 198.00 of the order is disputed".
func (r *reader) ofPart(p placed) bool {
	s := p.t.Sentence(p.i)
	if p.t.HasAny(s.From, s.To, key.AboutFee, key.WordTheirs, key.AboutTake, key.AboutBack) {
		return false
	}
	part, ok := r.money(p.Amount)
	whole := false
	for _, t := range r.texts {
		for _, a := range t.sums() {
			if a.Digits == p.Digits {
				continue
			}
			m, known := r.money(a)
			if !known || m.Currency != part.Currency || m.Minor <= part.Minor {
				return false
			}
			whole = true
		}
	}
	return ok && whole
}

// ofEnd says that the sentence around word i tells who has the money now.
func (t *text) ofEnd(i int) bool {
	s := t.Sentence(i)
	for _, k := range []key.Key{key.AboutTake, key.AboutStays, key.AboutBack, key.AboutFree} {
		if _, ok := t.Has(k, s.From, s.To); ok {
			return true
		}
	}
	return false
}

// ofDispute says that the sentence around word i tells of a dispute, and what it
// says of money concerns nothing else.
func (t *text) ofDispute(i int) bool {
	s := t.Sentence(i)
	if s.From > 0 && s.From == i {
		s.From = t.Sentence(i - 1).From // "(faulty; 20 EUR)"
	}
	for _, k := range elsewhere {
		if h, ok := t.Has(k, s.From, s.To); ok && !(k == key.LabelIgnore && t.OfReason(h)) && (k != key.LabelIgnore || h.To > i-claimWords && h.From < i+claimWords) {
			return false
		}
	}
	for j := t.After(s.From); j < len(t.Hits) && t.Hits[j].From < s.To; j++ {
		if h := t.Hits[j]; key.OfReason.Has(h.Key) || h.Key == key.WordDispute && !t.Harmless(h) {
			return true
		}
	}
	return false
}
