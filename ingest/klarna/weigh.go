package klarna

import (
	"slices"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/sentences"
	"github.com/disputewatch/disputewatch/rules"
)

// The evidence for a kind is its phrases, each weighed by where it stands.

// Weights of a phrase by where it stands. The subject says what a mail is
// about; what stands far down is explanation.
const (
	inSubject  = 12
	inAnswered = 6 // the subject of a reply: what is answered, not what is said
	atTop      = 4 // among the first topLines lines
	further    = 1
	enough     = 4 // the least weight that decides a kind
)

// phrasesOf are the phrases that tell a kind, and those that only hint at it.
var phrasesOf = func() map[rules.Kind][2]key.Set {
	out := map[rules.Kind][2]key.Set{}
	for _, k := range kinds {
		out[k] = [2]key.Set{key.Of(key.Named("kind." + string(k))), key.Of(key.Named("hint." + string(k)))}
	}
	return out
}()

// weight is the evidence for one kind.
type weight struct {
	subject, body int
	words         string // the strongest phrase
	place         string
}

func (w weight) sum() int { return w.subject + w.body }

// weigh adds up the phrases of each kind over subject and parts. Of the two
// parts that say the same only the heavier counts.
func (r *reader) weigh() map[rules.Kind]weight {
	out := map[rules.Kind]weight{}
	for _, t := range r.texts {
		mine := map[rules.Kind]weight{}
		r.weighText(t, mine)
		for k, w := range mine {
			o := out[k]
			if w.subject > o.subject {
				o.subject = w.subject
			}
			if w.body > o.body {
				o.body = w.body
			}
			if o.words == "" || w.subject > 0 {
				o.words, o.place = w.words, w.place
			}
			out[k] = o
		}
	}
	return out
}

func (r *reader) weighText(t *text, mine map[rules.Kind]weight) {
	var list []phrase.Hit // few of all
	for i := range t.Hits {
		if key.OfEvidence.Has(t.Hits[i].Key) {
			list = append(list, t.Hits[i])
		}
	}
	for _, k := range kinds {
		for _, words := range phrasesOf[k] {
			var seen []int32
			for _, h := range page.Leftmost(list, words, t.Told()) {
				if !slices.Contains(seen, h.Phrase) && t.Counts(h, k) {
					mine[k] = mine[k].with(t, h)
				}
				seen = append(seen, h.Phrase)
			}
		}
	}
}

// with adds the phrase h of t.
func (w weight) with(t *text, h phrase.Hit) weight {
	line := t.LineOf(h.From)
	points, hint := further, key.OfHint.Has(h.Key)
	says := t.Name == "subject" && !hint && !t.Answers
	switch {
	case t.Answers && h.Key == key.KindDisputeRequest:
		points = atTop // the request came before whatever this is
	case t.Answers:
		points = inAnswered
	case says:
		points = inSubject
	case line < sentences.TopLines:
		points = atTop
	}
	if hint {
		points = (points + 3) / 4
	}
	if says {
		w.subject += points
	} else {
		w.body = min(w.body+points, inSubject-2)
	}
	if w.words == "" {
		w.words, w.place = t.S[t.Words[h.From].At:t.Words[h.To-1].End], t.Place(line)
	}
	return w
}
