package klarna

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

// Vocabulary is the phrases the reader knows. It is plain text, one file a
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
	languages map[string][]lang   // a common word and whose it is
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
		languages: map[string][]lang{}, sets: map[string][]string{},
	}
	list, err := files.ReadDir("vocabulary")
	if err != nil {
		return nil, fmt.Errorf("list the embedded vocabulary: %w", err)
	}
	l := newLoader(v)
	l.patterns, l.layer.entries = make([]pattern, 0, phrasesAbout), make([]entry, 0, phrasesAbout)
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

// LoadVocabulary is the embedded vocabulary and, where user is not nil, the
// user's own words on top of it. The error names each faulty line.
func LoadVocabulary(user io.Reader) (*Vocabulary, error) {
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

// find calls found for every phrase of all layers.
func (v *Vocabulary) find(ws []words.Word, found func(hit)) {
	for _, l := range v.layers {
		f := l.finder()
		f.on(ws)
		for i := range ws {
			for _, e := range f.from(&l.phrases, i) {
				found(hit{i, int(e.to), l.entries[e.end], e.filled})
			}
		}
	}
}
