package klarna

import "github.com/disputewatch/disputewatch/ingest/klarna/key"

import "github.com/disputewatch/disputewatch/ingest/klarna/words"

import "slices"

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

// compose adds the reasons and results that two words tell, in sentences that are about no
// answer of the merchant's.
func (t *text) compose() {
	defer t.repaid()
	var made []hit
	for _, h := range t.hits {
		if !composed.Has(h.key) || len(made) == maxMade {
			continue
		}
		for i := range compositions {
			p := &compositions[i]
			if p.word != h.key {
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
	all := append(t.hits, made...)
	slices.SortStableFunc(all, func(a, b hit) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
	t.found(all)
}

// repaid turns what was not received into a refund that is owed where it is
// money: "sent it back but never got their money".
func (t *text) repaid() {
	for i, h := range t.hits {
		if h.key != key.ReasonGoodsNotReceived {
			continue
		}
		s := t.sentence(h.from)
		money, ok := t.has(key.AboutMoney, h.from, min(s.To, h.to+4))
		if !ok {
			money, ok = t.has(key.AboutMoney, max(s.From, h.from-3), h.from)
			if _, goods := t.has(key.AboutGoods, h.from, min(s.To, h.to+4)); goods {
				ok = false
			}
		}
		if !ok {
			continue
		}
		if goods, other := t.has(key.AboutGoods, h.to, max(h.to, money.from)); other && goods.to <= money.from {
			continue
		}
		if goods, other := t.has(key.AboutGoods, h.from, h.to); other && goods.from >= h.from {
			continue
		}
		t.hits[i].entry = entry{key: key.ReasonReturn}
	}
}

// made is what h and a word near it come to.
func (t *text) made(h hit, p *pair) (hit, bool) {
	s := t.sentence(h.from)
	with, ok := t.has(p.with, max(s.From, h.from-p.before), h.from)
	if !ok {
		with, ok = t.has(p.with, h.to, min(s.To, h.to+p.behind))
	}
	if !ok {
		with, ok = t.has(p.with, h.from+1, h.to-1) // "kam nie an"
	}
	_, material := t.has(key.AboutMaterial, s.From, s.To)
	if !ok || material || key.OfReason.Has(p.makes) && t.ofAnswer(s) {
		return hit{}, false
	}
	return hit{min(h.from, with.from), max(h.to, with.to), entry{key: p.makes}, 0}, true
}

// contradicted says that a phrase which shares words with what two words come to
// tells otherwise: "el pedido no le ha llegado" is no order that was never made,
// and "case: you were upheld" no case that was upheld.
func (t *text) contradicted(m hit) bool {
	group := key.GroupOf(m.key)
	for i := t.after(m.from); i < len(t.hits) && t.hits[i].from < m.to; i++ {
		h := t.hits[i]
		if h.key != m.key && h.to-h.from > 1 && key.GroupOf(h.key) == group && (group == "result" || h.to > m.to) {
			return true
		}
	}
	return false
}

// maxMade bounds how many such reasons of one text are kept.
const maxMade = 20

// ofAnswer says that a sentence is about what the merchant answers.
func (t *text) ofAnswer(s words.Span) bool {
	for _, k := range []key.Key{key.AboutMaterial, key.WordRespond} {
		if _, ok := t.has(k, s.From, s.To); ok {
			return true
		}
	}
	return false
}
