package eml

import (
	"strings"
	"unicode"
)

// plain maps a rune to what it means to a reader: r itself, a space, a hyphen,
// or -1 for what cannot be seen (soft hyphens, zero-width and direction marks,
// the fillers of preheaders, controls). A line end must not come here.
func plain(r rune) rune {
	switch {
	case r >= ' ' && r < 0x7f:
		return r
	case r == '\t', r == '\v', r == '\f', r == '\n', r == '\r':
		return ' '
	case r < ' ', r >= 0x7f && r < 0xa0:
		return -1
	case r == 0x2010, r == 0x2011, r == 0xfe63, r == 0xff0d:
		return '-'
	case r == 0xad, r == 0x34f, r == 0x61c, r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0,
		r >= 0x17b4 && r <= 0x17b5, r >= 0x180b && r <= 0x180f, r >= 0x200b && r <= 0x200f,
		r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x206f, r >= 0xfe00 && r <= 0xfe0f,
		r == 0xfeff, r >= 0xe0000 && r <= 0xe0fff:
		return -1
	case unicode.IsSpace(r), r == 0x2800:
		return ' '
	}
	return r
}

// clean maps a text by plain and folds its white space.
func clean(s string) string {
	if folded(s) {
		return s
	}
	return strings.Join(strings.Fields(strings.Map(plain, s)), " ")
}

// folded says that clean would change nothing.
func folded(s string) bool {
	last := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < ' ' || c >= 0x7f || c == ' ' && last == ' ' {
			return false
		}
		last = c
	}
	return s == "" || last != ' '
}

// cleanLine maps a line of text/plain, keeping tabs and runs of spaces inside.
func cleanLine(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r != '\t' && (r < ' ' || r >= 0x7f) }) {
		return strings.TrimSpace(s)
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return plain(r)
	}, s))
}
