package sentences

import (
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// Topic is what one sentence speaks of.
type Topic struct {
	spoken  key.Set // what it tells, of "about." and some of "word."
	Denied  key.Set // and what it denies
	Subject bool
	Top     bool // among the first lines
	Brief   bool // it counts a few days at most; the reader says so
	Theirs  bool // evidence of the customer's arrived
	Ended   bool // it tells, as what happened, for whom something ended
	Words   string
	Text    *Text
	Line    int
}

// Topic is what sentence s speaks of; ok says that it is one to listen to.
func (t *Text) Topic(s words.Span) (tp Topic, ok bool) {
	tp, about := Topic{Text: t, Subject: t.Name == "subject"}, false
	for i := t.After(s.From); i < len(t.Hits) && t.Hits[i].From < s.To && !about; i++ {
		about = topics.Has(t.Hits[i].Key)
	}
	if !about {
		return tp, false
	}
	about = false
	for i := t.After(s.From); i < len(t.Hits) && t.Hits[i].From < s.To; i++ {
		h := t.Hits[i]
		switch k := h.Key; {
		case h.To > s.To || key.Aids.Has(k) || k == key.AboutLacks && t.OfReason(h) || k == key.AboutHold && (t.spared(h) || t.ofPapers(h)), k == key.AboutReplied && t.ofBill(h),
			k == key.AboutArrived && t.disputeCame(h), k == key.AboutNothing && !t.leavesNothing(h):
		case k == key.AboutArrived && t.fromCustomer(h):
			tp.Theirs, about = true, true
		case done.Has(k) && t.Denied(h):
			tp.Denied.Add(k)
		case key.OfAbout.Has(k):
			tp.spoken.Add(k)
			about = true
			if tp.Words == "" {
				tp.Words = t.S[t.Words[h.From].At:t.Words[h.To-1].End]
			}
		case key.OfResult.Has(k):
			if t.Denied(h) || t.possible(s.From, h.From, false) {
				break
			}
			if tp.Ended = tp.Ended || h.To-h.From > 1; tp.Subject {
				tp.spoken.Add(key.AnyResult)
			}
		case key.OfReason.Has(k):
			if h.To-h.From > 1 && !t.Denied(h) && !t.Waits(h, s) {
				tp.spoken.Add(key.AnyReason)
			}
		case k == key.WordDispute && t.Harmless(h):
		case besides.Has(k):
			tp.spoken.Add(k)
		}
	}
	tp.Line = t.LineOf(s.From)
	tp.Top = tp.Line < TopLines
	return tp, about || tp.Ended || tp.Has(key.AnyReason) || tp.Has(key.AnyResult)
}

// topics are the phrases that make a sentence one to listen to.
var topics = key.OfAbout.Without(key.Aids).Or(key.OfReason).Or(key.OfResult)

// besides are the words that count in such a sentence.
var besides = key.Of(key.WordDispute, key.WordCase, key.WordCustomer, key.WordOrder, key.WordRespond, key.WordNot)

// OfReason says that a hit is a piece of what is wrong with the purchase: what
// "missing delivery" lacks is no answer.
func (t *Text) OfReason(h phrase.Hit) bool {
	if t.HasAny(max(t.Sentence(h.From).From, h.From-maxModal), h.From, key.AboutMaterial) {
		return false // "the tracking number is missing"
	}
	for i := t.After(h.From - phrase.MaxGap); i < len(t.Hits) && t.Hits[i].From <= h.From; i++ {
		if o := t.Hits[i]; key.OfReason.Has(o.Key) && o.To >= h.To && o.To-o.From > 1 {
			return true
		}
	}
	return false
}

// disputeCame says that what a hit tells to have arrived is a dispute, and no evidence:
// "new dispute received: please send your documents", "we have received a dispute".
func (t *Text) disputeCame(h phrase.Hit) bool {
	s := t.Sentence(h.From)
	if t.HasAny(s.From, h.From, key.AboutMaterial) {
		return false
	}
	if t.HasAny(max(s.From, h.From-2), h.From, key.WordDispute, key.WordCase) {
		what, ok := t.Has(key.AboutMaterial, h.From, min(h.To+2, s.To))
		return !ok || what.From > h.From && t.Apart(h.From+1, what.From)
	}
	d, ok := t.Has(key.WordDispute, h.From, min(h.To+maxArticles+1, s.To))
	return ok && !t.HasAny(h.From, min(d.To+1, s.To), key.AboutMaterial) && !(d.From >= h.To && t.Apart(h.To, d.From))
}

// fromCustomer says that what a hit tells to have arrived is the customer's: "we received
// the customer's documents", "photos from the customer have come in", and not "your answer
// to the customer's complaint".
func (t *Text) fromCustomer(h phrase.Hit) bool {
	s, theirs := t.Sentence(h.From), false
	for _, m := range t.Within(key.Of(key.AboutMaterial), s) {
		before, ok := t.Has(key.WordCustomer, max(s.From, m.From-maxArticles), m.From)
		own := ok && !t.Apart(before.To, m.From) && !t.HasAny(before.To, m.From, key.WordMerchant)
		if !own {
			behind, ok := t.Has(key.WordCustomer, m.To, min(m.To+maxArticles+1, s.To))
			own = ok && !t.Apart(m.To, behind.From) && !t.HasAny(m.To, min(behind.To+maxArticles, s.To), key.WordDispute, key.WordCase)
		}
		if !own {
			return false
		}
		theirs = true
	}
	return theirs
}

// ofPapers says that what a hit asks not to send is evidence, by mail perhaps.
func (t *Text) ofPapers(h phrase.Hit) bool {
	_, papers := t.Has(key.AboutMaterial, h.To, min(h.To+4, t.Sentence(h.From).To))
	return papers
}

// ofBill says that what a hit does not agree with is a bill, not an answer.
func (t *Text) ofBill(h phrase.Hit) bool {
	_, bill := t.Has(key.AboutBill, h.From, min(h.To+4, t.Sentence(h.From).To))
	return bill
}

// spared says that what a hit asks for need not be done: "you do not need to
// stop the delivery".
func (t *Text) spared(h phrase.Hit) bool {
	for i := t.After(h.From - maxSpared); i < len(t.Hits) && t.Hits[i].From < h.To; i++ {
		n := t.Hits[i]
		if n.Key != key.AboutNeedless {
			continue
		}
		if n.To == h.From || n.From < h.From && n.To > h.From && n.To < h.To || n.From >= h.From && h.Fills(n.From) || n.From >= h.To-1 && n.To <= h.To+2 {
			return true
		}
	}
	return false
}

// maxSpared is how far before it a phrase may begin that spares one something.
const maxSpared = 8

// done are the topics that count only as facts.
var done = key.Of(key.AboutArrived, key.AboutOver, key.AboutDrop, key.AboutTake, key.AboutPays, key.AboutRight, key.AboutStays, key.AboutOpened)

// Has says that a sentence speaks of something.
func (tp *Topic) Has(k key.Key) bool { return tp.spoken.Has(k) }

// All says that a sentence speaks of each of these.
func (tp *Topic) All(list ...key.Key) bool { return tp.spoken.All(list...) }

// Objects says that a customer objects, not the merchant to a decision.
func (tp *Topic) Objects() bool {
	return tp.Has(key.WordCustomer) && !tp.Has(key.AboutVerdict) && !tp.Has(key.AboutOver) && !tp.Has(key.AnyResult) && !tp.Has(key.AboutRight)
}

// TopLines is how many lines at the head of a text tell what it is about.
const TopLines = 8
