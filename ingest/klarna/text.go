package klarna

import (
	"iter"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// text is the subject or one part of a mail, split into words, with all the
// phrases that stand in it.
type text struct {
	name   string // "subject", "text/plain", "text/html"
	s      string // cells are parted by tabs, rows by newlines
	words  []words.Word
	lines  []line
	cells  []words.Span // of all lines
	pieces []piece      // what was found, in all languages
	hits   []phrase.Hit // by their first word, the longest first; set by found
	first  []int32      // see index
	links  []eml.Link
	others []words.Span // the values of what is no dispute's
	cut    bool         // there was more than there was room for

	news   int          // the first word of what is told in general, see settle
	asides []words.Span // and the paragraphs before it that tell what may be
	whole  []phrase.Hit // the hits of all, where some were dropped

	answers bool // the subject of a reply: it tells what is answered, not what is said
}

// line is one row of a text.
type line struct {
	words.Span
	cells []words.Span // of a table, or the columns of a plain text
	blank bool         // an empty row stood before it
}

func (t *text) str(s words.Span) string { return strings.TrimSpace(t.s[s.At:s.End]) }

// place names a line for people.
func (t *text) place(i int) string {
	if t.name == "subject" {
		return t.name
	}
	return t.name + " line " + strconv.Itoa(i+1)
}

// inSentence is the place of what a sentence says at word w.
func (t *text) inSentence(w int) string { return "sentence, " + t.place(t.lineOf(w)) }

// maxText bounds how much text of a mail is read, in bytes: no notice is longer,
// and the rest of a hostile one costs nothing.
const maxText = 128 << 10

// newText lays out the rows of a part, with the phrases of all languages.
func newText(v *phrase.Vocabulary, name string, rows []eml.Row) *text {
	t := newSearcher(v).text(name, rows, maxText)
	t.only(v.Kept(0))
	return t
}

// text does so for at most room bytes.
func (s *searcher) text(name string, rows []eml.Row, room int) *text {
	t := &text{name: name, lines: make([]line, 0, len(rows))}
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
				t.cut = true
				break
			}
			t.lines = append(t.lines, line{Span: words.Span{At: b.Len(), End: b.Len() + len(s)}, blank: blank})
			b.WriteString(s)
			b.WriteByte('\n')
			blank = false
		}
		t.links = append(t.links, r.Links...)
	}
	t.s = b.String()
	t.words = words.Of(t.s)
	t.measure()
	t.unwrap()
	s.search(t)
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
func (t *text) measure() {
	w := 0
	t.cells = make([]words.Span, 0, len(t.lines)+len(t.lines)/2)
	for i := range t.lines {
		l := &t.lines[i]
		l.From = w
		for w < len(t.words) && t.words[w].At < l.End {
			w++
		}
		l.To = w
		l.cells = t.columns(l.Span)
	}
}

// columns splits a line at tabs, which are cells of a table, or, where there
// are none, at bars and at two spaces or more.
func (t *text) columns(l words.Span) []words.Span {
	s, first := t.s[l.At:l.End], len(t.cells)
	switch {
	case strings.IndexByte(s, '\t') >= 0:
		for at := l.At; at <= l.End; {
			end := l.End
			if n := strings.IndexByte(t.s[at:l.End], '\t'); n >= 0 {
				end = at + n
			}
			if strings.TrimSpace(t.s[at:end]) != ":" { // between label and value
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
		for w < l.To && t.words[w].At < out[i].At {
			w++
		}
		out[i].From = w
		for w < l.To && t.words[w].At < out[i].End {
			w++
		}
		out[i].To = w
	}
	return out
}

// parted notes the columns of a line that bars and spaces part.
func (t *text) parted(l words.Span) {
	start := l.At
	cut := func(end, next int) {
		if strings.TrimSpace(t.s[start:end]) != "" {
			t.cells = append(t.cells, words.Span{At: start, End: end})
		}
		start = next
	}
	for i := l.At; i < l.End; i++ {
		switch {
		case t.s[i] == '|':
			cut(i, i+1)
		case t.s[i] == ' ' && i+1 < l.End && t.s[i+1] == ' ':
			cut(i, i+2)
			for i+1 < l.End && t.s[i+1] == ' ' {
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
func (t *text) unwrap() {
	if t.name != "text/plain" {
		return
	}
	for i := 1; i < len(t.lines); i++ {
		prev, l := t.lines[i-1], t.lines[i]
		if l.blank || l.From == l.To || len(prev.cells) > 1 || utf8.RuneCountInString(t.s[prev.At:prev.End]) < wrapped {
			continue
		}
		end := strings.TrimSpace(t.s[prev.At:prev.End])
		if strings.ContainsAny(end[len(end)-1:], ".:!?") && !t.inDate(i) || t.words[l.From].At > l.At+1 {
			continue
		}
		t.words[l.From].Gap = words.GapNone
	}
}

// inDate says that line i goes on with the date at the end of the one above: "dne 4."
// and "února 2027".
func (t *text) inDate(i int) bool {
	l := t.lines[i]
	if l.From == 0 || l.To-l.From < 2 || !t.words[l.From+1].Digits() || len(t.words[l.From+1].Norm) != 4 || t.words[l.From].Digits() {
		return false
	}
	day := t.words[l.From-1]
	return day.Digits() && len(day.Norm) < 3 && strings.HasPrefix(t.s[day.End:], ".")
}

// maxSentence bounds how many words of a sentence are looked at on either side.
const maxSentence = 80

// sentence is the words around word w up to the nearest ends of sentences.
func (t *text) sentence(w int) words.Span {
	from, to := w, w+1
	for from > 0 && from > w-maxSentence && t.words[from].Gap < words.GapSentence {
		from--
	}
	for to < len(t.words) && to < w+maxSentence && t.words[to].Gap < words.GapSentence {
		to++
	}
	return words.Span{At: t.words[from].At, End: t.words[to-1].End, From: from, To: to}
}

// lineOf is the index of the line that holds word w.
func (t *text) lineOf(w int) int {
	i := sort.Search(len(t.lines), func(i int) bool { return w < t.lines[i].To })
	return min(i, len(t.lines)-1)
}
