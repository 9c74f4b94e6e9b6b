package klarna

import "github.com/disputewatch/disputewatch/ingest/klarna/key"

import "github.com/disputewatch/disputewatch/ingest/klarna/words"

import "slices"

// Each line of a mail is searched once for the phrases of all languages. What a
// language keeps of them are the hits of a text.

// searcher searches the texts of one mail.
type searcher struct {
	finders []*finder // of each layer
	hits    []hit     // of the lines that were searched, one after the other
	seen    map[string][]hit
}

// piece is what was found in a line, by the words from its first.
type piece struct {
	hits []hit
	word int
}

func (v *Vocabulary) searcher() *searcher {
	s := &searcher{seen: map[string][]hit{}}
	for _, l := range v.layers {
		s.finders = append(s.finders, l.finder())
	}
	return s
}

// search finds the phrases: at each word the longest of each key. Where a
// phrase of the user's is found, ours of the same words mean nothing else. No
// phrase runs over the end of a line, so that a line of another part that says
// the same is not searched again.
func (s *searcher) search(t *text) {
	t.pieces = make([]piece, 0, len(t.lines))
	for i := 0; i < len(t.lines); {
		from := i
		for i++; i < len(t.lines) && (t.lines[i].From == t.lines[i].To || t.words[t.lines[i].From].Gap == words.GapNone); i++ {
		}
		first, last := t.lines[from].From, t.lines[i-1].To
		if first == last {
			continue
		}
		line := t.s[t.lines[from].At:t.lines[i-1].End]
		hits, ok := s.seen[line]
		if !ok {
			if cap(s.hits)-len(s.hits) < hitsAWord*(last-first) {
				s.hits = make([]hit, 0, hitsAWord*(len(t.words)-first)) // for what follows too
			}
			hits = s.searchIn(t.words[first:last])
			s.seen[line] = hits
		}
		t.pieces = append(t.pieces, piece{hits, first})
	}
}

// hitsAWord is more than most words begin.
const hitsAWord = 2

// searchIn lists the hits of some words.
func (s *searcher) searchIn(ws []words.Word) []hit {
	begin := len(s.hits)
	for _, f := range s.finders {
		f.on(ws)
	}
	for i := range ws {
		first := len(s.hits)
		for _, f := range s.finders {
			for _, e := range f.from(&f.phrases, i) {
				s.add(first, hit{i, int(e.to), f.entries[e.end], e.filled})
			}
		}
		if len(s.finders) > 1 {
			s.hits = append(s.hits[:first], overridden(s.hits[first:])...)
		}
	}
	return s.hits[begin:len(s.hits):len(s.hits)]
}

// add keeps a hit, in the place of a shorter one of its key.
func (s *searcher) add(first int, h hit) {
	for i := first; i < len(s.hits); i++ {
		if old := &s.hits[i]; old.key == h.key && old.lang == h.lang {
			if h.to > old.to {
				*old = h
			}
			return
		}
	}
	s.hits = append(s.hits, h)
}

// only takes the hits that a language keeps, and the user's.
func (t *text) only(kept []key.Set) {
	keeps := func(h *hit) bool { return h.user || kept[h.lang].Has(h.key) }
	n := 0
	for _, p := range t.pieces {
		for i := range p.hits {
			if keeps(&p.hits[i]) {
				n++
			}
		}
	}
	hits := make([]hit, 0, n)
	for _, p := range t.pieces {
		for i := range p.hits {
			if h := p.hits[i]; keeps(&h) {
				h.from, h.to = h.from+p.word, h.to+p.word
				hits = append(hits, h)
			}
		}
	}
	t.found(hits)
}

// overridden leaves out what a user's phrase takes the place of.
func overridden(hits []hit) []hit {
	return slices.DeleteFunc(hits, func(h hit) bool {
		return !h.user && slices.ContainsFunc(hits, func(u hit) bool {
			return u.user && u.to == h.to && key.SameGroup(u.key, h.key) && u.key != h.key
		})
	})
}

// within lists the hits of some keys that lie in words from to to,
// leftmost and longest first, none overlapping another.
func (t *text) within(of key.Set, s words.Span) []hit {
	return leftmost(t.hits[t.after(s.From):], of, s)
}

// leftmost does so in a list of hits.
func leftmost(list []hit, of key.Set, s words.Span) []hit {
	var out []hit
	next := s.From
	for i := 0; i < len(list) && list[i].from < s.To; {
		best, j := -1, i
		for ; j < len(list) && list[j].from == list[i].from; j++ {
			h := &list[j]
			if of.Has(h.key) && h.to <= s.To && h.from >= next && (best < 0 || better(*h, list[best])) {
				best = j
			}
		}
		if best >= 0 {
			if out == nil {
				out = make([]hit, 0, 4)
			}
			out, next = append(out, list[best]), list[best].to
		}
		i = j
	}
	return out
}

// better: the longer phrase, then the user's own.
func better(a, b hit) bool { return a.to > b.to || a.to == b.to && a.user && !b.user }

// after is the index of the first hit that begins at word w or later.
func (t *text) after(w int) int {
	if len(t.first) == 0 {
		t.index()
	}
	return int(t.first[max(0, min(w, len(t.words)))])
}

// index notes the first hit at or after each word, which is asked for all the
// time.
func (t *text) index() {
	t.first = slices.Grow(t.first, len(t.words)+1)
	for i := range t.hits {
		for len(t.first) <= t.hits[i].from {
			t.first = append(t.first, int32(i))
		}
	}
	for len(t.first) <= len(t.words) {
		t.first = append(t.first, int32(len(t.hits)))
	}
}

// found takes the hits of a text, or others in their stead.
func (t *text) found(hits []hit) { t.hits, t.first = hits, t.first[:0] }

// has says whether a phrase of the key begins within words from to to.
func (t *text) has(k key.Key, from, to int) (hit, bool) {
	for i := t.after(from); i < len(t.hits) && t.hits[i].from < to; i++ {
		if t.hits[i].key == k && t.hits[i].to <= to {
			return t.hits[i], true
		}
	}
	return hit{}, false
}

// hasAny says that a phrase of one of the keys stands there.
func (t *text) hasAny(from, to int, list ...key.Key) bool {
	return slices.ContainsFunc(list, func(k key.Key) bool {
		_, ok := t.has(k, from, to)
		return ok
	})
}

// begins says whether a phrase of the key begins at word w and ends by word to.
func (t *text) begins(k key.Key, w, to int) (hit, bool) {
	for i := t.after(w); i < len(t.hits) && t.hits[i].from == w; i++ {
		if t.hits[i].key == k && t.hits[i].to <= to {
			return t.hits[i], true
		}
	}
	return hit{}, false
}
