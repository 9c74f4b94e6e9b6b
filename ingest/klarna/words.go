package klarna

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
)

// gap is what separates a word from the one before it.
type gap uint8

const (
	gapNone     gap = iota // a space, a hyphen, a line that was only wrapped
	gapSentence            // the end of a sentence
	gapCell                // a column
	gapLine                // a line of its own
)

// word is a run of letters or a run of digits.
type word struct {
	norm    string // lower case, without accents
	at, end int    // its bytes in the text
	gap     gap
}

// digits says that the word is a number.
func (w word) digits() bool { return w.norm[0] >= '0' && w.norm[0] <= '9' }

// words splits s at everything that is neither letter nor digit, and between
// letters and digits: "3rd" and "reference1" are two words each.
func words(s string) []word { return appendWords(make([]word, 0, len(s)/5+4), s) }

// appendWords adds the words of s to list, which is empty.
func appendWords(list []word, s string) []word {
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
		w := word{norm: low[start:i], at: start, end: i}
		if !ascii {
			w.norm = letters.FoldInto(&folded, s[start:i])
		}
		if w.norm == "" {
			continue
		}
		if len(list) > 0 {
			w.gap = gapBetween(s, list[len(list)-1], last, start)
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

// class is what a rune is to [words].
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
func (w word) endsSentence(s string) bool {
	switch n := len(w.norm); {
	case w.digits():
		// "256947.", "2026.", "EUR 50.00." and "18:00.", but not "3. Dezember"
		return len(w.norm) > 2 || w.at > 0 && strings.IndexByte(".,:", s[w.at-1]) >= 0
	case n < 2:
		return false
	case n == 3 && money.IsCode(w.norm):
		return true // "89,00 EUR. We …"
	case n < 4:
		return (s[w.at] >= 'a' || w.norm == "sie") && !short[w.norm] // "yet.", "antworten Sie.", but not "Ref." or "EUR."
	}
	return true
}

// gapBetween judges the bytes s[from:to] after prev. A full stop ends a
// sentence only before a capital and not after a number or a shortened word:
// "3. Dezember", "Ref. No. 5".
func gapBetween(s string, prev word, from, to int) gap {
	g := gapNone
	for i := from; i < to; i++ {
		switch c := s[i]; {
		case c == '\n':
			return gapLine
		case c == '\t' || c == '|' || c == ' ' && i+1 < to && s[i+1] == ' ' && i > from:
			g = max(g, gapCell)
		case c == '!' || c == '?' || c == ';':
			g = max(g, gapSentence)
		case c == '.' && i+1 < to && s[i+1] == ' ' && (prev.endsSentence(s) || i > from && (!prev.digits() || s[i-1] != ' ')):
			if r, _ := utf8.DecodeRuneInString(s[to:]); unicode.IsUpper(r) || letters.IsDigit(r) && len(prev.norm) > 5 {
				g = max(g, gapSentence)
			}
		}
	}
	return g
}
