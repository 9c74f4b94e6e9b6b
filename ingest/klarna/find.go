package klarna

import "slices"

// finder finds the phrases of one layer among the words of a text.
type finder struct {
	*layer
	ws      []word
	toks    []tok // of all words, one after the other
	tokFrom []int32
	sets    []setAt // of all places, one after the other
	setFrom []int32
}

// setAt is a set one of whose phrases ends before word to.
type setAt struct {
	tok tok
	to  int32
}

func (l *layer) finder() *finder { return &finder{layer: l} }

// on looks up words once: what each may stand for, and the sets that begin at
// each.
func (f *finder) on(ws []word) {
	f.ws = ws
	if f.tokFrom == nil {
		f.toks, f.tokFrom, f.setFrom = make([]tok, 0, 2*len(ws)), make([]int32, 0, len(ws)+1), make([]int32, 0, len(ws)+1)
	}
	f.toks, f.tokFrom = f.toks[:0], append(f.tokFrom[:0], 0)
	f.sets, f.setFrom = f.sets[:0], append(f.setFrom[:0], 0)
	for i := range ws {
		w := ws[i].norm
		if t, ok := f.layer.toks[w]; ok {
			f.toks = append(f.toks, t)
		}
		if len(w) >= 2 {
			f.stem(w, twoBytes(w))
		}
		if len(w) >= 3 {
			f.stem(w, threeBytes(w))
		}
		f.tokFrom = append(f.tokFrom, int32(len(f.toks)))
	}
	for i := range ws {
		if f.known(i) {
			first := len(f.sets)
			f.walk(&f.layer.sets, place{i: i, from: i}, func(p place, end int32) {
				if s := (setAt{tok(end), int32(p.i)}); !slices.Contains(f.sets[first:], s) {
					f.sets = append(f.sets, s)
				}
			})
		}
		f.setFrom = append(f.setFrom, int32(len(f.sets)))
	}
}

func (f *finder) stem(w string, key uint32) {
	for _, s := range f.stems[key] {
		if s.fits(w) {
			f.toks = append(f.toks, s.tok)
		}
	}
}

// known says that some phrase holds word i.
func (f *finder) known(i int) bool { return f.tokFrom[i+1] > f.tokFrom[i] }

// find calls found for every phrase that begins at word from.
func (f *finder) find(from int, found func(hit)) {
	if !f.known(from) {
		return
	}
	f.walk(&f.layer.phrases, place{i: from, from: from}, func(p place, end int32) {
		found(hit{p.from, p.i, f.entries[end], p.filled})
	})
}

// place is how far a walk has come: before word i, at a node.
type place struct {
	from, i int
	node    int32
	filled  uint32
}

func (f *finder) walk(t *trie, p place, found func(place, int32)) {
	if len(t.nodes) == 0 {
		return
	}
	n := t.nodes[p.node]
	for _, end := range t.ends[n.end : n.end+n.ends] {
		found(p, end)
	}
	if n.edges == 0 && n.gap == 0 || p.i >= len(f.ws) || p.i > p.from && f.ws[p.i].gap != gapNone {
		return
	}
	for _, k := range f.toks[f.tokFrom[p.i]:f.tokFrom[p.i+1]] {
		if to, ok := t.step(p.node, n, k); ok {
			f.walk(t, place{p.from, p.i + 1, to, p.filled}, found)
		}
	}
	if len(f.setFrom) > p.i+1 {
		for _, s := range f.sets[f.setFrom[p.i]:f.setFrom[p.i+1]] {
			if to, ok := t.step(p.node, n, s.tok); ok {
				f.walk(t, place{p.from, int(s.to), to, p.filled}, found)
			}
		}
	}
	if n.gap == 0 {
		return
	}
	for k := p.i; k <= p.i+maxGap && k < len(f.ws) && f.ws[k].gap == gapNone; k++ {
		f.walk(t, place{p.from, k, n.gap, p.filled}, found)
		if b := k - p.from; b < 32 {
			p.filled |= 1 << b
		}
	}
}
