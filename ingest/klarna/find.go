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

// finder looks up the words once: what each may stand for, and the sets that
// begin at each.
func (l *layer) finder(ws []word) *finder {
	f := &finder{layer: l, ws: ws, tokFrom: make([]int32, 1, len(ws)+1), setFrom: make([]int32, 1, len(ws)+1)}
	for _, w := range ws {
		if t, ok := l.toks[w.norm]; ok {
			f.toks = append(f.toks, t)
		}
		if len(w.norm) >= 2 {
			for _, s := range l.stems[twoBytes(w.norm)] {
				if s.fits(w.norm) {
					f.toks = append(f.toks, s.tok)
				}
			}
		}
		f.tokFrom = append(f.tokFrom, int32(len(f.toks)))
	}
	for i := range ws {
		if f.known(i) {
			first := len(f.sets)
			f.walk(&l.sets, place{i: i, from: i}, func(p place, end int32) {
				if s := (setAt{tok(end), int32(p.i)}); !slices.Contains(f.sets[first:], s) {
					f.sets = append(f.sets, s)
				}
			})
		}
		f.setFrom = append(f.setFrom, int32(len(f.sets)))
	}
	return f
}

// known says that some phrase holds word i.
func (f *finder) known(i int) bool { return f.tokFrom[i+1] > f.tokFrom[i] }

// find calls found for every phrase that begins at word from.
func (f *finder) find(from int, found func(hit)) {
	if !f.known(from) {
		return
	}
	f.walk(&f.phrases, place{i: from, from: from}, func(p place, end int32) {
		found(hit{p.from, p.i, &f.entries[end], p.filled})
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
		if to, ok := t.step(n, k); ok {
			f.walk(t, place{p.from, p.i + 1, to, p.filled}, found)
		}
	}
	if len(f.setFrom) > p.i+1 {
		for _, s := range f.sets[f.setFrom[p.i]:f.setFrom[p.i+1]] {
			if to, ok := t.step(n, s.tok); ok {
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
