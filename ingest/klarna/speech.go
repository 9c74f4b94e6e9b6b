package klarna

import (
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
	spoken  keySet // what it tells, of "about." and some of "word."
	denied  keySet // and what it denies
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
			s := t.sentence(i)
			s.From = i
			tp, ok := t.topic(s)
			if tp.brief = tp.subject && r.v.brief(t, s); ok || tp.brief {
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
func (v *Vocabulary) brief(t *text, s words.Span) bool {
	for i := s.From; i < s.To; i++ {
		n, next := v.count(t, i, s.To)
		if n == 0 {
			continue
		}
		switch unit, _ := v.unit(t, next, s.To); unit {
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
	tp, about := topic{text: t, subject: t.name == "subject"}, false
	for i := t.after(s.From); i < len(t.hits) && t.hits[i].from < s.To && !about; i++ {
		about = topics.has(t.hits[i].key)
	}
	if !about {
		return tp, false
	}
	about = false
	for i := t.after(s.From); i < len(t.hits) && t.hits[i].from < s.To; i++ {
		h := t.hits[i]
		switch k := h.key; {
		case h.to > s.To || aids.has(k) || k == aboutLacks && t.ofReason(h) || k == aboutHold && (t.spared(h) || t.ofPapers(h)), k == aboutReplied && t.ofBill(h),
			k == aboutArrived && t.disputeCame(h), k == aboutNothing && !t.leavesNothing(h):
		case k == aboutArrived && t.fromCustomer(h):
			tp.theirs, about = true, true
		case done.has(k) && t.denied(h):
			tp.denied.add(k)
		case ofAbout.has(k):
			tp.spoken.add(k)
			about = true
			if tp.words == "" {
				tp.words = t.s[t.words[h.from].At:t.words[h.to-1].End]
			}
		case ofResult.has(k):
			if tp.subject && !t.denied(h) && !t.possible(s.From, h.from, false) {
				tp.spoken.add(anyResult)
			}
		case ofReason.has(k):
			if h.to-h.from > 1 && !t.denied(h) && !t.waits(h, s) {
				tp.spoken.add(anyReason)
			}
		case k == wordDispute && t.harmless(h):
		case besides.has(k):
			tp.spoken.add(k)
		}
	}
	tp.line = t.lineOf(s.From)
	tp.top = tp.line < topLines
	return tp, about || tp.has(anyReason) || tp.has(anyResult)
}

// topics are the phrases that make a sentence one to listen to.
var topics = ofAbout.without(aids).or(ofReason).or(ofResult)

// besides are the words that count in such a sentence.
var besides = setOf(wordDispute, wordCase, wordCustomer, wordOrder, wordRespond, wordNot)

// ofReason says that a hit is a piece of what is wrong with the purchase: what
// "missing delivery" lacks is no answer.
func (t *text) ofReason(h hit) bool {
	if t.hasAny([]key{aboutMaterial}, max(t.sentence(h.from).From, h.from-maxModal), h.from) {
		return false // "the tracking number is missing"
	}
	for i := t.after(h.from - maxGap); i < len(t.hits) && t.hits[i].from <= h.from; i++ {
		if o := t.hits[i]; ofReason.has(o.key) && o.to >= h.to && o.to-o.from > 1 {
			return true
		}
	}
	return false
}

// disputeCame says that what a hit tells to have arrived is a dispute, and no evidence:
// "new dispute received: please send your documents", "we have received a dispute".
func (t *text) disputeCame(h hit) bool {
	s := t.sentence(h.from)
	if t.hasAny([]key{aboutMaterial}, s.From, h.from) {
		return false
	}
	if t.hasAny([]key{wordDispute, wordCase}, max(s.From, h.from-2), h.from) {
		what, ok := t.has(aboutMaterial, h.from, min(h.to+2, s.To))
		return !ok || what.from > h.from && t.apart(h.from+1, what.from)
	}
	d, ok := t.has(wordDispute, h.from, min(h.to+maxArticles+1, s.To))
	return ok && !t.hasAny([]key{aboutMaterial}, h.from, min(d.to+1, s.To)) && !(d.from >= h.to && t.apart(h.to, d.from))
}

// fromCustomer says that what a hit tells to have arrived is the customer's: "we received
// the customer's documents", "photos from the customer have come in", and not "your answer
// to the customer's complaint".
func (t *text) fromCustomer(h hit) bool {
	s, theirs := t.sentence(h.from), false
	for _, m := range t.within(setOf(aboutMaterial), s) {
		before, ok := t.has(wordCustomer, max(s.From, m.from-maxArticles), m.from)
		own := ok && !t.apart(before.to, m.from) && !t.hasAny([]key{wordMerchant}, before.to, m.from)
		if !own {
			behind, ok := t.has(wordCustomer, m.to, min(m.to+maxArticles+1, s.To))
			own = ok && !t.apart(m.to, behind.from) && !t.hasAny([]key{wordDispute, wordCase}, m.to, min(behind.to+maxArticles, s.To))
		}
		if !own {
			return false
		}
		theirs = true
	}
	return theirs
}

// ofPapers says that what a hit asks not to send is evidence, by mail perhaps.
func (t *text) ofPapers(h hit) bool {
	_, papers := t.has(aboutMaterial, h.to, min(h.to+4, t.sentence(h.from).To))
	return papers
}

// ofBill says that what a hit does not agree with is a bill, not an answer.
func (t *text) ofBill(h hit) bool {
	_, bill := t.has(aboutBill, h.from, min(h.to+4, t.sentence(h.from).To))
	return bill
}

// spared says that what a hit asks for need not be done: "you do not need to
// stop the delivery".
func (t *text) spared(h hit) bool {
	for i := t.after(h.from - maxSpared); i < len(t.hits) && t.hits[i].from < h.to; i++ {
		n := t.hits[i]
		if n.key != aboutNeedless {
			continue
		}
		if n.to == h.from || n.from < h.from && n.to > h.from && n.to < h.to || n.from >= h.from && h.fills(n.from) || n.from >= h.to-1 && n.to <= h.to+2 {
			return true
		}
	}
	return false
}

// maxSpared is how far before it a phrase may begin that spares one something.
const maxSpared = 8

// aids are the words that mean something only beside another, see compose.
var aids = setOf(
	aboutReach, aboutNever, aboutBill, aboutWrong, aboutPaid, aboutAlready, aboutBought,
	aboutClaimed, aboutExtended, aboutReject, aboutGrant, aboutBack, aboutSecret, aboutFormer, aboutForm, aboutClose,
	aboutNeedless, aboutWaits, aboutRenewed, aboutMet, aboutMoney, aboutSides,
)

// done are the topics that count only as facts.
var done = setOf(aboutArrived, aboutOver, aboutDrop, aboutTake, aboutPays, aboutRight, aboutStays, aboutOpened)

// has says that a sentence speaks of something.
func (tp *topic) has(k key) bool { return tp.spoken.has(k) }

// all says that a sentence speaks of each of these.
func (tp *topic) all(list ...key) bool { return tp.spoken.all(list...) }

// objects says that a customer objects, not the merchant to a decision.
func (tp *topic) objects() bool {
	return tp.has(wordCustomer) && !tp.has(aboutVerdict) && !tp.has(aboutOver) && !tp.has(anyResult) && !tp.has(aboutRight)
}

// kinds are the kinds that the words of one sentence make, with the weight that
// they have in a body: what requests say too, such as "more information", has
// little.
func (tp *topic) kinds() map[rules.Kind]int {
	matter := tp.has(wordDispute) || tp.has(wordCase)
	out := map[rules.Kind]int{}
	if tp.all(aboutHold, aboutGoods) || tp.all(aboutDepot, wordNot, aboutGoods) {
		out[rules.KindStopRequest] = atTop
	}
	if tp.has(aboutAgain) && !tp.objects() || tp.has(aboutUnhappy) && (tp.has(aboutVerdict) || tp.has(aboutOver) || tp.denied.has(aboutOver)) {
		out[rules.KindAppealOpen] = further
	}
	switch {
	case tp.has(aboutSoon): // what will be closed is not closed
	case tp.has(aboutDrop) && (matter || tp.all(wordCustomer, wordOrder)):
		out[rules.KindResolved] = atTop
	case tp.has(anyResult) && matter: // in a subject
		out[rules.KindResolved] = further
	case tp.has(aboutOver) && matter && !tp.has(wordRespond):
		out[rules.KindResolved] = atTop
	case tp.has(aboutVerdict) && matter && tp.subject:
		out[rules.KindResolved] = further
	}
	if (tp.has(aboutInquire) || tp.has(aboutFraud)) && (tp.has(wordOrder) || tp.has(aboutGoods)) && !tp.has(wordDispute) && !tp.has(aboutHold) {
		out[rules.KindInvestigation] = atTop
	}
	if tp.has(aboutLeft) && (matter || tp.has(aboutMaterial) || tp.has(wordRespond) || tp.subject) {
		out[rules.KindReminder] = further
	}
	if tp.subject && tp.has(aboutSecond) && matter || tp.has(aboutSilent) || tp.all(aboutSoon, aboutOver) || tp.subject && tp.has(aboutSoon) && matter {
		out[rules.KindReminder] = atTop
	}
	if tp.top && tp.has(aboutSecond) && matter && !tp.has(aboutEarlier) {
		out[rules.KindReminder] = atTop
	}
	if tp.denied.has(aboutArrived) && tp.all(aboutMaterial, wordNot) && !tp.has(wordCustomer) && !tp.has(aboutEarlier) && !tp.has(aboutLacks) {
		out[rules.KindReminder] = atTop
	}
	if tp.all(aboutLacks, aboutMaterial) || tp.subject && matter && tp.all(aboutQuestion, aboutMaterial) {
		out[rules.KindFollowUp] = further
	}
	if tp.all(wordCustomer, aboutReplied) || tp.has(aboutEarlier) && (tp.has(aboutLacks) || tp.has(aboutQuestion)) {
		out[rules.KindFollowUp] = atTop
	}
	if tp.subject && tp.has(aboutReceipt) && (matter || tp.has(aboutMaterial)) {
		out[rules.KindEvidenceReceived] = further
	}
	if tp.subject && tp.has(aboutReport) {
		out[rules.KindKlarnaOther] = further
	}
	if tp.all(aboutMaterial, aboutArrived) && !tp.has(aboutLacks) && !tp.denied.has(aboutArrived) {
		out[rules.KindEvidenceReceived] = further + 1
	}
	if _, over := out[rules.KindResolved]; !over && (tp.all(wordCustomer, aboutSays) && (tp.has(anyReason) || matter) || tp.subject && tp.has(anyReason)) {
		out[rules.KindDisputeRequest] = atTop
	}
	if tp.all(aboutApp, wordCustomer) && !matter && !tp.has(anyReason) {
		out[rules.KindCustomerMessage] = atTop
	}
	if tp.subject && tp.all(aboutMessage, wordCustomer) && !matter && !tp.has(anyReason) && !tp.has(aboutHold) && !tp.has(aboutFraud) {
		out[rules.KindCustomerMessage] = atTop
	}
	if tp.has(aboutTalk) && (tp.has(wordOrder) || tp.has(wordCustomer) || tp.has(aboutGoods)) && !tp.has(wordDispute) && !tp.has(anyReason) && tp.subject {
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
		fraud = fraud || tp.has(aboutFraud)
	}
	for _, tp := range r.topics {
		found := tp.kinds()
		if fraud && tp.subject && tp.all(wordNot, aboutGoods) {
			found[rules.KindStopRequest] = atTop // "do not …", of an order that may be a fraud
		}
		if tp.theirs && !asks {
			found[rules.KindFollowUp] = atTop
		}
		if asks && tp.subject && tp.has(aboutQuestion) && (tp.has(wordDispute) || tp.has(wordCase)) {
			delete(found, rules.KindReminder) // "one question is left"
			found[rules.KindFollowUp] = atTop
		}
		if tp.brief && !disputed {
			found[rules.KindReminder] = atTop // "two days to go"
		}
		if tp.all(aboutMaterial, aboutPerused) && !tp.has(wordCustomer) && r.lacksMore() {
			found[rules.KindFollowUp] = atTop
		}
		if asks && !tp.has(wordCustomer) && (tp.has(aboutEarlier) || tp.all(aboutMaterial, aboutPerused) || tp.all(aboutMaterial, aboutArrived) && !tp.denied.has(aboutArrived)) {
			delete(found, rules.KindEvidenceReceived)
			found[rules.KindFollowUp] = atTop // it was answered, and asks again
		}
		looked := tp.all(aboutMaterial, aboutInquire) || tp.subject && tp.all(wordDispute, aboutInquire) // "your answer is being looked at"
		if !asks && r.n.DisputeID != "" && (looked || tp.all(aboutEarlier, aboutArrived) || tp.all(aboutMaterial, aboutArrived)) && !tp.denied.has(aboutArrived) && !tp.has(aboutLacks) {
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
				x.words, x.place = tp.words, tp.text.place(tp.line)
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
		if tp.all(aboutOpened, wordDispute) && !tp.has(aboutOver) && !tp.has(aboutDrop) {
			return true
		}
	}
	return false
}

// complains says that the mail tells what is wrong with a purchase, in a
// sentence of the customer or in the subject.
func (r *reader) complains() bool {
	for _, tp := range r.topics {
		if tp.has(anyReason) && (tp.subject || tp.has(wordCustomer)) {
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
		case tp.has(aboutDrop) && (tp.has(wordDispute) || tp.has(wordCase) || tp.has(wordCustomer)):
			out = append(out, string(rules.ResultWithdrawn))
		case tp.all(aboutPays, wordCustomer) && !tp.has(aboutFree), tp.has(aboutStays):
			out = append(out, string(rules.ResultWon))
		case tp.has(aboutTake), tp.all(aboutFree, wordCustomer), tp.has(aboutRight) && (tp.has(wordCustomer) || tp.has(wordDispute)):
			out = append(out, string(rules.ResultLost))
		}
	}
	return unique(out)
}
