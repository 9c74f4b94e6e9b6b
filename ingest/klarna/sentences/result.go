package sentences

import (
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// Outlook says how the results in a span of words are to be read.
type Outlook struct {
	Labelled bool // they are the value of a label, or the whole of a line
	Sure     bool // the dispute has ended: "unless" tells how it came, not what may be
}

// Outcomes lists the results named in a span of words. What is only possible
// is left out, and what is denied is turned round.
func (t *Text) Outcomes(s words.Span, look Outlook) []string {
	var out []string
	for _, h := range t.Within(key.OfResult, s) {
		sentence := t.Sentence(h.From)
		name := t.outcome(h, sentence)
		if h.To-h.From == 1 && !look.Labelled && !t.ofCase(sentence) {
			continue // a parcel is lost as well
		}
		if len(out) > 0 && h.Key == key.ResultLost && h.To-h.From == 1 && t.HasAny(h.From, h.To, key.WordLoses) && t.HasAny(max(sentence.From, h.From-3), h.From, key.AboutGoods) {
			continue // "you won because the parcel was lost"
		}
		from := max(sentence.From, s.From)
		not := t.refused(from, h) || t.undone(h, sentence)
		if t.possible(max(from, h.From-12), h.From, look.Sure) && !not {
			continue
		}
		switch {
		case !not:
			out = append(out, name)
		case name == "won":
			out = append(out, "lost")
		}
	}
	return out
}

// outcome is the merchant's result that a hit tells: where it is the customer who won
// or lost, the other one.
func (t *Text) outcome(h phrase.Hit, s words.Span) string {
	won, lost := t.HasAny(h.From, h.To, key.WordWins), t.HasAny(h.From, h.To, key.WordLoses)
	if !won && !lost || !t.wonByOther(h, s) {
		return h.Key.Name()
	}
	if won {
		return key.ResultLost.Name()
	}
	return key.ResultWon.Name()
}

// wonByOther says that the customer is the subject of a hit that tells who won.
func (t *Text) wonByOther(h phrase.Hit, s words.Span) bool {
	against := func(who phrase.Hit) bool { return t.HasAny(max(s.From, who.From-2), who.From, key.WordAgainst) }
	beside, ok := t.Has(key.WordCustomer, max(s.From, h.From-2), h.From)
	if ok && beside.From > s.From+subjectPlace && !against(beside) && !t.HasAny(max(s.From, beside.From-3), beside.From, key.WordDispute) && !t.Apart(beside.To, h.From) {
		return true // "you did not respond and the customer won"
	}
	who, ok := t.Has(key.WordCustomer, s.From, min(s.From+subjectPlace, h.From))
	if !ok || t.greeted(who, h) || against(who) || t.turnsTo(who, h) {
		return false
	}
	of, is := t.Has(key.WordDispute, who.To, h.To)
	return !is || of.From-who.To >= 2 // not "the customer's dispute was lost"
}

// turnsTo says that after a customer a sentence tells of the merchant: beside what he
// won, or behind the customer's own result, or a denial of it: "the customer
// did not respond, so you won", "not the customer but you won".
func (t *Text) turnsTo(who, h phrase.Hit) bool {
	you, ok := t.Has(key.WordMerchant, max(who.To, h.From-2), h.To)
	if ok && !t.HasAny(max(who.To, you.From-2), you.From, key.WordAgainst) && (you.To > h.From || !t.Apart(you.To, h.From)) {
		return true
	}
	if t.HasAny(max(0, who.From-2), who.From, key.WordNot) && t.HasAny(who.To, h.To, key.WordMerchant) {
		return true
	}
	for i := t.After(who.To); i < len(t.Hits) && t.Hits[i].From < h.From; i++ {
		if f := t.Hits[i]; (f.Key == key.WordWins || f.Key == key.WordLoses) && f.To <= h.From && (h.To-h.From > 1 || t.HasAny(f.To, h.To, key.WordMerchant)) {
			return true
		}
	}
	return false
}

// greeted says that a mark sets a customer off from what is told of the merchant, "dear
// customer, you won", and not what is said of him: "the customer, whom we asked, won".
func (t *Text) greeted(who, h phrase.Hit) bool {
	return strings.ContainsAny(t.S[t.Words[who.To-1].End:t.Words[who.To].At], ",:!") && strings.Count(t.S[t.Words[who.To-1].End:t.Words[h.To-1].At], ",") < 2
}

// refused says that a negation stands before a hit, or before a verb for deciding that
// does: "we could not decide the dispute in your favour".
func (t *Text) refused(from int, h phrase.Hit) bool {
	if n, ok := t.Has(key.WordNot, max(from, h.From-3), h.From); ok {
		you, is := t.Has(key.WordMerchant, n.To, h.To) // "the customer did not respond and you won"
		return !t.Apart(n.To, h.From) && !(is && you.From > n.To && t.HasAny(h.From, h.To, key.WordWins, key.WordLoses))
	}
	n, ok := t.Has(key.WordNot, max(from, h.From-7), h.From)
	return ok && t.HasAny(n.To, min(n.To+3, h.From), key.WordDecide) && !t.Apart(n.To, h.From) &&
		!t.HasAny(n.To, h.From, key.WordRespond, key.WordCustomer, key.AboutMaterial)
}

// undone says that a negation stands inside a hit and is none of its own words, "u heeft
// het geschil niet gewonnen", or behind one that tells who won, as it does in Swedish:
// "kunden vann inte", "kunden vann tvisten inte".
func (t *Text) undone(h phrase.Hit, s words.Span) bool {
	if n, ok := t.Has(key.WordNot, h.From+1, h.To); ok && h.Fills(n.From) {
		return true
	}
	if !t.HasAny(h.From, h.To, key.WordWins, key.WordLoses) {
		return false
	}
	end := h.To
	if of, ok := t.Has(key.WordDispute, end, min(end+2, s.To)); ok {
		end = of.To
	}
	not, ok := t.Has(key.WordNot, h.To, s.To)
	return ok && (not.From == h.To || not.From == end) && !strings.Contains(t.S[t.Words[h.To-1].End:t.Words[not.From].At], ",")
}

// subjectPlace is how many words the subject of a sentence takes with what stands
// before it: "Ihr geschätzter Kunde".
const subjectPlace = 3

// ofCase says that a sentence speaks of a dispute, a case, or how one ended.
func (t *Text) ofCase(s words.Span) bool {
	for _, k := range []key.Key{key.WordDispute, key.WordCase, key.AboutVerdict} {
		if _, ok := t.Has(k, s.From, s.To); ok {
			return true
		}
	}
	return false
}

// possible says that words from to to make what follows them only possible.
// Where the dispute has surely ended, "before" and "for want of" tell how.
func (t *Text) possible(from, to int, sure bool) bool {
	for i := t.After(from); i < len(t.Hits) && t.Hits[i].From < to; i++ {
		h := t.Hits[i]
		if h.Key != key.WordIf || h.To > to {
			continue
		}
		_, by := t.Begins(key.WordBy, h.From, to)
		_, cause := t.Begins(key.WordCause, h.From, to)
		if !sure || !by && !cause {
			return true
		}
	}
	return false
}
