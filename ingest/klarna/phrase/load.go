package phrase

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// loader reads files into a new layer.
type loader struct {
	v              *Vocabulary
	name           string
	user           bool
	lang           string
	layer          *layer
	patterns, sets []pattern
	phrases        map[string]int32 // the numbers of their texts
	fields         map[string][]tok // what a piece of a phrase between spaces comes to
	arena          []tok            // the tokens of the patterns, many in one allocation
}

func newLoader(v *Vocabulary) *loader {
	return &loader{v: v, layer: &layer{dictionary: newDictionary()}, fields: map[string][]tok{}, phrases: map[string]int32{}}
}

// done builds the layer and puts it on top of the others.
func (l *loader) done() {
	l.layer.done()
	l.layer.signals = l.signals()
	l.layer.sets = newTrie(l.sets)
	l.layer.phrases = newTrie(l.patterns)
	l.v.layers = append(l.v.layers, l.layer)
}

// toks are the tokens of a phrase.
func (l *loader) toks(phrase string) ([]tok, error) {
	if cap(l.arena)-len(l.arena) < len(phrase)+1 {
		l.arena = make([]tok, 0, max(1<<13, len(phrase)+1))
	}
	first := len(l.arena)
	for f := range strings.FieldsSeq(phrase) {
		list, ok := l.fields[f]
		if !ok {
			var err error
			if list, err = l.field(f); err != nil {
				return nil, fmt.Errorf("phrase %q: %w", phrase, err)
			}
			l.fields[f] = list
		}
		l.arena = append(l.arena, list...)
	}
	out := l.arena[first:len(l.arena):len(l.arena)]
	if len(out) == 0 || out[0] == gapTok || out[len(out)-1] == gapTok {
		return nil, fmt.Errorf("phrase %q: want words, and none of them \"~\" at an end", phrase)
	}
	return out, nil
}

// field is the tokens of a piece of a phrase.
func (l *loader) field(f string) ([]tok, error) {
	if name, ok := strings.CutPrefix(f, "{"); ok && strings.HasSuffix(name, "}") {
		name = l.lang + "/" + strings.TrimSuffix(name, "}")
		if len(l.v.sets[name]) == 0 {
			return nil, fmt.Errorf("no set %s in language %s", f, l.lang)
		}
		return []tok{l.layer.tok("{" + name + "}")}, nil
	}
	var out []tok
	for _, t := range phraseTokens(f) {
		switch i := strings.IndexByte(t, '*'); {
		case i >= 0 && i < 2:
			return nil, errors.New("want at least two letters before a star")
		case t == "~":
			out = append(out, gapTok)
		default:
			out = append(out, l.layer.tok(t))
		}
	}
	return out, nil
}

func (l *loader) load(r io.Reader) error {
	var errs []error
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	for n := 1; s.Scan(); n++ {
		line, _, _ := strings.Cut(s.Text(), "# ")
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		if line == "" || line[0] == '#' {
			continue
		}
		if err := l.line(line); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", l.name, n, err))
		}
	}
	if err := s.Err(); err != nil {
		errs = append(errs, fmt.Errorf("read %s: %w", l.name, err))
	}
	return errors.Join(errs...)
}

func (l *loader) line(line string) error {
	if line[0] == '[' {
		mark, ok := strings.CutSuffix(line[1:], "]")
		attested := strings.HasPrefix(mark, "attested:")
		if !ok || !attested && mark != "ours" {
			return fmt.Errorf("%q: want [ours] or [attested: source]", line)
		}
		return nil // for people: it changes no reading
	}
	key, list, ok := strings.Cut(line, "=")
	key, list = strings.TrimSpace(key), strings.TrimSpace(list)
	if !ok || list == "" {
		return fmt.Errorf("%q: want \"key = phrase | phrase\"", line)
	}
	if key == "language" {
		l.lang = list
		return nil
	}
	if l.lang == "" {
		return fmt.Errorf("%s: name the language first, such as \"language = en\"", key)
	}
	for phrase := range strings.SplitSeq(list, "|") {
		if err := l.add(key, strings.TrimSpace(phrase)); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

// names are those of the keys whose phrases are no phrases of a text.
var names = map[string][]string{
	"prefix": {"forward", "reply"},
	"header": {"from", "date", "to", "subject"},
}

var errNoKey = errors.New("no such key")

func (l *loader) add(full, phrase string) error {
	if name, ok := strings.CutPrefix(full, "set "); ok {
		return l.define(strings.TrimSpace(name), phrase)
	}
	group, name, _ := strings.Cut(full, ".")
	switch group {
	case "month", "weekday", "number":
		return l.number(group, name, phrase)
	case "words":
		for _, w := range words.Of(phrase) {
			if list := l.v.languages[w.Norm]; !slices.Contains(list, l.langID()) {
				l.v.languages[w.Norm] = append(list, l.langID())
			}
		}
		return nil
	case "prefix", "header":
		if !slices.Contains(names[group], name) {
			return errNoKey
		}
		map[string]map[string]string{"prefix": l.v.prefixes, "header": l.v.headers}[group][words.Joined(phrase)] = name
		return nil
	}
	if key.Named(full) == 0 {
		return errNoKey
	}
	if !l.user && !strings.Contains(phrase, "+") {
		return l.insert(full, phrase) // the sets stay sets
	}
	phrases, err := l.expand(phrase)
	for _, p := range phrases {
		err = errors.Join(err, l.insert(full, p))
	}
	return err
}

// define adds a phrase to a set; it may use other sets.
func (l *loader) define(name, phrase string) error {
	list, err := l.expand(phrase)
	id := l.lang + "/" + name
	l.v.sets[id] = append(l.v.sets[id], list...)
	if l.user {
		return err // his phrases are spelled out
	}
	for _, p := range list {
		toks, tErr := l.toks(p)
		if tErr == nil {
			l.sets = append(l.sets, pattern{toks, int32(l.layer.tok("{" + id + "}"))})
		}
		err = errors.Join(err, tErr)
	}
	return err
}

func (l *loader) number(group, name, word string) error {
	n, err := strconv.Atoi(name)
	if err != nil {
		return fmt.Errorf("want a number after %q", group+".")
	}
	into := map[string]map[string]int{"month": l.v.months, "weekday": l.v.weekdays, "number": l.v.numbers}[group]
	if limit := map[string]int{"month": 12, "weekday": 7, "number": 999}[group]; n < 1 || n > limit {
		return fmt.Errorf("the number must be from 1 to %d", limit)
	}
	into[words.Joined(word)] = n
	if group == "number" {
		head, _, _ := strings.Cut(words.Joined(word), " ")
		l.v.counts[head] = true
	}
	return nil
}

// maxExpansion bounds what the braces of one phrase may grow to.
const maxExpansion = 20000

// expand replaces the braces of a phrase by each word of their sets.
func (l *loader) expand(phrase string) ([]string, error) {
	open := strings.IndexByte(phrase, '{')
	if open < 0 {
		return []string{phrase}, nil
	}
	length := strings.IndexByte(phrase[open:], '}')
	if length < 0 {
		return nil, fmt.Errorf("%q: a brace is not closed", phrase)
	}
	name, rest := phrase[open+1:open+length], phrase[open+length+1:]
	set := l.v.sets[l.lang+"/"+name]
	if len(set) == 0 {
		return nil, fmt.Errorf("no set %q in language %s", name, l.lang)
	}
	tails, err := l.expand(strings.TrimPrefix(rest, "+"))
	if err != nil {
		return nil, err
	}
	if len(set)*len(tails) > maxExpansion {
		return nil, fmt.Errorf("%q: more than %d phrases", phrase, maxExpansion)
	}
	out := make([]string, 0, len(set)*len(tails))
	for _, w := range set {
		for _, t := range tails {
			if strings.HasPrefix(rest, "+") {
				w, t = strings.TrimSuffix(w, "*")+"*", strings.TrimSuffix(t, "*")
			}
			out = append(out, phrase[:open]+w+t)
		}
	}
	return out, nil
}

// insert adds one phrase to the layer.
func (l *loader) insert(full, phrase string) error {
	toks, err := l.toks(phrase)
	if err != nil {
		return err
	}
	l.layer.entries = append(l.layer.entries, Meaning{l.phrase(key.Named(full), phrase), l.langID(), key.Named(full), l.user})
	l.patterns = append(l.patterns, pattern{toks, int32(len(l.layer.entries) - 1)})
	return nil
}

// phrase numbers the texts of the phrases of kinds, which count once in a mail.
// A user's that is written as one of ours needs no number in common with it: it
// is found wherever ours is, and goes before it.
func (l *loader) phrase(k key.Key, text string) int32 {
	if !key.OfEvidence.Has(k) {
		return 0
	}
	n, ok := l.phrases[text]
	if !ok {
		n = int32(len(l.phrases) + 1)
		for _, below := range l.v.layers {
			n += int32(len(below.entries))
		}
		l.phrases[text] = n
	}
	return n
}

// langID is the place of the language whose phrases follow.
func (l *loader) langID() Lang {
	i := slices.Index(l.v.langs, l.lang)
	if i < 0 {
		i = len(l.v.langs)
		l.v.langs = append(l.v.langs, l.lang)
	}
	return Lang(i)
}

// phraseTokens splits a phrase as [words] splits a text, and keeps stars and
// tildes.
func phraseTokens(phrase string) []string {
	var out []string
	for f := range strings.FieldsSeq(phrase) {
		if f == "~" {
			out = append(out, f)
			continue
		}
		head, tail, star := strings.Cut(f, "*")
		var room [4]words.Word // a piece between spaces is mostly one word
		parts := words.Append(room[:0], head)
		for i, w := range parts {
			if t := w.Norm; star && i == len(parts)-1 {
				out = append(out, t+"*"+letters.Fold(strings.TrimSuffix(tail, "*")))
			} else {
				out = append(out, t)
			}
		}
	}
	return out
}
