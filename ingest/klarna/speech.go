package klarna

import (
	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
	"github.com/disputewatch/disputewatch/rules"
)

// What a mail wants is said in more ways than any list of phrases holds. So
// beside the phrases of a kind, the words of a sentence count together: "files"
// and "added" are evidence that arrived, in whatever order they stand. Such a
// sentence says less than a phrase, which therefore goes before it.

// inSpeech is the weight of a subject whose words together make a kind: less
// than that of a phrase.
const inSpeech = inSubject - 4

// topic is what one sentence speaks of.
type topic struct {
	spoken  key.Set // what it tells, of "about." and some of "word."
	denied  key.Set // and what it denies
	subject bool
	top     bool // among the first lines
	brief   bool // it counts at most briefDays
	theirs  bool // evidence of the customer's arrived
	words   string
	text    *text
	line    int
}

// speech lists what the sentences of the mail speak of. A thing that is denied,
// or told only as possible, is not spoken of.
func (r *reader) speech() []topic {
	var out []topic
	for _, t := range r.texts {
		if t.answers {
			continue
		}
		for i := 0; i < t.news && len(out) < maxTopics; {
			s := t.Sentence(i)
			s.From = i
			tp, ok := t.topic(s)
			if tp.brief = tp.subject && brief(r.v, t, s); ok || tp.brief {
				out = append(out, tp)
			}
			i = s.To
		}
	}
	return out
}

// briefDays is what is left at most when Klarna reminds: it does so three days
// before the deadline.
const briefDays = 3

// brief says that a span counts a few days or hours.
func brief(v *phrase.Vocabulary, t *text, s words.Span) bool {
	for i := s.From; i < s.To; i++ {
		n, next := dates.Count(v, &t.Text, i, s.To)
		if n == 0 {
			continue
		}
		switch unit, _ := dates.Unit(&t.Text, next, s.To); unit {
		case "hour":
			return n <= briefDays*24
		case "day", "workday", "fullday":
			return n <= briefDays
		}
	}
	return false
}

// maxTopics bounds how many sentences are looked at.
const maxTopics = 400

func (t *text) topic(s words.Span) (topic, bool) {
	tp, about := topic{text: t, subject: t.Name == "subject"}, false
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
		case h.To > s.To || key.Aids.Has(k) || k == key.AboutLacks && t.ofReason(h) || k == key.AboutHold && (t.spared(h) || t.ofPapers(h)), k == key.AboutReplied && t.ofBill(h),
			k == key.AboutArrived && t.disputeCame(h), k == key.AboutNothing && !t.leavesNothing(h):
		case k == key.AboutArrived && t.fromCustomer(h):
			tp.theirs, about = true, true
		case done.Has(k) && t.denied(h):
			tp.denied.Add(k)
		case key.OfAbout.Has(k):
			tp.spoken.Add(k)
			about = true
			if tp.words == "" {
				tp.words = t.S[t.Words[h.From].At:t.Words[h.To-1].End]
			}
		case key.OfResult.Has(k):
			if tp.subject && !t.denied(h) && !t.possible(s.From, h.From, false) {
				tp.spoken.Add(key.AnyResult)
			}
		case key.OfReason.Has(k):
			if h.To-h.From > 1 && !t.denied(h) && !t.waits(h, s) {
				tp.spoken.Add(key.AnyReason)
			}
		case k == key.WordDispute && t.harmless(h):
		case besides.Has(k):
			tp.spoken.Add(k)
		}
	}
	tp.line = t.LineOf(s.From)
	tp.top = tp.line < topLines
	return tp, about || tp.has(key.AnyReason) || tp.has(key.AnyResult)
}

// topics are the phrases that make a sentence one to listen to.
var topics = key.OfAbout.Without(key.Aids).Or(key.OfReason).Or(key.OfResult)

// besides are the words that count in such a sentence.
var besides = key.Of(key.WordDispute, key.WordCase, key.WordCustomer, key.WordOrder, key.WordRespond, key.WordNot)

// ofReason says that a hit is a piece of what is wrong with the purchase: what
// "missing delivery" lacks is no answer.
func (t *text) ofReason(h phrase.Hit) bool {
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
func (t *text) disputeCame(h phrase.Hit) bool {
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
func (t *text) fromCustomer(h phrase.Hit) bool {
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
func (t *text) ofPapers(h phrase.Hit) bool {
	_, papers := t.Has(key.AboutMaterial, h.To, min(h.To+4, t.Sentence(h.From).To))
	return papers
}

// ofBill says that what a hit does not agree with is a bill, not an answer.
func (t *text) ofBill(h phrase.Hit) bool {
	_, bill := t.Has(key.AboutBill, h.From, min(h.To+4, t.Sentence(h.From).To))
	return bill
}

// spared says that what a hit asks for need not be done: "you do not need to
// stop the delivery".
func (t *text) spared(h phrase.Hit) bool {
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

// has says that a sentence speaks of something.
func (tp *topic) has(k key.Key) bool { return tp.spoken.Has(k) }

// all says that a sentence speaks of each of these.
func (tp *topic) all(list ...key.Key) bool { return tp.spoken.All(list...) }

// objects says that a customer objects, not the merchant to a decision.
func (tp *topic) objects() bool {
	return tp.has(key.WordCustomer) && !tp.has(key.AboutVerdict) && !tp.has(key.AboutOver) && !tp.has(key.AnyResult) && !tp.has(key.AboutRight)
}

// kinds are the kinds that the words of one sentence make, with the weight that
// they have in a body: what requests say too, such as "more information", has
// little.
func (tp *topic) kinds() map[rules.Kind]int {
	matter := tp.has(key.WordDispute) || tp.has(key.WordCase)
	out := map[rules.Kind]int{}
	if tp.all(key.AboutHold, key.AboutGoods) || tp.all(key.AboutDepot, key.WordNot, key.AboutGoods) {
		out[rules.KindStopRequest] = atTop
	}
	if tp.has(key.AboutAgain) && !tp.objects() || tp.has(key.AboutUnhappy) && (tp.has(key.AboutVerdict) || tp.has(key.AboutOver) || tp.denied.Has(key.AboutOver)) {
		out[rules.KindAppealOpen] = further
	}
	switch {
	case tp.has(key.AboutSoon): // what will be closed is not closed
	case tp.has(key.AboutDrop) && (matter || tp.all(key.WordCustomer, key.WordOrder)):
		out[rules.KindResolved] = atTop
	case tp.has(key.AnyResult) && matter: // in a subject
		out[rules.KindResolved] = further
	case tp.has(key.AboutOver) && matter && !tp.has(key.WordRespond):
		out[rules.KindResolved] = atTop
	case tp.has(key.AboutVerdict) && matter && tp.subject:
		out[rules.KindResolved] = further
	}
	if (tp.has(key.AboutInquire) || tp.has(key.AboutFraud)) && (tp.has(key.WordOrder) || tp.has(key.AboutGoods)) && !tp.has(key.WordDispute) && !tp.has(key.AboutHold) {
		out[rules.KindInvestigation] = atTop
	}
	if tp.has(key.AboutLeft) && (matter || tp.has(key.AboutMaterial) || tp.has(key.WordRespond) || tp.subject) {
		out[rules.KindReminder] = further
	}
	if tp.subject && tp.has(key.AboutSecond) && matter || tp.has(key.AboutSilent) || tp.all(key.AboutSoon, key.AboutOver) || tp.subject && tp.has(key.AboutSoon) && matter {
		out[rules.KindReminder] = atTop
	}
	if tp.top && tp.has(key.AboutSecond) && matter && !tp.has(key.AboutEarlier) {
		out[rules.KindReminder] = atTop
	}
	if tp.denied.Has(key.AboutArrived) && tp.all(key.AboutMaterial, key.WordNot) && !tp.has(key.WordCustomer) && !tp.has(key.AboutEarlier) && !tp.has(key.AboutLacks) {
		out[rules.KindReminder] = atTop
	}
	if tp.all(key.AboutLacks, key.AboutMaterial) || tp.subject && matter && tp.all(key.AboutQuestion, key.AboutMaterial) {
		out[rules.KindFollowUp] = further
	}
	if tp.all(key.WordCustomer, key.AboutReplied) || tp.has(key.AboutEarlier) && (tp.has(key.AboutLacks) || tp.has(key.AboutQuestion)) {
		out[rules.KindFollowUp] = atTop
	}
	if tp.subject && tp.has(key.AboutReceipt) && (matter || tp.has(key.AboutMaterial)) {
		out[rules.KindEvidenceReceived] = further
	}
	if tp.subject && tp.has(key.AboutReport) {
		out[rules.KindKlarnaOther] = further
	}
	if tp.all(key.AboutMaterial, key.AboutArrived) && !tp.has(key.AboutLacks) && !tp.denied.Has(key.AboutArrived) {
		out[rules.KindEvidenceReceived] = further + 1
	}
	if _, over := out[rules.KindResolved]; !over && (tp.all(key.WordCustomer, key.AboutSays) && (tp.has(key.AnyReason) || matter) || tp.subject && tp.has(key.AnyReason)) {
		out[rules.KindDisputeRequest] = atTop
	}
	if tp.all(key.AboutApp, key.WordCustomer) && !matter && !tp.has(key.AnyReason) {
		out[rules.KindCustomerMessage] = atTop
	}
	if tp.subject && tp.all(key.AboutMessage, key.WordCustomer) && !matter && !tp.has(key.AnyReason) && !tp.has(key.AboutHold) && !tp.has(key.AboutFraud) {
		out[rules.KindCustomerMessage] = atTop
	}
	if tp.has(key.AboutTalk) && (tp.has(key.WordOrder) || tp.has(key.WordCustomer) || tp.has(key.AboutGoods)) && !tp.has(key.WordDispute) && !tp.has(key.AnyReason) && tp.subject {
		out[rules.KindCustomerMessage] = further
	}
	return out
}

// listen adds to the weights of phrases what whole sentences say. In a subject
// that counts only where no phrase names a kind but a request, which is what
// every other kind is about; a stop request is heard in any case.
func (r *reader) listen(w map[rules.Kind]weight, speaks bool) {
	named := false
	for i, k := range kinds {
		possible := i >= 8 || r.fits(k, w[k], speaks)
		named = named || w[k].subject > 0 && k != rules.KindDisputeRequest && possible
	}
	disputed := w[rules.KindDisputeRequest].subject > 0
	asks, fraud := len(r.dates)+len(r.loose) > 0 && !r.met(), false
	for _, tp := range r.topics {
		fraud = fraud || tp.has(key.AboutFraud)
	}
	for _, tp := range r.topics {
		found := tp.kinds()
		if fraud && tp.subject && tp.all(key.WordNot, key.AboutGoods) {
			found[rules.KindStopRequest] = atTop // "do not …", of an order that may be a fraud
		}
		if tp.theirs && !asks {
			found[rules.KindFollowUp] = atTop
		}
		if asks && tp.subject && tp.has(key.AboutQuestion) && (tp.has(key.WordDispute) || tp.has(key.WordCase)) {
			delete(found, rules.KindReminder) // "one question is left"
			found[rules.KindFollowUp] = atTop
		}
		if tp.brief && !disputed {
			found[rules.KindReminder] = atTop // "two days to go"
		}
		if tp.all(key.AboutMaterial, key.AboutPerused) && !tp.has(key.WordCustomer) && r.lacksMore() {
			found[rules.KindFollowUp] = atTop
		}
		if asks && !tp.has(key.WordCustomer) && (tp.has(key.AboutEarlier) || tp.all(key.AboutMaterial, key.AboutPerused) || tp.all(key.AboutMaterial, key.AboutArrived) && !tp.denied.Has(key.AboutArrived)) {
			delete(found, rules.KindEvidenceReceived)
			found[rules.KindFollowUp] = atTop // it was answered, and asks again
		}
		looked := tp.all(key.AboutMaterial, key.AboutInquire) || tp.subject && tp.all(key.WordDispute, key.AboutInquire) // "your answer is being looked at"
		if !asks && r.n.DisputeID != "" && (looked || tp.all(key.AboutEarlier, key.AboutArrived) || tp.all(key.AboutMaterial, key.AboutArrived)) && !tp.denied.Has(key.AboutArrived) && !tp.has(key.AboutLacks) {
			found[rules.KindEvidenceReceived] = atTop
		}
		for k, points := range found {
			x := w[k]
			switch {
			case tp.subject && disputed && (k == rules.KindDisputeRequest || k == rules.KindCustomerMessage || k == rules.KindKlarnaOther):
			case tp.subject && (!named || k == rules.KindStopRequest):
				x.subject = max(x.subject, inSpeech)
			case tp.subject:
			case k == rules.KindAppealOpen && asks && tp.top:
				x.body = min(x.body+atTop, inSubject-2)
			case tp.top:
				x.body = min(x.body+points, inSubject-2)
			default:
				x.body = min(x.body+further, inSubject-2)
			}
			if x.words == "" && x.sum() > 0 {
				x.words, x.place = tp.words, tp.text.Place(tp.line)
			}
			if x.sum() > 0 {
				w[k] = x
			}
		}
	}
}

// opens says that a sentence tells of a dispute that was opened.
func (r *reader) opens() bool {
	for _, tp := range r.topics {
		if tp.all(key.AboutOpened, key.WordDispute) && !tp.has(key.AboutOver) && !tp.has(key.AboutDrop) {
			return true
		}
	}
	return false
}

// complains says that the mail tells what is wrong with a purchase, in a
// sentence of the customer or in the subject.
func (r *reader) complains() bool {
	for _, tp := range r.topics {
		if tp.has(key.AnyReason) && (tp.subject || tp.has(key.WordCustomer)) {
			return true
		}
	}
	return false
}

// spoken is the result that whole sentences tell of a mail that is about one.
func (r *reader) spoken() []string {
	var out []string
	for _, tp := range r.topics {
		switch {
		case tp.has(key.AboutDrop) && (tp.has(key.WordDispute) || tp.has(key.WordCase) || tp.has(key.WordCustomer)):
			out = append(out, string(rules.ResultWithdrawn))
		case tp.all(key.AboutPays, key.WordCustomer) && !tp.has(key.AboutFree), tp.has(key.AboutStays):
			out = append(out, string(rules.ResultWon))
		case tp.has(key.AboutTake), tp.all(key.AboutFree, key.WordCustomer), tp.has(key.AboutRight) && (tp.has(key.WordCustomer) || tp.has(key.WordDispute)):
			out = append(out, string(rules.ResultLost))
		}
	}
	return unique(out)
}
