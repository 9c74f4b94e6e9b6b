package labels

import (
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// A label that the vocabulary does not hold as a whole may still say what it
// is by the words in it: "Number of the case with us", "We expect your answer
// by". Its value counts for less than that of a known label, and only where
// its own shape fits the field.

// MaxWords is how many words such a label may have.
const MaxWords = 8

// guess makes a label of a cell, or of what stands before its colon.
func (t form) guess(c words.Span) (label, bool) {
	s := t.S[c.At:c.End]
	sep, rest := byte('$'), c.End
	if i := strings.IndexByte(s, ':'); i >= 0 && i+1 < len(s) && (s[i+1] == ' ' || s[i+1] == '*') {
		sep, rest = ':', c.At+i+1
	} else if i := strings.Index(s, ".. "); i > 0 {
		sep, rest = ':', c.At+i+3
	}
	to := c.From
	for to < c.To && t.Words[to].At < rest {
		if to > c.From && t.Words[to].Gap >= words.GapSentence && len(t.Words[to].Norm) > 1 {
			return label{}, false // but "Ref. 1" is one label
		}
		to++
	}
	if strings.TrimSpace(t.S[rest:c.End]) == "" {
		sep = '$'
	}
	if to == c.From || to-c.From > MaxWords || sep == '$' && strings.ContainsAny(s[len(s)-1:], ".!?") {
		return label{}, false
	}
	field := t.fieldOf(c.From, to, sep == ':')
	if field == "" {
		return label{}, false
	}
	h := phrase.Hit{From: c.From, To: to, Meaning: phrase.Meaning{Key: key.Named("label." + field)}}
	return label{Hit: h, rest: rest, sep: sep, guessed: true}, true
}

// fieldOf is the field that the words of a label speak of, "" if none or
// several. Only before a colon is a known label among them enough.
func (t form) fieldOf(from, to int, colon bool) string {
	if n := t.Words[to-1].Norm; to-from > 1 && (n == "1" || n == "2") {
		if _, ok := t.Has(key.WordReference, from, to-1); ok || t.compound(to-2) {
			return "merchant_reference_" + n
		}
	}
	for i := from; i < to; i++ {
		if t.Words[i].Digits() {
			return t.numberedRef(from, i, to)
		}
	}
	seen := map[string]bool{}
	for _, h := range t.Within(key.OfLabel, words.Span{From: from, To: to}) {
		seen[h.Key.Name()] = true
	}
	_, id := t.Has(key.WordID, from, to)
	_, dispute := t.Has(key.WordDispute, from, to)
	_, kase := t.Has(key.WordCase, from, to)
	_, by := t.Has(key.WordBy, from, to)
	_, respond := t.Has(key.WordRespond, from, to)
	_, due := t.Has(key.WordDue, from, to)
	_, theirs := t.Has(key.WordTheirs, from, to)
	_, lacks := t.Has(key.AboutLacks, from, to)
	_, material := t.Has(key.AboutMaterial, from, to)
	if seen["ignore"] && !dispute {
		kase = false // the number of a company on file
	}
	delete(seen, "ignore")
	if _, head := t.Begins(key.LabelDeadline, from, to); seen["deadline"] && (by || head) {
		colon = true // "To be sent by", "Deadline for your answer"
	}
	switch {
	case dispute && len(seen) == 1 && (seen["amount"] || seen["order_amount"]):
		return "amount"
	case seen["deadline"] && t.customersOwn(from, to):
		return ""
	case theirs || len(seen) > 1 || len(seen) == 1 && !colon:
		return ""
	case len(seen) == 1:
		for field := range seen {
			return field
		}
	case (id || to-from == 1) && (dispute || kase):
		return "dispute_id"
	case by && (respond || lacks || material), due:
		return "deadline"
	}
	return ""
}

// customersOwn says that a label of a day names the customer alone, and neither an
// answer nor a dispute nor money for him: "Term for the customer".
func (t form) customersOwn(from, to int) bool {
	_, ok := t.Has(key.WordCustomer, from, to)
	if h, one := t.Begins(key.LabelDeadline, from, from+1); one {
		from = h.To // "deadline" is a word for an answer too
	}
	return ok && !t.HasAny(from, to, key.WordRespond, key.WordDispute, key.WordCase, key.AboutBack, key.AboutMoney)
}

// compound says that word i holds a word for a reference, as in "Shopreferenz".
func (t form) compound(i int) bool {
	w := t.Words[i].Norm
	for _, ref := range []string{"referen", "viite"} {
		if at := strings.Index(w, ref); at > 0 && !strings.HasPrefix(w, "klarna") {
			return true
		}
	}
	return false
}

// numberedRef is the field of a label whose number stands within it: "Reference
// 1 of the shop".
func (t form) numberedRef(from, i, to int) string {
	n := t.Words[i].Norm
	if n != "1" && n != "2" || i == from {
		return ""
	}
	ref, ok := t.Has(key.WordReference, from, i)
	if !ok || ref.To != i {
		return ""
	}
	for k := i + 1; k < to; k++ {
		if t.Words[k].Digits() {
			return ""
		}
	}
	return "merchant_reference_" + n
}
