package mailbox

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

const (
	// maxLine bounds a line outside of a literal. The longest that is honest lists
	// the UIDs of a folder: a million of them with seven digits.
	maxLine = 8 << 20
	// maxLiteral bounds the literals of one response. It is more than MaxMail, so
	// that a mail whose size it told too low is passed over and no more.
	maxLiteral = 4 * MaxMail
	// maxName bounds those of a response that is no FETCH: names of folders, which
	// the library keeps.
	maxName = 64 << 10
	// maxOpen bounds the parentheses of one response. What we ask for has three;
	// the library goes one call deeper for each, and a stack that overflows ends
	// the process.
	maxOpen = 1000
)

const (
	errLongLine = fault("the server sends a line that does not end")
	errLongText = fault("the server announces more than any mail is long")
	errNoEnd    = fault("the server's answer does not end")
)

// bound measures what a server sends: the library reads a line into memory
// however long it is, and a million parentheses by a million calls of itself. To
// measure it as it will be read, bound knows what the library takes for a
// literal, a quoted string and a response's text.
type bound struct {
	line    int    // bytes of the line so far
	tail    []byte // the last of them, where a literal is announced
	literal int64  // bytes of a literal still to come

	// Of this response, which goes on after a literal:
	head    []byte // its beginning, until its kind is known
	kind    kind
	opened  int   // parentheses
	texts   int64 // bytes in literals
	quoted  bool  // within a quoted string
	escaped bool  // behind a backslash in it
	closed  bool  // the response code has ended
}

// kind is what a response is, as far as its measure depends on it.
type kind int

const (
	isUnknown kind = iota
	isData         // it may hold literals, quoted strings and what is nested
	isFetch        // the same, of a mail
	isList         // of capabilities
	isInCode       // the same, in a response code
	isCode         // a response code, and text
	isText         // nothing but text
	isRefused      // an answer to what is never asked
)

// pass takes the next bytes and says how many of them are outside of literals.
func (b *bound) pass(p []byte) (outside int64, err error) {
	for len(p) > 0 {
		if n := min(int64(len(p)), b.literal); n > 0 {
			b.literal -= n
			p = p[n:]
			continue
		}
		part, _, ends := bytes.Cut(p, []byte("\n"))
		outside += int64(len(part))
		if b.line += len(part); b.line > maxLine {
			return outside, errLongLine
		}
		b.keep(part)
		if !b.take(part) {
			return outside, errNotIMAP
		}
		if !ends {
			return outside, nil
		}
		outside++
		p = p[len(part)+1:]
		if err := b.ends(); err != nil {
			return outside, err
		}
		b.line, b.tail = 0, b.tail[:0]
	}
	return outside, nil
}

// take takes the next bytes of a line. It is false where the library would not
// come to an end with them.
func (b *bound) take(part []byte) bool {
	if b.kind == isUnknown && len(part) > 0 {
		const longest = 1 << 10 // of what tells the kind
		before := len(b.head)
		b.head = append(b.head, part[:min(len(part), longest-before)]...)
		var end int
		if b.kind, end = kindOf(b.head); b.kind == isUnknown {
			return len(b.head) < longest
		}
		part = part[end-before:]
	}
	switch b.kind {
	case isData, isFetch:
		b.quote(part)
		b.opened += bytes.Count(part, []byte("("))
		return b.opened <= maxOpen
	case isList, isInCode:
		// No server has a parenthesis there, and the library would read it again and
		// again for ever: nothing could end that but the end of the process.
		rest, _, ends := bytes.Cut(part, []byte("]"))
		opens := !b.closed && bytes.IndexByte(rest, '(') >= 0
		b.closed = b.closed || ends
		return !opens
	case isCode:
		b.closed = b.closed || bytes.IndexByte(part, ']') >= 0
	}
	return b.kind != isRefused
}

// quote follows quoted strings (RFC 9051 §4.3).
func (b *bound) quote(part []byte) {
	for len(part) > 0 {
		at := 0
		switch {
		case b.escaped:
			b.escaped = false
		case b.quoted:
			if at = bytes.IndexAny(part, `"\`); at >= 0 {
				b.escaped, b.quoted = part[at] == '\\', part[at] == '\\'
			}
		default:
			at = bytes.IndexByte(part, '"')
			b.quoted = at >= 0
		}
		if at < 0 {
			return
		}
		part = part[at+1:]
	}
}

// ends takes the end of a line. The library reads a quoted string and a response
// code on over it, and would take for one response what is measured as many.
func (b *bound) ends() error {
	if b.quoted || (b.kind == isCode || b.kind == isInCode) && !b.closed {
		return errNotIMAP
	}
	n, goesOn := int64(0), false
	if b.kind == isData || b.kind == isFetch {
		n, goesOn = announced(b.tail)
	}
	if !goesOn {
		*b = bound{line: b.line, tail: b.tail, head: b.head[:0]}
		return nil
	}
	most := int64(maxName)
	if b.kind == isFetch {
		most = maxLiteral
	}
	b.literal = n
	if b.texts += min(n, most+1); b.texts > most {
		return errLongText
	}
	return nil
}

// longestTail is longer than "{9223372036854775807} \r".
const longestTail = 24

// keep appends to the tail.
func (b *bound) keep(part []byte) {
	if len(part) > longestTail {
		part = part[len(part)-longestTail:]
	}
	b.tail = append(b.tail, part...)
	if over := len(b.tail) - longestTail; over > 0 {
		b.tail = append(b.tail[:0], b.tail[over:]...)
	}
}

// announced is the length of the literal that a line announces at its end (RFC
// 9051 §4.3), and whether it announces one. The library bears a blank behind it,
// and any number of zeros before it.
func announced(tail []byte) (int64, bool) {
	text, ok := bytes.CutSuffix(bytes.TrimSuffix(bytes.TrimSuffix(tail, []byte("\r")), []byte(" ")), []byte("}"))
	before := bytes.TrimRight(text, "0123456789")
	digits := text[len(before):]
	if !ok || len(digits) == 0 || len(before) > 0 && before[len(before)-1] != '{' {
		return 0, false
	}
	n, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil || len(before) == 0 { // the tail does not hold all of them
		return math.MaxInt64, true
	}
	return n, true
}

// kindOf tells what a response is by its beginning, as the library reads it, and
// where that ends; unknown while it is too short.
func kindOf(head []byte) (k kind, end int) {
	at, tagged := len("* "), head[0] != '*'
	switch {
	case head[0] == '+':
		return isText, len(head)
	case tagged:
		at = atom(head, 0) + 1
	}
	end = atom(head, at)
	if end < len(head) && !tagged && number(head[at:end]) { // FETCH and the like
		if at = end; head[at] == ' ' {
			at++
		}
		end = atom(head, at)
	}
	if end == len(head) {
		return isUnknown, 0
	}
	switch name := string(bytes.ToUpper(head[at:end])); {
	case tagged, name == "OK", name == "NO", name == "BAD", name == "BYE", name == "PREAUTH":
		return codeOf(head, end)
	case name == "FETCH":
		return isFetch, end
	case name == "CAPABILITY":
		return isList, end
	case name == "ENABLED": // the library notes it in a map that others read meanwhile
		return isRefused, end
	}
	return isData, end
}

// codeOf tells the response code of a response whose type ends at end.
func codeOf(head []byte, end int) (k kind, at int) {
	begins := end + len(" [")
	switch {
	case head[end] != ' ', begins <= len(head) && head[end+1] != '[':
		return isText, len(head)
	case begins > len(head):
		return isUnknown, 0
	}
	at = atom(head, begins)
	switch {
	case at == len(head):
		return isUnknown, 0
	case bytes.EqualFold(head[begins:at], []byte("CAPABILITY")):
		return isInCode, at
	}
	return isCode, at
}

// atom is where the atom at at ends (RFC 9051 §9); len(text) where it goes on.
func atom(text []byte, at int) int {
	for ; at < len(text); at++ {
		if c := text[at]; c < ' ' || c >= 0x7f && c < 0xa0 || strings.IndexByte(` (){%*"\]`, c) >= 0 {
			return at
		}
	}
	return len(text)
}

func number(text []byte) bool {
	return len(text) > 0 && len(bytes.Trim(text, "0123456789")) == 0
}
