package sender

import (
	"bytes"
	"io"
	"strings"
)

// The tests sign by this arithmetic of their own, so that the library's is held
// to a second one.

// canonicalField is a field as it was signed (RFC 6376 §3.4.1, §3.4.2), without
// the line end behind it.
func canonicalField(raw string, relaxed bool) string {
	raw = strings.TrimRight(raw, "\r\n")
	if !relaxed {
		return strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\n", "\r\n")
	}
	name, value, _ := strings.Cut(raw, ":")
	folded := strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' })
	return strings.ToLower(strings.TrimRight(name, " \t\r\n")) + ":" + strings.Join(folded, " ")
}

// canonicalBody writes a body as it was signed (RFC 6376 §3.4.3, §3.4.4): line
// ends are CRLF, empty lines at the end do not count.
func canonicalBody(w io.Writer, body []byte, relaxed bool) {
	buf := make([]byte, 0, 64<<10)
	empty, wrote := 0, false
	for len(body) > 0 {
		line, rest, _ := bytes.Cut(body, []byte("\n"))
		body = rest
		line = bytes.TrimSuffix(line, []byte("\r"))
		if relaxed {
			line = bytes.TrimRight(line, " \t")
		}
		if len(line) == 0 {
			empty++
			continue
		}
		for ; empty > 0; empty-- {
			buf = flushed(w, append(buf, "\r\n"...))
		}
		if relaxed {
			buf = appendFolded(buf, line)
		} else {
			buf = append(buf, line...)
		}
		buf = flushed(w, append(buf, "\r\n"...))
		wrote = true
	}
	if !wrote && !relaxed {
		buf = append(buf, "\r\n"...)
	}
	w.Write(buf) // a hash cannot fail
}

// flushed empties the buffer when it is nearly full.
func flushed(w io.Writer, buf []byte) []byte {
	if len(buf) < 60<<10 {
		return buf
	}
	w.Write(buf)
	return buf[:0]
}

// appendFolded appends a line with each run of white space as one space.
func appendFolded(buf, line []byte) []byte {
	space := false
	for _, c := range line {
		if c == ' ' || c == '\t' {
			space = true
			continue
		}
		if space {
			buf, space = append(buf, ' '), false
		}
		buf = append(buf, c)
	}
	return buf
}
