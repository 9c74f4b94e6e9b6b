package eml

import (
	"bytes"
	"strings"
)

// entity is a mail's or a part's fields and undecoded body.
type entity struct {
	fields    []Field
	body      []byte
	byDefault string // its type where it names none
}

// text is a body that may be read as text.
type text struct {
	kind     string // text/plain or text/html
	typ      mediaType
	encoding string
	body     []byte
}

// walk reads the parts of one mail.
type walk struct {
	r     *reader
	m     *Message
	extra []text // read only where nothing else is: attachments, preambles
}

// entity reads one part, which lies depth levels deep, and those within it.
func (w *walk) entity(e entity, depth int) {
	if w.r.parts++; w.r.parts > MaxParts {
		w.m.warn(w.r.pass("parts", MaxParts, w.r.parts))
		return
	}
	if depth > MaxDepth {
		w.m.warn(w.r.pass("nested parts", MaxDepth, depth))
		return
	}
	typ := parseMediaType(get(e.fields, "Content-Type"))
	if typ.name == "" {
		typ.name = e.byDefault
	}
	disposition := parseMediaType(get(e.fields, "Content-Disposition"))
	t := text{"text/plain", typ, get(e.fields, "Content-Transfer-Encoding"), e.body}
	switch {
	case typ.is("multipart"):
		w.multipart(t, depth)
	case typ.name == "message/rfc822", typ.name == "message/global", isMailFile(typ, disposition):
		w.forwarded(t, depth)
	case typ.name == "text/html", typ.name == "application/xhtml+xml":
		t.kind = "text/html"
		w.text(t, disposition)
	case typ.name == "text/plain", !strings.Contains(typ.name, "/") && typ.name != "attachment":
		w.text(t, disposition)
	case typ.is("text/"), typ.is("message/"):
		w.extra = append(w.extra, t)
	}
}

// isMailFile knows a mail that was attached as a file without its type.
func isMailFile(typ, disposition mediaType) bool {
	name := first(disposition.param("filename"), typ.param("name"))
	return typ.name == "application/octet-stream" && strings.HasSuffix(strings.ToLower(name), ".eml")
}

func (w *walk) text(t text, disposition mediaType) {
	if disposition.is("attachment") {
		w.extra = append(w.extra, t)
		return
	}
	w.read(t)
}

// forwarded reads a mail within the mail, from its own bytes.
func (w *walk) forwarded(t text, depth int) {
	raw, odd := decodeTransfer(t.body, t.encoding)
	if odd != "" {
		w.m.warn("a forwarded mail: " + odd)
	}
	w.m.Forwarded = append(w.m.Forwarded, w.r.message(raw, depth+1))
}

const spareText = "the only text is an attachment or stands outside of the parts"

// spare reads the texts that are read only where there is no other.
func (w *walk) spare() {
	if hasText(&Message{Parts: w.m.Parts}) {
		return
	}
	for _, t := range w.extra {
		before := len(w.m.Parts)
		w.read(t)
		if len(w.m.Parts) > before {
			w.m.warn(spareText)
		}
	}
}

// read decodes a text and adds its rows.
func (w *walk) read(t text) {
	b, odd := decodeTransfer(t.body, t.encoding)
	if odd != "" {
		w.m.warn(odd)
	}
	if beginsHTML(b) {
		t.kind = "text/html" // whatever its label says
	}
	if left := MaxText - w.r.text; len(b) > left {
		w.m.warn(w.r.pass("bytes of text", MaxText, w.r.text+len(b)))
		b = b[:left]
	}
	w.r.text += len(b)
	b, odd = toUTF8(b, t.typ.param("charset"), t.kind == "text/html")
	if odd != "" {
		w.m.warn(odd)
	}
	out := &rows{left: MaxRows - w.r.rows}
	if t.kind == "text/html" {
		readHTML(b, out)
	} else {
		readPlain(string(b), t.typ, out)
	}
	w.r.rows += len(out.list)
	if out.over {
		w.m.warn(w.r.pass("rows", MaxRows, MaxRows+1))
	}
	out.trim()
	if len(out.list) > 0 {
		w.m.Parts = append(w.m.Parts, Part{Type: t.kind, Rows: out.list})
	}
}

// multipart reads the parts of a body. Without the boundary that it names, one
// that looks like it is taken; without any the body is text.
func (w *walk) multipart(t text, depth int) {
	body := t.body
	boundary := strings.TrimRight(t.typ.param("boundary"), " \t")
	at := delimiter{next: -1}
	if boundary != "" {
		at = nextDelimiter(body, 0, boundary)
	}
	if at.next < 0 && encodingName(t.encoding) != "" {
		if decoded, _ := decodeTransfer(body, t.encoding); boundary != "" {
			if d := nextDelimiter(decoded, 0, boundary); d.next >= 0 {
				body, at = decoded, d
				w.m.warn("a multipart that is itself encoded")
			}
		}
	}
	if at.next < 0 {
		boundary = guessBoundary(body)
		if boundary == "" {
			w.m.warn("a multipart without its boundary; it was read as text")
			w.whole(t)
			return
		}
		w.m.warn("a multipart without the boundary that it names; another one was found")
		at = nextDelimiter(body, 0, boundary)
	}
	if preamble := bytes.TrimSpace(body[:at.start]); len(preamble) > 0 {
		w.extra = append(w.extra, text{kind: "text/plain", body: preamble})
	}
	byDefault := "text/plain"
	if t.typ.name == "multipart/digest" {
		byDefault = "message/rfc822" // RFC 2046 §5.1.5
	}
	for !at.last && w.r.parts <= MaxParts {
		from := at.next
		at = nextDelimiter(body, from, boundary)
		end := at.start
		if at.next < 0 {
			w.m.warn("a multipart that is cut off: no closing boundary")
			end, at.last = len(body), true
		}
		h, rest := w.r.header(body[from:end], false)
		for _, odd := range h.warnings {
			w.m.warn("a part: " + odd)
		}
		if w.r.headerBytes > MaxHeader || w.r.fields > MaxFields {
			return // what kind of part this is was left out with the header
		}
		w.entity(entity{h.fields, rest, byDefault}, depth+1)
	}
}

// whole reads a multipart that has no parts as one text.
func (w *walk) whole(t text) {
	if bytes.HasPrefix(bytes.TrimSpace(t.body), []byte("<")) {
		t.kind = "text/html"
	}
	w.read(t)
}

// beginsHTML says that a text is a page of HTML by its first tag.
func beginsHTML(b []byte) bool {
	b = bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\ufeff")))
	for _, tag := range []string{"<html", "<!doctype html"} {
		if len(b) >= len(tag) && strings.EqualFold(string(b[:len(tag)]), tag) {
			return true
		}
	}
	return false
}

// delimiter is a boundary's line within a body.
type delimiter struct {
	start int  // of the line end before it, which belongs to it (RFC 2046 §5.1.1)
	next  int  // of the line after it; -1 where there is none
	last  bool // the closing one
}

// nextDelimiter finds the next line that is the boundary's.
func nextDelimiter(body []byte, from int, boundary string) delimiter {
	mark := []byte("--" + boundary)
	for at := from; ; {
		i := bytes.Index(body[at:], mark)
		if i < 0 {
			return delimiter{start: len(body), next: -1}
		}
		i += at
		at = i + len(mark)
		if i > 0 && body[i-1] != '\n' {
			// Not at a line's start: neither is any other in the line. Else a line of
			// 10 MB that is all marks would be gone through once for each of them.
			end := bytes.IndexByte(body[at:], '\n')
			if end < 0 {
				return delimiter{start: len(body), next: -1}
			}
			at += end + 1
			continue
		}
		line, rest := cutLine(body[at:])
		end := bytes.TrimRight(line, " \t")
		closing := len(end) >= 2 && string(end[:2]) == "--"
		if len(end) > 0 && !(closing && len(end) == 2) {
			continue
		}
		start := i
		if start > from && body[start-1] == '\n' {
			start--
		}
		if start > from && body[start-1] == '\r' {
			start--
		}
		return delimiter{start, len(body) - len(rest), closing}
	}
}

// guessBoundary finds a line that begins with -- and is followed by a part's
// header, or by the same line with -- behind it: the closing boundary.
func guessBoundary(body []byte) string {
	for rest := body; len(rest) > 0; {
		var line []byte
		line, rest = cutLine(rest)
		mark, ok := bytes.CutPrefix(bytes.TrimRight(line, " \t"), []byte("--"))
		if !ok || len(mark) > 200 {
			continue
		}
		if len(rest) > 8 && strings.EqualFold(string(rest[:8]), "content-") {
			return string(mark)
		}
		if last := bytes.TrimSpace(rest[max(0, len(rest)-1000):]); len(mark) > 0 && bytes.HasSuffix(last, []byte("\n--"+string(mark)+"--")) {
			return string(mark)
		}
	}
	return ""
}
