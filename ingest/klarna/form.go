package klarna

import "strings"

// What stands in a form beside the labels that are known has a label too, in
// words that nobody foresaw: "How much", "It is about". Where the value's own
// shape leaves no doubt, the form is enough.

// maxFormLabel is how many words such a label has.
const maxFormLabel = 6

// formLabel is the label of a value that fills its cell, or all of it behind a
// colon: before the colon, in the cell before, or above.
func (t *text) formLabel(at, end int) (span, bool) {
	i := t.lineOf(t.wordAt(at))
	l := t.lines[i]
	c := 0
	for c+1 < len(l.cells) && l.cells[c].end < at {
		c++
	}
	cell := l.cells[c]
	if cell.at > at || end > cell.end || strings.Trim(t.s[end:cell.end], " .)*-–") != "" {
		return span{}, false
	}
	head := strings.TrimRight(t.s[cell.at:at], " *(")
	var label span
	switch {
	case head != "" && (strings.HasSuffix(head, ":") || strings.HasSuffix(head, "..")):
		label = span{at: cell.at, end: cell.at + len(head), from: cell.from, to: t.wordAt(at)}
	case head != "":
		return span{}, false
	case i > 0 && c < len(t.lines[i-1].cells) && len(t.lines[i-1].cells) == len(l.cells) && (len(l.cells) == 1 || t.header(i-1)):
		label = t.lines[i-1].cells[c]
	case c > 0:
		label = l.cells[c-1]
	}
	if label.from >= label.to || label.to-label.from > maxFormLabel || t.words[label.to-1].digits() || strings.ContainsAny(t.s[label.end-1:label.end], ".!") && !strings.HasSuffix(head, "..") {
		return span{}, false
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
func (t *text) otherSum(s span) bool {
	for i := t.after(s.from); i < len(t.hits) && t.hits[i].from < s.to; i++ {
		if h := t.hits[i]; ofReason.has(h.key) && h.to-h.from > 1 {
			return false // "The goods arrived broken" is no label
		}
	}
	_, dispute := t.has(wordDispute, s.from, s.to)
	for _, key := range []key{aboutFee, labelIgnore, aboutTake, aboutBack} {
		if _, ok := t.has(key, s.from, s.to); ok {
			return true
		}
	}
	for _, key := range []key{labelOrderAmount, wordOrder, aboutGoods} {
		if _, ok := t.has(key, s.from, s.to); ok && !dispute {
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
	for i, w := range t.words {
		if w.norm != "k" && w.norm != "n" {
			continue
		}
		tok := token(t.s[w.at:])
		if !isKlarnaMerchant(tok) {
			continue
		}
		label, ok := t.formLabel(w.at, w.at+len(tok))
		if !ok {
			continue
		}
		if _, ok := t.has(wordMerchant, label.from, label.to); ok {
			claims["merchant_id"] = append(claims["merchant_id"], claim{value: tok, from: "its form, " + t.place(t.lineOf(i)), text: t, rank: inSentence})
			return
		}
	}
}
