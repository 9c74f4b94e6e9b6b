package sentences

import (
	"slices"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// pair is two words that, near each other, tell a reason which no phrase
// names: "never" and "arrived", "invoice" and "wrong".
type pair struct {
	word, with     key.Key
	before, behind int // how many words may lie between them, either way
	makes          key.Key
}

// compositions are all that is composed. A negation stands before its verb, or right
// behind it: "kam nie".
var compositions = []pair{
	{key.AboutReach, key.AboutNever, 5, 2, key.ReasonGoodsNotReceived},
	{key.AboutBack, key.AboutNever, 6, 2, key.ReasonReturn},
	{key.AboutWrong, key.AboutBill, 5, 5, key.ReasonIncorrectInvoice},
	{key.AboutPaid, key.AboutAlready, 4, 3, key.ReasonAlreadyPaid},
	{key.AboutBought, key.AboutNever, 4, 2, key.ReasonUnauthorizedPurchase},
	{key.AboutReject, key.WordDispute, 4, 4, key.ResultWon},
	{key.AboutReject, key.WordCase, 4, 4, key.ResultWon},
	{key.AboutGrant, key.WordDispute, 4, 4, key.ResultLost},
	{key.AboutGrant, key.WordCase, 4, 4, key.ResultLost},
	{key.AboutSides, key.WordCustomer, 0, 3, key.ResultLost},
	{key.AboutSides, key.WordMerchant, 0, 3, key.ResultWon},
}

// composed are the words that begin one.
var composed = func() (set key.Set) {
	for _, p := range compositions {
		set.Add(p.word)
	}
	return set
}()

// Compose adds the reasons and results that two words tell, in sentences that are about no
// answer of the merchant's.
func (t *Text) Compose() {
	defer t.repaid()
	var made []phrase.Hit
	for _, h := range t.Hits {
		if !composed.Has(h.Key) || len(made) == maxMade {
			continue
		}
		for i := range compositions {
			p := &compositions[i]
			if p.word != h.Key {
				continue
			}
			if m, ok := t.made(h, p); ok {
				if !t.contradicted(m) {
					made = append(made, m)
				}
				break
			}
		}
	}
	if len(made) == 0 {
		return
	}
	all := append(t.Hits, made...)
	slices.SortStableFunc(all, func(a, b phrase.Hit) int {
		if a.From != b.From {
			return a.From - b.From
		}
		return b.To - a.To
	})
	t.SetHits(all)
}

// repaid turns what was not received into a refund that is owed where it is
// money: "sent it back but never got their money".
func (t *Text) repaid() {
	for i, h := range t.Hits {
		if h.Key != key.ReasonGoodsNotReceived {
			continue
		}
		s := t.Sentence(h.From)
		money, ok := t.Has(key.AboutMoney, h.From, min(s.To, h.To+4))
		if !ok {
			money, ok = t.Has(key.AboutMoney, max(s.From, h.From-3), h.From)
			if _, goods := t.Has(key.AboutGoods, h.From, min(s.To, h.To+4)); goods {
				ok = false
			}
		}
		if !ok {
			continue
		}
		if goods, other := t.Has(key.AboutGoods, h.To, max(h.To, money.From)); other && goods.To <= money.From {
			continue
		}
		if goods, other := t.Has(key.AboutGoods, h.From, h.To); other && goods.From >= h.From {
			continue
		}
		t.Hits[i].Meaning = phrase.Meaning{Key: key.ReasonReturn}
	}
}

// made is what h and a word near it come to.
func (t *Text) made(h phrase.Hit, p *pair) (phrase.Hit, bool) {
	s := t.Sentence(h.From)
	with, ok := t.Has(p.with, max(s.From, h.From-p.before), h.From)
	if !ok {
		with, ok = t.Has(p.with, h.To, min(s.To, h.To+p.behind))
	}
	if !ok {
		with, ok = t.Has(p.with, h.From+1, h.To-1) // "kam nie an"
	}
	_, material := t.Has(key.AboutMaterial, s.From, s.To)
	if !ok || material || key.OfReason.Has(p.makes) && t.ofAnswer(s) {
		return phrase.Hit{}, false
	}
	return phrase.Hit{From: min(h.From, with.From), To: max(h.To, with.To), Meaning: phrase.Meaning{Key: p.makes}}, true
}

// contradicted says that a phrase which shares words with what two words come to
// tells otherwise: "el pedido no le ha llegado" is no order that was never made,
// and "case: you were upheld" no case that was upheld.
func (t *Text) contradicted(m phrase.Hit) bool {
	group := key.GroupOf(m.Key)
	for i := t.After(m.From); i < len(t.Hits) && t.Hits[i].From < m.To; i++ {
		h := t.Hits[i]
		if h.Key != m.Key && h.To-h.From > 1 && key.GroupOf(h.Key) == group && (group == "result" || h.To > m.To) {
			return true
		}
	}
	return false
}

// maxMade bounds how many such reasons of one text are kept.
const maxMade = 20

// ofAnswer says that a sentence is about what the merchant answers.
func (t *Text) ofAnswer(s words.Span) bool {
	for _, k := range []key.Key{key.AboutMaterial, key.WordRespond} {
		if _, ok := t.Has(k, s.From, s.To); ok {
			return true
		}
	}
	return false
}
