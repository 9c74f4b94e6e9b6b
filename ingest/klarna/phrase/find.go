package phrase

import (
	"slices"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// Finder finds the phrases of a vocabulary among words. It serves one goroutine.
type Finder struct{ layers []*finder }

// Finder is a new one for v.
func (v *Vocabulary) Finder() *Finder {
	f := &Finder{}
	for _, l := range v.layers {
		f.layers = append(f.layers, l.finder())
	}
	return f
}

// Find adds to hits the phrases that stand among ws: at each word the longest of each
// key. Where a phrase of the user's is found, ours of the same words mean nothing else.
func (f *Finder) Find(hits []Hit, ws []words.Word) []Hit {
	for _, l := range f.layers {
		l.on(ws)
	}
	for i := range ws {
		first := len(hits)
		for _, l := range f.layers {
			for _, e := range l.from(&l.phrases, i) {
				hits = added(hits, first, Hit{i, int(e.to), l.entries[e.end], e.filled})
			}
		}
		if len(f.layers) > 1 {
			hits = append(hits[:first], overridden(hits[first:])...)
		}
	}
	return hits
}

// added keeps a hit, in the place of a shorter one of its key.
func added(hits []Hit, first int, h Hit) []Hit {
	for i := first; i < len(hits); i++ {
		if old := &hits[i]; old.Key == h.Key && old.Lang == h.Lang {
			if h.To > old.To {
				*old = h
			}
			return hits
		}
	}
	return append(hits, h)
}

// overridden leaves out what a user's phrase takes the place of.
func overridden(hits []Hit) []Hit {
	return slices.DeleteFunc(hits, func(h Hit) bool {
		return !h.User && slices.ContainsFunc(hits, func(u Hit) bool {
			return u.User && u.To == h.To && key.SameGroup(u.Key, h.Key) && u.Key != h.Key
		})
	})
}

// finder finds the phrases of one layer among the words of a text.
type finder struct {
	*layer
	ws      []words.Word
	toks    []tok // of all words, one after the other
	tokFrom []int32
	sets    []setAt // of all places, one after the other
	setFrom []int32
	ends    []ending // of the last walk
}

// setAt is a set one of whose phrases ends before word to.
type setAt struct {
	tok tok
	to  int32
}

// ending is where a walk from a word has come to the end of a pattern.
type ending struct {
	end    int32
	to     int32 // the word behind it
	filled uint32
}

func (l *layer) finder() *finder { return &finder{layer: l} }

// on looks up words once: what each may stand for, and the sets that begin at
// each.
func (f *finder) on(ws []words.Word) {
	f.ws = ws
	if cap(f.tokFrom) <= len(ws) {
		f.tokFrom, f.setFrom = make([]int32, 0, len(ws)+1), make([]int32, 0, len(ws)+1)
	}
	f.toks, f.tokFrom = f.toks[:0], append(f.tokFrom[:0], 0)
	f.sets, f.setFrom = f.sets[:0], append(f.setFrom[:0], 0)
	for i := range ws {
		f.toks = f.layer.tokens(f.toks, ws[i].Norm)
		f.tokFrom = append(f.tokFrom, int32(len(f.toks)))
	}
	for i := range ws {
		first := len(f.sets)
		for _, e := range f.from(&f.layer.sets, i) {
			if s := (setAt{tok(e.end), e.to}); !slices.Contains(f.sets[first:], s) {
				f.sets = append(f.sets, s)
			}
		}
		f.setFrom = append(f.setFrom, int32(len(f.sets)))
	}
}

// from lists the ends of all patterns that begin at word i; the next walk takes
// their room.
func (f *finder) from(t *trie, i int) []ending {
	f.ends = f.ends[:0]
	for _, k := range f.toks[f.tokFrom[i]:f.tokFrom[i+1]] {
		if to := t.root(k); to > 0 {
			f.walk(t, place{from: i, i: i + 1, node: to})
		}
	}
	for _, s := range f.setsAt(i) {
		if to := t.root(s.tok); to > 0 {
			f.walk(t, place{from: i, i: int(s.to), node: to})
		}
	}
	return f.ends
}

// setsAt are the sets that begin at word i; there are none while they are
// looked up, because no set holds another.
func (f *finder) setsAt(i int) []setAt {
	if len(f.setFrom) <= i+1 {
		return nil
	}
	return f.sets[f.setFrom[i]:f.setFrom[i+1]]
}

// place is how far a walk has come: before word i, at a node.
type place struct {
	from, i int
	node    int32
	filled  uint32
}

func (f *finder) walk(t *trie, p place) {
	n := &t.nodes[p.node]
	for _, end := range t.ends[n.end : n.end+n.ends] {
		f.ends = append(f.ends, ending{end, int32(p.i), p.filled})
	}
	if n.edges == 0 && n.gap == 0 || p.i >= len(f.ws) || f.ws[p.i].Gap != words.GapNone {
		return
	}
	if n.edges > 0 {
		for _, k := range f.toks[f.tokFrom[p.i]:f.tokFrom[p.i+1]] {
			if to := t.step(n, k); to > 0 {
				f.walk(t, place{p.from, p.i + 1, to, p.filled})
			}
		}
		for _, s := range f.setsAt(p.i) {
			if to := t.step(n, s.tok); to > 0 {
				f.walk(t, place{p.from, int(s.to), to, p.filled})
			}
		}
	}
	if n.gap == 0 {
		return
	}
	for k := p.i; k <= p.i+MaxGap && k < len(f.ws) && f.ws[k].Gap == words.GapNone; k++ {
		f.walk(t, place{p.from, k, n.gap, p.filled})
		if b := k - p.from; b < 32 {
			p.filled |= 1 << b
		}
	}
}
