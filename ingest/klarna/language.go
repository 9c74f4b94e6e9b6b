package klarna

import (
	"slices"
	"unicode"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
)

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
