// Package phrase finds the phrases of a vocabulary among words, and says which key each
// of them means and in which language. The vocabulary is plain text: ours, a file a
// language in the folder vocabulary/, and on top of it the user's own. What a phrase is
// worth where it stands, in a sentence or at a value, is asked by those who read with it.
package phrase

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"

	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// Vocabulary is the phrases that are known. It is plain text, one file a
// language; the user's own file has the same form:
//
//	# a comment
//	[attested: where it was seen]      what follows was seen in a real text
//	[ours]                             what follows is our own guess
//	language = en                      whose phrases follow
//	set dispute = dispute | claim      words to be used in braces below
//	label.dispute_id = {dispute} {id} | case number
//	kind.reminder = reminder ~ respond | remind*
//
// A phrase is compared word by word, without case and accents. "stem*" is any
// word that begins so, "stem*end" one that also ends so, "~" up to three words
// of the same sentence, "{a}+{b}" a compound. A key may stand on many lines.
// A user's phrase takes the place of ours where the same phrase means another
// field or kind.
type Vocabulary struct {
	layers    []*layer // ours, and on top of it the user's
	langs     []string // the languages of their phrases
	months    map[string]int
	weekdays  map[string]int  // 1 is Monday
	numbers   map[string]int  // "fourteen"
	counts    map[string]bool // the words that a number begins with
	prefixes  map[string]string
	headers   map[string]string
	languages map[string][]Lang   // a common word and whose it is
	sets      map[string][]string // "en/dispute"
}

//go:embed vocabulary/*.txt
var files embed.FS

// embedded is read once; nobody changes it afterwards.
var embedded = sync.OnceValues(loadEmbedded)

// What the embedded files hold, about, to allocate once.
const (
	phrasesAbout = 40 << 10
	wordsAbout   = 17 << 10
)

func loadEmbedded() (*Vocabulary, error) {
	v := &Vocabulary{
		langs: []string{""}, months: map[string]int{}, weekdays: map[string]int{}, numbers: map[string]int{}, counts: map[string]bool{},
		prefixes: map[string]string{}, headers: map[string]string{},
		languages: map[string][]Lang{}, sets: map[string][]string{},
	}
	list, err := files.ReadDir("vocabulary")
	if err != nil {
		return nil, fmt.Errorf("list the embedded vocabulary: %w", err)
	}
	l := newLoader(v)
	l.patterns, l.layer.entries = make([]pattern, 0, phrasesAbout), make([]Meaning, 0, phrasesAbout)
	l.layer.toks = make(map[string]tok, wordsAbout)
	l.layer.text.Grow(10 * wordsAbout)
	for _, f := range list {
		r, err := files.Open("vocabulary/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("read the embedded vocabulary: %w", err)
		}
		l.name, l.lang = f.Name(), ""
		clear(l.fields) // a set's name is another's in the next language
		if err := errors.Join(l.load(r), r.Close()); err != nil {
			return nil, err
		}
	}
	l.done()
	return v, nil
}

// Load is the embedded vocabulary and, where user is not nil, the
// user's own words on top of it. The error names each faulty line.
func Load(user io.Reader) (*Vocabulary, error) {
	ours, err := embedded()
	if err != nil || user == nil {
		return ours, err
	}
	v := ours.copied()
	l := newLoader(v)
	l.name, l.user = "vocabulary", true
	err = l.load(user)
	l.done()
	return v, err
}

// copied is a vocabulary of its own that shares the layers.
func (v *Vocabulary) copied() *Vocabulary {
	languages := maps.Clone(v.languages)
	for w, list := range languages {
		languages[w] = slices.Clip(list)
	}
	sets := maps.Clone(v.sets)
	for name, list := range sets {
		sets[name] = slices.Clip(list)
	}
	return &Vocabulary{
		layers: slices.Clone(v.layers), langs: slices.Clip(v.langs), months: maps.Clone(v.months), weekdays: maps.Clone(v.weekdays),
		numbers: maps.Clone(v.numbers), counts: maps.Clone(v.counts), prefixes: maps.Clone(v.prefixes),
		headers: maps.Clone(v.headers), languages: languages, sets: sets,
	}
}

// Each calls found for every phrase of all layers.
func (v *Vocabulary) Each(ws []words.Word, found func(Hit)) {
	for _, l := range v.layers {
		f := l.finder()
		f.on(ws)
		for i := range ws {
			for _, e := range f.from(&l.phrases, i) {
				found(Hit{i, int(e.to), l.entries[e.end], e.filled})
			}
		}
	}
}

// Language is the name of a language, such as "en"; that of the first is empty, it is none.
func (v *Vocabulary) Language(l Lang) string { return v.langs[l] }

// Languages is how many there are, with the first.
func (v *Vocabulary) Languages() int { return len(v.langs) }

// Common lists the languages of which a word is a common one.
func (v *Vocabulary) Common(word string) []Lang { return v.languages[word] }

// Month is the month that a word names, 0 if none.
func (v *Vocabulary) Month(word string) int { return v.months[word] }

// Weekday is the day that a word names, 1 for Monday, 0 if none.
func (v *Vocabulary) Weekday(word string) int { return v.weekdays[word] }

// Number is the number in words that a phrase is, 0 if none.
func (v *Vocabulary) Number(phrase string) int { return v.numbers[phrase] }

// Counts says that a number in words begins with a word.
func (v *Vocabulary) Counts(word string) bool { return v.counts[word] }

// Prefix is what the word before a subject's colon makes of a mail: "forward", "reply" or "".
func (v *Vocabulary) Prefix(phrase string) string { return v.prefixes[phrase] }

// Header is the field of a mail's head that a phrase names: "from", "date", "to", "subject" or "".
func (v *Vocabulary) Header(phrase string) string { return v.headers[phrase] }
