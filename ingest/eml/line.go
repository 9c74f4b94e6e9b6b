package eml

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// line is a line of text as it grows.
type line struct {
	text  []byte
	links []*link
	quote int
	space bool // white space came and no letter after it
}

// link is an anchor as it grows.
type link struct {
	url, alt string
	text     []byte
	space    bool
	placed   bool // belongs to a line
}

// text adds a text as it stands in the mail. CR and CRLF are line ends like LF;
// that matters only where line ends are not just white space.
func (w *page) text(b []byte, escaped bool) {
	e := w.top()
	if e.skip {
		return
	}
	if e.pre && bytes.IndexByte(b, '\r') >= 0 {
		b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	}
	for escaped {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			break
		}
		n := i + entityLength(b[i:])
		w.write(b[:i])
		w.write(w.entity(b[i:n]))
		b = b[n:]
	}
	w.write(b)
}

// entityLength is how long what may be an entity is that b begins with.
func entityLength(b []byte) int {
	i := len("&")
	if i < len(b) && b[i] == '#' {
		i++
	}
	for i < len(b) && (isLetter(b[i]) || b[i] >= '0' && b[i] <= '9') {
		i++
	}
	if i < len(b) && b[i] == ';' {
		i++
	}
	return i
}

// entity is what an entity stands for. A text has few, but those often.
func (w *page) entity(b []byte) []byte {
	text, ok := w.entities[string(b)]
	if ok {
		return text
	}
	text = []byte(html.UnescapeString(string(b)))
	if w.entities == nil {
		w.entities = map[string][]byte{}
	}
	if len(w.entities) < maxTags && len(b) <= longestTag {
		w.entities[string(b)] = text
	}
	return text
}

// rawText adds the text of an element that holds nothing else. Its NULs are
// letters (HTML §13.2.5.3).
func (w *page) rawText(b []byte, tag atom.Atom) {
	if len(b) > 0 && !w.top().skip {
		w.text(bytes.ReplaceAll(b, []byte{0}, []byte("\ufffd")), tag == atom.Textarea)
	}
}

// write adds text to the line it belongs to, and to the anchor.
func (w *page) write(b []byte) {
	e := w.top()
	l := &w.line
	if e.look.hidden() {
		l = &w.unseen
	}
	for len(b) > 0 {
		if n := visible(b); n > 0 {
			w.letters(l, b[:n], e.quote)
			b = b[n:]
			continue
		}
		r, n := rune(b[0]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(b)
		}
		b = b[n:]
		if r == '\n' && e.pre {
			w.breakLine(true)
			continue
		}
		if r = plain(r); r < 0 {
			continue
		}
		if r == ' ' {
			l.space = true
			if w.link != nil {
				w.link.space = true
			}
			continue
		}
		var letter [utf8.UTFMax]byte
		w.letters(l, letter[:utf8.EncodeRune(letter[:], r)], e.quote)
	}
}

// visible is how many bytes b begins with that plain leaves as they are.
func visible(b []byte) int {
	for i, c := range b {
		if c <= ' ' || c >= 0x7f {
			return i
		}
	}
	return len(b)
}

// letters adds letters without white space among them.
func (w *page) letters(l *line, b []byte, quote int) {
	if len(l.text) == 0 {
		l.quote = quote
	} else if l.space {
		l.text = append(l.text, ' ')
	}
	l.space = false
	l.text = append(l.text, b...)
	if a := w.link; a != nil {
		if a.space && len(a.text) > 0 {
			a.text = append(a.text, ' ')
		}
		a.space = false
		a.text = append(a.text, b...)
		if !a.placed {
			a.placed = true
			l.links = append(l.links, a)
		}
	}
}

// image keeps the words of an image that is a link: a button, often.
func (w *page) image(alt string) {
	if w.link != nil && w.link.alt == "" {
		w.link.alt = clean(alt)
	}
}

// closeLink ends the anchor. One without text gets a place of its own.
func (w *page) closeLink() {
	a := w.link
	if a == nil {
		return
	}
	w.link = nil
	if !a.placed {
		l := &w.line
		if w.top().look.hidden() {
			l = &w.unseen
		}
		if len(l.text) == 0 {
			l.quote = w.top().quote
		}
		l.links = append(l.links, a)
	}
}

// breakLine ends the line. A break that is wanted leaves an empty line where
// there is nothing to end.
func (w *page) breakLine(wanted bool) {
	if w.link != nil {
		w.link.space = true
	}
	if w.unseen.full() {
		row := w.endLine(&w.unseen)
		row.hidden = true
		w.place(row)
	}
	if w.line.full() {
		w.place(w.endLine(&w.line))
	} else if wanted && !w.top().skip && !w.top().look.hidden() {
		w.place(row{})
	}
	w.unseen.space, w.line.space = false, false
}

func (l *line) full() bool { return len(l.text)+len(l.links) > 0 }

// endLine makes a row of the line and begins a new one.
func (w *page) endLine(l *line) row {
	r := row{links: l.links, quote: l.quote}
	if len(l.text) > 0 {
		r.cells = w.cell(string(l.text))
	}
	*l = line{text: l.text[:0]}
	return r
}

// cell is a list of one text. They are taken from a longer one, many at a time.
func (w *page) cell(text string) []string {
	if len(w.ones) == 0 {
		w.ones = make([]string, 16)
	}
	one := w.ones[:1:1]
	w.ones = w.ones[1:]
	one[0] = text
	return one
}

// gap asks for an empty line between paragraphs.
func (w *page) gap() {
	if w.top().look.hidden() || w.top().skip {
		return
	}
	w.breakLine(false)
	w.place(row{quote: w.top().quote})
}

// linkURL returns an http, https or mailto URL, or "".
func linkURL(href string) string {
	if strings.ContainsFunc(href, passedOver) {
		href = strings.Map(func(r rune) rune {
			if passedOver(r) {
				return -1
			}
			return r
		}, href)
	}
	scheme, _, _ := strings.Cut(href, ":")
	switch strings.ToLower(scheme) {
	case "http", "https", "mailto":
		return strings.ToValidUTF8(href, "\ufffd")
	}
	return ""
}

// passedOver tells what browsers take for nothing in an address.
func passedOver(r rune) bool { return r <= ' ' || r == 0x7f }
