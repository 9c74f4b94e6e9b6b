package mailbox

import (
	"bytes"
	"slices"
	"strconv"
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
// however long it is.
type bound struct {
	line    int    // bytes of the line so far
	tail    []byte // the last of them, where a literal is announced
	literal int64  // bytes of a literal still to come
	list    capabilities

	// Of this response, which goes on after a literal:
	opened int   // parentheses
	texts  int64 // bytes in literals
	later  bool  // this is not its first line
	fetch  bool  // it is a FETCH
}

// pass takes the next bytes and says how many of them are outside of literals.
// What only looks like an announced literal does no harm but to be measured as
// one.
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
		b.opened += bytes.Count(part, []byte("("))
		if b.opened > maxOpen || b.list.opens(part) {
			return outside, errNotIMAP
		}
		if !ends {
			return outside, nil
		}
		outside++
		p = p[len(part)+1:]
		if !b.ends() {
			return outside, errLongText
		}
		b.line, b.tail = 0, b.tail[:0]
		b.list = capabilities{head: b.list.head[:0]}
	}
	return outside, nil
}

// ends takes the end of a line. It is false where a literal is too long.
func (b *bound) ends() bool {
	n, goesOn := announced(b.tail)
	if !goesOn {
		b.opened, b.texts, b.later, b.fetch = 0, 0, false, false
		return true
	}
	b.fetch = b.fetch || !b.later && bytes.Contains(bytes.ToUpper(b.list.head), []byte(" FETCH "))
	most := int64(maxName)
	if b.fetch {
		most = maxLiteral
	}
	b.literal, b.later = n, true
	b.texts += n
	return n <= most && b.texts <= most
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

// announced is the length of the literal that a line announces at its end (RFC
// 9051 §4.3), and whether it announces one.
func announced(tail []byte) (int64, bool) {
	text, ok := bytes.CutSuffix(bytes.TrimSuffix(tail, []byte("\r")), []byte("}"))
	open := bytes.LastIndexByte(text, '{')
	if !ok || open < 0 {
		return 0, false
	}
	n, err := strconv.ParseInt(string(bytes.TrimSuffix(text[open+1:], []byte("+"))), 10, 64)
	if err != nil || n < 0 {
		return 0, false
	}
	return n, true
}

// capabilities watches for a parenthesis in a list of capabilities. No server has
// one there, and the library would read it again and again for ever: nothing
// could end that but the end of the process.
type capabilities struct {
	head []byte // the line's beginning, as far as it must be known
	in   bool   // the list has begun
	over bool   // it has ended, or there is none
}

// opens takes the next bytes of a line.
func (c *capabilities) opens(part []byte) bool {
	const announces = 64 // bytes within which a list begins
	switch {
	case c.over:
		return false
	case !c.in:
		n := min(len(part), announces-len(c.head))
		c.head = append(c.head, part[:n]...)
		at := listAt(c.head)
		if c.in = at >= 0; !c.in {
			c.over = len(c.head) == announces
			return false
		}
		part = slices.Concat(c.head[at:], part[n:])
	}
	list, _, ends := bytes.Cut(part, []byte("]"))
	c.over = ends
	return bytes.IndexByte(list, '(') >= 0
}

// listAt is where the list of an untagged CAPABILITY (before which the library
// allows a number) or of the response code begins, -1 where there is none.
func listAt(line []byte) int {
	const word = "CAPABILITY"
	begins := func(at int) bool {
		return len(line) >= at+len(word) && bytes.EqualFold(line[at:at+len(word)], []byte(word))
	}
	if rest, ok := bytes.CutPrefix(line, []byte("* ")); ok {
		if at := len(line) - len(bytes.TrimLeft(rest, "0123456789 ")); begins(at) {
			return at + len(word)
		}
	}
	if at := bytes.IndexByte(line, '[') + 1; at > 0 && begins(at) {
		return at + len(word)
	}
	return -1
}
