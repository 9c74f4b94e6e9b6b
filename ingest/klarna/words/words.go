// Package words splits a text into words: folded, with the place where each stands
// and what parts it from the one before. It knows no vocabulary and no layout; a
// column and a line are only wider gaps than the end of a sentence.
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
)

// Gap is what separates a word from the one before it.
type Gap uint8

// The gaps, the narrower ones first.
const (
	GapNone     Gap = iota // a space, a hyphen, a line that was only wrapped
	GapSentence            // the end of a sentence
	GapCell                // a column
	GapLine                // a line of its own
)

// Word is a run of letters or a run of digits.
type Word struct {
	Norm    string // lower case, without accents
	At, End int    // its bytes in the text
	Gap     Gap
}

// Digits says that the word is a number.
func (w Word) Digits() bool { return w.Norm[0] >= '0' && w.Norm[0] <= '9' }

// Of splits s at everything that is neither letter nor digit, and between
// letters and digits: "3rd" and "reference1" are two words each.
func Of(s string) []Word { return Append(make([]Word, 0, len(s)/5+4), s) }

// Append adds the words of s to list, which is empty.
func Append(list []Word, s string) []Word {
	low := lowered(s)
	var folded strings.Builder // what words beyond ASCII come to
	last := 0                  // end of the previous word
	for i := 0; i < len(s); {
		c, size := classAt(s, i)
		start, ascii := i, size == 1
		i += size
		if c == other {
			continue
		}
		for i < len(s) {
			next, size := classAt(s, i)
			if next != c {
				break
			}
			i += size
			ascii = ascii && size == 1
		}
		w := Word{Norm: low[start:i], At: start, End: i}
		if !ascii {
			w.Norm = letters.FoldInto(&folded, s[start:i])
		}
		if w.Norm == "" {
			continue
		}
		if len(list) > 0 {
			w.Gap = gapBetween(s, list[len(list)-1], last, start)
		}
		list, last = append(list, w), i
	}
	return list
}

// lowered is s with its ASCII letters in lower case, byte for byte, so that the
// words of one text share one string.
func lowered(s string) string {
	var b strings.Builder
	done := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			if done == 0 {
				b.Grow(len(s))
			}
			b.WriteString(s[done:i])
			b.WriteByte(c | 0x20)
			done = i + 1
		}
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// class is what a rune is to [Of].
type class uint8

const (
	other class = iota
	letter
	digit
)

// classes are those of ASCII.
var classes = func() (list [utf8.RuneSelf]class) {
	for r := range rune(utf8.RuneSelf) {
		switch {
		case letters.IsDigit(r):
			list[r] = digit
		case letters.IsLetter(r):
			list[r] = letter
		}
	}
	return list
}()

// classAt is the class of the rune at byte i, and its length.
func classAt(s string, i int) (class, int) {
	if c := s[i]; c < utf8.RuneSelf {
		return classes[c], 1
	}
	return wideClass(s[i:])
}

func wideClass(s string) (class, int) {
	r, size := utf8.DecodeRuneInString(s)
	if letters.IsLetter(r) {
		return letter, size
	}
	return other, size
}

// short are the words of two or three letters that a full stop shortens.
var short = map[string]bool{
	"no": true, "nr": true, "ref": true, "tel": true, "art": true, "inc": true, "ltd": true, "co": true, "inv": true, "ord": true,
	"hr": true, "fr": true, "dr": true, "mr": true, "ms": true, "mrs": true, "st": true, "str": true, "kl": true, "ca": true, "vs": true,
	"cf": true, "bzw": true, "ggf": true, "bl": true, "num": true, "sr": true, "sra": true, "pt": true, "pan": true, "godz": true, "ul": true,
	"jan": true, "feb": true, "mar": true, "apr": true, "jun": true, "jul": true, "aug": true, "sep": true, "okt": true, "oct": true,
	"nov": true, "dec": true, "dez": true, "des": true, "dic": true, "ene": true, "abr": true, "ago": true, "maj": true, "mei": true, "rif": true, "cod": true,
}

// endsSentence says that prev may be the last word before a full stop.
func (w Word) endsSentence(s string) bool {
	switch n := len(w.Norm); {
	case w.Digits():
		// "256947.", "2026.", "EUR 50.00." and "18:00.", but not "3. Dezember"
		return len(w.Norm) > 2 || w.At > 0 && strings.IndexByte(".,:", s[w.At-1]) >= 0
	case n < 2:
		return false
	case n == 3 && money.IsCode(w.Norm):
		return true // "89,00 EUR. We …"
	case n < 4:
		return (s[w.At] >= 'a' || w.Norm == "sie") && !short[w.Norm] // "yet.", "antworten Sie.", but not "Ref." or "EUR."
	}
	return true
}

// gapBetween judges the bytes s[from:to] after prev. A full stop ends a
// sentence only before a capital and not after a number or a shortened word:
// "3. Dezember", "Ref. No. 5".
func gapBetween(s string, prev Word, from, to int) Gap {
	g := GapNone
	for i := from; i < to; i++ {
		switch c := s[i]; {
		case c == '\n':
			return GapLine
		case c == '\t' || c == '|' || c == ' ' && i+1 < to && s[i+1] == ' ' && i > from:
			g = max(g, GapCell)
		case c == '!' || c == '?' || c == ';':
			g = max(g, GapSentence)
		case c == '.' && i+1 < to && s[i+1] == ' ' && (prev.endsSentence(s) || i > from && (!prev.Digits() || s[i-1] != ' ')):
			if r, _ := utf8.DecodeRuneInString(s[to:]); unicode.IsUpper(r) || letters.IsDigit(r) && len(prev.Norm) > 5 {
				g = max(g, GapSentence)
			}
		}
	}
	return g
}

// Span is a piece of a text: its bytes and its words.
type Span struct{ At, End, From, To int }

// Joined is the phrase as the text will show it: folded words with one space.
func Joined(phrase string) string {
	var room [8]Word
	list := Append(room[:0], phrase)
	if len(list) == 1 {
		return list[0].Norm
	}
	var b strings.Builder
	for i, w := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.Norm)
	}
	return b.String()
}
