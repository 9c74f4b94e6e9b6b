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

// header splits b into header and body. In a mail, unlike in a part, it passes
// over what may stand before the first field: a byte order mark, empty lines,
// the "From " line of an mbox.
func (r *reader) header(b []byte, mail bool) (h header, body []byte) {
	if mail {
		b = h.lead(b)
	}
	for len(b) > 0 {
		line, rest := cutLine(b)
		if len(line) == 0 {
			return h, rest
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
		if !r.field(&h, b[:size]) {
			if len(h.fields) == 0 || !headerGoesOn(rest) {
				h.odd("no empty line between header and text")
				return h, b
			}
			h.odd("a header line that is no field")
		}
		b = rest
		if r.headerBytes > MaxHeader || r.fields > MaxFields {
			return h, afterEmptyLine(b)
		}
	}
	return h, nil
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

// field reads one field with its continuation lines; false means that it is
// none.
func (r *reader) field(h *header, raw []byte) bool {
	name, value, ok := bytes.Cut(raw, []byte(":"))
	name = bytes.TrimRight(name, " \t\r\n")
	if !ok || !isName(name) {
		return false
	}
	r.fields++
	r.headerBytes += len(raw)
	switch {
	case r.fields > MaxFields:
		h.odd(r.pass("header fields", MaxFields, r.fields))
		return true
	case len(raw) > MaxField:
		h.odd(r.pass("bytes of a field", MaxField, len(raw)))
		raw = raw[:MaxField]
		value = value[:MaxField-(len(name)+1)]
	}
	if r.headerBytes > MaxHeader {
		h.odd(r.pass("header bytes", MaxHeader, r.headerBytes))
		return true
	}
	if bad := forbidden(raw); bad != "" {
		h.odd(bad)
	}
	h.fields = append(h.fields, Field{Name: string(name), Value: decodeWords(unfold(value)), Raw: string(raw)})
	return true
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
func unfold(value []byte) string {
	value = bytes.TrimSpace(value)
	if bytes.IndexByte(value, '\n') < 0 && bytes.IndexByte(value, '\r') < 0 && bytes.IndexByte(value, 0) < 0 {
		return string(value)
	}
	out := make([]byte, 0, len(value))
	for i, c := range value {
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
	line, rest, _ = bytes.Cut(b, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), rest
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
	return unfold([]byte(value))
}

func equalFold(a, b string) bool { return len(a) == len(b) && strings.EqualFold(a, b) }
