package eml

import (
	"bytes"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// tokens cuts an HTML text into tokens as x/net/html does. Where each ends is
// found here, since x/net/html goes through all of them byte by byte and copies
// the name of every attribute, and most of a mail is tags that stood in it before:
// they are looked up whole. What a new one says x/net/html reads (see tagReader).
// FuzzTokens holds the two together.
type tokens struct {
	text    []byte
	at      int             // where the next one begins
	scripts *html.Tokenizer // see scriptLength
	passed  int             // bytes that scripts is past
}

type token int

const (
	tokenEnd  token = iota // of the text, or a tag that is cut off
	tokenText              // as it is escaped
	tokenStart
	tokenEndTag
	tokenNone // a comment, a doctype
)

// next is the next token, as it stands in the text.
func (t *tokens) next() (token, []byte) {
	kind, n := firstToken(t.text[t.at:])
	t.at += n
	return kind, t.text[t.at-n : t.at]
}

// firstToken is the token that b begins with, and its length.
func firstToken(b []byte) (token, int) {
	if n := textLength(b); n > 0 {
		return tokenText, n
	}
	kind, from, end := tokenNone, 2, 0
	switch {
	case len(b) == 0:
		return tokenEnd, 0
	case isLetter(b[1]):
		kind, from = tokenStart, 1
		end = tagLength(b[1:])
	case b[1] == '/' && isLetter(b[2]):
		kind = tokenEndTag
		end = tagLength(b[2:])
	case bytes.HasPrefix(b, []byte("<!--")):
		from = len("<!--")
		end = commentLength(b[from:])
	default:
		end = bytes.IndexByte(b[2:], '>') + 1
	}
	switch {
	case end > 0:
		return kind, from + end
	case kind == tokenNone:
		return kind, len(b)
	}
	return tokenEnd, len(b)
}

// textLength is how much text b begins with: up to a "<" that begins something
// else.
func textLength(b []byte) int {
	for at := 0; ; at++ {
		i := bytes.IndexByte(b[at:], '<')
		if i < 0 {
			return len(b)
		}
		at += i
		// Its length is compared first: a string of the rest, which the race detector
		// looks through, would make this quadratic under it.
		if rest := b[at+1:]; len(rest) == 0 || len(rest) == 1 && rest[0] == '/' {
			return len(b)
		}
		if c := b[at+1]; isLetter(c) || c == '/' || c == '!' || c == '?' {
			return at
		}
	}
}

// tagLength is the length of a tag from its name on, with the ">" that ends it
// (HTML §13.2.5.8 and 32 to 40); -1 where there is none.
func tagLength(b []byte) int {
	for i := nameLength(b); ; {
		if i = skipSpace(b, i); i == len(b) {
			return -1
		}
		switch b[i] {
		case '>':
			return i + 1
		case '/':
			i++
			continue
		}
		// An attribute's name is one byte at least, though that be a "=".
		for i++; i < len(b) && !endsKey(b[i]); i++ {
		}
		if i = skipSpace(b, i); i == len(b) {
			return -1
		}
		if b[i] != '=' {
			continue
		}
		if i = skipValue(b, i+1); i < 0 {
			return -1
		}
	}
}

// skipValue is where the value ends that follows the "=" before i; -1 where it
// does not.
func skipValue(b []byte, i int) int {
	if i = skipSpace(b, i); i == len(b) {
		return -1
	}
	if quote := b[i]; quote == '"' || quote == '\'' {
		n := bytes.IndexByte(b[i+1:], quote)
		if n < 0 {
			return -1
		}
		return i + 1 + n + 1
	}
	for i < len(b) && b[i] != '>' && !isSpace(b[i]) {
		i++
	}
	return i
}

// commentLength is the length of what follows "<!--", with its end.
func commentLength(b []byte) int {
	dashes := func(i int) int { return len(b[i:]) - len(bytes.TrimLeft(b[i:], "-")) }
	if n := dashes(0); n < len(b) && b[n] == '>' {
		return n + 1 // <!--> and <!---> are whole
	}
	for i := 0; ; {
		n := bytes.Index(b[i:], []byte("--"))
		if n < 0 {
			return -1
		}
		i += n + dashes(i+n)
		switch {
		case bytes.HasPrefix(b[i:], []byte(">")):
			return i + 1
		case bytes.HasPrefix(b[i:], []byte("!>")):
			return i + 2
		}
	}
}

// raw is the text of an element that holds nothing else, whatever it looks like;
// empty for any other. Its start tag was the last token.
func (t *tokens) raw(tag atom.Atom) []byte {
	b := t.text[t.at:]
	switch tag {
	case atom.Plaintext:
	case atom.Iframe, atom.Noembed, atom.Noframes, atom.Noscript, atom.Style, atom.Textarea, atom.Title, atom.Xmp, atom.Script:
		n := endTagAt(b, tag)
		if tag == atom.Script && bytes.Contains(b[:n], []byte("<!--")) {
			n = t.scriptLength() // in a comment </script> need not be the end
		}
		b = b[:n]
	default:
		return nil
	}
	t.at += len(b)
	return b
}

// scriptLength is the length of the script at hand, by x/net/html, which goes
// through the text from its beginning for it; but once for all scripts.
func (t *tokens) scriptLength() int {
	if t.scripts == nil {
		t.scripts = html.NewTokenizer(bytes.NewReader(t.text))
	}
	for {
		kind := t.scripts.Next()
		n := len(t.scripts.Raw())
		if t.passed += n; t.passed > t.at || kind == html.ErrorToken {
			return n
		}
	}
}

// endTagAt is where the next end tag of the name stands.
func endTagAt(b []byte, tag atom.Atom) int {
	name := tag.String()
	for at := 0; ; at++ {
		i := bytes.Index(b[at:], []byte("</"))
		if i < 0 {
			return len(b)
		}
		at += i
		from := at + len("</")
		end := from + len(name)
		if end < len(b) && (isSpace(b[end]) || b[end] == '/' || b[end] == '>') && tagOf(b[from:end]) == tag {
			return at
		}
	}
}

// nameLength is the length of the name that a tag begins with.
func nameLength(b []byte) int {
	for i, c := range b {
		if c == '>' || c == '/' || isSpace(c) {
			return i
		}
	}
	return len(b)
}

// tagName is the name in a tag.
func tagName(raw []byte) []byte {
	raw = bytes.TrimPrefix(raw[len("<"):], []byte("/"))
	return raw[:nameLength(raw)]
}

// tagOf is the element of a name; 0 for one that is none of HTML's.
func tagOf(name []byte) atom.Atom {
	var lower [32]byte // no name of HTML is longer
	if len(name) > len(lower) {
		return 0
	}
	for i, c := range name {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	return atom.Lookup(lower[:len(name)])
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	return i
}

func endsKey(c byte) bool  { return c == '=' || c == '/' || c == '>' || isSpace(c) }
func isSpace(c byte) bool  { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' }
func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
