package klarna

import (
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/ids"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// What stands in a form beside the labels that are known has a label too, in
// words that nobody foresaw: "How much", "It is about". Where the value's own
// shape leaves no doubt, the form is enough.

// maxFormLabel is how many words such a label has.
const maxFormLabel = 6

// formLabel is the label of a value that fills its cell, or all of it behind a
// colon: before the colon, in the cell before, or above.
func (t *text) formLabel(at, end int) (words.Span, bool) {
	i := t.LineOf(t.WordAt(at))
	l := t.Lines[i]
	c := 0
	for c+1 < len(l.Cells) && l.Cells[c].End < at {
		c++
	}
	cell := l.Cells[c]
	if cell.At > at || end > cell.End || strings.Trim(t.S[end:cell.End], " .)*-–") != "" {
		return words.Span{}, false
	}
	head := strings.TrimRight(t.S[cell.At:at], " *(")
	var label words.Span
	switch {
	case head != "" && (strings.HasSuffix(head, ":") || strings.HasSuffix(head, "..")):
		label = words.Span{At: cell.At, End: cell.At + len(head), From: cell.From, To: t.WordAt(at)}
	case head != "":
		return words.Span{}, false
	case i > 0 && c < len(t.Lines[i-1].Cells) && len(t.Lines[i-1].Cells) == len(l.Cells) && (len(l.Cells) == 1 || t.header(i-1)):
		label = t.Lines[i-1].Cells[c]
	case c > 0:
		label = l.Cells[c-1]
	}
	if label.From >= label.To || label.To-label.From > maxFormLabel || t.Words[label.To-1].Digits() || strings.ContainsAny(t.S[label.End-1:label.End], ".!") && !strings.HasSuffix(head, "..") {
		return words.Span{}, false
	}
	return label, true
}

// inForm says that a text holds a form: the labels of two fields with values.
func (r *reader) inForm(t *text) bool {
	seen := map[string]bool{}
	for _, f := range r.labels {
		if f.text == t && f.value != "" && f.field != "ignore" && f.rank > inSentence {
			seen[f.field] = true
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
		label, ok := t.formLabel(w.At, w.At+len(tok))
		if !ok {
			continue
		}
		if _, ok := t.Has(key.WordMerchant, label.From, label.To); ok {
			claims["merchant_id"] = append(claims["merchant_id"], claim{value: tok, from: "its form, " + t.Place(t.LineOf(i)), text: t, rank: inSentence})
			return
		}
	}
}
