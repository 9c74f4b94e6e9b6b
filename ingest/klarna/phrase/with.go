package phrase

import (
	"fmt"
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
)

// With is the vocabulary and one more phrase of the user's, as if it stood last
// in his file. v itself stays as it is; the two share all layers, so that trying
// a phrase costs little.
func (v *Vocabulary) With(e Entry) (*Vocabulary, error) {
	group, name, _ := strings.Cut(e.Key, ".")
	if !slices.Contains([]string{"label", "kind", "reason", "result"}, group) || !slices.Contains(key.NamesIn(group), name) {
		return nil, fmt.Errorf("%s: no such key", e.Key)
	}
	out := *v
	out.layers, out.langs = slices.Clone(v.layers), slices.Clip(v.langs)
	l := newLoader(&out)
	l.user, l.lang = true, e.Language
	err := l.insert(e.Key, e.Phrase)
	l.done()
	return &out, err
}

// Entry is one phrase of a vocabulary.
type Entry struct{ Language, Key, Phrase string }
