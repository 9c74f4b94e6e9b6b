package eml

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// BoundError says which bound a mail passes; nothing in it could be read
// within the bounds.
type BoundError struct {
	What       string // bytes, nested parts, parts, header bytes, header fields, bytes of a field
	Limit, Got int    // Got is at least what the mail holds
}

func (e *BoundError) Error() string {
	return fmt.Sprintf("%s: %d, at most %d are read", e.What, e.Got, e.Limit)
}

var errNothing = errors.New("no header and no text")

// Parse reads a mail. What cannot be read as it should is read as well as it
// can be, and said in Warnings. It fails only for a mail of which nothing can
// be read within the bounds (*BoundError) or that holds nothing. It keeps raw.
func Parse(raw []byte) (*Message, error) {
	if len(raw) > MaxSize {
		return nil, &BoundError{"bytes", MaxSize, len(raw)}
	}
	r := &reader{}
	m := r.message(raw, 0)
	if hasText(m) {
		return m, nil
	}
	if r.bound != nil {
		return nil, r.bound
	}
	if len(m.Fields) == 0 {
		return nil, errNothing
	}
	return m, nil
}

// Header reads a header alone: the fields and what is derived from them. It
// never fails; what passes a bound is left out and said in Warnings.
func Header(raw []byte) *Message {
	m := &Message{Raw: raw}
	b := toLF(raw[:min(len(raw), MaxSize)])
	r := &reader{}
	h, _ := r.header(b, true)
	m.take(h)
	return m
}

// Glance reads a header as [Header] does, but decodes nothing and keeps nothing:
// it shows see each field, top first. Nobody asks for most fields of a hundred
// thousand mails that are of no interest.
func Glance(raw []byte, see func(Glimpse)) {
	new(reader).glance(new(header), toLF(raw[:min(len(raw), MaxSize)]), true, see)
}

// Get returns the decoded values of all fields of a name, top first. The case
// of the name does not matter.
func (m *Message) Get(name string) []string {
	var values []string
	for _, f := range m.Fields {
		if equalFold(f.Name, name) {
			values = append(values, f.Value)
		}
	}
	return values
}

// reader counts what has been spent of the bounds over one mail and all that
// is nested in it.
type reader struct {
	headerBytes, fields, parts int
	text, rows                 int
	bound                      *BoundError // the first one passed
}

// pass notes that a bound is passed and returns the words for a warning.
func (r *reader) pass(what string, limit, got int) string {
	e := &BoundError{what, limit, got}
	if r.bound == nil {
		r.bound = e
	}
	return e.Error()
}

// message reads the mail in raw, which lies depth levels deep.
func (r *reader) message(raw []byte, depth int) *Message {
	m := &Message{Raw: raw}
	h, body := r.header(toLF(raw), true)
	m.take(h)
	m.Body, m.Hash = body, bodyHash(body)
	w := &walk{r: r, m: m}
	w.entity(entity{fields: m.Fields, body: body, byDefault: "text/plain"}, depth)
	w.spare()
	return m
}

// warn adds a warning; one text stands there once.
func (m *Message) warn(text string) {
	const enough = 50
	for _, w := range m.Warnings {
		if w == text {
			return
		}
	}
	if len(m.Warnings) < enough {
		m.Warnings = append(m.Warnings, text)
	}
}

func hasText(m *Message) bool {
	for _, p := range m.Parts {
		if len(p.Rows) > 0 {
			return true
		}
	}
	for _, f := range m.Forwarded {
		if hasText(f) {
			return true
		}
	}
	return false
}

// toLF turns the line ends of old Macs, where there is no other line end, into
// LF; any other mail comes back as it is.
func toLF(b []byte) []byte {
	if bytes.IndexByte(b, '\n') >= 0 || bytes.IndexByte(b, '\r') < 0 {
		return b
	}
	return bytes.ReplaceAll(b, []byte{'\r'}, []byte{'\n'})
}

// bodyHash is the SHA-256 of a body whose line ends are all LF. It is told many
// lines at a time, since each call costs as much as a short line.
func bodyHash(body []byte) string {
	h := sha256.New()
	var buffer [4 << 10]byte
	lines := buffer[:0]
	for len(body) > 0 {
		end, next := len(body), len(body)
		if i := bytes.Index(body, []byte("\r\n")); i >= 0 {
			end, next = i, i+1
		}
		if len(lines)+end > len(buffer) {
			h.Write(lines)
			lines = lines[:0]
		}
		if end > len(buffer) {
			h.Write(body[:end])
		} else {
			lines = append(lines, body[:end]...)
		}
		body = body[next:]
	}
	h.Write(lines)
	return hex.EncodeToString(h.Sum(nil))
}
