package klarna

import "strings"

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
	l.walk(v.root)
	return l
}

func (l *Lexicon) add(phrase string) {
	for word := range strings.FieldsSeq(phrase) {
		l.exact[word] = true
	}
}

func (l *Lexicon) walk(n *node) {
	for word, next := range n.next {
		l.exact[word] = true
		l.walk(next)
	}
	for _, list := range n.stems {
		for _, s := range list {
			if len(s.head) >= leastStem {
				l.stems = append(l.stems, stem{head: s.head, tail: s.tail})
			}
			l.walk(s.to)
		}
	}
	if n.gap != nil {
		l.walk(n.gap)
	}
}

// Knows says whether all of the words that s is made of are known.
func (l *Lexicon) Knows(s string) bool {
	list := words(s)
	for _, w := range list {
		if !l.knows(w.norm) {
			return false
		}
	}
	return len(list) > 0
}

func (l *Lexicon) knows(word string) bool {
	if l.exact[word] {
		return true
	}
	for _, s := range l.stems {
		if len(word) >= len(s.head)+len(s.tail) && strings.HasPrefix(word, s.head) && strings.HasSuffix(word, s.tail) {
			return true
		}
	}
	return false
}
