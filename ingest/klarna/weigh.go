package klarna

import (
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
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
func (t *text) denied(h hit) bool {
	if t.negated(h) {
		return true
	}
	s := t.sentence(h.from)
	if _, ok := t.has(key.WordIf, max(s.From, h.from-12), h.from); ok {
		return true
	}
	if will, ok := t.has(key.WordIf, h.from+1, h.to); ok && h.fills(will.from) {
		return true // "the dispute will be closed"
	}
	return false
}

// negated says that a negation stands within three words before the hit, or
// inside it without being one of its own words.
func (t *text) negated(h hit) bool {
	if _, own := t.begins(key.WordNot, h.from, h.to); own {
		return false // "non … mai ricevuto": one negation more only stresses it
	}
	s := t.sentence(h.from)
	if _, ok := t.has(key.WordNot, max(s.From, h.from-3), h.from); ok {
		return true
	}
	n, ok := t.has(key.WordNot, h.from+1, h.to)
	return ok && h.fills(n.from)
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
	var list []hit // few of all
	for i := range t.hits {
		if key.OfEvidence.Has(t.hits[i].key) {
			list = append(list, t.hits[i])
		}
	}
	for _, k := range kinds {
		for _, words := range phrasesOf[k] {
			var seen []int32
			for _, h := range leftmost(list, words, t.told()) {
				if !slices.Contains(seen, h.phrase) && t.counts(h, k) {
					mine[k] = mine[k].with(t, h)
				}
				seen = append(seen, h.phrase)
			}
		}
	}
}

// counts says that a phrase is evidence: not part of a harmless one, not
// denied, not only possible. An appeal is always only possible.
func (t *text) counts(h hit, k rules.Kind) bool {
	if t.coded(h) || t.glued(h) {
		return false
	}
	if s := t.sentence(h.from); k == rules.KindStopRequest {
		if _, secret := t.has(key.AboutSecret, s.From, s.To); secret {
			return false // "never send card numbers"
		}
	}
	if k == rules.KindEvidenceReceived && (t.disputeCame(h) || t.fromCustomer(h) || t.awaited(h)) {
		return false
	}
	if rest, ok := t.has(key.AboutNothing, h.from, h.to); ok && !t.leavesNothing(rest) {
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
	if _, ok := t.has(key.ResultWon, h.from, h.to); ok && k == rules.KindResolved && t.negated(h) {
		return true // "not in your favour" is a decision too
	}
	if not, ok := t.begins(key.WordNot, h.from, h.to); ok && k == rules.KindReminder {
		if _, threat := t.has(key.WordIf, not.to, t.sentence(h.from).To); threat {
			return false // "without an answer the dispute will be decided"
		}
	}
	if s := t.sentence(h.from); k == rules.KindResolved {
		if _, soon := t.has(key.AboutSoon, s.From, s.To); soon {
			return false
		}
		if t.hasAny(max(s.From, h.from-1), h.from, key.WordPast) || t.leads(key.WordTheirs, s, h.from, 0) {
			if t.hasAny(h.from, h.to, key.AboutVerdict) {
				return false // "after our decision you can appeal", "you will receive our decision"
			}
		}
	}
	return !t.harmless(h) && !t.denied(h)
}

// given says that what a hit tells of is an answer that was given: "we have looked at your
// response to dispute 256947".
func (t *text) given(h hit) bool {
	if _, answer := t.begins(key.AboutMaterial, h.from, h.to); !answer {
		return false
	}
	s := t.sentence(h.from)
	return t.hasAny(s.From, s.To, key.AboutPerused) || t.hasAny(h.to, min(h.to+maxReview, s.To), key.AboutInquire)
}

// awaited says that what a hit tells to be looked at is yet to arrive: "your evidence is
// reviewed as soon as it has come in".
func (t *text) awaited(h hit) bool {
	if !t.hasAny(h.from, h.to, key.AboutInquire) {
		return false
	}
	here, ok := t.has(key.AboutArrived, h.to, t.sentence(h.from).To)
	return ok && t.denied(here)
}

// maxReview is how many words "256947 is under review" has; "... so that we can go on
// reviewing it" asks.
const maxReview = 4

// customers says that the customer is who may do what a hit tells: "the customer may
// appeal against this decision", and not "the customer won, but you may appeal".
func (t *text) customers(h hit) bool {
	s := t.sentence(h.from)
	c, ok := t.has(key.WordCustomer, s.From, min(s.From+customersPlace, h.from))
	end := h.from
	if by, ok := t.has(key.WordBy, c.to, h.from); ok {
		end = by.from // "the customer has until 15 January to appeal"
	}
	if !ok {
		return false
	}
	apart := end-c.to > maxModal || strings.Contains(t.s[t.words[c.to-1].End:t.words[h.from].At], ",")
	if _, supposed := t.has(key.WordIf, max(s.From, c.from-2), c.from); apart && (!supposed || t.hasAny(s.From, h.from, key.ResultLost)) {
		return false // but "if the customer disagrees, an appeal is possible"
	}
	_, you := t.has(key.WordMerchant, c.to, h.to)
	return !you
}

// appeals says that a sentence tells the merchant of an appeal.
func (t *text) appeals(s words.Span) bool {
	for i := t.after(s.From); i < len(t.hits) && t.hits[i].from < s.To; i++ {
		if h := t.hits[i]; h.key == key.KindAppealOpen && h.to <= s.To && !t.negated(h) && !t.customers(h) {
			return true
		}
	}
	return false
}

// maxModal is how many words stand between who may do something and what that is.
const maxModal = 3

// lingers says that what a hit tells to be awaited is what the customer bought.
func (t *text) lingers(h hit) bool {
	s := t.sentence(h.from)
	_, customer := t.has(key.WordCustomer, s.From, s.To)
	_, goods := t.has(key.AboutGoods, s.From, s.To)
	return customer && goods && !t.ofAnswer(s) || t.owed(h)
}

// owed says that what a hit tells to be awaited is money or goods: "are still
// waiting for their refund".
func (t *text) owed(h hit) bool {
	to := min(t.sentence(h.from).To, h.to+3)
	_, money := t.has(key.AboutMoney, h.to, to)
	what, goods := t.has(key.AboutGoods, h.to, to)
	return money || goods && !t.coded(what)
}

// coded says that a hit is a piece of a name for machines, "dispute.appeal.opened",
// or of a link.
func (t *text) coded(h hit) bool { return t.codedAt(h.from, h.to) }

func (t *text) codedAt(first, last int) bool {
	glue := func(c byte) bool { return c == '.' || c == '_' || c == '/' }
	from, to := t.words[first].At, t.words[last-1].End
	return from > 1 && glue(t.s[from-1]) && letters.Alnum(t.s[from-2]) || to+1 < len(t.s) && glue(t.s[to]) && letters.Alnum(t.s[to+1])
}

// glued says that a hit is a piece of a number: the "KYC" of "K4KYC8E".
func (t *text) glued(h hit) bool {
	before, behind := h.from-1, h.to
	return before >= 0 && t.words[before].Digits() && t.words[before].End == t.words[h.from].At ||
		behind < len(t.words) && t.words[behind].Digits() && t.words[behind].At == t.words[h.to-1].End
}

// with adds the phrase h of t.
func (w weight) with(t *text, h hit) weight {
	line := t.lineOf(h.from)
	points, hint := further, key.OfHint.Has(h.key)
	says := t.name == "subject" && !hint && !t.answers
	switch {
	case t.answers && h.key == key.KindDisputeRequest:
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
		w.words, w.place = t.s[t.words[h.from].At:t.words[h.to-1].End], t.place(line)
	}
	return w
}
