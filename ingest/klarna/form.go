package klarna

import (
	"github.com/disputewatch/disputewatch/ingest/klarna/ids"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// inForm says that a text holds a form: the labels of two fields with values.
func (r *reader) inForm(t *text) bool {
	seen := map[string]bool{}
	for _, f := range r.labels {
		if f.text == t && f.Value != "" && f.Field != "ignore" && f.Rank > labels.InSentence {
			seen[f.Field] = true
		}
	}
	return len(seen) > 1
}

// otherSum says that a label speaks of what is no disputed sum.
func (t *text) otherSum(s words.Span) bool {
	for i := t.After(s.From); i < len(t.Hits) && t.Hits[i].From < s.To; i++ {
		if h := t.Hits[i]; key.OfReason.Has(h.Key) && h.To-h.From > 1 {
			return false // "The goods arrived broken" is no label
		}
	}
	_, dispute := t.Has(key.WordDispute, s.From, s.To)
	for _, k := range []key.Key{key.AboutFee, key.LabelIgnore, key.AboutTake, key.AboutBack} {
		if _, ok := t.Has(k, s.From, s.To); ok {
			return true
		}
	}
	for _, k := range []key.Key{key.LabelOrderAmount, key.WordOrder, key.AboutGoods} {
		if _, ok := t.Has(k, s.From, s.To); ok && !dispute {
			return true
		}
	}
	return false
}

// merchants takes an id of Klarna's form for merchants that stands in a form at
// a label which names the merchant in any words.
func (r *reader) merchants(t *text, claims map[string][]claim) {
	if len(claims["merchant_id"]) > 0 {
		return
	}
	for i, w := range t.Words {
		if w.Norm != "k" && w.Norm != "n" {
			continue
		}
		tok := ids.Token(t.S[w.At:])
		if !ids.IsKlarnaMerchant(tok) {
			continue
		}
		label, ok := labels.Unforeseen(t.page(), w.At, w.At+len(tok))
		if !ok {
			continue
		}
		if _, ok := t.Has(key.WordMerchant, label.From, label.To); ok {
			claims["merchant_id"] = append(claims["merchant_id"], claim{value: tok, from: "its form, " + t.Place(t.LineOf(i)), text: t, rank: labels.InSentence})
			return
		}
	}
}
