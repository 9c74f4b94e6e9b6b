package klarna

import (
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/ids"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

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
		tok := ids.Token(t.S[w.At:])
		switch {
		case ids.IsSurelyKlarnas(tok):
		case ids.IsMerchantID(tok) && tok[0] == 'K' && len(tok) == 7 && t.ofMerchant(i):
			field = "merchant_id"
		default:
			continue
		}
		claims[field] = append(claims[field], claim{value: tok, from: "its form, " + t.Place(t.LineOf(i)), text: t, rank: labels.InSentence})
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
		tok := ids.Token(t.S[at:])
		if ids.IsSurelyKlarnas(tok) && !t.ignored(at) {
			claims["klarna_reference"] = append(claims["klarna_reference"], claim{value: tok, from: t.InSentence(h.From), text: t, rank: labels.InSentence})
		}
		if ids.LooksLikeOrder(tok, t.S[at:]) && !t.ignored(at) {
			claims["order_number"] = append(claims["order_number"], claim{value: tok, from: t.InSentence(h.From), text: t, rank: labels.InSentence})
		}
	}
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
