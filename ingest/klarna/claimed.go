package klarna

import (
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
	"github.com/disputewatch/disputewatch/rules"
)

// claimWords is how many words may stand between what tells of a disputed sum
// and the sum: "opened dispute 418822 over EUR 59.90".
const claimWords = 4

// sumsClaimed reads sums that sentences of a dispute name: behind a word for the
// dispute, or behind "worth" and its like. What an order cost in all, and fees,
// are other sums.
func (r *reader) sumsClaimed() []sum {
	switch r.n.Kind {
	case rules.KindDisputeRequest, rules.KindReminder, rules.KindFollowUp, rules.KindResolved, rules.KindAppealOpen, rules.KindUnknownKlarna:
	default:
		return nil
	}
	var list []sum
	for _, t := range r.texts {
		for i := 0; i < t.News && len(list) < maxClaimed; i++ {
			if !t.Words[i].Digits() || i > 0 && t.Words[i-1].Digits() && t.Words[i].At-t.Words[i-1].End == 1 {
				continue
			}
			a, ok := t.sumAt(i)
			if !ok {
				continue
			}
			rank := t.governed(i, r.lang)
			if rank == 0 || !t.IsNews(i) {
				continue
			}
			if s, ok := r.sum(a, t, t.InSentence(i)); ok {
				s.rank = rank
				list = append(list, s)
			}
		}
	}
	return list
}

// longClaim is the length from which a word that tells of a disputed sum also does
// so behind it: "contested", but not "over".
const longClaim = 6

// maxClaimed bounds how many sums of sentences are weighed.
const maxClaimed = 8

// sumAt reads the sum whose number begins at word i.
func (t *text) sumAt(i int) (money.Amount, bool) {
	at := max(t.Words[i].At-4, 0) // room for a sign that is no word
	if i > 0 {
		at = max(at, t.Words[i-1].End)
		if money.IsCurrency(t.S[t.Words[i-1].At:t.Words[i-1].End]) && t.Words[i].Gap == words.GapNone {
			at = t.Words[i-1].At
		}
		if p := t.Words[i-1]; !p.Digits() && strings.TrimSpace(t.S[p.End:t.Words[i].At]) == "$" && t.S[p.End] == '$' {
			at = p.At // the sign is "A$", or of a country that we do not know
		}
		if first := t.Words[i].At; t.Words[i-1].End == first && letters.Alnum(t.S[first-1]) && !strings.ContainsAny(t.S[first:money.NumberEnd(t.S, first)], ".,") {
			return money.Amount{}, false // "order KC12345" is no koruna
		}
	}
	rest := t.S[at:min(t.Words[i].End+24, len(t.S))]
	if n := strings.IndexByte(rest[t.Words[i].At-at:], '\n'); n >= 0 {
		rest = rest[:t.Words[i].At-at+n]
	}
	return money.Read(strings.ToValidUTF8(rest, ""))
}

// governed is how surely the words before the sum at word i say that it is the
// disputed one: 0 where the nearest says that it is another.
func (t *text) governed(i int, of phrase.Lang) int {
	s, best, end := t.Sentence(i), 0, -1
	from := max(s.From, i-claimWords-4)
	for k := t.After(from); k < len(t.Hits) && t.Hits[k].From < i; k++ {
		h := t.Hits[k]
		if h.To > i || i-h.To > claimWords || h.To < end {
			continue
		}
		rank := 0
		switch h.Key {
		case key.WordDispute:
			rank = labels.InSentence
		case key.AboutClaimed:
			if t.worth(h, s) {
				continue
			}
			rank = labels.InSentence
		case key.LabelAmount:
			rank = labels.Beside
		case key.LabelOrderAmount, key.LabelIgnore:
			if h.Lang != of && h.To-h.From == 1 {
				continue // the Danish "to" is no header of a mail
			}
			rank = -1
		default:
			continue
		}
		if h.To > end || rank < 0 {
			best, end = rank, h.To
		}
	}
	if best == 0 && t.part(i, s) {
		best = labels.InSentence
	}
	if best == 0 && t.atStake(i, s) {
		best = labels.InSentence
	}
	if best == 0 && t.wanted(i, s) {
		best = labels.InSentence
	}
	if after, ok := t.Has(key.LabelOrderAmount, i, min(s.To, i+5)); ok && after.From <= i+3 {
		return 0
	}
	return max(best, 0)
}

// part says that the sum at word i is a part of the one that follows: "36.80 of
// a total of 184.00 EUR". In a sentence of a dispute that is what is disputed.
func (t *text) part(i int, s words.Span) bool {
	about := false
	for k := t.After(s.From); k < len(t.Hits) && t.Hits[k].From < s.To && !about; k++ {
		h := t.Hits[k]
		about = h.Key == key.WordDispute || h.Key == key.AboutClaimed || h.Key == key.LabelAmount && h.To-h.From > 1
	}
	mine, ok := t.sumAt(i)
	if !about || !ok {
		return false
	}
	for k := i + 1; k < min(s.To, i+9); k++ {
		if !t.Words[k].Digits() || t.Words[k].At < t.Words[i].At+len(mine.Digits) {
			continue
		}
		whole, ok := t.sumAt(k)
		if !ok {
			return false
		}
		_, of := t.Has(key.WordArticle, i+1, k)
		return of && whole.Money.Currency == mine.Money.Currency && whole.Money.Minor > mine.Money.Minor && mine.Money.Minor > 0
	}
	return false
}

// worth says that what a hit tells the sum of is the order, not the dispute:
// "the purchase itself was worth".
func (t *text) worth(h phrase.Hit, s words.Span) bool {
	from := max(s.From, h.From-4)
	_, order := t.Has(key.WordOrder, from, h.From)
	_, dispute := t.Has(key.WordDispute, from, h.From)
	_, customer := t.Has(key.WordCustomer, from, h.From)
	return order && !dispute && !customer
}

// atStake says that the words right behind the sum at word i tell that it is
// the disputed one: "310 EUR are at stake", "of which 249 EUR is contested".
func (t *text) atStake(i int, s words.Span) bool {
	for k := t.After(i + 1); k < len(t.Hits) && t.Hits[k].From < min(s.To, i+5); k++ {
		switch t.Hits[k].Key {
		case key.AboutClaimed:
			if h := t.Hits[k]; h.To-h.From == 1 && len(t.Words[h.From].Norm) < longClaim {
				continue // "of", "about"
			}
			return !t.holdsPart(i, s)
		case key.LabelAmount:
			return t.Hits[k].To-t.Hits[k].From > 1
		case key.LabelOrderAmount, key.LabelIgnore, key.WordOrder:
			return false
		}
	}
	return false
}

// holdsPart says that a part of the sum at word i stands before it: "74.50 of the 149.00
// GBP paid is contested".
func (t *text) holdsPart(i int, s words.Span) bool {
	for j := s.From; j < i; j++ {
		if t.Words[j].Digits() && t.part(j, s) {
			return true
		}
	}
	return false
}

// wanted says that somebody wants the sum at word i back.
func (t *text) wanted(i int, s words.Span) bool {
	_, back := t.Has(key.AboutBack, max(s.From, i-3), min(s.To, i+5))
	_, customer := t.Has(key.WordCustomer, s.From, s.To)
	_, theirs := t.Has(key.WordTheirs, s.From, i)
	return back && customer && !theirs
}

// inForm says that a text holds a form: the labels of two fields with values.
func (r *reader) inForm(t *text) bool {
	seen := map[string]bool{}
	for _, f := range r.labels {
		if f.text == t && f.Value != "" && f.Field != "ignore" && f.Rank > labels.InSentence {
			seen[f.Field] = true
		}
	}
	return len(seen) > 1
}

// otherSum says that a label speaks of what is no disputed sum.
func (t *text) otherSum(s words.Span) bool {
	for i := t.After(s.From); i < len(t.Hits) && t.Hits[i].From < s.To; i++ {
		if h := t.Hits[i]; key.OfReason.Has(h.Key) && h.To-h.From > 1 {
			return false // "The goods arrived broken" is no label
		}
	}
	_, dispute := t.Has(key.WordDispute, s.From, s.To)
	for _, k := range []key.Key{key.AboutFee, key.LabelIgnore, key.AboutTake, key.AboutBack} {
		if _, ok := t.Has(k, s.From, s.To); ok {
			return true
		}
	}
	for _, k := range []key.Key{key.LabelOrderAmount, key.WordOrder, key.AboutGoods} {
		if _, ok := t.Has(k, s.From, s.To); ok && !dispute {
			return true
		}
	}
	return false
}
