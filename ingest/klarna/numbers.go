package klarna

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/ids"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/view"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// The number of a dispute in a sentence: a bare one is never an id, a word for a
// dispute or its number has to name it.

// unlabelled finds KRNs and ids in sentences: "dispute 256947".
func (r *reader) unlabelled(t *text, claims map[string][]claim) {
	for i := 0; i < len(t.Hits); i++ {
		h := t.Hits[i]
		if h.Key != key.WordDispute && (h.Key != key.LabelDisputeID || t.ofOther(h.From, h.From+1)) {
			continue
		}
		if id, ok := t.idAfter(h.To); ok && !t.ignored(id.At) {
			field := "dispute_id"
			if t.signed(h.From) {
				field = ticket
			}
			for ; ok; id, ok = t.idBeside(id) {
				claims[field] = append(claims[field], claim{value: t.S[id.At:id.End], from: t.InSentence(h.From), text: t, rank: labels.InSentence, at: h.From + 1})
			}
		}
	}
	r.before(t, claims)
	r.cases(t, claims)
	r.orders(t, claims)
	r.plain(t, claims)
	r.told(t, claims)
	r.merchants(t, claims)
	low := t.S
	for i := ids.IndexKRN(low, 0); i >= 0; i = ids.IndexKRN(low, i+4) {
		tok := ids.Token(t.S[i:])
		k, ok := ids.ParseKRN(tok)
		from := "KRN, " + t.Name
		switch {
		case !ok || t.ignored(i):
			continue
		case k.Capture:
			claims["capture_id"] = append(claims["capture_id"], claim{value: tok, from: from, text: t, rank: labels.Beside})
		default:
			claims["dispute_id"] = append(claims["dispute_id"], claim{value: k.Dispute, from: from, text: t, rank: labels.Beside})
		}
		if k.Reason != "" {
			claims["reason"] = append(claims["reason"], claim{value: k.Reason, from: from, text: t})
		}
	}
}

// ticket are the claims of a number in a mail's last line: where another is named as
// the dispute's, that one is the mail's own.
const ticket = "ticket"

// signed says that word w stands in the last line of a text, below a name: what
// follows a sentence or another number is the mail's last word, and no ticket.
func (t *text) signed(w int) bool {
	i := t.LineOf(w)
	if i < 1 || t.Lines[i].To != len(t.Words) {
		return false
	}
	above := strings.TrimSpace(t.Str(t.Lines[i-1].Span))
	return !letters.HasDigit(above) && len(strings.Fields(above)) <= maxName && !strings.HasSuffix(above, ".")
}

// maxName is how many words a name has that stands below a mail.
const maxName = 4

// idBeside is the id that follows another in a list: "disputes 256947 and 256948".
func (t *text) idBeside(id words.Span) (words.Span, bool) {
	w := t.WordAt(id.End)
	if w < len(t.Words) && money.Joins(t.Words[w].Norm) {
		w++
	}
	if w >= len(t.Words) || len(t.Words[w].Norm) != id.End-id.At || !t.Words[w].Digits() {
		return words.Span{}, false
	}
	next := words.Span{At: t.Words[w].At, End: t.Words[w].End}
	between := strings.TrimSpace(t.S[id.End:next.At])
	apart := strings.Trim(between, " ,&")
	return next, letters.AllDigits(ids.Token(t.S[next.At:])) && between != "" && (apart == "" || money.Joins(letters.Fold(apart)))
}

// before takes a number that a word for one names in front of the dispute:
// "logged under 256947 as a dispute".
func (r *reader) before(t *text, claims map[string][]claim) {
	for _, h := range t.Hits {
		if h.Key != key.WordDispute || len(claims["dispute_id"]) > 0 || t.Harmless(h) {
			continue
		}
		s := t.Sentence(h.From)
		for w := h.From - 1; w > s.From && w >= h.From-maxBefore; w-- {
			if !t.Words[w].Digits() {
				continue
			}
			id, ok := t.idAt(w)
			n, named := t.Has(key.WordID, max(s.From, w-3), w)
			if _, kase := t.Begins(key.WordCase, n.From, w); kase {
				break
			}
			if ok && named && n.To == w && !t.ofOther(n.From, n.To) && !t.ignored(id.At) {
				claims["dispute_id"] = append(claims["dispute_id"], claim{value: t.S[id.At:id.End], from: t.InSentence(h.From), text: t, rank: labels.InSentence})
			}
			break
		}
	}
}

// maxBefore is how many words may stand between such a number and the dispute.
const maxBefore = 5

// cases takes "case 256947" for a dispute's id where the text names no dispute
// by its own word.
func (r *reader) cases(t *text, claims map[string][]claim) {
	if len(claims["dispute_id"]) > 0 || !r.FromKlarna && !(r.view.Forwarded && view.NamesKlarna(r.view.From)) {
		return
	}
	for _, h := range t.Hits {
		if h.Key != key.WordCase || t.covered(h) || t.onFile(h) {
			continue
		}
		if id, ok := t.idAfter(h.To); ok && !t.ignored(id.At) {
			claims["dispute_id"] = append(claims["dispute_id"], claim{value: t.S[id.At:id.End], from: t.InSentence(h.From), text: t, rank: labels.InSentence})
		}
	}
}

// covered says that the hit is part of a longer label of something else:
// "support case".
func (t *text) covered(h phrase.Hit) bool {
	for i := t.After(h.From - 2); i < len(t.Hits) && t.Hits[i].From <= h.From; i++ {
		if l := t.Hits[i]; l.Key == key.LabelIgnore && l.To >= h.To && l.To-l.From > h.To-h.From {
			return true
		}
	}
	return false
}

// others are the values of labels of something else than a dispute, such as a previous
// one, in their order and merged: a hostile mail has a hundred thousand of them, and
// asks for each.
func others(list []labels.Found) []words.Span {
	var out []words.Span
	for _, f := range list {
		if f.Rank == labels.Labelled && f.Field != "dispute_id" && f.Field != "reason" && f.Field != "deadline" && f.Field != "result" && !clause(f) {
			out = append(out, f.Words)
		}
	}
	slices.SortFunc(out, func(a, b words.Span) int { return cmp.Compare(a.At, b.At) })
	merged := out[:0]
	for _, s := range out {
		if n := len(merged); n > 0 && s.At <= merged[n-1].End {
			merged[n-1].End = max(merged[n-1].End, s.End)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// ignored says that byte at of t is the value of a label of something else.
func (t *text) ignored(at int) bool {
	i := sort.Search(len(t.others), func(i int) bool { return t.others[i].End > at })
	return i < len(t.others) && t.others[i].At <= at
}

// maxAside is how many words may stand between a dispute and the word for its
// number: "eine Reklamation liegt vor (Nr. 420010)".
const maxAside = 5

// idAfter reads digits that follow word w-1, over words such as "no." and "#",
// or that a word for a number a little further on names.
func (t *text) idAfter(w int) (words.Span, bool) {
	id, ok := t.idAt(w)
	for n := 0; n < maxAside && !ok && w+1 < len(t.Words) && !t.Words[w].Digits() && t.Words[w].Gap == words.GapNone && t.Words[w+1].Gap == words.GapNone; n++ {
		w++
		if _, order := t.Begins(key.WordOrder, w, len(t.Words)); order {
			break
		}
		h, named := t.Begins(key.WordID, w, len(t.Words))
		if named && !t.ofOther(w, h.To) {
			return t.idAt(h.To)
		}
	}
	return id, ok
}

// ofOther says that words from to to belong to the label of something that is
// no dispute, or to an order.
func (t *text) ofOther(from, to int) bool {
	for i := t.After(from - 3); i < len(t.Hits) && t.Hits[i].From < to; i++ {
		h := t.Hits[i]
		if h.To > from && (h.Key == key.WordOrder || key.OfLabel.Has(h.Key) && h.Key != key.LabelDisputeID && h.To-h.From > 1) {
			return true
		}
	}
	_, order := t.Has(key.WordOrder, max(from-2, 0), from)
	return order
}

// onFile says that the label of something else stands right before the hit:
// "your company number on file".
func (t *text) onFile(h phrase.Hit) bool {
	for i := t.After(h.From - 4); i < len(t.Hits) && t.Hits[i].From < h.From; i++ {
		if l := t.Hits[i]; l.Key == key.LabelIgnore && l.To-l.From > 1 && h.From-l.To < 2 {
			return true
		}
	}
	return false
}

// maxFiller is how many words such as "is the no." may stand before an id.
const maxFiller = 5

// idAt reads digits at word w, over words such as "no.", "#" and "is the".
func (t *text) idAt(w int) (words.Span, bool) {
	for n := 0; n < maxFiller && w < len(t.Words) && t.Words[w].Gap <= words.GapNone; n++ {
		wd := t.Words[w]
		if wd.Digits() {
			tok := ids.Token(t.S[wd.At:])
			if !ids.IsDispute(tok) {
				return words.Span{}, false
			}
			if _, sum := t.sumAt(w); sum {
				return words.Span{}, false
			}
			return words.Span{At: wd.At, End: wd.End}, !strings.ContainsAny(t.S[t.Words[w-1].End:wd.At], "/+€$£")
		}
		h, ok := t.Begins(key.WordID, w, len(t.Words))
		if !ok {
			h, ok = t.Begins(key.WordIs, w, len(t.Words))
		}
		if !ok {
			h, ok = t.Begins(key.WordArticle, w, len(t.Words))
		}
		if !ok {
			return words.Span{}, false
		}
		w = h.To
	}
	return words.Span{}, false
}
