package eml

import (
	"strings"

	"golang.org/x/net/html"
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
func readHTML(s string, out *rows) {
	w := &page{out: out, stack: []element{{}}, count: map[atom.Atom]int{}, tags: map[string]startTag{}, looks: map[styled]look{}, mayLook: maxLooks * len(s)}
	w.frames = []*frame{{}}
	z := html.NewTokenizer(strings.NewReader(s))
	for w.placed <= out.left {
		kind := z.Next()
		s = s[len(z.Raw()):]
		switch kind {
		case html.ErrorToken: // the end: a string cannot fail
			w.finish()
			return
		case html.TextToken:
			w.write(z.Text())
		case html.StartTagToken, html.SelfClosingTagToken:
			t := w.startTag(z)
			w.start(t.tag, t.attrs)
			if t.tag != atom.Style {
				continue
			}
			if n := styleEnd(s); n > longStyle {
				s = s[n:]
				z = html.NewTokenizer(strings.NewReader(s))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			w.end(atom.Lookup(name))
		}
	}
	w.finish()
}

// longStyle is the length from which it is worth a new tokenizer, which reads 4 kB
// ahead, to pass over the text of a style element.
const longStyle = 1 << 10

// styleEnd is where the text of a style element ends that s begins with: the
// tokenizer would take it byte by byte, and a third of many a mail is that.
func styleEnd(s string) int {
	for at := 0; ; {
		i := strings.Index(s[at:], "</")
		if i < 0 {
			return len(s)
		}
		at += i
		const tag = "</style"
		if end := at + len(tag); end < len(s) && strings.EqualFold(s[at:end], tag) && strings.IndexByte(" \n\r\t\f/>", s[end]) >= 0 {
			return at
		}
		at++
	}
}

// startTag is a start tag that was read.
type startTag struct {
	tag atom.Atom
	attrs
}

// maxTags bounds how many tags are remembered, and what their styles make of a
// look; longestTag how long one may be.
const (
	maxTags    = 256
	longestTag = 1 << 10
)

// startTag reads the tag at hand. A mail says the same one a hundred times.
func (w *page) startTag(z *html.Tokenizer) startTag {
	raw := z.Raw()
	if t, ok := w.tags[string(raw)]; ok {
		return t
	}
	key := ""
	if len(w.tags) < maxTags && len(raw) <= longestTag {
		key = string(raw) // reading it lowers its letters in place
	}
	name, more := z.TagName()
	t := startTag{tag: atom.Lookup(name), attrs: attributes(z, more)}
	if key != "" {
		w.tags[key] = t
	}
	return t
}

// attrs are the attributes that matter here.
type attrs struct {
	class, id, name, style, href, alt string
	hidden                            bool
}

func attributes(z *html.Tokenizer, more bool) (a attrs) {
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		var to *string
		switch string(k) {
		case "class":
			to = &a.class
		case "id":
			to = &a.id
		case "name":
			to = &a.name
		case "style":
			to = &a.style
		case "href":
			to = &a.href
		case "alt":
			to = &a.alt
		case "hidden":
			a.hidden = true
		}
		if to != nil && *to == "" {
			*to = string(v)
		}
	}
	return a
}

// styled is a look and the style that changes it.
type styled struct {
	look  look
	style string
}

// within is the look of an element inside of one of look l.
func (w *page) within(l look, a attrs) look {
	if a.style == "" || a.hidden {
		return l.within(a)
	}
	key := styled{l, a.style}
	out, ok := w.looks[key]
	if !ok {
		out = l.within(a)
		if len(w.looks) < maxTags {
			w.looks[key] = out
		}
	}
	return out
}

// element is an open element, with what it hands down to those within it.
type element struct {
	tag    atom.Atom
	look   look
	quote  int
	pre    bool
	block  bool
	skip   bool // style, script and the like
	opened bool // a frame or a cell of one
	isLink bool
}

// page is the state of the walk.
type page struct {
	out     *rows
	stack   []element
	count   map[atom.Atom]int // open elements by tag: an end tag without one is passed over
	frames  []*frame          // the tables we are in; the first is the page itself
	tables  int               // open tables, those included that are too deep for a frame
	placed  int               // lines so far
	links   int
	mayLook int   // how often open elements may still be looked at
	line    line  // what can be seen
	unseen  line  // what cannot
	link    *link // the anchor we are in
	tags    map[string]startTag
	looks   map[styled]look
}

func (w *page) top() *element { return &w.stack[len(w.stack)-1] }

func (w *page) start(tag atom.Atom, a attrs) {
	switch tag {
	case atom.Br:
		w.breakLine(true)
		return
	case atom.Hr:
		w.gap()
		return
	case atom.Img:
		w.image(a)
		return
	case atom.Area, atom.Base, atom.Col, atom.Embed, atom.Input, atom.Link, atom.Meta, atom.Param, atom.Source, atom.Track, atom.Wbr:
		return
	}
	w.implyEnd(tag)
	if len(w.stack) >= maxOpen {
		return // its text is read as that of the element around it
	}
	e := *w.top()
	e.tag, e.block, e.opened, e.isLink = tag, isBlock(tag), false, false
	e.look = w.within(e.look, a)
	if e.look.block && !isTablePart(tag) {
		e.block = true
	}
	e.look.block = false
	e.pre = e.pre || tag == atom.Pre || e.look.pre
	e.skip = e.skip || isSkipped(tag)
	if isQuote(tag, a) {
		e.quote++
	}
	if e.block {
		w.breakLine(false)
		if isParagraph(tag) {
			w.gap()
		}
	}
	w.openTable(tag, &e)
	if tag == atom.A {
		w.closeLink()
		if u := linkURL(a.href); u != "" && w.links < maxLinks {
			w.link, e.isLink = &link{url: u}, true
			w.links++
		}
	}
	w.stack = append(w.stack, e)
	w.count[tag]++
}

// end closes the innermost open element of the tag, and all within it; not out
// of a table cell, unless it closes a part of the table.
func (w *page) end(tag atom.Atom) {
	if tag == atom.P && w.count[tag] == 0 || tag == atom.Br {
		w.breakLine(false) // </p> and </br> alone are line breaks to every browser
		return
	}
	if tag == 0 || w.count[tag] == 0 {
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
		w.closeTable(e)
		w.stack = w.stack[:len(w.stack)-1]
		w.count[e.tag]--
		if e.block && isParagraph(e.tag) {
			w.gap()
		}
	}
}

// implyEnd closes what a start tag closes by itself: a cell ends the cell
// before it, and so on.
func (w *page) implyEnd(tag atom.Atom) {
	var ends func(atom.Atom) bool
	var within func(atom.Atom) bool
	switch tag {
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
		if !isBlock(tag) {
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

// finish closes everything that is still open and hands the rows over.
func (w *page) finish() {
	w.closeTo(1)
	w.closeLink()
	w.breakLine(false)
	for _, r := range w.frames[0].rows {
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
