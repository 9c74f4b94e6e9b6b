package klarna

import (
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/sentences"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
	"github.com/disputewatch/disputewatch/rules"
)

// decide picks the kind, "" where the mail fits nothing. A decision that can be
// contested until a day is an appeal that is open, not an end; and what thanks
// for an answer and asks for something by a day is no mere receipt.
func (r *reader) decide(w map[rules.Kind]weight, speaks bool) rules.Kind {
	return r.unlessAsked(r.weighed(w, speaks), w)
}

func (r *reader) weighed(w map[rules.Kind]weight, speaks bool) rules.Kind {
	k := r.strongest(w, speaks)
	switch {
	case asking[k] && !speaks && r.other(w), asking[k] && r.tips(w):
		return rules.KindKlarnaOther
	case asking[k] && w[k].subject <= inSpeech && w[k].body < enough && r.nothing() && !r.opens():
		return "" // it speaks of disputes in general, and of a day of something
	case k == rules.KindResolved && w[k].subject == 0 && w[rules.KindKlarnaOther].sum() >= enough && r.nothing() && !r.ended() && !r.tellsEnd():
		return rules.KindKlarnaOther // "you closed a dispute lately: how was it?"
	case k == rules.KindDisputeRequest && (r.outcome() || w[k].sum() == 0 && w[rules.KindResolved].sum() >= enough && r.ended() && !r.ahead()):
		return rules.KindResolved // the form tells what it was about
	case r.idle() && asking[k]:
		return r.rests()
	case k == rules.KindResolved && !r.kept() && (w[rules.KindAppealOpen].sum() > 0 && r.ahead() || r.ended() && (r.wants() || r.labelledAhead())):
		return rules.KindAppealOpen
	case k == rules.KindAppealOpen && w[k].subject == 0 && r.opens() && !r.ended():
		return rules.KindDisputeRequest // it tells what comes after a decision
	case k == rules.KindAppealOpen && w[k].subject < inSubject && r.won() && !r.wants():
		return rules.KindResolved // it is the customer who may appeal
	case k == rules.KindDisputeRequest && w[k].subject <= inSpeech && !r.demands():
		return r.rests()
	case k == rules.KindEvidenceReceived && (r.wants() || r.period() || r.lacksMore()):
		return rules.KindFollowUp
	case k == rules.KindEvidenceReceived && r.n.DisputeID != "" && len(r.dates)+len(r.loose) == 0 && r.concluded():
		return rules.KindResolved // it thanks for what did not help, or did
	case k == rules.KindFollowUp && (r.anew() || w[rules.KindDisputeRequest].body >= atTop) && !r.answered():
		return rules.KindDisputeRequest
	case k == rules.KindFollowUp && r.n.DisputeID == "" && !r.answered() && w[rules.KindInvestigation].body >= enough:
		return rules.KindInvestigation // "a question about an order"
	case k == rules.KindFollowUp && !r.asksMore():
		return ""
	case k == rules.KindDisputeRequest && w[k].sum() == 0 && r.pressing():
		return rules.KindReminder
	case k == rules.KindReminder && r.anew() && !r.firm(w[k]):
		return rules.KindDisputeRequest
	}
	return k
}

// outcome says that a label of one tells for whom the dispute ended.
func (r *reader) outcome() bool {
	for _, f := range r.labels {
		if f.Field == "result" && f.Rank == labels.Labelled && len(unique(f.text.Outcomes(f.Words, sentences.Outlook{Labelled: true}))) == 1 {
			return true
		}
	}
	return false
}

// demands says that the mail wants something: it names a day, or asks to answer.
func (r *reader) demands() bool {
	if len(r.dates)+len(r.loose) > 0 || r.form() > 1 {
		return true
	}
	for _, t := range r.texts {
		for _, h := range t.Hits {
			if (h.Key == key.WordButton || h.Key == key.HintDisputeRequest || h.Key == key.WordRespond) && t.IsNews(h.From) {
				return true
			}
		}
	}
	return false
}

// anew says that the mail tells of a dispute as of news: it was opened, or what
// the customer says stands at the top.
func (r *reader) anew() bool {
	if r.opens() {
		return true
	}
	for _, tp := range r.topics {
		if tp.Top && !tp.Subject && tp.All(key.WordCustomer, key.AboutSays, key.AnyReason) {
			return true
		}
	}
	return false
}

// answered says that the mail tells of an answer that was given before.
func (r *reader) answered() bool {
	for _, tp := range r.topics {
		if tp.Has(key.AboutEarlier) || tp.Has(key.AboutReplied) || tp.Has(key.AboutSecond) || tp.All(key.AboutMaterial, key.AboutArrived) || tp.All(key.AboutMaterial, key.AboutLacks) && !tp.Subject {
			return true
		}
	}
	return false
}

// asksMore says that the mail asks for something: by a day, in a word for it,
// or as a question.
func (r *reader) asksMore() bool {
	if len(r.dates)+len(r.loose) > 0 || r.form() > 1 {
		return true
	}
	for _, tp := range r.topics {
		if tp.Has(key.AboutLacks) || tp.Has(key.AboutQuestion) || tp.Has(key.AboutReplied) {
			return true
		}
	}
	for _, t := range r.texts {
		for _, h := range t.Hits {
			if h.Key == key.WordRespond || h.Key == key.WordButton && h.To-h.From > 1 {
				return true
			}
		}
	}
	return false
}

// other says that Klarna writes of its own business with the merchant, in a
// mail that holds no word for a dispute and tells of no customer.
func (r *reader) other(w map[rules.Kind]weight) bool {
	if w[rules.KindKlarnaOther].sum() < enough || w[rules.KindStopRequest].sum()+w[rules.KindInvestigation].sum() > 0 || r.identified() || r.n.OrderNumber != "" {
		return false
	}
	for _, tp := range r.topics {
		if tp.Has(key.WordCustomer) || tp.Has(key.AnyReason) || tp.Has(key.AboutFraud) || tp.Has(key.AboutGoods) {
			return false
		}
	}
	return true
}

// nothing says that the mail names no order, no dispute and no field of one.
func (r *reader) nothing() bool {
	return r.n.DisputeID == "" && !r.identified() && r.n.OrderNumber == "" && r.form() == 0
}

// tips says that a mail which names no order, no dispute and nothing that is
// wrong gives advice on disputes: its days are those of the advice.
func (r *reader) tips(w map[rules.Kind]weight) bool {
	if !r.nothing() || r.quotes() || r.suspects() || r.opens() || r.ended() ||
		w[rules.KindStopRequest].sum()+w[rules.KindInvestigation].sum() > 0 {
		return false
	}
	n, subject := 0, w[rules.KindKlarnaOther].subject > 0
	for _, tp := range r.topics {
		if tp.Has(key.AboutAdvice) {
			n, subject = n+1, subject || tp.Subject
		}
	}
	return n > 1 && (subject || w[rules.KindKlarnaOther].sum() >= enough)
}

// firm says that a reminder is one by more than that an answer is awaited, as
// every request awaits one: it says so in one word, or that time has passed.
func (r *reader) firm(w weight) bool {
	if len(words.Of(w.words)) == 1 || r.pressing() || r.titled(key.KindReminder) {
		return true
	}
	for _, tp := range r.topics {
		if tp.Has(key.AboutLeft) || tp.Has(key.AboutSilent) || tp.Has(key.AboutSecond) || tp.Brief {
			return true
		}
	}
	return false
}

// titled says that one word of the subject tells a kind, alone or in a phrase: "second
// reminder".
func (r *reader) titled(k key.Key) bool {
	return slices.ContainsFunc(r.texts, func(t *text) bool {
		return t.Name == "subject" && slices.ContainsFunc(t.Hits, func(h phrase.Hit) bool { return h.Key == k && h.To-h.From == 1 })
	})
}

// asking are the kinds that want an answer, and "" which is none.
var asking = map[rules.Kind]bool{"": true, rules.KindDisputeRequest: true, rules.KindReminder: true, rules.KindFollowUp: true}

// idle says that the mail wants nothing: it says so, and names no day to act by.
func (r *reader) idle() bool {
	if r.wants() || r.open() || r.form() > 1 || r.lacks() || r.asksWithin() {
		return false
	}
	for _, tp := range r.topics {
		if tp.Has(key.AboutNothing) {
			return true
		}
	}
	return false
}

// rests is the kind of a mail about a dispute that wants nothing: it ended, or
// what was sent has arrived.
func (r *reader) rests() rules.Kind {
	if r.n.DisputeID == "" {
		return ""
	}
	arrived, over := false, r.tellsEnd() || r.ended()
	for _, tp := range r.topics {
		arrived = arrived || (tp.Has(key.AboutArrived) || tp.Has(key.AboutReceipt)) && !tp.Denied.Has(key.AboutArrived)
		over = over || tp.Has(key.AboutOver) || tp.Has(key.AboutDrop)
	}
	switch {
	case over && !arrived, over && r.tellsEnd():
		return rules.KindResolved
	case arrived:
		return rules.KindEvidenceReceived
	}
	return ""
}

// open says that the mail names a day of its own that is to come. A period
// tells only what is possible after any decision.
func (r *reader) open() bool {
	for _, list := range [][]reading{r.dates, r.loose} {
		for _, rd := range list {
			if !rd.Counted && rd.At.After(r.view.Date) {
				return true
			}
		}
	}
	return false
}

// kept says that a text tells of an end that needs no appeal of ours.
func (r *reader) kept() bool {
	for _, t := range r.texts {
		for _, name := range t.Outcomes(t.Told(), sentences.Outlook{}) {
			if name != string(rules.ResultLost) {
				return true
			}
		}
	}
	return false
}

// ends are the ends that the news tell of.
func (r *reader) ends() (out []string) {
	for _, t := range r.texts {
		out = append(out, t.Outcomes(t.Told(), sentences.Outlook{})...)
	}
	return unique(out)
}

// won says that the news tell of one end, in the merchant's favour.
func (r *reader) won() bool {
	ends := r.ends()
	return len(ends) == 1 && ends[0] == string(rules.ResultWon)
}

// concluded says that a sentence tells, in more than a word and as what happened,
// for whom a dispute was decided, in a mail that looks into nothing any more and asks
// for nothing: a receipt tells what can come of an answer, and how others ended.
func (r *reader) concluded() bool {
	for _, tp := range r.topics {
		if tp.Has(key.AboutInquire) || tp.Has(key.AboutLacks) || tp.Has(key.AboutQuestion) {
			return false
		}
	}
	told := false
	for _, t := range r.texts {
		for _, h := range t.Hits {
			s := t.Sentence(h.From)
			_, may := t.Has(key.WordIf, s.From, s.To)
			_, thanks := t.Has(key.AboutArrived, s.From, s.To)
			switch {
			case h.Key == key.WordRespond && !thanks && t.Name != "subject" && t.IsNews(h.From):
				return false
			case key.OfResult.Has(h.Key) && h.To-h.From > 1 && !told:
				told = !may && len(t.Outcomes(s, sentences.Outlook{})) > 0
			}
		}
	}
	return told
}

// lacksMore says that a sentence below the subject tells what is still missing, or asks
// for it, in a mail that wants something: with no day, too.
func (r *reader) lacksMore() bool {
	if r.idle() {
		return false
	}
	for _, t := range r.texts {
		if t.Name == "subject" {
			continue
		}
		for _, h := range t.Hits {
			if (h.Key == key.AboutLacks || h.Key == key.WordAsk) && t.WantsMore(h, t.Sentence(h.From)) {
				return true
			}
		}
		if t.Questions() {
			return true
		}
	}
	return false
}

// met says that there is nothing to do: of evidence that arrived, the day at a label is
// that of the request which was answered.
func (r *reader) met() bool {
	return slices.ContainsFunc(r.texts, (*text).WantsNothing) && !r.wants() && !r.lacks()
}

// lacks says that a sentence tells what is missing of an answer: beside that "you need
// not send the original" leaves something to do.
func (r *reader) lacks() bool {
	return slices.ContainsFunc(r.topics, func(tp sentences.Topic) bool {
		return tp.All(key.AboutLacks, key.AboutMaterial) && !tp.Has(key.WordNot)
	})
}

// period says that a sentence asks for something within days that are to come, and
// none that there is nothing to do: a receipt may tell when there will be an answer.
func (r *reader) period() bool {
	for _, tp := range r.topics {
		if tp.Has(key.AboutNothing) && !r.lacks() {
			return false
		}
	}
	return r.asksWithin()
}

// asksWithin says that a sentence asks for something within days that are to come.
func (r *reader) asksWithin() bool {
	return slices.ContainsFunc(r.dates, func(rd reading) bool {
		return rd.rank < labels.Labelled && rd.Counted && rd.At.After(r.view.Date)
	})
}

// pressing says that the mail leaves fewer days than Klarna gives for any first
// answer: it is not the first mail.
func (r *reader) pressing() bool {
	for _, list := range [][]reading{r.dates, r.loose} {
		for _, rd := range list {
			if left := rd.At.Sub(r.view.Date); left > 0 && left < briefDays*24*time.Hour+24*time.Hour {
				return true
			}
		}
	}
	return false
}

// labelledAhead says that a label of a deadline names a day that is to come.
func (r *reader) labelledAhead() bool {
	return slices.ContainsFunc(r.dates, func(rd reading) bool { return rd.rank >= labels.Labelled && !rd.Counted && r.later(rd) })
}

// wants says that a sentence asks for something by a day that is to come; the
// deadline of a form is only repeated.
func (r *reader) wants() bool {
	for _, rd := range r.dates {
		if rd.rank < labels.Labelled && !rd.Counted && rd.At.After(r.view.Date) {
			return true
		}
	}
	return false
}
