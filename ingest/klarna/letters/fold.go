package letters

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// letters that Unicode does not take apart.
var plain = strings.NewReplacer("ß", "ss", "ł", "l", "œ", "oe", "đ", "d", "ð", "d", "þ", "th", "ı", "i")

// own are the letters that are no accented forms of others to those who write
// them: the Danish "før" is not "for".
const own = "åäöüøæ"

// Fold lowers the case and takes the accents off, except from letters of their
// own: vocabulary and text are compared in this form, because mails come
// without their accents too.
func Fold(s string) string {
	i := 0
	for i < len(s) && s[i] < utf8.RuneSelf && (s[i] < 'A' || s[i] > 'Z') {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	if foldLatin(&b, s) {
		return b.String()
	}
	return foldAny(s)
}

// foldAny is fold for every script.
func foldAny(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(plain.Replace(strings.ToLower(s))) {
		if r < utf8.RuneSelf || strings.ContainsRune(own, r) {
			b.WriteRune(r)
			continue
		}
		for _, r := range norm.NFKD.String(string(r)) {
			if !unicode.Is(unicode.Mn, r) {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// afterLatin is the rune behind those that fold on their own, whatever stands
// beside them; accents that stand apart from their letter come later.
const afterLatin = 0x250

// latin are those runes beyond ASCII, folded: they are all that most mails hold,
// and a table is many times faster than normalising them.
var latin = sync.OnceValue(func() *[afterLatin]string {
	var list [afterLatin]string
	for r := range list {
		list[r] = foldAny(string(rune(r)))
	}
	return &list
})

// foldLatin writes s folded, or returns false where s holds other runes.
func foldLatin(b *strings.Builder, s string) bool {
	table := latin()
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c |= 0x20
			}
			b.WriteByte(c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r >= afterLatin {
			return false
		}
		b.WriteString(table[r])
		i += size
	}
	return true
}

// FoldContains says that s, folded, contains a word of ASCII in lower case.
func FoldContains(s, word string) bool {
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			continue
		}
		end := i + len(word)
		// A letter before a rune beyond ASCII may be one with its accent.
		if end <= len(s) && s[i]|0x20 == word[0] && strings.EqualFold(s[i:end], word) && (end == len(s) || s[end] < utf8.RuneSelf) {
			return true
		}
	}
	return !ascii && strings.Contains(Fold(s), word)
}

// FoldInto is fold for one of many words: they share the room of b, whose bytes
// stay where they are once they are written.
func FoldInto(b *strings.Builder, s string) string {
	from := b.Len()
	if !foldLatin(b, s) {
		return foldAny(s)
	}
	return b.String()[from:]
}
