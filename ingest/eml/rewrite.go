package eml

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// Rewriter says what becomes of the pieces of a mail. Whatever it is not asked
// about is left out of the new mail: nothing gets there unseen.
type Rewriter struct {
	// Text rewrites what people read: a whole plain text, or one run of text or
	// an alt text of an HTML part. Line ends are LF.
	Text func(string) string
	// URL rewrites the address of a link.
	URL func(string) string
	// Field rewrites a header field of the mail, decoded; false drops it.
	Field func(Field) (string, bool)
}

// Rewrite writes the mail in raw anew: the same parts with the same types,
// charsets and encodings where that can be, their text rewritten. Attachments
// become a note; scripts, comments and pictures are dropped. It says how many
// attachments it left out. Its bounds and errors are those of [Parse].
func Rewrite(raw []byte, w Rewriter) (out []byte, dropped int, err error) {
	m, err := Parse(raw)
	if err != nil {
		return nil, 0, err
	}
	rw := &rewriting{Rewriter: w, r: &reader{}}
	for _, text := range m.Warnings {
		rw.spare = rw.spare || text == spareText
	}
	var b bytes.Buffer
	rw.message(&b, raw, 0)
	if rw.bound {
		return nil, 0, errors.New("it passes a bound of what is read")
	}
	out = b.Bytes()
	if bytes.Contains(raw, []byte("\r\n")) {
		out = bytes.ReplaceAll(out, []byte("\n"), []byte("\r\n"))
	}
	return out, rw.dropped, nil
}

// rewriting is one mail on its way.
type rewriting struct {
	Rewriter
	r          *reader
	spare      bool // its only text is an attachment
	bound      bool
	dropped    int
	boundaries int
}

func (w *rewriting) message(b *bytes.Buffer, raw []byte, depth int) {
	h, body := w.r.header(toLF(raw), true)
	for _, f := range h.fields {
		if strings.HasPrefix(strings.ToLower(f.Name), "content-") {
			continue
		}
		if value, ok := w.Field(f); ok {
			fmt.Fprintf(b, "%s: %s\n", f.Name, oneLine(value))
		}
	}
	w.entity(b, entity{fields: h.fields, body: body, byDefault: "text/plain"}, depth)
}

// oneLine keeps a value from ending its field. EncodeWords folds by itself.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\r' || r == '\n' }), "\n ")
}

// entity writes the Content fields of a part, an empty line, and its body.
func (w *rewriting) entity(b *bytes.Buffer, e entity, depth int) {
	if w.r.parts++; w.r.parts > MaxParts || depth > MaxDepth {
		w.bound = true
		return
	}
	typ := parseMediaType(get(e.fields, "Content-Type"))
	if typ.name == "" {
		typ.name = e.byDefault
	}
	disposition := parseMediaType(get(e.fields, "Content-Disposition"))
	t := text{"text/plain", typ, get(e.fields, "Content-Transfer-Encoding"), e.body}
	attached := disposition.is("attachment")
	switch {
	case typ.is("multipart"):
		w.multipart(b, t, depth)
	case typ.name == "message/rfc822", typ.name == "message/global", isMailFile(typ, disposition):
		raw, _ := decodeTransfer(t.body, t.encoding)
		b.WriteString("Content-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\n")
		w.message(b, raw, depth+1)
	case attached && !w.spare:
		w.note(b, t)
	case typ.name == "text/html", typ.name == "application/xhtml+xml":
		t.kind = "text/html"
		w.text(b, t)
	case typ.name == "text/plain", !strings.Contains(typ.name, "/") && typ.name != "attachment", w.spare && typ.is("text/"):
		w.text(b, t)
	default:
		w.note(b, t)
	}
}

// note stands where an attachment was. Of its type only the class is told.
func (w *rewriting) note(b *bytes.Buffer, t text) {
	w.dropped++
	class, _, _ := strings.Cut(t.typ.name, "/")
	switch class {
	case "application", "image", "audio", "video", "text", "message":
	default:
		class = "unknown"
	}
	fmt.Fprintf(b, "Content-Type: application/octet-stream\nContent-Disposition: attachment\n\n[an attachment was left out: %s, %d bytes]\n", class, len(t.body))
}

// multipart writes the parts under a boundary of our own.
func (w *rewriting) multipart(b *bytes.Buffer, t text, depth int) {
	parts, ok := w.split(t)
	if !ok {
		if bytes.HasPrefix(bytes.TrimSpace(t.body), []byte("<")) {
			t.kind = "text/html"
		}
		t.typ = mediaType{params: map[string]string{}}
		w.text(b, t)
		return
	}
	w.boundaries++
	boundary, byDefault := fmt.Sprintf("=_part_%d", w.boundaries), "text/plain"
	name := "multipart/mixed"
	switch t.typ.name {
	case "multipart/alternative", "multipart/related", "multipart/report":
		name = t.typ.name
	case "multipart/digest":
		name, byDefault = t.typ.name, "message/rfc822"
	}
	fmt.Fprintf(b, "Content-Type: %s; boundary=%q\n", name, boundary)
	for _, part := range parts {
		fmt.Fprintf(b, "\n--%s\n", boundary)
		h, body := w.r.header(part, false)
		w.entity(b, entity{h.fields, body, byDefault}, depth+1)
	}
	fmt.Fprintf(b, "\n--%s--\n", boundary)
}

// split cuts a multipart as [walk.multipart] does; false where it has no parts.
func (w *rewriting) split(t text) (parts [][]byte, ok bool) {
	body, boundary := t.body, strings.TrimRight(t.typ.param("boundary"), " \t")
	at := delimiter{next: -1}
	if boundary != "" {
		at = nextDelimiter(body, 0, boundary)
	}
	if at.next < 0 && encodingName(t.encoding) != "" && boundary != "" {
		if decoded, _ := decodeTransfer(body, t.encoding); nextDelimiter(decoded, 0, boundary).next >= 0 {
			body, at = decoded, nextDelimiter(decoded, 0, boundary)
		}
	}
	if at.next < 0 {
		if boundary = guessBoundary(body); boundary == "" {
			return nil, false
		}
		at = nextDelimiter(body, 0, boundary)
	}
	for !at.last && len(parts) <= MaxParts {
		from := at.next
		at = nextDelimiter(body, from, boundary)
		end := at.start
		if at.next < 0 {
			end, at.last = len(body), true
		}
		parts = append(parts, body[from:end])
	}
	return parts, true
}

// text writes a text in its charset and transfer encoding, or, where it does
// not fit into those any more, in UTF-8 and quoted-printable.
func (w *rewriting) text(b *bytes.Buffer, t text) {
	decoded, _ := decodeTransfer(t.body, t.encoding)
	if beginsHTML(decoded) {
		t.kind = "text/html"
	}
	label := charsetName(t.typ.param("charset"))
	text, _ := toUTF8(decoded, label, t.kind == "text/html")
	s := strings.ReplaceAll(string(text), "\r\n", "\n")
	if t.kind == "text/html" {
		s = w.html(s)
	} else {
		s = w.Text(s)
	}
	body, label := encodeText(s, label)
	fmt.Fprintf(b, "Content-Type: %s; charset=%s", t.kind, label)
	if strings.EqualFold(t.typ.param("format"), "flowed") && t.kind == "text/plain" {
		b.WriteString("; format=flowed")
		if strings.EqualFold(t.typ.param("delsp"), "yes") {
			b.WriteString("; delsp=yes")
		}
	}
	encoding := encodingName(t.encoding)
	switch {
	case encoding == "base64":
		b.WriteString("\nContent-Transfer-Encoding: base64\n\n")
		writeBase64(b, body)
		return
	case encoding != "quotedprintable" && isASCII(body):
		b.WriteString("\nContent-Transfer-Encoding: 7bit\n\n")
		b.Write(body)
		return
	case encoding == "8bit":
		b.WriteString("\nContent-Transfer-Encoding: 8bit\n\n")
		b.Write(body)
		return
	}
	b.WriteString("\nContent-Transfer-Encoding: quoted-printable\n\n")
	var encoded bytes.Buffer
	q := quotedprintable.NewWriter(&encoded)
	q.Write(body) // into memory: neither can fail
	q.Close()
	b.Write(bytes.ReplaceAll(encoded.Bytes(), []byte("\r\n"), []byte("\n")))
}

// encodeText writes s in a charset; in UTF-8 where it does not fit.
func encodeText(s, label string) ([]byte, string) {
	switch label {
	case "", "utf-8", "us-ascii":
		return []byte(s), "utf-8"
	}
	if e, err := htmlindex.Get(label); err == nil && !strings.HasPrefix(label, "utf-16") {
		if out, err := e.NewEncoder().String(s); err == nil {
			return []byte(out), label
		}
	}
	return []byte(s), "utf-8"
}

func writeBase64(b *bytes.Buffer, body []byte) {
	const width = 76
	all := base64.StdEncoding.EncodeToString(body)
	for len(all) > width {
		b.WriteString(all[:width] + "\n")
		all = all[width:]
	}
	b.WriteString(all + "\n")
}

// EncodeWords writes a header's text in ASCII (RFC 2047).
func EncodeWords(s string) string {
	return strings.ReplaceAll(mime.BEncoding.Encode("utf-8", s), "\r\n", "\n")
}
