package klarna

import (
	"strings"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/rules"
)

// looseReason takes a reason in words from a sentence about the dispute, or
// from one that tells what the customer says, if the whole mail names only
// that one.
func (r *reader) looseReason() {
	var all []hit
	var first *text
	for _, t := range r.texts {
		for _, h := range t.within(ofReason, t.told()) {
			if !t.isNews(h.from) || !r.tells(t, h) {
				continue
			}
			all = append(all, h)
			if first == nil {
				first = t
			}
		}
	}
	if code := one(all); code != "" {
		h := all[0]
		r.n.Reason = code
		r.n.ReasonText = first.s[first.words[h.from].at:first.words[h.to-1].end]
		r.explain("reason", code, first.inSentence(h.from), false)
	}
}

// plainWords are the reasons that one word alone tells: "refund" and "paid" are
// said of much else.
var plainWords = setOf(reasonFaultyGoods, reasonGoodsNotReceived, reasonUnauthorizedPurchase)

// tells says that a reason in words is what the dispute is about.
func (r *reader) tells(t *text, h hit) bool {
	s := t.sentence(h.from)
	_, about := t.has(wordDispute, s.from, s.to)
	if t.denied(h) || t.waits(h, s) {
		return false
	}
	if r.n.Kind == rules.KindStopRequest {
		return h.key == reasonHighRiskOrder
	}
	if _, answer := t.has(aboutMaterial, max(s.from, h.from-3), min(s.to, h.to+4)); answer && (h.to-h.from == 1 || !customerIn(t, s)) {
		return false // "we have not received your answer"
	}
	if about && h.to-h.from > 1 && (r.n.Kind != rules.KindUnknownKlarna || customerIn(t, s)) {
		return true
	}
	if first := t.name == "subject" || t.lineOf(h.from) < topLines; first && h.to-h.from > 1 && r.asks() {
		return true
	}
	switch r.n.Kind {
	case rules.KindDisputeRequest, rules.KindReminder, rules.KindFollowUp:
	default:
		return r.retold(t, h, s)
	}
	_, customer := t.has(wordCustomer, s.from, s.to)
	return (customer || about || t.name == "subject") && (h.to-h.from > 1 || plainWords.has(h.key))
}

// retold says that a mail of an end tells again what the customer said, in a sentence
// of the customer's or of the case. All else that such a mail tells is why it ended so.
func (r *reader) retold(t *text, h hit, s span) bool {
	if r.n.Kind != rules.KindResolved && r.n.Kind != rules.KindAppealOpen && r.n.Kind != rules.KindEvidenceReceived {
		return false
	}
	_, kase := t.has(wordCase, s.from, s.to)
	return (customerIn(t, s) || kase) && h.to-h.from > 1
}

// waits says that what "still waits" in a sentence is the dispute, or what "is
// missing" the answer to it: it names no customer and no goods.
func (t *text) waits(h hit, s span) bool {
	_, waits := t.has(aboutWaits, h.from, h.to)
	_, goods := t.has(aboutGoods, s.from, s.to)
	answer := h.key == reasonGoodsNotReceived && t.ofAnswer(s)
	return (waits || answer) && !goods && !customerIn(t, s)
}

// customerIn says that a sentence speaks of the customer.
func customerIn(t *text, s span) bool {
	_, ok := t.has(wordCustomer, s.from, s.to)
	return ok
}

// asks says that the mail asks for a first answer, and so tells why early on.
func (r *reader) asks() bool {
	return r.n.Kind == rules.KindDisputeRequest || r.n.Kind == rules.KindReminder
}

// exactReason is the reason that a whole value names, whatever its label says:
// "What the customer told us: goods not received".
func (r *reader) exactReason() {
	var all []claim
	for _, t := range r.texts {
		for i, l := range t.lines {
			for _, c := range l.cells {
				if f, ok := t.afterColon(c, len(l.cells) > 1); ok {
					list := t.within(ofReason, f)
					if code := one(list); code != "" && len(list) == 1 && list[0].from == f.from && list[0].to == f.to {
						all = append(all, claim{value: code, from: "whole value, " + t.place(i), text: t, rank: inSentence})
					}
				}
			}
		}
	}
	if len(all) == 0 {
		return
	}
	if code := r.choose("reason", all); code != "" {
		r.n.Reason = code
	}
}

// afterColon is what stands after a cell's colon or dash, or the cell itself where it
// is one of several.
func (t *text) afterColon(c span, several bool) (span, bool) {
	i, colon := strings.LastIndex(t.s[c.at:c.end], ": "), len(":")
	if i < 0 {
		i, colon = strings.LastIndex(t.s[c.at:c.end], " – "), len(" –")
	}
	if i < 0 {
		return c, several && c.to > c.from
	}
	at := c.at + i + colon
	from := t.wordAt(at)
	return span{at: at, end: c.end, from: from, to: c.to}, from < c.to
}

// surelyKlarnas knows a reference such as K4MADNY without a label: a shop's own
// number may look like other forms of it.
func surelyKlarnas(tok string) bool {
	head, _, _ := strings.Cut(tok, "-")
	letters := 0
	for _, c := range head {
		if 'A' <= c && c <= 'Z' {
			letters++
		}
	}
	return isKlarnaReference(tok) && len(head) == 7 && head[0] == 'K' && letters > 2 && digitsIn(head)
}

// plain finds Klarna's own references and the merchant's id where nothing names
// them: no other id has their form.
func (r *reader) plain(t *text, claims map[string][]claim) {
	for i, w := range t.words {
		if w.end-w.at > 12 || t.s[w.at] < 'A' || t.s[w.at] > 'Z' || i+1 >= len(t.words) || t.words[i+1].at != w.end || len(claims["klarna_reference"])+len(claims["merchant_id"]) > 20 {
			continue
		}
		if w.at > 0 && (wordByte(t.s[w.at-1]) || strings.IndexByte("/=-:.@&?", t.s[w.at-1]) >= 0) || ignored(r.labels, t, w.at) {
			continue
		}
		field := "klarna_reference"
		tok := token(t.s[w.at:])
		switch {
		case surelyKlarnas(tok):
		case isMerchantID(tok) && tok[0] == 'K' && len(tok) == 7 && t.ofMerchant(i):
			field = "merchant_id"
		default:
			continue
		}
		claims[field] = append(claims[field], claim{value: tok, from: "its form, " + t.place(t.lineOf(i)), text: t, rank: inSentence})
	}
}

// ofMerchant says that a word for the merchant or its id stands right before
// word w.
func (t *text) ofMerchant(w int) bool {
	from := max(t.sentence(w).from, w-4)
	if _, ok := t.has(labelMerchantID, from, w); ok {
		return true
	}
	_, ok := t.has(wordMerchant, from, w)
	_, order := t.has(wordOrder, from, w)
	return ok && !order
}

// orders finds the numbers of orders in sentences, the shop's or Klarna's:
// "about order LK-2210".
func (r *reader) orders(t *text, claims map[string][]claim) {
	for _, h := range t.hits {
		if h.key != wordOrder || h.to >= len(t.words) || t.words[h.to].gap > gapNone || len(claims["order_number"]) > 20 {
			continue
		}
		at := t.words[h.to].at
		if t.s[t.words[h.to-1].end] != ' ' {
			continue // "purchase:5169719611111" is the end of something longer
		}
		if n, ok := t.begins(wordID, h.to, len(t.words)); ok && n.to < len(t.words) && t.words[n.to].gap == gapNone {
			at = t.words[n.to].at
		}
		tok := token(t.s[at:])
		if surelyKlarnas(tok) && !ignored(r.labels, t, at) {
			claims["klarna_reference"] = append(claims["klarna_reference"], claim{value: tok, from: t.inSentence(h.from), text: t, rank: inSentence})
		}
		if orderLike(tok, t.s[at:]) && !ignored(r.labels, t, at) {
			claims["order_number"] = append(claims["order_number"], claim{value: tok, from: t.inSentence(h.from), text: t, rank: inSentence})
		}
	}
}

// orderLike says that a token has the looks of a shop's order number, and of
// nothing else: no date, no sum, no year, none of Klarna's own ids.
func orderLike(tok, rest string) bool {
	if len(tok) < 4 || !digitsIn(tok) || utf8.RuneCountInString(tok) > maxReference || isUUID(tok) || isKlarnaReference(tok) {
		return false
	}
	if strings.Trim(tok, "0123456789./,:") == "" && !allDigits(tok) || len(tok) == 4 && tok[:2] == "20" && allDigits(tok) {
		return false
	}
	if len(tok) == 10 && tok[4] == '-' && tok[7] == '-' || strings.ContainsAny(tok, "@€$£%") || strings.HasPrefix(fold(tok), "krn:") {
		return false
	}
	rest, _, _ = strings.Cut(rest, "\n")
	_, sum := readAmount(strings.ToValidUTF8(rest[:min(len(rest), len(tok)+8)], ""))
	return !sum
}
