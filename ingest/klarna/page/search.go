package page

import (
	"slices"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// Each line of a mail is searched once for the phrases of all languages. What a
// language keeps of them are the hits of a text.

// Searcher searches the texts of one mail.
type Searcher struct {
	finder *phrase.Finder
	hits   []phrase.Hit // of the lines that were searched, one after the other
	seen   map[string][]phrase.Hit
}

// Piece is what was found in a line, by the words from its first.
type Piece struct {
	Hits []phrase.Hit
	Word int
}

// NewSearcher is one for the phrases of v.
func NewSearcher(v *phrase.Vocabulary) *Searcher {
	return &Searcher{finder: v.Finder(), seen: map[string][]phrase.Hit{}}
}

// search finds the phrases of a text. No phrase runs over the end of a line, so
// that a line of another part that says the same is not searched again.
func (s *Searcher) search(t *Text) {
	t.Pieces = make([]Piece, 0, len(t.Lines))
	for i := 0; i < len(t.Lines); {
		from := i
		for i++; i < len(t.Lines) && (t.Lines[i].From == t.Lines[i].To || t.Words[t.Lines[i].From].Gap == words.GapNone); i++ {
		}
		first, last := t.Lines[from].From, t.Lines[i-1].To
		if first == last {
			continue
		}
		line := t.S[t.Lines[from].At:t.Lines[i-1].End]
		hits, ok := s.seen[line]
		if !ok {
			if cap(s.hits)-len(s.hits) < hitsAWord*(last-first) {
				s.hits = make([]phrase.Hit, 0, hitsAWord*(len(t.Words)-first)) // for what follows too
			}
			begin := len(s.hits)
			s.hits = s.finder.Find(s.hits, t.Words[first:last])
			hits = s.hits[begin:len(s.hits):len(s.hits)]
			s.seen[line] = hits
		}
		t.Pieces = append(t.Pieces, Piece{hits, first})
	}
}

// hitsAWord is more than most words begin.
const hitsAWord = 2

// Only takes for its Hits what a language keeps, by [phrase.Vocabulary.Kept], and the user's.
func (t *Text) Only(kept []key.Set) {
	keeps := func(h *phrase.Hit) bool { return h.User || kept[h.Lang].Has(h.Key) }
	n := 0
	for _, p := range t.Pieces {
		for i := range p.Hits {
			if keeps(&p.Hits[i]) {
				n++
			}
		}
	}
	hits := make([]phrase.Hit, 0, n)
	for _, p := range t.Pieces {
		for i := range p.Hits {
			if h := p.Hits[i]; keeps(&h) {
				h.From, h.To = h.From+p.Word, h.To+p.Word
				if h.Key == key.WordNot && t.ofNumber(h) {
					continue
				}
				hits = append(hits, h)
			}
		}
	}
	t.SetHits(hits)
}

// ofNumber says that a "no" is no negation but short for a number: "dispute no. 281333".
func (t *Text) ofNumber(h phrase.Hit) bool {
	if w := t.Words[h.From]; h.To-h.From > 1 || w.Norm != "no" || h.To == len(t.Words) {
		return false
	}
	number := t.Words[h.To]
	return number.Digits() && (len(number.Norm) > 3 || t.S[t.Words[h.From].End] == '.')
}

// Within lists the hits of some keys that lie in words from to to,
// leftmost and longest first, none overlapping another.
func (t *Text) Within(of key.Set, s words.Span) []phrase.Hit {
	return Leftmost(t.Hits[t.After(s.From):], of, s)
}

// Leftmost does so in a list of hits.
func Leftmost(list []phrase.Hit, of key.Set, s words.Span) []phrase.Hit {
	var out []phrase.Hit
	next := s.From
	for i := 0; i < len(list) && list[i].From < s.To; {
		best, j := -1, i
		for ; j < len(list) && list[j].From == list[i].From; j++ {
			h := &list[j]
			if of.Has(h.Key) && h.To <= s.To && h.From >= next && (best < 0 || Better(*h, list[best])) {
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

// Better says that a goes before b: the longer phrase, then the user's own.
func Better(a, b phrase.Hit) bool { return a.To > b.To || a.To == b.To && a.User && !b.User }

// After is the index of the first hit that begins at word w or later.
func (t *Text) After(w int) int {
	if len(t.first) == 0 {
		t.index()
	}
	return int(t.first[max(0, min(w, len(t.Words)))])
}

// index notes the first hit at or after each word, which is asked for all the
// time.
func (t *Text) index() {
	t.first = slices.Grow(t.first, len(t.Words)+1)
	for i := range t.Hits {
		for len(t.first) <= t.Hits[i].From {
			t.first = append(t.first, int32(i))
		}
	}
	for len(t.first) <= len(t.Words) {
		t.first = append(t.first, int32(len(t.Hits)))
	}
}

// SetHits takes the hits of a text, or others in their stead.
func (t *Text) SetHits(hits []phrase.Hit) { t.Hits, t.first = hits, t.first[:0] }

// Has says whether a phrase of the key begins within words from to to.
func (t *Text) Has(k key.Key, from, to int) (phrase.Hit, bool) {
	for i := t.After(from); i < len(t.Hits) && t.Hits[i].From < to; i++ {
		if t.Hits[i].Key == k && t.Hits[i].To <= to {
			return t.Hits[i], true
		}
	}
	return phrase.Hit{}, false
}

// HasAny says that a phrase of one of the keys stands there.
func (t *Text) HasAny(from, to int, list ...key.Key) bool {
	return slices.ContainsFunc(list, func(k key.Key) bool {
		_, ok := t.Has(k, from, to)
		return ok
	})
}

// Begins says whether a phrase of the key begins at word w and ends by word to.
func (t *Text) Begins(k key.Key, w, to int) (phrase.Hit, bool) {
	for i := t.After(w); i < len(t.Hits) && t.Hits[i].From == w; i++ {
		if t.Hits[i].Key == k && t.Hits[i].To <= to {
			return t.Hits[i], true
		}
	}
	return phrase.Hit{}, false
}

// Leads says that a phrase of the key ends at most n words before word w.
func (t *Text) Leads(k key.Key, s words.Span, w, n int) bool {
	for i := t.After(s.From); i < len(t.Hits) && t.Hits[i].From < w; i++ {
		if h := t.Hits[i]; h.Key == k && h.To <= w && w-h.To <= n {
			return true
		}
	}
	return false
}

// UpTo is where the first phrase of the key begins in s, or the end of s.
func (t *Text) UpTo(k key.Key, s words.Span) int {
	if h, ok := t.Has(k, s.From, s.To); ok {
		return h.From
	}
	return s.To
}

// Lead says that only articles and numbers of a list stand in words from to to.
func (t *Text) Lead(from, to int) bool {
	for from < to {
		h, ok := t.Begins(key.WordArticle, from, to)
		switch {
		case ok:
			from = h.To
		case t.Words[from].Digits() && len(t.Words[from].Norm) < 3 && from+1 == to:
			from++
		default:
			return false
		}
	}
	return true
}
