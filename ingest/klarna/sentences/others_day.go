package sentences

import (
	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// A mail about a dispute names days that are not the merchant's: when Klarna decides,
// when a sum is taken, until when the customer had time.

// Threatens says that a sentence tells what is taken unless something happens by a
// day: "we will deduct the sum unless your evidence is here by 14 January".
func (t *Text) Threatens(m dates.Moment, s words.Span) bool {
	take, ok := t.Has(key.AboutTake, s.From, m.From)
	return ok && t.HasAny(take.To, m.From, key.WordIf)
}

// OthersDay says that what comes by a day is a decision that nothing is said to
// depend on, in a mail that thanks or wants nothing, or that the day is Klarna's or
// the customer's, in one that wants nothing.
func (t *Text) OthersDay(m dates.Moment, s words.Span) bool {
	_, after := t.Has(key.WordRespond, m.To, s.To)
	if take, ok := t.Has(key.AboutTake, s.From, m.From); ok && !after && !t.HasAny(take.To, m.From, key.WordRespond, key.WordIf, key.WordBy) {
		return true // "without an answer the amount will be deducted on 20 January"
	}
	if paused, ok := t.Has(key.AboutPaused, s.From, m.From); ok && !after && !t.wantedAfter(paused.To, m) && !t.falls(s.From, paused.From) {
		return true // "we have put the customer's invoice on hold until 5 January"
	}
	if !after && t.thanks() && t.WantsNothing() && t.tellsOfOthers(m, s) {
		return true
	}
	if came, ok := t.Has(key.AboutArrived, s.From, m.From); ok && !after && !t.wantedAfter(came.To, m) && t.WantsNothing() {
		return true // "your documents reached us on 28 December"
	}
	if t.thanks() && t.WantsNothing() && t.decisionsDay(m) {
		return true
	}
	_, asks := t.Has(key.WordRespond, s.From, m.From)
	for _, k := range []key.Key{key.AboutAgain, key.KindAppealOpen, key.AboutSilent, key.AboutLacks} {
		_, depends := t.Has(k, s.From, s.To)
		asks = asks || depends
	}
	if asks || t.tellsLack(s) {
		return false
	}
	_, verdict := t.Has(key.AboutVerdict, s.From, m.From)
	_, customer := t.Has(key.WordCustomer, s.From, min(s.From+CustomersPlace, m.From))
	switch {
	case !after && verdict && !t.onCondition(s, m):
		return t.thanks() || t.WantsNothing()
	case !after && t.thanks() || customer:
		return t.WantsNothing()
	}
	return false
}

// maxUntil is how many words may stand before the day of a caption: "au plus tard le".
const maxUntil = 4

// decisionsDay says that a cell or line of little but the day has a caption in front of it
// or above it that tells of a decision: "Decision expected" over "No later than 8 January".
func (t *Text) decisionsDay(m dates.Moment) bool {
	i := t.LineOf(m.From)
	l := t.Lines[i]
	own := l.Cells[len(l.Cells)-1]
	if m.From-own.From > maxUntil || m.To != own.To {
		return false
	}
	from, to := l.From, own.From
	if len(l.Cells) == 1 {
		if i == 0 || len(t.Lines[i-1].Cells) != 1 {
			return false
		}
		from, to = t.Lines[i-1].From, t.Lines[i-1].To
	}
	return to-from <= labels.MaxWords && t.HasAny(from, to, key.AboutVerdict) &&
		!t.HasAny(from, to, key.WordRespond, key.AboutAgain, key.KindAppealOpen, key.WordBy)
}

// tellsOfOthers says that what comes by a day is the customer's answer, or a decision
// that the words for an answer stand before: "we weigh your answer and will tell you
// of the decision by 1 April".
func (t *Text) tellsOfOthers(m dates.Moment, s words.Span) bool {
	first, last := -1, -1
	for i := t.After(s.From); i < len(t.Hits) && t.Hits[i].From < m.From; i++ {
		if h := t.Hits[i]; h.Key == key.WordRespond {
			last = h.From
			if first < 0 {
				first = last
			}
		}
	}
	customer, ok := t.Has(key.WordCustomer, s.From, min(s.From+CustomersPlace, m.From))
	if ok && customer.From < last {
		return first == last && last-customer.To <= CustomersPlace // not "the customer answered and we need your statement"
	}
	verdict, ok := t.Has(key.AboutVerdict, s.From, m.From)
	return ok && verdict.From > last && !t.onCondition(s, m)
}

// wantedAfter says that between word w and a day an answer, a condition or a deadline
// is named: "we received a complaint and need your answer by 28 December".
func (t *Text) wantedAfter(w int, m dates.Moment) bool {
	return t.HasAny(w, m.From, key.WordRespond, key.WordIf) || t.falls(w, m.From)
}

// falls says that words from to to speak of a deadline, and not only of "until".
func (t *Text) falls(from, to int) bool {
	if _, ok := t.Has(key.LabelDeadline, from, to); ok {
		return true
	}
	for i := t.After(from); i < len(t.Hits) && t.Hits[i].From < to; i++ {
		if h := t.Hits[i]; h.Key == key.WordDue {
			if _, by := t.Begins(key.WordBy, h.From, h.To); !by {
				return true
			}
		}
	}
	return false
}

// CustomersPlace is how many words may stand before the customer who is the
// subject of a sentence.
const CustomersPlace = 5

// onCondition says that a condition stands before a day, which is no mere word for
// "until" right before it, as the German "bis" is.
func (t *Text) onCondition(s words.Span, m dates.Moment) bool {
	for i := t.After(s.From); i < len(t.Hits) && t.Hits[i].From < m.From; i++ {
		if t.Hits[i].Key == key.WordIf {
			by, until := t.Begins(key.WordBy, t.Hits[i].From, m.From)
			_, decides := t.Begins(key.AboutVerdict, t.Hits[i].From, m.From) // "rozhodneme": what will be
			if !decides && (!until || m.From-by.To > 2) {
				return true
			}
		}
	}
	return false
}

// tellsLack says that a sentence tells of what is not there, and not only that there
// is nothing to do.
func (t *Text) tellsLack(s words.Span) bool {
	for i := t.After(s.From); i < len(t.Hits) && t.Hits[i].From < s.To; i++ {
		if h := t.Hits[i]; h.Key == key.WordNot {
			_, nothing := t.Begins(key.AboutNothing, h.From, s.To)
			_, inside := t.Has(key.AboutNothing, max(s.From, h.From-phrase.MaxGap), h.To+1)
			if !nothing && !inside {
				return true
			}
		}
	}
	return false
}

// WantsNothing says that the news of a text say that there is nothing to do.
func (t *Text) WantsNothing() bool {
	for _, h := range t.Hits {
		if h.Key == key.AboutNothing && t.IsNews(h.From) && t.leavesNothing(h) {
			return true
		}
	}
	return false
}

// leavesNothing says that a hit tells the merchant that there is nothing to do, on no
// condition that he has to meet: "if you accept the claim, no action is needed", "... if
// you have already answered", and that it is not the customer who has nothing to do.
func (t *Text) leavesNothing(h phrase.Hit) bool {
	s := t.Sentence(h.From)
	_, cond := t.Begins(key.WordIf, s.From, h.From)
	_, by := t.Begins(key.WordBy, s.From, h.From)
	return (!cond || by) && !t.ifYou(h.To, s) && !t.customersOwnRest(h, s)
}

// ifYou says that a condition on what the merchant does, or has already done, stands
// behind word from.
func (t *Text) ifYou(from int, s words.Span) bool {
	for i := t.After(from); i < len(t.Hits) && t.Hits[i].From < s.To; i++ {
		h := t.Hits[i]
		if _, by := t.Begins(key.WordBy, h.From, s.To); h.Key != key.WordIf || by {
			continue
		}
		you, ok := t.Has(key.WordMerchant, h.From, min(h.To+1, s.To))
		if ok && you.From >= h.To-1 || t.HasAny(h.To, min(h.To+maxModal+1, s.To), key.AboutAlready) {
			return true
		}
	}
	return false
}

// customersOwnRest says that it is the customer who has nothing to do: "the customer need
// not do anything", "no further action is needed from the customer".
func (t *Text) customersOwnRest(h phrase.Hit, s words.Span) bool {
	before, ok := t.Has(key.WordCustomer, max(s.From, h.From-maxModal-1), h.From)
	if ok && !t.Apart(before.To, h.From) && !t.HasAny(before.To, h.From, key.WordMerchant) {
		return true
	}
	behind, ok := t.Has(key.WordCustomer, h.To, min(h.To+CustomersPlace, s.To))
	return ok && !t.Apart(h.To, behind.From)
}

// thanks says that the news of a text say that something arrived.
func (t *Text) thanks() bool {
	for _, h := range t.Hits {
		if (h.Key == key.AboutArrived || h.Key == key.KindEvidenceReceived) && t.IsNews(h.From) {
			return true
		}
	}
	return false
}

// Theirs says that words in front of word w tell what Klarna or the customer does, and
// not what the merchant may do about it, "the customer won, but you may appeal", or has
// to: "it ends in the customer's favour unless you respond".
func (t *Text) Theirs(s words.Span, w int) bool {
	for i := t.After(s.From); i < len(t.Hits) && t.Hits[i].From < w; i++ {
		if h := t.Hits[i]; h.Key == key.WordTheirs && h.To <= w {
			_, customer := t.Has(key.WordCustomer, h.From, h.To)
			if !(customer && t.appeals(words.Span{From: h.To, To: s.To})) && !t.depends(h, w) && !t.turns(h.To, w, s) {
				return true
			}
		}
	}
	return false
}

// turns says that between word from and a day at word w a sentence turns to the
// merchant: "the customer has contacted us, and we need your answer by 12 February".
func (t *Text) turns(from, w int, s words.Span) bool {
	ask, ok := t.Has(key.WordAsk, from, w)
	return ok && t.HasAny(ask.From, s.To, key.WordRespond)
}

// depends says that before word to a condition that the merchant can meet limits what
// others do, or holds it: "unless you respond", "if we do not hear from you".
func (t *Text) depends(theirs phrase.Hit, to int) bool {
	for i := t.After(theirs.From - maxPledge); i < len(t.Hits) && t.Hits[i].From < to; i++ {
		f := t.Hits[i]
		if f.Key != key.WordIf || f.To > theirs.From && f.From < theirs.To || f.To < theirs.From {
			continue
		}
		next, reach := f.To, 1
		if next < to && weWords[t.Words[next].Norm] {
			next, reach = next+1, maxPledge
		}
		answer, asks := t.Has(key.WordRespond, next, to)
		_, you := t.Has(key.WordMerchant, next, min(next+reach, to))
		_, not := t.Has(key.WordNot, next, min(next+reach, to))
		own := f.From != theirs.To // and no part of "the customer will not answer"
		if asks && (you || own && (not || answer.From == next)) {
			return true
		}
	}
	return false
}

// weWords are the words for "we", and maxPledge is how many words stand between it and
// what it is about in a condition: "we do not", "we have your".
var weWords = map[string]bool{"we": true, "wir": true, "nous": true, "vi": true, "wij": true, "olemme": true}

const maxPledge = 3
