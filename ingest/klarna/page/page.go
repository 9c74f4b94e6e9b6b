// Package page lays out one text of a mail: its lines, the cells of its tables, its
// sentences, and which phrases stand at which of its words. It knows where a phrase
// stands and what stands beside it, and never what the mail wants.
package page

import (
	"iter"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// Text is the subject or one part of a mail, split into words, with the phrases that
// stand in it.
type Text struct {
	Name   string // "subject", "text/plain", "text/html"
	S      string // cells are parted by tabs, rows by newlines
	Words  []words.Word
	Lines  []Line
	cells  []words.Span // of all lines
	Pieces []Piece      // what was found, in all languages
	Hits   []phrase.Hit // by their first word, the longest first; set by SetHits
	first  []int32      // see index
	Links  []eml.Link
	Cut    bool // there was more than there was room for
}

// Line is one row of a text.
type Line struct {
	words.Span
	Cells []words.Span // of a table, or the columns of a plain text
	Blank bool         // an empty row stood before it
}

// Str is a piece of the text without the blanks around it.
func (t *Text) Str(s words.Span) string { return strings.TrimSpace(t.S[s.At:s.End]) }

// Place names a line for people.
func (t *Text) Place(i int) string {
	if t.Name == "subject" {
		return t.Name
	}
	return t.Name + " line " + strconv.Itoa(i+1)
}

// InSentence is the place of what a sentence says at word w.
func (t *Text) InSentence(w int) string { return "sentence, " + t.Place(t.LineOf(w)) }

// MaxText bounds how much text of a mail is read, in bytes: no notice is longer,
// and the rest of a hostile one costs nothing.
const MaxText = 128 << 10

// New lays out rows that stand for themselves, with the phrases of all languages.
func New(v *phrase.Vocabulary, name string, rows []eml.Row) Text {
	t := NewSearcher(v).Text(name, rows, MaxText)
	t.Only(v.Kept(0))
	return t
}

// Text lays out the rows of a part, at most room bytes of them, and finds the phrases
// of all languages; which of them are its Hits is for [Text.Only] to say.
func (s *Searcher) Text(name string, rows []eml.Row, room int) Text {
	t := Text{Name: name, Lines: make([]Line, 0, len(rows))}
	var b strings.Builder
	b.Grow(min(lengthOf(rows), room))
	blank := false
	for _, r := range rows {
		for s := range rowLines(r) {
			if strings.TrimSpace(s) == "" {
				blank = true
				continue
			}
			if ruler(s) {
				continue
			}
			if b.Len()+len(s) > room {
				t.Cut = true
				break
			}
			t.Lines = append(t.Lines, Line{Span: words.Span{At: b.Len(), End: b.Len() + len(s)}, Blank: blank})
			b.WriteString(s)
			b.WriteByte('\n')
			blank = false
		}
		t.Links = append(t.Links, r.Links...)
	}
	t.S = b.String()
	t.Words = words.Of(t.S)
	t.measure()
	t.unwrap()
	s.search(&t)
	return t
}

// lengthOf is how long the text of rows is at least.
func lengthOf(rows []eml.Row) int {
	n := 0
	for _, r := range rows {
		for _, c := range r.Cells {
			n += len(c) + 1
		}
	}
	return n
}

// rowLines is a row as lines of text with tabs between the cells. A cell that
// holds lines of its own becomes lines where it is alone.
func rowLines(r eml.Row) iter.Seq[string] {
	return func(yield func(string) bool) {
		if len(r.Cells) == 1 {
			for s := range strings.SplitSeq(strings.ReplaceAll(r.Cells[0], "\t", "   "), "\n") {
				if !yield(unbraced(s)) {
					return
				}
			}
			return
		}
		cells := make([]string, len(r.Cells))
		for i, c := range r.Cells {
			cells[i] = squeezed(c)
		}
		yield(strings.Join(cells, "\t"))
	}
}

// squeezed is s with one space between its fields, which most texts have anyway.
func squeezed(s string) string {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ' && (i == 0 || i+1 == len(s) || s[i+1] == ' '), c < ' ', c >= utf8.RuneSelf:
			return strings.Join(strings.Fields(s), " ")
		}
	}
	return s
}

// ruler says that a line only draws the lines of a table whose head stands
// above it and whose values stand below: "|-----|-----|".
func ruler(s string) bool {
	dashes, columns := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '-' || c == '=' || c == ':':
			dashes++
		case c == '|' || c == '+' || c == ' ':
			if i > 0 && (s[i-1] == '-' || s[i-1] == '=' || s[i-1] == ':') {
				columns++
			}
		default:
			return false
		}
	}
	return dashes > 3 && (columns > 1 || columns == 1 && s[len(s)-1] == '-' && s[0] == '-')
}

// unbraced is a line without the braces that enclose the whole of it.
func unbraced(s string) string {
	trim := strings.TrimSpace(s)
	if len(trim) < 3 {
		return s
	}
	if last := trim[len(trim)-1]; trim[0] == '{' && last == '}' || trim[0] == '[' && last == ']' {
		if in := trim[1 : len(trim)-1]; !strings.ContainsAny(in, "{}[]") {
			return in
		}
	}
	return s
}

// measure tells each line its words and its cells.
func (t *Text) measure() {
	w := 0
	t.cells = make([]words.Span, 0, len(t.Lines)+len(t.Lines)/2)
	for i := range t.Lines {
		l := &t.Lines[i]
		l.From = w
		for w < len(t.Words) && t.Words[w].At < l.End {
			w++
		}
		l.To = w
		l.Cells = t.columns(l.Span)
	}
}

// columns splits a line at tabs, which are cells of a table, or, where there
// are none, at bars and at two spaces or more.
func (t *Text) columns(l words.Span) []words.Span {
	s, first := t.S[l.At:l.End], len(t.cells)
	switch {
	case strings.IndexByte(s, '\t') >= 0:
		for at := l.At; at <= l.End; {
			end := l.End
			if n := strings.IndexByte(t.S[at:l.End], '\t'); n >= 0 {
				end = at + n
			}
			if strings.TrimSpace(t.S[at:end]) != ":" { // between label and value
				t.cells = append(t.cells, words.Span{At: at, End: end})
			}
			at = end + 1
		}
	case strings.IndexByte(s, '|') >= 0 || strings.Contains(s, "  "):
		t.parted(l)
	case strings.TrimSpace(s) != "":
		t.cells = append(t.cells, words.Span{At: l.At, End: l.End})
	}
	out := t.cells[first:len(t.cells):len(t.cells)]
	w := l.From
	for i := range out {
		for w < l.To && t.Words[w].At < out[i].At {
			w++
		}
		out[i].From = w
		for w < l.To && t.Words[w].At < out[i].End {
			w++
		}
		out[i].To = w
	}
	return out
}

// parted notes the columns of a line that bars and spaces part.
func (t *Text) parted(l words.Span) {
	start := l.At
	cut := func(end, next int) {
		if strings.TrimSpace(t.S[start:end]) != "" {
			t.cells = append(t.cells, words.Span{At: start, End: end})
		}
		start = next
	}
	for i := l.At; i < l.End; i++ {
		switch {
		case t.S[i] == '|':
			cut(i, i+1)
		case t.S[i] == ' ' && i+1 < l.End && t.S[i+1] == ' ':
			cut(i, i+2)
			for i+1 < l.End && t.S[i+1] == ' ' {
				i++
				start = i + 1
			}
		}
	}
	cut(l.End, l.End)
}

// wrapped is the length from which a line of plain text that ends in no
// punctuation is taken to go on in the next.
const wrapped = 45

// unwrap lets sentences run over the line ends of wrapped plain text.
func (t *Text) unwrap() {
	if t.Name != "text/plain" {
		return
	}
	for i := 1; i < len(t.Lines); i++ {
		prev, l := t.Lines[i-1], t.Lines[i]
		if l.Blank || l.From == l.To || len(prev.Cells) > 1 || utf8.RuneCountInString(t.S[prev.At:prev.End]) < wrapped {
			continue
		}
		end := strings.TrimSpace(t.S[prev.At:prev.End])
		if strings.ContainsAny(end[len(end)-1:], ".:!?") && !t.inDate(i) || t.Words[l.From].At > l.At+1 {
			continue
		}
		t.Words[l.From].Gap = words.GapNone
	}
}

// inDate says that line i goes on with the date at the end of the one above: "dne 4."
// and "února 2027".
func (t *Text) inDate(i int) bool {
	l := t.Lines[i]
	if l.From == 0 || l.To-l.From < 2 || !t.Words[l.From+1].Digits() || len(t.Words[l.From+1].Norm) != 4 || t.Words[l.From].Digits() {
		return false
	}
	day := t.Words[l.From-1]
	return day.Digits() && len(day.Norm) < 3 && strings.HasPrefix(t.S[day.End:], ".")
}

// MaxSentence bounds how many words of a sentence are looked at on either side.
const MaxSentence = 80

// Sentence is the words around word w up to the nearest ends of sentences.
func (t *Text) Sentence(w int) words.Span {
	from, to := w, w+1
	for from > 0 && from > w-MaxSentence && t.Words[from].Gap < words.GapSentence {
		from--
	}
	for to < len(t.Words) && to < w+MaxSentence && t.Words[to].Gap < words.GapSentence {
		to++
	}
	return words.Span{At: t.Words[from].At, End: t.Words[to-1].End, From: from, To: to}
}

// LineOf is the index of the line that holds word w.
func (t *Text) LineOf(w int) int {
	i := sort.Search(len(t.Lines), func(i int) bool { return w < t.Lines[i].To })
	return min(i, len(t.Lines)-1)
}

// WordAt is the index of the first word at byte at or later.
func (t *Text) WordAt(at int) int {
	lo, hi := 0, len(t.Words)
	for lo < hi {
		if m := (lo + hi) / 2; t.Words[m].At < at {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}

// Apart says that a comma, a colon, a dash or a parenthesis that is left open parts what
// stands before word from from word to: two commas hold only what is put in between.
func (t *Text) Apart(from, to int) bool {
	between := t.S[t.Words[from-1].End:t.Words[to].At]
	return strings.Count(between, ",") == 1 || strings.ContainsAny(between, ":;–—") || strings.Contains(between, " - ") ||
		strings.Count(between, "(") > strings.Count(between, ")")
}

// Coded says that words from to to are a piece of a name for machines, "dispute.appeal.opened",
// or of a link.
func (t *Text) Coded(first, last int) bool {
	glue := func(c byte) bool { return c == '.' || c == '_' || c == '/' }
	from, to := t.Words[first].At, t.Words[last-1].End
	return from > 1 && glue(t.S[from-1]) && letters.Alnum(t.S[from-2]) || to+1 < len(t.S) && glue(t.S[to]) && letters.Alnum(t.S[to+1])
}
