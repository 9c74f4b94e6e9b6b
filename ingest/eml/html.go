package eml

import (
	"slices"
	"strings"

	"golang.org/x/net/html/atom"
)

const (
	maxTables = 32  // nested tables; deeper ones are read as blocks
	maxSearch = 512 // open elements that a tag looks through for what it ends
	maxLooks  = 16  // and all tags of a text together, for each byte of it
	maxOpen   = 10000
	maxLinks  = 2000 // in one text
)

// readHTML makes rows of an HTML text. It walks the tokens and not a tree: the
// parser of x/net/html gives up at 512 open elements, and a tree of a hostile
// text takes a hundred times its size.
func readHTML(b []byte, out *rows) {
	w := newPage(b, out)
	for w.placed <= out.left {
		switch kind, raw := w.tokens.next(); kind {
		case tokenEnd:
			w.finish()
			return
		case tokenText:
			w.text(raw, true)
		case tokenStart:
			t := w.startTag(raw)
			w.start(t)
			w.rawText(w.tokens.raw(t.tag), t.tag)
		case tokenEndTag:
			w.end(tagOf(tagName(raw)))
		}
	}
	w.finish()
}

func newPage(b []byte, out *rows) *page {
	likely := min(8+len(b)/160, 1000) // rows, of a mail with much markup
	return &page{
		out: out, tokens: tokens{text: b}, tags: map[string]*startTag{}, mayLook: maxLooks * len(b),
		stack: make([]element, 1, 32), frames: make([]frame, 1, 8), rows: make([]row, 0, likely),
	}
}

// startTag is a start tag that was read.
type startTag struct {
	tag atom.Atom
	attrs
	block, paragraph bool
	last, within     look // what the attributes made of the last look, and that one
}

// maxTags bounds how many tags are remembered; longestTag how long one may be.
const (
	maxTags    = 256
	longestTag = 1 << 10
)

// startTag reads a start tag. A mail says the same one a hundred times.
func (w *page) startTag(raw []byte) *startTag {
	if t, ok := w.tags[string(raw)]; ok {
		return t
	}
	name := tagName(raw)
	t := newStartTag(tagOf(name), w.reader.attributes(raw[len("<")+len(name):]))
	if len(w.tags) < maxTags && len(raw) <= longestTag {
		w.tags[string(raw)] = t
	}
	return t
}

func newStartTag(tag atom.Atom, a attrs) *startTag {
	return &startTag{tag: tag, attrs: a, block: isBlock(tag), paragraph: isParagraph(tag), within: look{}.within(a)}
}

// look is the look of an element inside of one of look l: most often of the same
// one as the last time. A table takes no size of letters from around it, as in a
// browser's quirks mode (HTML, "Rendering", "Tables"): MJML writes 0 into the cells
// that hold others.
func (t *startTag) look(l look) look {
	if l != t.last {
		t.last = l
		l.tiny = l.tiny && t.tag != atom.Table
		t.within = l.within(t.attrs)
	}
	return t.within
}

// element is an open element, with what it hands down to those within it.
type element struct {
	tag    atom.Atom
	look   look
	quote  int
	pre    bool
	block  bool
	gap    bool // an empty line before and after it
	skip   bool // style, script and the like
	opened bool // a frame or a cell of one
	isLink bool
}

// page is the state of the walk.
type page struct {
	out      *rows
	stack    []element
	count    [256]uint16 // of the open elements, see counted
	paras    int         // of the open ones that are a p
	frames   []frame     // the tables we are in; the first is the page itself
	rows     []row       // see frame
	cells    []int       // where each cell of the open table rows begins in rows
	open     []row       // the rows of the table row that ends, and
	parts    [][]row     // its cells; kept for the next one
	tables   int         // open tables, those included that are too deep for a frame
	placed   int         // lines so far
	links    int
	mayLook  int   // how often open elements may still be looked at
	line     line  // what can be seen
	unseen   line  // what cannot
	link     *link // the anchor we are in
	tokens   tokens
	reader   tagReader
	tags     map[string]*startTag
	ones     []string          // see cell
	entities map[string][]byte // what they stand for
}

func (w *page) top() *element { return &w.stack[len(w.stack)-1] }

func (w *page) start(t *startTag) {
	tag := t.tag
	switch tag {
	case atom.Br:
		w.breakLine(true)
		return
	case atom.Hr:
		w.gap()
		return
	case atom.Img:
		w.image(t.alt)
		return
	case atom.Area, atom.Base, atom.Col, atom.Embed, atom.Input, atom.Link, atom.Meta, atom.Param, atom.Source, atom.Track, atom.Wbr:
		return
	}
	w.implyEnd(t)
	if len(w.stack) >= maxOpen {
		return // its text is read as that of the element around it
	}
	e := *w.top()
	e.tag, e.block, e.gap, e.opened, e.isLink = tag, t.block, t.paragraph, false, false
	e.look = t.look(e.look)
	if e.look.block && !isTablePart(tag) {
		e.block = true
	}
	e.look.block = false
	e.pre = e.pre || tag == atom.Pre || e.look.pre
	e.skip = e.skip || isSkipped(tag)
	if isQuote(tag, t.attrs) || tag == atom.Blockquote && w.announced() {
		e.quote++
	}
	if e.block {
		w.breakLine(false)
		if e.gap {
			w.gap()
		}
	}
	w.openTable(tag, &e)
	if tag == atom.A {
		w.closeLink()
		if u := linkURL(t.href); u != "" && w.links < maxLinks {
			w.link, e.isLink = &link{url: u}, true
			w.links++
		}
	}
	w.stack = append(w.stack, e)
	w.counted(tag, 1)
}

// counted counts the open elements, since an end tag without one is passed over.
// Two elements may share a count: then the one is looked for in vain.
func (w *page) counted(tag atom.Atom, n int) (open uint16) {
	if tag == atom.P {
		w.paras += n
	}
	c := &w.count[uint8(tag>>8)] // the rest of an atom is but the length of its name
	*c += uint16(n)
	return *c
}

// end closes the innermost open element of the tag, and all within it; not out
// of a table cell, unless it closes a part of the table.
func (w *page) end(tag atom.Atom) {
	if tag == atom.P && w.paras == 0 || tag == atom.Br {
		w.breakLine(false) // </p> and </br> alone are line breaks to every browser
		return
	}
	if tag == 0 || w.counted(tag, 0) == 0 {
		return
	}
	for i := len(w.stack) - 1; w.reaches(i); i-- {
		if w.stack[i].tag == tag {
			w.closeTo(i)
			return
		}
		if isCell(w.stack[i].tag) && !isTablePart(tag) {
			return
		}
		if w.stack[i].tag == atom.Table && isTablePart(tag) {
			return
		}
	}
}

// reaches says that the i-th open element may be looked at for what a tag ends.
func (w *page) reaches(i int) bool {
	w.mayLook--
	return i > 0 && i > len(w.stack)-maxSearch && w.mayLook >= 0
}

// closeTo closes the elements from the i-th on.
func (w *page) closeTo(i int) {
	for len(w.stack) > i {
		e := *w.top()
		if e.isLink {
			w.closeLink()
		}
		if e.block {
			w.breakLine(false)
		}
		w.closeTable(e.tag, e.opened)
		w.stack = w.stack[:len(w.stack)-1]
		w.counted(e.tag, -1)
		if e.gap {
			w.gap()
		}
	}
}

// implyEnd closes what a start tag closes by itself: a cell ends the cell
// before it, and so on.
func (w *page) implyEnd(t *startTag) {
	var ends func(atom.Atom) bool
	var within func(atom.Atom) bool
	switch t.tag {
	case atom.Td, atom.Th:
		ends, within = isCell, isTable
	case atom.Tr:
		ends, within = func(t atom.Atom) bool { return t == atom.Tr }, isTable
	case atom.Tbody, atom.Thead, atom.Tfoot:
		ends = func(t atom.Atom) bool { return t == atom.Tbody || t == atom.Thead || t == atom.Tfoot }
		within = isTable
	case atom.Li:
		ends = func(t atom.Atom) bool { return t == atom.Li }
		within = func(t atom.Atom) bool { return t == atom.Ul || t == atom.Ol || isCell(t) }
	case atom.Dt, atom.Dd:
		ends = func(t atom.Atom) bool { return t == atom.Dt || t == atom.Dd }
		within = func(t atom.Atom) bool { return t == atom.Dl || isCell(t) }
	default:
		if !t.block {
			return
		}
		ends = func(t atom.Atom) bool { return t == atom.P }
		within = isCell
	}
	for i := len(w.stack) - 1; w.reaches(i); i-- {
		if ends(w.stack[i].tag) {
			w.closeTo(i)
			return
		}
		if within(w.stack[i].tag) {
			return
		}
	}
}

// announced says that the line before tells whose and of when the next text is:
// "Your answer of 15 January 2027:".
func (w *page) announced() bool {
	last := string(w.line.text)
	for i := len(w.rows) - 1; last == "" && i >= max(0, len(w.rows)-4); i-- {
		if n := len(w.rows[i].cells); n > 0 {
			last = w.rows[i].cells[n-1]
		}
	}
	return strings.HasSuffix(strings.TrimSpace(last), ":") && strings.ContainsAny(last, "0123456789")
}

// finish closes everything that is still open and hands the rows over.
func (w *page) finish() {
	w.closeTo(1)
	w.closeLink()
	w.breakLine(false)
	rows := slices.CompactFunc(w.rows, func(a, b row) bool { return a.empty() && b.empty() })
	w.out.list = slices.Grow(w.out.list, min(len(rows), w.out.left))
	for _, r := range rows {
		w.out.add(r.public())
	}
}

func isTable(t atom.Atom) bool { return t == atom.Table }
func isCell(t atom.Atom) bool  { return t == atom.Td || t == atom.Th }

func isTablePart(t atom.Atom) bool {
	switch t {
	case atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Tr, atom.Td, atom.Th, atom.Caption, atom.Dl, atom.Dt, atom.Dd:
		return true
	}
	return false
}

func isBlock(t atom.Atom) bool {
	switch t {
	case atom.Div, atom.Ul, atom.Ol, atom.Li, atom.Center, atom.Section, atom.Article, atom.Header, atom.Footer,
		atom.Main, atom.Nav, atom.Aside, atom.Form, atom.Fieldset, atom.Legend, atom.Address, atom.Option,
		atom.Figure, atom.Figcaption, atom.Details, atom.Summary, atom.Body, atom.Html, atom.Button, atom.Textarea:
		return true
	}
	return isTablePart(t) || isParagraph(t)
}

// isParagraph tells the blocks with an empty line before and after them.
func isParagraph(t atom.Atom) bool {
	switch t {
	case atom.P, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Pre, atom.Table, atom.Dl, atom.Ul, atom.Ol:
		return true
	}
	return false
}

func isSkipped(t atom.Atom) bool {
	switch t {
	case atom.Style, atom.Script, atom.Title, atom.Template, atom.Noscript, atom.Svg, atom.Math, atom.Object, atom.Select, atom.Iframe:
		return true
	}
	return false
}
