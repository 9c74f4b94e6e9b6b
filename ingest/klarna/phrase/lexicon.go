package phrase

import (
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// Lexicon is every single word that a vocabulary knows, in any language.
type Lexicon struct {
	exact map[string]bool
	stems []stem
}

// leastStem is how many letters the stems have by which the lexicon knows a
// word: "an*" would know Anna.
const leastStem = 4

// Lexicon lists the words of the vocabulary.
func (v *Vocabulary) Lexicon() *Lexicon {
	l := &Lexicon{exact: map[string]bool{}}
	for _, names := range []map[string]string{v.prefixes, v.headers} {
		for phrase := range names {
			l.add(phrase)
		}
	}
	for _, numbers := range []map[string]int{v.months, v.weekdays, v.numbers} {
		for phrase := range numbers {
			l.add(phrase)
		}
	}
	for word := range v.languages {
		l.add(word)
	}
	for _, from := range v.layers {
		l.take(from)
	}
	return l
}

func (l *Lexicon) add(phrase string) {
	for word := range strings.FieldsSeq(phrase) {
		l.exact[word] = true
	}
}

// take lists the words and stems of a layer.
func (l *Lexicon) take(from *layer) {
	for word := range from.toks {
		if !strings.ContainsAny(word, "*{") {
			l.exact[word] = true
		}
	}
	for _, list := range from.stems {
		for _, s := range list {
			if len(s.head) >= leastStem {
				l.stems = append(l.stems, s)
			}
		}
	}
}

// Knows says whether all of the words that s is made of are known.
func (l *Lexicon) Knows(s string) bool {
	list := words.Of(s)
	for _, w := range list {
		if !l.knows(w.Norm) {
			return false
		}
	}
	return len(list) > 0
}

// Means says whether s says something to the reader: it is known, or names a
// currency, of which no vocabulary tells.
func (l *Lexicon) Means(s string) bool {
	return money.IsWord(letters.Fold(s)) || l.Knows(s)
}

func (l *Lexicon) knows(word string) bool {
	if l.exact[word] {
		return true
	}
	for _, s := range l.stems {
		if s.fits(word) {
			return true
		}
	}
	return false
}
