package klarna

import (
	"strings"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/klarna/ids"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/sentences"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
	"github.com/disputewatch/disputewatch/rules"
)

// Why the customer disputes: at a label, as a whole value, or in a sentence.

// reason reads why the customer disputes.
func (r *reader) reason() {
	var codes, texts []claim
	for _, f := range r.labels {
		if f.Field != "reason" || f.Value == "" || r.none(f) {
			continue
		}
		code := r.code(f.text, f.Words, f.Value)
		if f.Rank < labels.Labelled && code == "" || f.Below && code == "" && len(strings.Fields(f.Value)) > 6 {
			continue
		}
		texts = append(texts, claim{value: f.Value, from: f.From, text: f.text, rank: f.Rank})
		if code != "" {
			codes = append(codes, claim{value: code, from: f.From, text: f.text, rank: f.Rank})
		}
	}
	if len(texts) > 0 {
		r.n.ReasonText = r.choose("reason_text", texts)
	}
	if len(codes) > 0 {
		code := r.choose("reason", codes)
		if r.n.Reason != "" && r.n.Reason != code {
			r.warn("the reason in words and the reason in the KRN differ; neither was taken")
			code = ""
		}
		r.n.Reason = code
		return
	}
	if r.n.Reason == "" {
		r.exactReason()
	}
	if len(texts) == 0 && r.n.Reason == "" {
		r.looseReason()
	}
}

// code is the reason that a value names: a code in any spelling, or exactly
// one reason in words.
func (r *reader) code(t *text, s words.Span, value string) string {
	if k, ok := ids.ParseKRN(ids.Token(value)); ok {
		return k.Reason
	}
	if c := ids.Reason(strings.Trim(value, " .\"'")); c != "" {
		return c
	}
	if tok := ids.Token(value); strings.ContainsAny(tok, "_-") {
		if c := ids.Reason(tok); c != "" {
			return c
		}
	}
	return one(t.Within(key.OfReason, s))
}

// one is the name that all hits share, "" where they differ.
func one(list []phrase.Hit) string {
	name := ""
	for _, h := range list {
		n := h.Key.Name()
		if name != "" && n != name {
			return ""
		}
		name = n
	}
	return name
}

// looseReason takes a reason in words from a sentence about the dispute, or
// from one that tells what the customer says, if the whole mail names only
// that one.
func (r *reader) looseReason() {
	var all []phrase.Hit
	var first *text
	for _, t := range r.texts {
		for _, h := range t.Within(key.OfReason, t.Told()) {
			if !t.IsNews(h.From) || !r.tells(t, h) {
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
		r.n.ReasonText = first.S[first.Words[h.From].At:first.Words[h.To-1].End]
		r.explain("reason", code, first.InSentence(h.From), false)
	}
}

// plainWords are the reasons that one word alone tells: "refund" and "paid" are
// said of much else.
var plainWords = key.Of(key.ReasonFaultyGoods, key.ReasonGoodsNotReceived, key.ReasonUnauthorizedPurchase)

// tells says that a reason in words is what the dispute is about.
func (r *reader) tells(t *text, h phrase.Hit) bool {
	s := t.Sentence(h.From)
	_, about := t.Has(key.WordDispute, s.From, s.To)
	if r.n.Kind == rules.KindStopRequest {
		return h.Key == key.ReasonHighRiskOrder && !t.Negated(h)
	}
	if t.Denied(h) || t.Waits(h, s) {
		return false
	}
	if _, answer := t.Has(key.AboutMaterial, max(s.From, h.From-3), min(s.To, h.To+4)); answer && (h.To-h.From == 1 || !t.CustomerIn(s)) {
		return false // "we have not received your answer"
	}
	if about && h.To-h.From > 1 && (r.n.Kind != rules.KindUnknownKlarna || t.CustomerIn(s)) {
		return true
	}
	if first := t.Name == "subject" || t.LineOf(h.From) < sentences.TopLines; first && h.To-h.From > 1 && r.asks() {
		return true
	}
	switch r.n.Kind {
	case rules.KindDisputeRequest, rules.KindReminder, rules.KindFollowUp:
	default:
		return r.retold(t, h, s)
	}
	_, customer := t.Has(key.WordCustomer, s.From, s.To)
	return (customer || about || t.Name == "subject") && (h.To-h.From > 1 || plainWords.Has(h.Key))
}

// retold says that a mail of an end tells again what the customer said, in a sentence
// of the customer's or of the case. All else that such a mail tells is why it ended so.
func (r *reader) retold(t *text, h phrase.Hit, s words.Span) bool {
	if r.n.Kind != rules.KindResolved && r.n.Kind != rules.KindAppealOpen && r.n.Kind != rules.KindEvidenceReceived {
		return false
	}
	_, kase := t.Has(key.WordCase, s.From, s.To)
	return (t.CustomerIn(s) || kase) && h.To-h.From > 1
}

// asks says that the mail asks for a first answer, and so tells why early on.
func (r *reader) asks() bool {
	return r.n.Kind == rules.KindDisputeRequest || r.n.Kind == rules.KindReminder
}

// exactReason is the reason that a whole value names, whatever its label says:
// "What the customer told us: goods not received".
func (r *reader) exactReason() {
	all := r.enclosedReasons()
	for _, t := range r.texts {
		for i, l := range t.Lines {
			for _, c := range l.Cells {
				if f, ok := t.afterColon(c, len(l.Cells) > 1); ok {
					list := t.Within(key.OfReason, f)
					if code := one(list); code != "" && len(list) == 1 && list[0].From == f.From && list[0].To == f.To {
						all = append(all, claim{value: code, from: "whole value, " + t.Place(i), text: t, rank: labels.InSentence})
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

// enclosedReasons are the reasons that fill a pair of parentheses or of quotes, as
// Klarna's own word: in a sentence about the customer, "she says the lamp came broken
// (faulty goods)", behind the id, "dispute 256947 (return)", and as the reason by name,
// "the reason is 'return'". "For other reasons (return)" tells nothing.
func (r *reader) enclosedReasons() []claim {
	var out []claim
	if r.n.Kind == rules.KindStopRequest {
		return nil
	}
	for _, t := range r.texts {
		for _, h := range t.Within(key.OfReason, t.Told()) {
			if !t.IsNews(h.From) {
				continue
			}
			switch mark := t.enclosure(h); {
			case mark == "parentheses" && (t.ofCustomer(h) || t.behindID(h)), mark == "quotes" && (t.ofCustomer(h) || t.givesReason(h)):
				out = append(out, claim{value: h.Key.Name(), from: mark + ", " + t.Place(t.LineOf(h.From)), text: t, rank: labels.InSentence})
			}
		}
	}
	return out
}

// enclosure names the marks between which a hit stands alone, "" where it does not.
func (t *text) enclosure(h phrase.Hit) string {
	before, _ := utf8.DecodeLastRuneInString(t.S[:t.Words[h.From].At])
	after, _ := utf8.DecodeRuneInString(t.S[t.Words[h.To-1].End:])
	const quotes = "\"'„“”‚‘’»«›‹"
	switch {
	case before == '(' && after == ')':
		return "parentheses"
	case strings.ContainsRune(quotes, before) && strings.ContainsRune(quotes, after):
		return "quotes"
	}
	return ""
}

// behindID says that a hit stands right behind the number of a dispute.
func (t *text) behindID(h phrase.Hit) bool {
	return h.From > 0 && t.Words[h.From-1].Digits() && t.HasAny(max(t.Sentence(h.From).From, h.From-4), h.From, key.WordDispute, key.LabelDisputeID)
}

// givesReason says that the word "reason" stands before a hit in its sentence, and
// neither a condition nor a negation.
func (t *text) givesReason(h phrase.Hit) bool {
	from := t.Sentence(h.From).From
	return t.HasAny(from, h.From, key.LabelReason) && !t.HasAny(from, h.From, key.WordIf, key.WordNot)
}

// ofCustomer says that a hit's sentence speaks of the customer, and that no condition
// stands before the hit.
func (t *text) ofCustomer(h phrase.Hit) bool {
	s := t.Sentence(h.From)
	_, may := t.Has(key.WordIf, s.From, h.From)
	return t.CustomerIn(s) && !may
}

// afterColon is what stands after a cell's colon or dash, or the cell itself where it
// is one of several.
func (t *text) afterColon(c words.Span, several bool) (words.Span, bool) {
	i, colon := strings.LastIndex(t.S[c.At:c.End], ": "), len(":")
	if i < 0 {
		i, colon = strings.LastIndex(t.S[c.At:c.End], " – "), len(" –")
	}
	if i < 0 {
		return c, several && c.To > c.From
	}
	at := c.At + i + colon
	from := t.WordAt(at)
	return words.Span{At: at, End: c.End, From: from, To: c.To}, from < c.To
}
