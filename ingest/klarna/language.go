package klarna

import (
	"slices"
	"unicode"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
)

// language is the one whose common words and phrases weigh most; a word that
// several languages share counts less for each. 0 where none leads clearly.
func (r *reader) language() phrase.Lang {
	score := make([]float64, r.v.Languages())
	for _, t := range r.texts {
		for i := range t.Words {
			list := r.v.Common(t.Words[i].Norm)
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
		case best == 0 || s > score[best] || s == score[best] && r.v.Language(l) < r.v.Language(best):
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

// A line, which is more than a heading, is in no language of the vocabulary when fewer
// of its words are common ones; that are two fifths of a mail in one. Where most of its
// words are capital it lists names, as the address at the foot of a mail does.
const (
	leastOfLine  = 5
	leastStrange = 8 // words of such lines
	fewestCommon = 0.2
)

// strange says that a mail is in a language that nobody taught us, but for the footer
// and names of things in English: what it wants is not known, and it may be a dispute.
func (r *reader) strange() bool {
	if l := r.v.Language(r.lang); l != "" && l != "en" {
		return false
	}
	strange := 0
	for _, t := range r.texts {
		for _, l := range t.Lines {
			words, common, small := 0, 0, 0
			for _, w := range t.Words[l.From:l.To] {
				if w.Digits() {
					continue
				}
				words++
				if !unicode.IsUpper(letters.First(t.S[w.At:])) {
					small++
				}
				if len(r.v.Common(w.Norm)) > 0 {
					common++
				}
			}
			if words >= leastOfLine && 2*small >= words && float64(common) < fewestCommon*float64(words) {
				strange += words
			}
		}
	}
	return strange >= leastStrange
}

// foreignDispute says that a word names a dispute in another language than the mail's,
// and in that one nothing: of two languages in a mail, or of a short one, the wrong may
// have been taken.
func (r *reader) foreignDispute() bool {
	kept := r.v.Kept(r.lang)
	for _, t := range r.texts {
		judged := map[int]bool{} // words
		var foreign []int
		for _, p := range t.Pieces {
			for i := range p.Hits {
				switch h := &p.Hits[i]; {
				case h.Key != key.WordDispute:
				case kept[h.Lang].Has(key.WordDispute):
					judged[p.Word+h.From] = true
				default:
					foreign = append(foreign, p.Word+h.From)
				}
			}
		}
		if slices.ContainsFunc(foreign, func(w int) bool { return !judged[w] }) {
			return true
		}
	}
	return false
}

// ofTongue are the phrases that tell a language by standing in a text.
var ofTongue = key.OfLabel.Or(key.OfKind).Or(key.OfReason)

// tongues counts the labels and phrases that begin at the word of hit i, the
// longer ones only, shared between their languages; it returns the next hit
// that begins elsewhere.
func (t *text) tongues(p page.Piece, i int, score []float64) int {
	var room [8]phrase.Lang
	langs, longest, from := room[:0], 0, p.Hits[i].From
	for ; i < len(p.Hits) && p.Hits[i].From == from; i++ {
		h := &p.Hits[i]
		n := h.To - h.From
		if n < longest || !ofTongue.Has(h.Key) || t.codedAt(p.Word+h.From, p.Word+h.To) {
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
