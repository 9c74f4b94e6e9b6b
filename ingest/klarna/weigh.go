package klarna

import (
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
	"github.com/disputewatch/disputewatch/rules"
)

// The evidence for a kind is its phrases, each weighed by where it stands.

// Weights of a phrase by where it stands. The subject says what a mail is
// about; what stands far down is explanation.
const (
	inSubject  = 12
	inAnswered = 6 // the subject of a reply: what is answered, not what is said
	atTop      = 4 // among the first topLines lines
	further    = 1
	topLines   = 8
	enough     = 4 // the least weight that decides a kind
)

// phrasesOf are the phrases that tell a kind, and those that only hint at it.
var phrasesOf = func() map[rules.Kind][2]key.Set {
	out := map[rules.Kind][2]key.Set{}
	for _, k := range kinds {
		out[k] = [2]key.Set{key.Of(key.Named("kind." + string(k))), key.Of(key.Named("hint." + string(k)))}
	}
	return out
}()

// weight is the evidence for one kind.
type weight struct {
	subject, body int
	words         string // the strongest phrase
	place         string
}

func (w weight) sum() int { return w.subject + w.body }

// denied says that the sentence only speaks of what is not or may be: a
// negation near the hit, or a condition anywhere before it.
func (t *text) denied(h phrase.Hit) bool {
	if t.negated(h) {
		return true
	}
	s := t.Sentence(h.From)
	if _, ok := t.Has(key.WordIf, max(s.From, h.From-12), h.From); ok {
		return true
	}
	if will, ok := t.Has(key.WordIf, h.From+1, h.To); ok && h.Fills(will.From) {
		return true // "the dispute will be closed"
	}
	return false
}

// negated says that a negation stands within three words before the hit, or
// inside it without being one of its own words.
func (t *text) negated(h phrase.Hit) bool {
	if _, own := t.Begins(key.WordNot, h.From, h.To); own {
		return false // "non … mai ricevuto": one negation more only stresses it
	}
	s := t.Sentence(h.From)
	if _, ok := t.Has(key.WordNot, max(s.From, h.From-3), h.From); ok {
		return true
	}
	n, ok := t.Has(key.WordNot, h.From+1, h.To)
	return ok && h.Fills(n.From)
}

// weigh adds up the phrases of each kind over subject and parts. Of the two
// parts that say the same only the heavier counts.
func (r *reader) weigh() map[rules.Kind]weight {
	out := map[rules.Kind]weight{}
	for _, t := range r.texts {
		mine := map[rules.Kind]weight{}
		r.weighText(t, mine)
		for k, w := range mine {
			o := out[k]
			if w.subject > o.subject {
				o.subject = w.subject
			}
			if w.body > o.body {
				o.body = w.body
			}
			if o.words == "" || w.subject > 0 {
				o.words, o.place = w.words, w.place
			}
			out[k] = o
		}
	}
	return out
}

func (r *reader) weighText(t *text, mine map[rules.Kind]weight) {
	var list []phrase.Hit // few of all
	for i := range t.Hits {
		if key.OfEvidence.Has(t.Hits[i].Key) {
			list = append(list, t.Hits[i])
		}
	}
	for _, k := range kinds {
		for _, words := range phrasesOf[k] {
			var seen []int32
			for _, h := range page.Leftmost(list, words, t.told()) {
				if !slices.Contains(seen, h.Phrase) && t.counts(h, k) {
					mine[k] = mine[k].with(t, h)
				}
				seen = append(seen, h.Phrase)
			}
		}
	}
}

// counts says that a phrase is evidence: not part of a harmless one, not
// denied, not only possible. An appeal is always only possible.
func (t *text) counts(h phrase.Hit, k rules.Kind) bool {
	if t.Coded(h.From, h.To) || t.glued(h) {
		return false
	}
	if s := t.Sentence(h.From); k == rules.KindStopRequest {
		if _, secret := t.Has(key.AboutSecret, s.From, s.To); secret {
			return false // "never send card numbers"
		}
	}
	if k == rules.KindEvidenceReceived && (t.disputeCame(h) || t.fromCustomer(h) || t.awaited(h)) {
		return false
	}
	if rest, ok := t.Has(key.AboutNothing, h.From, h.To); ok && !t.leavesNothing(rest) {
		return false
	}
	if k == rules.KindDisputeRequest && t.given(h) {
		return false
	}
	if k == rules.KindReminder && t.lingers(h) {
		return false
	}
	if k == rules.KindKlarnaOther || k == rules.KindAppealOpen {
		return !t.negated(h) && !(k == rules.KindAppealOpen && t.customers(h))
	}
	if _, ok := t.Has(key.ResultWon, h.From, h.To); ok && k == rules.KindResolved && t.negated(h) {
		return true // "not in your favour" is a decision too
	}
	if not, ok := t.Begins(key.WordNot, h.From, h.To); ok && k == rules.KindReminder {
		if _, threat := t.Has(key.WordIf, not.To, t.Sentence(h.From).To); threat {
			return false // "without an answer the dispute will be decided"
		}
	}
	if s := t.Sentence(h.From); k == rules.KindResolved {
		if _, soon := t.Has(key.AboutSoon, s.From, s.To); soon {
			return false
		}
		if t.HasAny(max(s.From, h.From-1), h.From, key.WordPast) || t.Leads(key.WordTheirs, s, h.From, 0) {
			if t.HasAny(h.From, h.To, key.AboutVerdict) {
				return false // "after our decision you can appeal", "you will receive our decision"
			}
		}
	}
	return !t.harmless(h) && !t.denied(h)
}

// given says that what a hit tells of is an answer that was given: "we have looked at your
// response to dispute 256947".
func (t *text) given(h phrase.Hit) bool {
	if _, answer := t.Begins(key.AboutMaterial, h.From, h.To); !answer {
		return false
	}
	s := t.Sentence(h.From)
	return t.HasAny(s.From, s.To, key.AboutPerused) || t.HasAny(h.To, min(h.To+maxReview, s.To), key.AboutInquire)
}

// awaited says that what a hit tells to be looked at is yet to arrive: "your evidence is
// reviewed as soon as it has come in".
func (t *text) awaited(h phrase.Hit) bool {
	if !t.HasAny(h.From, h.To, key.AboutInquire) {
		return false
	}
	here, ok := t.Has(key.AboutArrived, h.To, t.Sentence(h.From).To)
	return ok && t.denied(here)
}

// maxReview is how many words "256947 is under review" has; "... so that we can go on
// reviewing it" asks.
const maxReview = 4

// customers says that the customer is who may do what a hit tells: "the customer may
// appeal against this decision", and not "the customer won, but you may appeal".
func (t *text) customers(h phrase.Hit) bool {
	s := t.Sentence(h.From)
	c, ok := t.Has(key.WordCustomer, s.From, min(s.From+customersPlace, h.From))
	end := h.From
	if by, ok := t.Has(key.WordBy, c.To, h.From); ok {
		end = by.From // "the customer has until 15 January to appeal"
	}
	if !ok {
		return false
	}
	apart := end-c.To > maxModal || strings.Contains(t.S[t.Words[c.To-1].End:t.Words[h.From].At], ",")
	if _, supposed := t.Has(key.WordIf, max(s.From, c.From-2), c.From); apart && (!supposed || t.HasAny(s.From, h.From, key.ResultLost)) {
		return false // but "if the customer disagrees, an appeal is possible"
	}
	_, you := t.Has(key.WordMerchant, c.To, h.To)
	return !you
}

// appeals says that a sentence tells the merchant of an appeal.
func (t *text) appeals(s words.Span) bool {
	for i := t.After(s.From); i < len(t.Hits) && t.Hits[i].From < s.To; i++ {
		if h := t.Hits[i]; h.Key == key.KindAppealOpen && h.To <= s.To && !t.negated(h) && !t.customers(h) {
			return true
		}
	}
	return false
}

// maxModal is how many words stand between who may do something and what that is.
const maxModal = 3

// lingers says that what a hit tells to be awaited is what the customer bought.
func (t *text) lingers(h phrase.Hit) bool {
	s := t.Sentence(h.From)
	_, customer := t.Has(key.WordCustomer, s.From, s.To)
	_, goods := t.Has(key.AboutGoods, s.From, s.To)
	return customer && goods && !t.ofAnswer(s) || t.owed(h)
}

// owed says that what a hit tells to be awaited is money or goods: "are still
// waiting for their refund".
func (t *text) owed(h phrase.Hit) bool {
	to := min(t.Sentence(h.From).To, h.To+3)
	_, money := t.Has(key.AboutMoney, h.To, to)
	what, goods := t.Has(key.AboutGoods, h.To, to)
	return money || goods && !t.Coded(what.From, what.To)
}

// glued says that a hit is a piece of a number: the "KYC" of "K4KYC8E".
func (t *text) glued(h phrase.Hit) bool {
	before, behind := h.From-1, h.To
	return before >= 0 && t.Words[before].Digits() && t.Words[before].End == t.Words[h.From].At ||
		behind < len(t.Words) && t.Words[behind].Digits() && t.Words[behind].At == t.Words[h.To-1].End
}

// with adds the phrase h of t.
func (w weight) with(t *text, h phrase.Hit) weight {
	line := t.LineOf(h.From)
	points, hint := further, key.OfHint.Has(h.Key)
	says := t.Name == "subject" && !hint && !t.answers
	switch {
	case t.answers && h.Key == key.KindDisputeRequest:
		points = atTop // the request came before whatever this is
	case t.answers:
		points = inAnswered
	case says:
		points = inSubject
	case line < topLines:
		points = atTop
	}
	if hint {
		points = (points + 3) / 4
	}
	if says {
		w.subject += points
	} else {
		w.body = min(w.body+points, inSubject-2)
	}
	if w.words == "" {
		w.words, w.place = t.S[t.Words[h.From].At:t.Words[h.To-1].End], t.Place(line)
	}
	return w
}
