package klarna

import "github.com/disputewatch/disputewatch/ingest/klarna/words"

// A mail about a dispute names days that are not the merchant's: when Klarna decides,
// when a sum is taken, until when the customer had time.

// threatens says that a sentence tells what is taken unless something happens by a
// day: "we will deduct the sum unless your evidence is here by 14 January".
func (t *text) threatens(m moment, s words.Span) bool {
	take, ok := t.has(aboutTake, s.From, m.From)
	return ok && t.hasAny([]key{wordIf}, take.to, m.From)
}

// othersDay says that what comes by a day is a decision that nothing is said to
// depend on, in a mail that thanks or wants nothing, or that the day is Klarna's or
// the customer's, in one that wants nothing.
func (t *text) othersDay(m moment, s words.Span) bool {
	_, after := t.has(wordRespond, m.To, s.To)
	if take, ok := t.has(aboutTake, s.From, m.From); ok && !after && !t.hasAny([]key{wordRespond, wordIf, wordBy}, take.to, m.From) {
		return true // "without an answer the amount will be deducted on 20 January"
	}
	if paused, ok := t.has(aboutPaused, s.From, m.From); ok && !after && !t.wantedAfter(paused.to, m) && !t.falls(s.From, paused.from) {
		return true // "we have put the customer's invoice on hold until 5 January"
	}
	if !after && t.thanks() && t.wantsNothing() && t.tellsOfOthers(m, s) {
		return true
	}
	if came, ok := t.has(aboutArrived, s.From, m.From); ok && !after && !t.wantedAfter(came.to, m) && t.wantsNothing() {
		return true // "your documents reached us on 28 December"
	}
	if t.thanks() && t.wantsNothing() && t.decisionsDay(m) {
		return true
	}
	_, asks := t.has(wordRespond, s.From, m.From)
	for _, key := range []key{aboutAgain, kindAppealOpen, aboutSilent, aboutLacks} {
		_, depends := t.has(key, s.From, s.To)
		asks = asks || depends
	}
	if asks || t.tellsLack(s) {
		return false
	}
	_, verdict := t.has(aboutVerdict, s.From, m.From)
	_, customer := t.has(wordCustomer, s.From, min(s.From+customersPlace, m.From))
	switch {
	case !after && verdict && !t.onCondition(s, m):
		return t.thanks() || t.wantsNothing()
	case !after && t.thanks() || customer:
		return t.wantsNothing()
	}
	return false
}

// maxUntil is how many words may stand before the day of a caption: "au plus tard le".
const maxUntil = 4

// decisionsDay says that a cell or line of little but the day has a caption in front of it
// or above it that tells of a decision: "Decision expected" over "No later than 8 January".
func (t *text) decisionsDay(m moment) bool {
	i := t.lineOf(m.From)
	l := t.lines[i]
	own := l.cells[len(l.cells)-1]
	if m.From-own.From > maxUntil || m.To != own.To {
		return false
	}
	from, to := l.From, own.From
	if len(l.cells) == 1 {
		if i == 0 || len(t.lines[i-1].cells) != 1 {
			return false
		}
		from, to = t.lines[i-1].From, t.lines[i-1].To
	}
	return to-from <= maxGuess && t.hasAny([]key{aboutVerdict}, from, to) &&
		!t.hasAny([]key{wordRespond, aboutAgain, kindAppealOpen, wordBy}, from, to)
}

// tellsOfOthers says that what comes by a day is the customer's answer, or a decision
// that the words for an answer stand before: "we weigh your answer and will tell you
// of the decision by 1 April".
func (t *text) tellsOfOthers(m moment, s words.Span) bool {
	first, last := -1, -1
	for i := t.after(s.From); i < len(t.hits) && t.hits[i].from < m.From; i++ {
		if h := t.hits[i]; h.key == wordRespond {
			last = h.from
			if first < 0 {
				first = last
			}
		}
	}
	customer, ok := t.has(wordCustomer, s.From, min(s.From+customersPlace, m.From))
	if ok && customer.from < last {
		return first == last && last-customer.to <= customersPlace // not "the customer answered and we need your statement"
	}
	verdict, ok := t.has(aboutVerdict, s.From, m.From)
	return ok && verdict.from > last && !t.onCondition(s, m)
}

// wantedAfter says that between word w and a day an answer, a condition or a deadline
// is named: "we received a complaint and need your answer by 28 December".
func (t *text) wantedAfter(w int, m moment) bool {
	return t.hasAny([]key{wordRespond, wordIf}, w, m.From) || t.falls(w, m.From)
}

// falls says that words from to to speak of a deadline, and not only of "until".
func (t *text) falls(from, to int) bool {
	if _, ok := t.has(labelDeadline, from, to); ok {
		return true
	}
	for i := t.after(from); i < len(t.hits) && t.hits[i].from < to; i++ {
		if h := t.hits[i]; h.key == wordDue {
			if _, by := t.begins(wordBy, h.from, h.to); !by {
				return true
			}
		}
	}
	return false
}

// customersPlace is how many words may stand before the customer who is the
// subject of a sentence.
const customersPlace = 5

// onCondition says that a condition stands before a day, which is no mere word for
// "until" right before it, as the German "bis" is.
func (t *text) onCondition(s words.Span, m moment) bool {
	for i := t.after(s.From); i < len(t.hits) && t.hits[i].from < m.From; i++ {
		if t.hits[i].key == wordIf {
			by, until := t.begins(wordBy, t.hits[i].from, m.From)
			_, decides := t.begins(aboutVerdict, t.hits[i].from, m.From) // "rozhodneme": what will be
			if !decides && (!until || m.From-by.to > 2) {
				return true
			}
		}
	}
	return false
}

// tellsLack says that a sentence tells of what is not there, and not only that there
// is nothing to do.
func (t *text) tellsLack(s words.Span) bool {
	for i := t.after(s.From); i < len(t.hits) && t.hits[i].from < s.To; i++ {
		if h := t.hits[i]; h.key == wordNot {
			_, nothing := t.begins(aboutNothing, h.from, s.To)
			_, inside := t.has(aboutNothing, max(s.From, h.from-maxGap), h.to+1)
			if !nothing && !inside {
				return true
			}
		}
	}
	return false
}

// wantsNothing says that the news of a text say that there is nothing to do.
func (t *text) wantsNothing() bool {
	for _, h := range t.hits {
		if h.key == aboutNothing && t.isNews(h.from) && t.leavesNothing(h) {
			return true
		}
	}
	return false
}

// leavesNothing says that a hit tells the merchant that there is nothing to do, on no
// condition that he has to meet: "if you accept the claim, no action is needed", "... if
// you have already answered", and that it is not the customer who has nothing to do.
func (t *text) leavesNothing(h hit) bool {
	s := t.sentence(h.from)
	_, cond := t.begins(wordIf, s.From, h.from)
	_, by := t.begins(wordBy, s.From, h.from)
	return (!cond || by) && !t.ifYou(h.to, s) && !t.customersOwnRest(h, s)
}

// ifYou says that a condition on what the merchant does, or has already done, stands
// behind word from.
func (t *text) ifYou(from int, s words.Span) bool {
	for i := t.after(from); i < len(t.hits) && t.hits[i].from < s.To; i++ {
		h := t.hits[i]
		if _, by := t.begins(wordBy, h.from, s.To); h.key != wordIf || by {
			continue
		}
		you, ok := t.has(wordMerchant, h.from, min(h.to+1, s.To))
		if ok && you.from >= h.to-1 || t.hasAny([]key{aboutAlready}, h.to, min(h.to+maxModal+1, s.To)) {
			return true
		}
	}
	return false
}

// customersOwnRest says that it is the customer who has nothing to do: "the customer need
// not do anything", "no further action is needed from the customer".
func (t *text) customersOwnRest(h hit, s words.Span) bool {
	before, ok := t.has(wordCustomer, max(s.From, h.from-maxModal-1), h.from)
	if ok && !t.apart(before.to, h.from) && !t.hasAny([]key{wordMerchant}, before.to, h.from) {
		return true
	}
	behind, ok := t.has(wordCustomer, h.to, min(h.to+customersPlace, s.To))
	return ok && !t.apart(h.to, behind.from)
}

// thanks says that the news of a text say that something arrived.
func (t *text) thanks() bool {
	for _, h := range t.hits {
		if (h.key == aboutArrived || h.key == kindEvidenceReceived) && t.isNews(h.from) {
			return true
		}
	}
	return false
}

// theirs says that words in front of word w tell what Klarna or the customer does, and
// not what the merchant may do about it, "the customer won, but you may appeal", or has
// to: "it ends in the customer's favour unless you respond".
func (t *text) theirs(s words.Span, w int) bool {
	for i := t.after(s.From); i < len(t.hits) && t.hits[i].from < w; i++ {
		if h := t.hits[i]; h.key == wordTheirs && h.to <= w {
			_, customer := t.has(wordCustomer, h.from, h.to)
			if !(customer && t.appeals(words.Span{From: h.to, To: s.To})) && !t.depends(h, w) && !t.turns(h.to, w, s) {
				return true
			}
		}
	}
	return false
}

// turns says that between word from and a day at word w a sentence turns to the
// merchant: "the customer has contacted us, and we need your answer by 12 February".
func (t *text) turns(from, w int, s words.Span) bool {
	ask, ok := t.has(wordAsk, from, w)
	return ok && t.hasAny([]key{wordRespond}, ask.from, s.To)
}

// depends says that before word to a condition that the merchant can meet limits what
// others do, or holds it: "unless you respond", "if we do not hear from you".
func (t *text) depends(theirs hit, to int) bool {
	for i := t.after(theirs.from - maxPledge); i < len(t.hits) && t.hits[i].from < to; i++ {
		f := t.hits[i]
		if f.key != wordIf || f.to > theirs.from && f.from < theirs.to || f.to < theirs.from {
			continue
		}
		next, reach := f.to, 1
		if next < to && weWords[t.words[next].Norm] {
			next, reach = next+1, maxPledge
		}
		answer, asks := t.has(wordRespond, next, to)
		_, you := t.has(wordMerchant, next, min(next+reach, to))
		_, not := t.has(wordNot, next, min(next+reach, to))
		own := f.from != theirs.to // and no part of "the customer will not answer"
		if asks && (you || own && (not || answer.from == next)) {
			return true
		}
	}
	return false
}

// weWords are the words for "we", and maxPledge is how many words stand between it and
// what it is about in a condition: "we do not", "we have your".
var weWords = map[string]bool{"we": true, "wir": true, "nous": true, "vi": true, "wij": true, "olemme": true}

const maxPledge = 3
