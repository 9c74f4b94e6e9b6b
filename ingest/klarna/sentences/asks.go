package sentences

import (
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// Questions says that the news of a text ask about the purchase or the answer, "when was
// the parcel sent?", and not whether there are questions, or what cannot be seen.
func (t *Text) Questions() bool {
	for i := 0; i < t.News; {
		s := t.Sentence(i)
		asked := strings.HasPrefix(strings.TrimLeft(t.S[t.Words[s.To-1].End:], " \u00a0)\"»"), "?") && t.IsNews(i)
		_, more := t.Has(key.AboutQuestion, s.From, s.To)
		colon := more && strings.Contains(t.S[t.Words[s.From].At:t.Words[s.To-1].End], ": ") // "one more question: when?"
		if asked && (colon || !more && t.HasAny(s.From, s.To, key.AboutGoods, key.WordOrder, key.WordCustomer, key.AboutMaterial)) && !t.HasAny(s.From, s.To, key.WordNot) {
			return true
		}
		i = max(i+1, s.To)
	}
	return false
}

// WantsMore says that a hit in a sentence tells what is missing or asks for it, on no
// condition: "we received your documents and need your invoice", but not "please note
// that we received them" or "please wait for our answer".
func (t *Text) WantsMore(h phrase.Hit, s words.Span) bool {
	has := func(list ...key.Key) bool { return t.HasAny(s.From, s.To, list...) }
	switch {
	case h.Key == key.WordAsk && t.HasAny(h.From+1, h.To+1, key.AboutQuestion) && !t.HasAny(s.From, h.From, key.WordIf, key.WordNot):
		return true // "we have one more question: when was it sent?"
	case has(key.WordIf, key.AboutCourtesy):
		return false
	case h.Key == key.WordAsk:
		return t.HasAny(h.From, s.To, key.AboutMaterial, key.WordRespond) && !t.HasAny(max(s.From, h.From-1), s.To, key.WordNot) && !t.HasAny(h.From, s.To, key.AboutArrived)
	}
	return has(key.AboutMaterial, key.WordRespond) && !t.HasAny(s.From, h.From, key.WordNot)
}

// Item says that word w begins an item of a line of several.
func (t *Text) Item(w int, c words.Span) bool {
	return w > c.From && strings.Trim(t.S[t.Words[w-1].End:t.Words[w].At], " ") != "" && strings.IndexByte(" (", t.S[t.Words[w].At-1]) >= 0
}

// LeadsItem says that nothing but articles stands before word w in its item.
func (t *Text) LeadsItem(w int, c words.Span) bool {
	for k := w; k > c.From && k >= w-maxArticles; k-- {
		if t.Item(k, c) && t.Lead(k, w) {
			return true
		}
	}
	return false
}

// Waits says that what "still waits" in a sentence is the dispute, or what "is
// missing" the answer to it: it names no customer and no goods.
func (t *Text) Waits(h phrase.Hit, s words.Span) bool {
	_, waits := t.Has(key.AboutWaits, h.From, h.To)
	_, goods := t.Has(key.AboutGoods, s.From, s.To)
	answer := h.Key == key.ReasonGoodsNotReceived && t.ofAnswer(s)
	return (waits || answer) && !goods && !t.CustomerIn(s)
}

// CustomerIn says that a sentence speaks of the customer.
func (t *Text) CustomerIn(s words.Span) bool {
	_, ok := t.Has(key.WordCustomer, s.From, s.To)
	return ok
}
