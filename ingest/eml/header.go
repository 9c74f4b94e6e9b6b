package eml

import (
	"bytes"
	"strings"
)

// header is one header as it was read.
type header struct {
	fields    []Field
	warnings  []string
	malformed string
}

func (h *header) odd(what string) {
	if h.malformed == "" {
		h.malformed = what
	}
	h.warnings = append(h.warnings, what)
}

// usual is about how many fields the header of a mail has.
const usual = 24

// header splits b into header and body. In a mail, unlike in a part, it passes
// over what may stand before the first field: a byte order mark, empty lines,
// the "From " line of an mbox.
func (r *reader) header(b []byte, mail bool) (h header, body []byte) {
	if mail {
		h.fields = make([]Field, 0, usual)
	}
	body = r.glance(&h, b, mail, func(g Glimpse) { h.fields = append(h.fields, g.field()) })
	return h, body
}

// glance is header, but leaves the fields undecoded and to see.
func (r *reader) glance(h *header, b []byte, mail bool, see func(Glimpse)) (body []byte) {
	if mail {
		b = h.lead(b)
	}
	none := true
	for len(b) > 0 {
		line, rest := cutLine(b)
		if len(line) == 0 {
			return rest
		}
		size := len(b) - len(rest)
		for len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') {
			var more []byte
			more, rest = cutLine(rest)
			if len(bytes.TrimSpace(more)) == 0 {
				h.odd("a line of nothing but spaces in the header")
			}
			size = len(b) - len(rest)
		}
		g, ok := r.field(h, b[:size])
		switch {
		case g.raw != nil:
			see(g)
			none = false
		case ok: // beyond a bound
		case none || !headerGoesOn(rest):
			h.odd("no empty line between header and text")
			return b
		default:
			h.odd("a header line that is no field")
		}
		b = rest
		if r.headerBytes > MaxHeader || r.fields > MaxFields {
			return afterEmptyLine(b)
		}
	}
	return nil
}

// lead drops what stands before the first field of a mail.
func (h *header) lead(b []byte) []byte {
	if after, ok := bytes.CutPrefix(b, []byte("\xef\xbb\xbf")); ok {
		h.odd("a byte order mark before the header")
		b = after
	}
	if trimmed := bytes.TrimLeft(b, "\r\n"); len(trimmed) < len(b) && headerGoesOn(trimmed) {
		h.odd("an empty line before the header")
		b = trimmed
	}
	if rest, ok := bytes.CutPrefix(bytes.TrimPrefix(b, []byte(">")), []byte("From ")); ok {
		if !bytes.HasPrefix(bytes.TrimLeft(rest, " \t\r\n"), []byte(":")) { // else it is a From field
			_, b = cutLine(b)
			h.warnings = append(h.warnings, `began with the "From " line of an mbox`)
		}
	}
	if len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		h.odd("the first line of the header is indented")
		b = bytes.TrimLeft(b, " \t")
		if line, rest := cutLine(b); bytes.IndexByte(line, ':') < 0 && headerGoesOn(rest) {
			b = rest
		}
	}
	return b
}

// field cuts one field with its continuation lines; not ok means that it is none,
// and one that is beyond a bound is nothing.
func (r *reader) field(h *header, raw []byte) (g Glimpse, ok bool) {
	colon := bytes.IndexByte(raw, ':')
	if colon < 0 {
		return g, false
	}
	name, value := bytes.TrimRight(raw[:colon], " \t\r\n"), raw[colon+1:]
	if !isName(name) {
		return g, false
	}
	r.fields++
	r.headerBytes += len(raw)
	switch {
	case r.fields > MaxFields:
		h.odd(r.pass("header fields", MaxFields, r.fields))
		return g, true
	case len(raw) > MaxField:
		h.odd(r.pass("bytes of a field", MaxField, len(raw)))
		raw = raw[:MaxField]
		value = raw[min(colon+1, MaxField):]
	}
	if r.headerBytes > MaxHeader {
		h.odd(r.pass("header bytes", MaxHeader, r.headerBytes))
		return g, true
	}
	if bad := forbidden(raw); bad != "" {
		h.odd(bad)
	}
	return Glimpse{name, value, raw}, true
}

// Glimpse is a header field at first sight, of which nothing is decoded yet. The
// name begins raw and the value ends it.
type Glimpse struct{ name, value, raw []byte }

// Is says whether it is a field of that name, in any case.
func (g Glimpse) Is(name string) bool {
	return len(g.name) == len(name) && strings.EqualFold(string(g.name), name)
}

// Value is that of [Field].
func (g Glimpse) Value() string { return decodeWords(unfold(string(g.value))) }

// Text is the value as it is read, with its white space folded.
func (g Glimpse) Text() string { return clean(g.Value()) }

// IDs are the message ids in it.
func (g Glimpse) IDs() []string { return messageIDs(unfold(string(g.value))) }

// field decodes it. Its strings are parts of one where they can be.
func (g Glimpse) field() Field {
	raw := string(g.raw)
	value := raw[len(raw)-len(g.value):]
	return Field{Name: raw[:len(g.name)], Value: decodeWords(unfold(value)), Raw: raw}
}

// forbidden names what RFC 5322 allows nowhere in a header and what readers
// take differently.
func forbidden(raw []byte) string {
	if bytes.IndexByte(raw, 0) >= 0 {
		return "a NUL in the header"
	}
	for i := bytes.IndexByte(raw, '\r'); i >= 0 && i < len(raw); {
		if i+1 >= len(raw) || raw[i+1] != '\n' {
			return "a bare CR in the header"
		}
		j := bytes.IndexByte(raw[i+1:], '\r')
		if j < 0 {
			break
		}
		i += 1 + j
	}
	return ""
}

// isName tells a field's name from the words of a sentence: RFC 5322 §3.6.8,
// but 8-bit bytes pass, since nothing is lost by them.
func isName(b []byte) bool {
	const longest = 100
	if len(b) == 0 || len(b) > longest {
		return false
	}
	for _, c := range b {
		if c <= ' ' && c != 0 || c == 0x7f {
			return false
		}
	}
	return true
}

// headerGoesOn says whether a field of a mail follows before the next empty
// line, looking a few lines ahead.
func headerGoesOn(b []byte) bool {
	for range 20 {
		var line []byte
		line, b = cutLine(b)
		if len(line) == 0 {
			return false
		}
		name, _, ok := bytes.Cut(line, []byte(":"))
		if ok && isKnownName(string(bytes.ToLower(bytes.TrimSpace(name)))) {
			return true
		}
	}
	return false
}

func isKnownName(name string) bool {
	switch name {
	case "from", "to", "cc", "subject", "date", "sender", "reply-to", "message-id", "mime-version",
		"received", "return-path", "delivered-to", "dkim-signature", "authentication-results",
		"in-reply-to", "references":
		return true
	}
	return strings.HasPrefix(name, "content-") || strings.HasPrefix(name, "x-") ||
		strings.HasPrefix(name, "list-") || strings.HasPrefix(name, "arc-")
}

// unfold takes the line ends out of a field's value (RFC 5322 §2.2.3).
func unfold(value string) string {
	value = strings.TrimSpace(value)
	if strings.IndexByte(value, '\n') < 0 && strings.IndexByte(value, '\r') < 0 && strings.IndexByte(value, 0) < 0 {
		return value
	}
	out := make([]byte, 0, len(value))
	for i, c := range []byte(value) {
		switch {
		case c == '\n', c == 0:
		case c == '\r' && i+1 < len(value) && value[i+1] == '\n':
		case c == '\r':
			out = append(out, ' ')
		default:
			out = append(out, c)
		}
	}
	return string(out)
}

// cutLine returns the first line of b without its end, CRLF or LF, and what
// follows.
func cutLine(b []byte) (line, rest []byte) {
	line = b
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		line, rest = b[:i], b[i+1:]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, rest
}

// afterEmptyLine returns what follows the first empty line of b.
func afterEmptyLine(b []byte) []byte {
	for len(b) > 0 {
		var line []byte
		if line, b = cutLine(b); len(line) == 0 {
			break
		}
	}
	return b
}

// get is the unfolded, not decoded value of the top-most field of a name.
func get(fields []Field, name string) string {
	for _, f := range fields {
		if equalFold(f.Name, name) {
			return rawValue(f)
		}
	}
	return ""
}

// rawValue is a field's value with its line ends taken out and nothing decoded.
func rawValue(f Field) string {
	_, value, _ := strings.Cut(f.Raw, ":")
	return unfold(value)
}

func equalFold(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }
