package klarna

import (
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/rules"
)

// pair is two words that, near each other, tell a reason which no phrase
// names: "never" and "arrived", "invoice" and "wrong".
type pair struct {
	word, with     string
	before, behind int // how many words may lie between them, either way
	entry          entry
}

func reasonOf(code, text string) entry { return entry{&source{key: "reason." + code}, text} }

func resultOf(r rules.Result, text string) entry {
	return entry{&source{key: "result." + string(r)}, text}
}

// compositions are all that is composed. A negation stands before its verb, or right
// behind it: "kam nie".
var compositions = []pair{
	{"about.reach", "about.never", 5, 2, reasonOf(rules.ReasonGoodsNotReceived, "never arrived")},
	{"about.back", "about.never", 6, 2, reasonOf(rules.ReasonReturn, "not given back")},
	{"about.wrong", "about.bill", 5, 5, reasonOf(rules.ReasonIncorrectInvoice, "wrong bill")},
	{"about.paid", "about.already", 4, 3, reasonOf(rules.ReasonAlreadyPaid, "already paid")},
	{"about.bought", "about.never", 4, 2, reasonOf(rules.ReasonUnauthorizedPurchase, "never ordered")},
	{"about.reject", "word.dispute", 4, 4, resultOf(rules.ResultWon, "complaint rejected")},
	{"about.reject", "word.case", 4, 4, resultOf(rules.ResultWon, "complaint rejected")},
	{"about.grant", "word.dispute", 4, 4, resultOf(rules.ResultLost, "complaint granted")},
	{"about.grant", "word.case", 4, 4, resultOf(rules.ResultLost, "complaint granted")},
	{"about.sides", "word.customer", 0, 3, resultOf(rules.ResultLost, "decided for the customer")},
	{"about.sides", "word.merchant", 0, 3, resultOf(rules.ResultWon, "decided for the merchant")},
}

// composed are the words that begin one.
var composed = func() map[string]bool {
	out := map[string]bool{}
	for _, p := range compositions {
		out[p.word] = true
	}
	return out
}()

// compose adds the reasons and results that two words tell, in sentences that are about no
// answer of the merchant's.
func (t *text) compose() {
	defer t.repaid()
	var made []hit
	for _, h := range t.hits {
		if !composed[h.key] || len(made) == maxMade {
			continue
		}
		for i := range compositions {
			p := &compositions[i]
			if p.word != h.key {
				continue
			}
			if m, ok := t.made(h, p); ok {
				made = append(made, m)
				break
			}
		}
	}
	if len(made) == 0 {
		return
	}
	t.hits = append(t.hits, made...)
	slices.SortStableFunc(t.hits, func(a, b hit) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return b.to - a.to
	})
}

var notRefunded = reasonOf(rules.ReasonReturn, "money never received")

// repaid turns what was not received into a refund that is owed where it is
// money: "sent it back but never got their money".
func (t *text) repaid() {
	for i, h := range t.hits {
		if h.key != "reason."+rules.ReasonGoodsNotReceived {
			continue
		}
		s := t.sentence(h.from)
		money, ok := t.has("about.money", h.from, min(s.to, h.to+4))
		if !ok {
			money, ok = t.has("about.money", max(s.from, h.from-3), h.from)
			if _, goods := t.has("about.goods", h.from, min(s.to, h.to+4)); goods {
				ok = false
			}
		}
		if !ok {
			continue
		}
		if goods, other := t.has("about.goods", h.to, max(h.to, money.from)); other && goods.to <= money.from {
			continue
		}
		if goods, other := t.has("about.goods", h.from, h.to); other && goods.from >= h.from {
			continue
		}
		t.hits[i].entry = &notRefunded
	}
}

// made is what h and a word near it come to.
func (t *text) made(h hit, p *pair) (hit, bool) {
	s := t.sentence(h.from)
	with, ok := t.has(p.with, max(s.from, h.from-p.before), h.from)
	if !ok {
		with, ok = t.has(p.with, h.to, min(s.to, h.to+p.behind))
	}
	if !ok {
		with, ok = t.has(p.with, h.from+1, h.to-1) // "kam nie an"
	}
	_, material := t.has("about.material", s.from, s.to)
	if !ok || material || strings.HasPrefix(p.entry.key, "reason.") && t.ofAnswer(s) {
		return hit{}, false
	}
	return hit{min(h.from, with.from), max(h.to, with.to), &p.entry, 0}, true
}

// maxMade bounds how many such reasons of one text are kept.
const maxMade = 20

// ofAnswer says that a sentence is about what the merchant answers.
func (t *text) ofAnswer(s span) bool {
	for _, key := range []string{"about.material", "word.respond"} {
		if _, ok := t.has(key, s.from, s.to); ok {
			return true
		}
	}
	return false
}
