package page

import (
	"slices"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
)

// Language is the one of v, of some texts, whose common words and phrases weigh most; a word that
// several languages share counts less for each. 0 where none leads clearly.
func Language(v *phrase.Vocabulary, texts []*Text) phrase.Lang {
	score := make([]float64, v.Languages())
	for _, t := range texts {
		for i := range t.Words {
			list := v.Common(t.Words[i].Norm)
			for _, l := range list {
				score[l] += 1 / float64(len(list))
			}
		}
		for _, p := range t.Pieces {
			for i := 0; i < len(p.Hits); {
				i = t.tongues(p, i, score)
			}
		}
	}
	best, second := phrase.Lang(0), 0.0
	for i, s := range score {
		l := phrase.Lang(i)
		switch {
		case s == 0:
		case best == 0 || s > score[best] || s == score[best] && v.Language(l) < v.Language(best):
			second = max(second, score[best])
			best = l
		default:
			second = max(second, s)
		}
	}
	if score[best] < 1 || score[best] < second*1.05 {
		return 0
	}
	return best
}

// ofTongue are the phrases that tell a language by standing in a text.
var ofTongue = key.OfLabel.Or(key.OfKind).Or(key.OfReason)

// tongues counts the labels and phrases that begin at the word of hit i, the
// longer ones only, shared between their languages; it returns the next hit
// that begins elsewhere.
func (t *Text) tongues(p Piece, i int, score []float64) int {
	var room [8]phrase.Lang
	langs, longest, from := room[:0], 0, p.Hits[i].From
	for ; i < len(p.Hits) && p.Hits[i].From == from; i++ {
		h := &p.Hits[i]
		n := h.To - h.From
		if n < longest || !ofTongue.Has(h.Key) || t.Coded(p.Word+h.From, p.Word+h.To) {
			continue
		}
		if n > longest {
			langs, longest = langs[:0], n
		}
		if !slices.Contains(langs, h.Lang) {
			langs = append(langs, h.Lang)
		}
	}
	for _, l := range langs {
		score[l] += float64(longest) / float64(2*len(langs))
	}
	return i
}
