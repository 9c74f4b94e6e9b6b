package klarna

import (
	"strings"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// surelyKlarnas knows a reference such as K4MADNY without a label: a shop's own
// number may look like other forms of it.
func surelyKlarnas(tok string) bool {
	head, _, _ := strings.Cut(tok, "-")
	capital := 0
	for _, c := range head {
		if 'A' <= c && c <= 'Z' {
			capital++
		}
	}
	return isKlarnaReference(tok) && len(head) == 7 && head[0] == 'K' && capital > 2 && letters.HasDigit(head)
}

// plain finds Klarna's own references and the merchant's id where nothing names
// them: no other id has their form.
func (r *reader) plain(t *text, claims map[string][]claim) {
	for i, w := range t.Words {
		if w.End-w.At > 12 || t.S[w.At] < 'A' || t.S[w.At] > 'Z' || i+1 >= len(t.Words) || t.Words[i+1].At != w.End || len(claims["klarna_reference"])+len(claims["merchant_id"]) > 20 {
			continue
		}
		if w.At > 0 && (letters.InWord(t.S[w.At-1]) || strings.IndexByte("/=-:.@&?", t.S[w.At-1]) >= 0) || t.ignored(w.At) {
			continue
		}
		field := "klarna_reference"
		tok := token(t.S[w.At:])
		switch {
		case surelyKlarnas(tok):
		case isMerchantID(tok) && tok[0] == 'K' && len(tok) == 7 && t.ofMerchant(i):
			field = "merchant_id"
		default:
			continue
		}
		claims[field] = append(claims[field], claim{value: tok, from: "its form, " + t.Place(t.LineOf(i)), text: t, rank: inSentence})
	}
}

// ofMerchant says that a word for the merchant or its id stands right before
// word w.
func (t *text) ofMerchant(w int) bool {
	from := max(t.Sentence(w).From, w-4)
	if _, ok := t.Has(key.LabelMerchantID, from, w); ok {
		return true
	}
	_, ok := t.Has(key.WordMerchant, from, w)
	_, order := t.Has(key.WordOrder, from, w)
	return ok && !order
}

// orders finds the numbers of orders in sentences, the shop's or Klarna's:
// "about order LK-2210".
func (r *reader) orders(t *text, claims map[string][]claim) {
	for _, h := range t.Hits {
		if h.Key != key.WordOrder || t.signed(h.From) && len(claims["dispute_id"]) > 0 || h.To >= len(t.Words) || t.Words[h.To].Gap > words.GapNone || len(claims["order_number"]) > 20 {
			continue
		}
		at := t.Words[h.To].At
		if t.S[t.Words[h.To-1].End] != ' ' {
			continue // "purchase:5169719611111" is the end of something longer
		}
		if n, ok := t.Begins(key.WordID, h.To, len(t.Words)); ok && n.To < len(t.Words) && t.Words[n.To].Gap == words.GapNone {
			at = t.Words[n.To].At
		}
		tok := token(t.S[at:])
		if surelyKlarnas(tok) && !t.ignored(at) {
			claims["klarna_reference"] = append(claims["klarna_reference"], claim{value: tok, from: t.InSentence(h.From), text: t, rank: inSentence})
		}
		if orderLike(tok, t.S[at:]) && !t.ignored(at) {
			claims["order_number"] = append(claims["order_number"], claim{value: tok, from: t.InSentence(h.From), text: t, rank: inSentence})
		}
	}
}

// orderLike says that a token has the looks of a shop's order number, and of
// nothing else: no date, no sum, no year, none of Klarna's own ids.
func orderLike(tok, rest string) bool {
	if len(tok) < 4 || !letters.HasDigit(tok) || utf8.RuneCountInString(tok) > maxReference || isUUID(tok) || isKlarnaReference(tok) {
		return false
	}
	if strings.Trim(tok, "0123456789./,:") == "" && !letters.AllDigits(tok) || len(tok) == 4 && tok[:2] == "20" && letters.AllDigits(tok) {
		return false
	}
	if len(tok) == 10 && tok[4] == '-' && tok[7] == '-' || strings.ContainsAny(tok, "@€$£%") || strings.HasPrefix(letters.Fold(tok), "krn:") {
		return false
	}
	rest, _, _ = strings.Cut(rest, "\n")
	_, sum := money.Read(strings.ToValidUTF8(rest[:min(len(rest), len(tok)+8)], ""))
	return !sum
}
