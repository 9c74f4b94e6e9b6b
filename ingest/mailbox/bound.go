package mailbox

import (
	"bytes"
	"strconv"
)

const (
	// maxLine bounds a line outside of a literal. The longest that is honest lists
	// the UIDs of a folder: a million of them with seven digits.
	maxLine = 8 << 20
	// maxLiteral bounds what a server may announce. It is more than MaxMail, so
	// that a mail whose size it told too low is passed over and no more.
	maxLiteral = 4 * MaxMail
)

const (
	errLongLine = fault("the server sends a line that does not end")
	errLongText = fault("the server announces more than any mail is long")
)

// bound measures what a server sends: the library reads a line into memory
// however long it is.
type bound struct {
	line    int    // bytes of the line so far
	tail    []byte // the last of them, where a literal is announced
	literal int64  // bytes of a literal still to come
}

// pass takes the next bytes. What only looks like an announced literal does no
// harm but to be measured as one.
func (b *bound) pass(p []byte) error {
	for len(p) > 0 {
		if n := min(int64(len(p)), b.literal); n > 0 {
			b.literal -= n
			p = p[n:]
			continue
		}
		part, _, ends := bytes.Cut(p, []byte("\n"))
		if b.line += len(part); b.line > maxLine {
			return errLongLine
		}
		b.keep(part)
		if !ends {
			return nil
		}
		p = p[len(part)+1:]
		if b.literal = announced(b.tail); b.literal > maxLiteral {
			return errLongText
		}
		b.line, b.tail = 0, b.tail[:0]
	}
	return nil
}

// keep appends to the tail, which is no longer than "{18446744073709551615+}\r".
func (b *bound) keep(part []byte) {
	const longest = 24
	if len(part) > longest {
		part = part[len(part)-longest:]
	}
	b.tail = append(b.tail, part...)
	if over := len(b.tail) - longest; over > 0 {
		b.tail = append(b.tail[:0], b.tail[over:]...)
	}
}

// announced is the length of the literal that a line announces at its end, 0 if
// it announces none (RFC 9051 §4.3).
func announced(tail []byte) int64 {
	text, ok := bytes.CutSuffix(bytes.TrimSuffix(tail, []byte("\r")), []byte("}"))
	open := bytes.LastIndexByte(text, '{')
	if !ok || open < 0 {
		return 0
	}
	n, err := strconv.ParseInt(string(bytes.TrimSuffix(text[open+1:], []byte("+"))), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
