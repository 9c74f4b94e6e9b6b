package klarna

import (
	"slices"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// Each line of a mail is searched once for the phrases of all languages. What a
// language keeps of them are the hits of a text.

// searcher searches the texts of one mail.
type searcher struct {
	finder *phrase.Finder
	hits   []phrase.Hit // of the lines that were searched, one after the other
	seen   map[string][]phrase.Hit
}

// piece is what was found in a line, by the words from its first.
type piece struct {
	hits []phrase.Hit
	word int
}

func newSearcher(v *phrase.Vocabulary) *searcher {
	return &searcher{finder: v.Finder(), seen: map[string][]phrase.Hit{}}
}

// search finds the phrases of a text. No phrase runs over the end of a line, so
// that a line of another part that says the same is not searched again.
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
				s.hits = make([]phrase.Hit, 0, hitsAWord*(len(t.words)-first)) // for what follows too
			}
			begin := len(s.hits)
			s.hits = s.finder.Find(s.hits, t.words[first:last])
			hits = s.hits[begin:len(s.hits):len(s.hits)]
			s.seen[line] = hits
		}
		t.pieces = append(t.pieces, piece{hits, first})
	}
}

// hitsAWord is more than most words begin.
const hitsAWord = 2

// only takes the hits that a language keeps, and the user's.
func (t *text) only(kept []key.Set) {
	keeps := func(h *phrase.Hit) bool { return h.User || kept[h.Lang].Has(h.Key) }
	n := 0
	for _, p := range t.pieces {
		for i := range p.hits {
			if keeps(&p.hits[i]) {
				n++
			}
		}
	}
	hits := make([]phrase.Hit, 0, n)
	for _, p := range t.pieces {
		for i := range p.hits {
			if h := p.hits[i]; keeps(&h) {
				h.From, h.To = h.From+p.word, h.To+p.word
				hits = append(hits, h)
			}
		}
	}
	t.found(hits)
}

// within lists the hits of some keys that lie in words from to to,
// leftmost and longest first, none overlapping another.
func (t *text) within(of key.Set, s words.Span) []phrase.Hit {
	return leftmost(t.hits[t.after(s.From):], of, s)
}

// leftmost does so in a list of hits.
func leftmost(list []phrase.Hit, of key.Set, s words.Span) []phrase.Hit {
	var out []phrase.Hit
	next := s.From
	for i := 0; i < len(list) && list[i].From < s.To; {
		best, j := -1, i
		for ; j < len(list) && list[j].From == list[i].From; j++ {
			h := &list[j]
			if of.Has(h.Key) && h.To <= s.To && h.From >= next && (best < 0 || better(*h, list[best])) {
				best = j
			}
		}
		if best >= 0 {
			if out == nil {
				out = make([]phrase.Hit, 0, 4)
			}
			out, next = append(out, list[best]), list[best].To
		}
		i = j
	}
	return out
}

// better: the longer phrase, then the user's own.
func better(a, b phrase.Hit) bool { return a.To > b.To || a.To == b.To && a.User && !b.User }

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
		for len(t.first) <= t.hits[i].From {
			t.first = append(t.first, int32(i))
		}
	}
	for len(t.first) <= len(t.words) {
		t.first = append(t.first, int32(len(t.hits)))
	}
}

// found takes the hits of a text, or others in their stead.
func (t *text) found(hits []phrase.Hit) { t.hits, t.first = hits, t.first[:0] }

// has says whether a phrase of the key begins within words from to to.
func (t *text) has(k key.Key, from, to int) (phrase.Hit, bool) {
	for i := t.after(from); i < len(t.hits) && t.hits[i].From < to; i++ {
		if t.hits[i].Key == k && t.hits[i].To <= to {
			return t.hits[i], true
		}
	}
	return phrase.Hit{}, false
}

// hasAny says that a phrase of one of the keys stands there.
func (t *text) hasAny(from, to int, list ...key.Key) bool {
	return slices.ContainsFunc(list, func(k key.Key) bool {
		_, ok := t.has(k, from, to)
		return ok
	})
}

// begins says whether a phrase of the key begins at word w and ends by word to.
func (t *text) begins(k key.Key, w, to int) (phrase.Hit, bool) {
	for i := t.after(w); i < len(t.hits) && t.hits[i].From == w; i++ {
		if t.hits[i].Key == k && t.hits[i].To <= to {
			return t.hits[i], true
		}
	}
	return phrase.Hit{}, false
}
