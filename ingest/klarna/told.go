package klarna

import (
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/ids"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// A reference may be named in the midst of a sentence: "concerning merchant
// reference 1 \"B2C/88213\"", "the order you call NB-777 (merchant reference 1)".

// named are the fields whose full labels name a value wherever they stand.
var named = key.Of(key.LabelMerchantReference1, key.LabelMerchantReference2, key.LabelKlarnaReference, key.LabelOrderID, key.LabelCaptureID)

// told reads what labels in sentences name, and what stands before a label in
// parentheses: "266091 (Dispute ID)".
func (r *reader) told(t *text, claims map[string][]claim) {
	all, next := words.Span{From: 0, To: len(t.Words)}, 0
	for i := range t.Hits {
		h := t.Hits[i]
		if h.From < next || !key.OfLabel.Has(h.Key) || !t.stands(h) {
			continue
		}
		h = labels.Longer(t.page(), t.longest(i), all)
		next = h.To
		field := h.Key.Name()
		if v, ok := t.before(h); ok && field != "ignore" && len(claims[field]) == 0 {
			from := t.InSentence(h.From)
			f := found{Found: labels.ValueAt(t.page(), field, from, v), text: t}
			if name, value, ok := r.idAt(f); ok && field != "order_id" {
				claims[name] = append(claims[name], claim{value: value, from: from, text: t, rank: labels.Beside})
			}
			continue
		}
		if !named.Has(h.Key) {
			continue
		}
		tok, at := t.named(h)
		if !t.exact(h) && !t.directly(h, tok, at) {
			continue
		}
		if tok == "" || t.ignored(at) || !shaped(field, tok) {
			continue
		}
		claims[field] = append(claims[field], claim{value: tok, from: t.InSentence(h.From), text: t, rank: labels.InSentence})
	}
}

// stands says that a label may name a value where it stands: it begins in
// parentheses, or is one of those that need no colon.
func (t *text) stands(h phrase.Hit) bool {
	at := t.Words[h.From].At
	return named.Has(h.Key) || at > 0 && t.S[at-1] == '('
}

// longest is the longest label of those that begin at the word of hit i.
func (t *text) longest(i int) phrase.Hit {
	best := t.Hits[i]
	for j := i + 1; j < len(t.Hits) && t.Hits[j].From == best.From; j++ {
		if h := t.Hits[j]; key.OfLabel.Has(h.Key) && page.Better(h, best) {
			best = h
		}
	}
	return best
}

// exact says that a label names its field so fully that no colon is needed: the
// number of a merchant's reference, or Klarna's own name.
func (t *text) exact(h phrase.Hit) bool {
	last := t.Words[h.To-1].Norm
	return h.To-h.From > 1 && (last == "1" || last == "2" || !key.OfMerchant.Has(h.Key))
}

// directly says that a merchant's own number stands right behind a label that is
// more than one plain word: "under the Händlerreferenz H-2027/118".
func (t *text) directly(h phrase.Hit, tok string, at int) bool {
	if h.Key != key.LabelMerchantReference1 && h.Key != key.LabelMerchantReference2 || tok == "" || t.Words[h.To-1].End+1 != at {
		return false
	}
	return ids.LooksLikeOrder(tok, t.S[at:])
}

// maxRemark is how long such a remark before a label is, in bytes.
const maxRemark = 60

// maxTold is how many words may stand between a label and its "is": "your
// reference 1 for the purchase is …".
const maxTold = 5

// named is the token that follows a label, after a word for "is", within quotation
// marks or plain. The id of an order may be told from the words before it.
func (t *text) named(h phrase.Hit) (tok string, at int) {
	w := h.To
	for k := w; h.Key == key.LabelOrderID && k < min(w+maxTold, len(t.Words)) && t.Words[k].Gap == words.GapNone; k++ {
		if tok := ids.Token(t.S[t.Words[k].At:]); ids.IsUUID(tok) {
			return tok, t.Words[k].At
		}
	}
	for k := w; k < min(w+maxTold, len(t.Words)) && t.Words[k].Gap == words.GapNone && !t.Words[k].Digits(); k++ {
		if h, ok := t.Begins(key.WordIs, k, len(t.Words)); ok {
			w = t.aside(h.To)
			break
		}
		if k > w && strings.Contains(t.S[t.Words[k-1].End:t.Words[k].At], ": ") {
			w = k
			break
		}
	}
	if w >= len(t.Words) || t.Words[w].Gap > words.GapNone {
		return "", 0
	}
	at = t.Words[w].At
	gap := t.S[t.Words[w-1].End:at]
	if opened := t.Words[h.From].At - 1; opened >= 0 && t.S[opened] == '(' {
		gap = strings.TrimPrefix(gap, ")") // "Your reference (Merchant Reference 1) 7001"
	}
	if strings.ContainsAny(gap, ".,;)") {
		return "", 0
	}
	if i := strings.IndexAny(gap, "\"„“«»‘'"); i >= 0 {
		rest := t.S[at:min(at+ids.MaxReference, len(t.S))]
		end := strings.IndexAny(rest, "\"“”»«’'\n")
		if end <= 0 {
			return "", 0
		}
		return strings.TrimSpace(rest[:end]), at
	}
	tok = ids.Token(t.S[at:])
	if !letters.HasDigit(tok) && !capitals(tok) || len(tok) < 2 {
		return "", 0
	}
	return tok, at
}

// aside is the word after an adverb at word w: "is, by the way, LMP-0093".
func (t *text) aside(w int) int {
	if w+1 < len(t.Words) && t.Words[w+1].Gap == words.GapNone && t.S[t.Words[w].At:t.Words[w].End] == t.Words[w].Norm && !letters.HasDigit(ids.Token(t.S[t.Words[w].At:])) {
		rest := t.S[t.Words[w+1].At:]
		if tok := ids.Token(rest); ids.IsKlarnaReference(tok) || ids.LooksLikeOrder(tok, rest) {
			return w + 1 // but "is dated 2026-11-02", "is on page 17"
		}
	}
	return w
}

// capitals says that a token has the looks of a code: "WEB".
func capitals(tok string) bool {
	return strings.Trim(tok, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_/") == ""
}

// shaped says that a token may be a value of the field.
func shaped(field, tok string) bool {
	switch field {
	case "order_id":
		return ids.IsUUID(tok)
	case "capture_id":
		k, ok := ids.ParseKRN(tok)
		return ids.IsUUID(tok) || ok && k.Capture
	case "klarna_reference":
		return ids.IsKlarnaReference(tok)
	}
	return !strings.Contains(tok, "://") && len(tok) <= ids.MaxReference
}

// before is what stands before a pair of parentheses that a label fills or ends, if
// that is one token at the head of its line or in a sentence: "order 7718 (you know it
// as merchant reference 1)".
func (t *text) before(h phrase.Hit) (words.Span, bool) {
	first, last := t.Words[h.From], t.Words[h.To-1]
	if last.End >= len(t.S) || t.S[last.End] != ')' || h.From == 0 || h.Key == key.LabelDeadline {
		return words.Span{}, false
	}
	open := strings.LastIndexAny(t.S[max(0, first.At-maxRemark):first.At], "()\n") + max(0, first.At-maxRemark)
	if open < 0 || t.S[open] != '(' {
		return words.Span{}, false
	}
	head := strings.TrimRight(t.S[:open], " ")
	at := strings.LastIndexAny(head, " \t\n(\"«„“") + 1
	if tok := head[at:]; !letters.HasDigit(tok) || len(tok) < 2 || open+1 < first.At && !ids.LooksLikeOrder(tok, tok) {
		return words.Span{}, false // "EUR 129.00 (see your merchant reference 1)"
	}
	return words.Span{At: at, End: len(head)}, true
}
