// Package letters tells what a byte or a rune of a mail is, and when two spellings
// are one: mails come in capitals, without their accents, and with those of other
// tongues. It knows no words; all that reads a text stands on it.
package letters

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsDigit says that r is one of the ten digits that Klarna writes.
func IsDigit(r rune) bool { return r >= '0' && r <= '9' }

// IsLetter says that r is a letter of any script, or an accent that stands apart
// from its letter.
func IsLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r|0x20 && r|0x20 <= 'z'
	}
	return unicode.IsLetter(r) || unicode.Is(unicode.Mn, r)
}

// Alnum says that c is a letter or a digit of ASCII.
func Alnum(c byte) bool { return IsDigit(rune(c)) || 'a' <= c|0x20 && c|0x20 <= 'z' }

// InWord says that an id which stands beside c is a piece of something longer.
func InWord(c byte) bool { return Alnum(c) || c == '_' }

// AllDigits says that s is a number and nothing else.
func AllDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// HasDigit says that a digit stands in s.
func HasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// First is the first rune of s.
func First(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// Alike says that two values differ in nothing but case and blanks.
func Alike(a, b string) bool {
	return a == b || strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}
