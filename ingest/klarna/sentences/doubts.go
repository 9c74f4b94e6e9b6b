package sentences

import (
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
	"github.com/disputewatch/disputewatch/rules"
)

// AfterVerdict says that a sentence tells what comes after a decision of ours: "after our
// decision", "once we have decided".
func (t *Text) AfterVerdict(s words.Span) bool {
	after, ok := t.Has(key.WordPast, s.From, s.To)
	if ok && t.HasAny(after.To, min(after.To+3, s.To), key.AboutVerdict) {
		return true
	}
	for i := t.After(s.From); i < len(t.Hits) && t.Hits[i].From < s.To; i++ {
		if h := t.Hits[i]; h.Key == key.WordIf && h.To < s.To && weWords[t.Words[h.To].Norm] && t.HasAny(h.To, min(h.To+maxPledge+1, s.To), key.AboutVerdict, key.WordDecide) {
			return true
		}
	}
	return false
}

// IfWe says that a sentence with a time at word i begins with what Klarna may come to do,
// "if we need more, you will have 7 days to reply", and not with what it may come to lack.
func (t *Text) IfWe(s words.Span, i int) bool {
	h, ok := t.Has(key.WordIf, s.From, min(s.From+2, i))
	return ok && h.To < i && weWords[t.Words[h.To].Norm] && t.Apart(h.To, i) && !t.HasAny(h.To, min(h.To+maxPledge+1, i), key.WordNot)
}

// Counts says that a phrase is evidence: not part of a harmless one, not
// denied, not only possible. An appeal is always only possible.
func (t *Text) Counts(h phrase.Hit, k rules.Kind) bool {
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
		return !t.Negated(h) && !(k == rules.KindAppealOpen && t.customers(h))
	}
	if _, ok := t.Has(key.ResultWon, h.From, h.To); ok && k == rules.KindResolved && t.Negated(h) {
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
	return !t.Harmless(h) && !t.Denied(h)
}

// Denied says that the sentence only speaks of what is not or may be: a
// negation near the hit, or a condition anywhere before it.
func (t *Text) Denied(h phrase.Hit) bool {
	if t.Negated(h) {
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

// Negated says that a negation stands within three words before the hit, or
// inside it without being one of its own words.
func (t *Text) Negated(h phrase.Hit) bool {
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

// given says that what a hit tells of is an answer that was given: "we have looked at your
// response to dispute 256947".
func (t *Text) given(h phrase.Hit) bool {
	if _, answer := t.Begins(key.AboutMaterial, h.From, h.To); !answer {
		return false
	}
	s := t.Sentence(h.From)
	return t.HasAny(s.From, s.To, key.AboutPerused) || t.HasAny(h.To, min(h.To+maxReview, s.To), key.AboutInquire)
}

// awaited says that what a hit tells to be looked at is yet to arrive: "your evidence is
// reviewed as soon as it has come in".
func (t *Text) awaited(h phrase.Hit) bool {
	if !t.HasAny(h.From, h.To, key.AboutInquire) {
		return false
	}
	here, ok := t.Has(key.AboutArrived, h.To, t.Sentence(h.From).To)
	return ok && t.Denied(here)
}

// customers says that the customer is who may do what a hit tells: "the customer may
// appeal against this decision", and not "the customer won, but you may appeal".
func (t *Text) customers(h phrase.Hit) bool {
	s := t.Sentence(h.From)
	c, ok := t.Has(key.WordCustomer, s.From, min(s.From+CustomersPlace, h.From))
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
func (t *Text) appeals(s words.Span) bool {
	for i := t.After(s.From); i < len(t.Hits) && t.Hits[i].From < s.To; i++ {
		if h := t.Hits[i]; h.Key == key.KindAppealOpen && h.To <= s.To && !t.Negated(h) && !t.customers(h) {
			return true
		}
	}
	return false
}

// lingers says that what a hit tells to be awaited is what the customer bought.
func (t *Text) lingers(h phrase.Hit) bool {
	s := t.Sentence(h.From)
	_, customer := t.Has(key.WordCustomer, s.From, s.To)
	_, goods := t.Has(key.AboutGoods, s.From, s.To)
	return customer && goods && !t.ofAnswer(s) || t.owed(h)
}

// owed says that what a hit tells to be awaited is money or goods: "are still
// waiting for their refund".
func (t *Text) owed(h phrase.Hit) bool {
	to := min(t.Sentence(h.From).To, h.To+3)
	_, money := t.Has(key.AboutMoney, h.To, to)
	what, goods := t.Has(key.AboutGoods, h.To, to)
	return money || goods && !t.Coded(what.From, what.To)
}

// glued says that a hit is a piece of a number: the "KYC" of "K4KYC8E".
func (t *Text) glued(h phrase.Hit) bool {
	before, behind := h.From-1, h.To
	return before >= 0 && t.Words[before].Digits() && t.Words[before].End == t.Words[h.From].At ||
		behind < len(t.Words) && t.Words[behind].Digits() && t.Words[behind].At == t.Words[h.To-1].End
}

// maxModal is how many words stand between who may do something and what that is.
const maxModal = 3

// maxReview is how many words "256947 is under review" has; "... so that we can go on
// reviewing it" asks.
const maxReview = 4

// Harmless says that a longer phrase takes the hit's meaning away.
func (t *Text) Harmless(h phrase.Hit) bool {
	for i := t.After(h.From - 3); i < len(t.Hits) && t.Hits[i].From <= h.From; i++ {
		if l := t.Hits[i]; l.Key == key.WordLookalike && l.To >= h.To {
			return true
		}
	}
	return false
}
