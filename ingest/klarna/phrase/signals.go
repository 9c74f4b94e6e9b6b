package phrase

import (
	"math"
	"slices"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// Nearly all mails of a mailbox are not Klarna's, and of each the subject is
// asked whether it speaks of a dispute. So one word of each phrase that would
// say so stands in a dictionary of its own: a subject without any of these is
// not searched.

// alarming are the keys of those phrases.
var alarming = key.Of(key.WordDispute, key.KindStopRequest)

// DisputeWord says whether a subject holds a word for a dispute, or a phrase
// of a stop request, in any language.
func (v *Vocabulary) DisputeWord(subject string) bool {
	return v.signalled(subject) && slices.ContainsFunc(v.layers, func(l *layer) bool { return l.alarms(subject) })
}

// signalled says that a subject holds a word without which it is no alarm.
func (v *Vocabulary) signalled(subject string) bool {
	var room [24]words.Word // more than most subjects have, so that these need no allocation
	var toks [8]tok
	for _, w := range words.Append(room[:0], subject) {
		for _, l := range v.layers {
			if len(l.signals.tokens(toks[:0], w.Norm)) > 0 {
				return true
			}
		}
	}
	return false
}

// alarms says that an alarming phrase of the layer stands in a subject.
func (l *layer) alarms(subject string) bool {
	f, ws := l.finder(), words.Of(subject)
	f.on(ws)
	for i := range ws {
		for _, e := range f.from(&l.phrases, i) {
			if alarming.Has(l.entries[e.end].Key) {
				return true
			}
		}
	}
	return false
}

// signals are the words of alarming phrases, one of each at least: the one that
// is rarest in other phrases, for that is rare in other subjects too.
func (l *loader) signals() dictionary {
	var open [][]tok
	for _, p := range l.patterns {
		if alarming.Has(l.layer.entries[p.end].Key) {
			open = append(open, p.toks)
		}
	}
	names, inside, cost := l.layer.names(), l.inside(), l.commonness()
	d, chosen := newDictionary(), map[tok]bool{}
	for len(open) > 0 {
		// The shortest leave no choice; a word of theirs may serve others too.
		slices.SortStableFunc(open, func(a, b []tok) int { return len(a) - len(b) })
		var sets [][]tok
		for _, p := range open {
			if slices.ContainsFunc(p, func(t tok) bool { return chosen[t] }) {
				continue
			}
			t := slices.MinFunc(p, func(a, b tok) int { return cost[a] - cost[b] })
			chosen[t] = true
			if list, set := inside[t]; set {
				sets = append(sets, list...)
			} else {
				d.tok(names[t])
			}
		}
		open = sets
	}
	d.done()
	return d
}

// inside lists the phrases of each set.
func (l *loader) inside() map[tok][][]tok {
	out := map[tok][][]tok{}
	for _, p := range l.sets {
		out[tok(p.end)] = append(out[tok(p.end)], p.toks)
	}
	return out
}

// trade are the words that stand in the subjects of every shop.
var trade = key.Of(key.WordOrder, key.WordCustomer, key.WordMerchant, key.AboutGoods, key.AboutMessage)

// commonness is how many phrases hold each token that are not alarming; words of
// the trade are commoner than others, a set as common as its words together, and
// nothing as common as a gap.
func (l *loader) commonness() []int {
	out := make([]int, len(l.layer.toks)+1)
	for _, p := range l.patterns {
		k, weight := l.layer.entries[p.end].Key, 1
		if alarming.Has(k) {
			continue
		}
		if trade.Has(k) && len(p.toks) == 1 {
			weight = 1000
		}
		for _, t := range p.toks {
			out[t] += weight
		}
	}
	out[gapTok] = math.MaxInt
	for _, p := range l.sets {
		out[p.end] += out[slices.MinFunc(p.toks, func(a, b tok) int { return out[a] - out[b] })]
	}
	return out
}
