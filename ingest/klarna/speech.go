package klarna

import (
	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/sentences"
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

// speech lists what the sentences of the mail speak of. A thing that is denied,
// or told only as possible, is not spoken of.
func (r *reader) speech() []sentences.Topic {
	var out []sentences.Topic
	for _, t := range r.texts {
		if t.Answers {
			continue
		}
		for i := 0; i < t.News && len(out) < maxTopics; {
			s := t.Sentence(i)
			s.From = i
			tp, ok := t.Topic(s)
			if tp.Brief = tp.Subject && brief(r.v, t, s); ok || tp.Brief {
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
		n, next := dates.Count(v, t.page(), i, s.To)
		if n == 0 {
			continue
		}
		switch unit, _ := dates.Unit(t.page(), next, s.To); unit {
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

// kindsOf are the kinds that the words of one sentence make, with the weight that
// they have in a body: what requests say too, such as "more information", has
// little.
func kindsOf(tp *sentences.Topic) map[rules.Kind]int {
	matter := tp.Has(key.WordDispute) || tp.Has(key.WordCase)
	out := map[rules.Kind]int{}
	if tp.All(key.AboutHold, key.AboutGoods) || tp.All(key.AboutDepot, key.WordNot, key.AboutGoods) {
		out[rules.KindStopRequest] = atTop
	}
	if tp.Has(key.AboutAgain) && !tp.Objects() || tp.Has(key.AboutUnhappy) && (tp.Has(key.AboutVerdict) || tp.Has(key.AboutOver) || tp.Denied.Has(key.AboutOver)) {
		out[rules.KindAppealOpen] = further
	}
	switch {
	case tp.Has(key.AboutSoon): // what will be closed is not closed
	case tp.Has(key.AboutDrop) && (matter || tp.All(key.WordCustomer, key.WordOrder)):
		out[rules.KindResolved] = atTop
	case tp.Has(key.AnyResult) && matter: // in a subject
		out[rules.KindResolved] = further
	case tp.Has(key.AboutOver) && matter && !tp.Has(key.WordRespond):
		out[rules.KindResolved] = atTop
	case tp.Has(key.AboutVerdict) && matter && tp.Subject:
		out[rules.KindResolved] = further
	}
	if (tp.Has(key.AboutInquire) || tp.Has(key.AboutFraud)) && (tp.Has(key.WordOrder) || tp.Has(key.AboutGoods)) && !tp.Has(key.WordDispute) && !tp.Has(key.AboutHold) {
		out[rules.KindInvestigation] = atTop
	}
	if tp.Has(key.AboutLeft) && (matter || tp.Has(key.AboutMaterial) || tp.Has(key.WordRespond) || tp.Subject) {
		out[rules.KindReminder] = further
	}
	if tp.Subject && tp.Has(key.AboutSecond) && matter || tp.Has(key.AboutSilent) || tp.All(key.AboutSoon, key.AboutOver) || tp.Subject && tp.Has(key.AboutSoon) && matter {
		out[rules.KindReminder] = atTop
	}
	if tp.Top && tp.Has(key.AboutSecond) && matter && !tp.Has(key.AboutEarlier) {
		out[rules.KindReminder] = atTop
	}
	if tp.Ended && matter && !tp.Subject {
		out[rules.KindResolved] = atTop
		return out // "as no answer reached us, the dispute was lost"
	}
	if tp.Denied.Has(key.AboutArrived) && tp.All(key.AboutMaterial, key.WordNot) && !tp.Has(key.WordCustomer) && !tp.Has(key.AboutEarlier) && !tp.Has(key.AboutLacks) {
		out[rules.KindReminder] = atTop
	}
	if tp.All(key.AboutLacks, key.AboutMaterial) || tp.Subject && matter && tp.All(key.AboutQuestion, key.AboutMaterial) {
		out[rules.KindFollowUp] = further
	}
	if tp.All(key.WordCustomer, key.AboutReplied) || tp.Has(key.AboutEarlier) && (tp.Has(key.AboutLacks) || tp.Has(key.AboutQuestion)) {
		out[rules.KindFollowUp] = atTop
	}
	if tp.Subject && tp.Has(key.AboutReceipt) && (matter || tp.Has(key.AboutMaterial)) {
		out[rules.KindEvidenceReceived] = further
	}
	if tp.Subject && tp.Has(key.AboutReport) {
		out[rules.KindKlarnaOther] = further
	}
	if tp.All(key.AboutMaterial, key.AboutArrived) && !tp.Has(key.AboutLacks) && !tp.Denied.Has(key.AboutArrived) {
		out[rules.KindEvidenceReceived] = further + 1
	}
	if _, over := out[rules.KindResolved]; !over && (tp.All(key.WordCustomer, key.AboutSays) && (tp.Has(key.AnyReason) || matter) || tp.Subject && tp.Has(key.AnyReason)) {
		out[rules.KindDisputeRequest] = atTop
	}
	if tp.All(key.AboutApp, key.WordCustomer) && !matter && !tp.Has(key.AnyReason) {
		out[rules.KindCustomerMessage] = atTop
	}
	if tp.Subject && tp.All(key.AboutMessage, key.WordCustomer) && !matter && !tp.Has(key.AnyReason) && !tp.Has(key.AboutHold) && !tp.Has(key.AboutFraud) {
		out[rules.KindCustomerMessage] = atTop
	}
	if tp.Has(key.AboutTalk) && (tp.Has(key.WordOrder) || tp.Has(key.WordCustomer) || tp.Has(key.AboutGoods)) && !tp.Has(key.WordDispute) && !tp.Has(key.AnyReason) && tp.Subject {
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
		fraud = fraud || tp.Has(key.AboutFraud)
	}
	for _, tp := range r.topics {
		found := kindsOf(&tp)
		if fraud && tp.Subject && tp.All(key.WordNot, key.AboutGoods) {
			found[rules.KindStopRequest] = atTop // "do not …", of an order that may be a fraud
		}
		if tp.Theirs && !asks {
			found[rules.KindFollowUp] = atTop
		}
		if asks && tp.Subject && tp.Has(key.AboutQuestion) && (tp.Has(key.WordDispute) || tp.Has(key.WordCase)) {
			delete(found, rules.KindReminder) // "one question is left"
			found[rules.KindFollowUp] = atTop
		}
		if tp.Brief && !disputed {
			found[rules.KindReminder] = atTop // "two days to go"
		}
		if tp.All(key.AboutMaterial, key.AboutPerused) && !tp.Has(key.WordCustomer) && r.lacksMore() {
			found[rules.KindFollowUp] = atTop
		}
		if asks && !tp.Has(key.WordCustomer) && (tp.Has(key.AboutEarlier) || tp.All(key.AboutMaterial, key.AboutPerused) || tp.All(key.AboutMaterial, key.AboutArrived) && !tp.Denied.Has(key.AboutArrived)) {
			delete(found, rules.KindEvidenceReceived)
			found[rules.KindFollowUp] = atTop // it was answered, and asks again
		}
		looked := tp.All(key.AboutMaterial, key.AboutInquire) || tp.Subject && tp.All(key.WordDispute, key.AboutInquire) // "your answer is being looked at"
		if !asks && r.n.DisputeID != "" && (looked || tp.All(key.AboutEarlier, key.AboutArrived) || tp.All(key.AboutMaterial, key.AboutArrived)) && !tp.Denied.Has(key.AboutArrived) && !tp.Has(key.AboutLacks) {
			found[rules.KindEvidenceReceived] = atTop
		}
		for k, points := range found {
			x := w[k]
			switch {
			case tp.Subject && disputed && (k == rules.KindDisputeRequest || k == rules.KindCustomerMessage || k == rules.KindKlarnaOther):
			case tp.Subject && (!named || k == rules.KindStopRequest):
				x.subject = max(x.subject, inSpeech)
			case tp.Subject:
			case k == rules.KindAppealOpen && asks && tp.Top:
				x.body = min(x.body+atTop, inSubject-2)
			case tp.Top:
				x.body = min(x.body+points, inSubject-2)
			default:
				x.body = min(x.body+further, inSubject-2)
			}
			if x.words == "" && x.sum() > 0 {
				x.words, x.place = tp.Words, tp.Text.Place(tp.Line)
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
		if tp.All(key.AboutOpened, key.WordDispute) && !tp.Has(key.AboutOver) && !tp.Has(key.AboutDrop) {
			return true
		}
	}
	return false
}

// complains says that the mail tells what is wrong with a purchase, in a
// sentence of the customer or in the subject.
func (r *reader) complains() bool {
	for _, tp := range r.topics {
		if tp.Has(key.AnyReason) && (tp.Subject || tp.Has(key.WordCustomer)) {
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
		case tp.Has(key.AboutDrop) && (tp.Has(key.WordDispute) || tp.Has(key.WordCase) || tp.Has(key.WordCustomer)):
			out = append(out, string(rules.ResultWithdrawn))
		case tp.All(key.AboutPays, key.WordCustomer) && !tp.Has(key.AboutFree), tp.Has(key.AboutStays):
			out = append(out, string(rules.ResultWon))
		case tp.Has(key.AboutTake), tp.All(key.AboutFree, key.WordCustomer), tp.Has(key.AboutRight) && (tp.Has(key.WordCustomer) || tp.Has(key.WordDispute)):
			out = append(out, string(rules.ResultLost))
		}
	}
	return unique(out)
}
