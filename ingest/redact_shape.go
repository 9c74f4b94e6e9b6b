package ingest

import (
	"crypto/rand"
	"math/big"
	"regexp"
	"strings"
	"unicode"
)

// shape replaces a value by another of the same shape, always by the same.
func (p *page) shape(s string) string {
	key := fold(s)
	if !strings.ContainsFunc(s, says) {
		return s
	}
	p.gone[key] = true
	if to, ok := p.made[key]; ok {
		return cased(to, s)
	}
	kept := 0 // bytes: by their first letter Klarna's references are known without a label
	if ofKlarna.MatchString(s) {
		kept = 1
	}
	hex := len(s) >= 8 && strings.Trim(fold(s), "0123456789abcdef-") == ""
	const tries = 100 // short values have few others
	for range tries {
		to := s[:kept] + strings.Map(func(r rune) rune { return another(r, hex) }, s[kept:])
		_, taken := p.made[fold(to)]
		if taken || p.fresh[fold(to)] || p.named[fold(to)] || fold(to) == key || p.speaks(to) {
			continue
		}
		return p.keepAs(key, to)
	}
	return p.keepAs(key, s[:kept]+strings.Map(func(r rune) rune { return another(r, hex) }, s[kept:]))
}

// speaks says that a word of the reader's or of somebody's name stands in a
// replacement, between digits too: an order QX-70911 that became NO-87594 would be
// read as number 87594, K3WEX9Z that became K4KYC8E as Klarna's KYC, and KB12345
// that became KC77827 as 77827 koruna.
func (p *page) speaks(to string) bool {
	for _, piece := range strings.FieldsFunc(to, func(r rune) bool { return !says(r) }) {
		for _, w := range word.FindAllString(piece, -1) {
			if (len(w) > 1 || w == piece) && (p.named[fold(w)] || p.words.Means(w)) {
				return true
			}
		}
	}
	return false
}

// ofKlarna is the form of Klarna's own references (DOMAIN.md §4): K4MADNY-1.
var ofKlarna = regexp.MustCompile(`^K[0-9A-Z]*[0-9][0-9A-Z-]*$`)

func (p *page) keepAs(key, to string) string {
	p.made[key] = to
	p.fresh[fold(to)] = true
	return to
}

func says(r rune) bool { return unicode.IsLetter(r) || r >= '0' && r <= '9' }

// cased writes a value in upper, lower or mixed case as its original stands.
func cased(to, like string) string {
	switch like {
	case strings.ToLower(like):
		return strings.ToLower(to)
	case strings.ToUpper(like):
		return strings.ToUpper(to)
	}
	return to
}

// another is a random letter or digit of the same sort.
func another(r rune, hex bool) rune {
	var from string
	switch {
	case r >= '0' && r <= '9':
		from = "123456789"
	case hex && r >= 'a' && r <= 'f':
		from = "abcdef"
	case hex && r >= 'A' && r <= 'F':
		from = "ABCDEF"
	case unicode.IsUpper(r):
		from = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	case unicode.IsLetter(r):
		from = "abcdefghijklmnopqrstuvwxyz"
	case unicode.Is(unicode.M, r):
		return -1
	default:
		return r
	}
	n, err := rand.Int(rand.Reader, big.NewInt(int64(len(from))))
	if err != nil { // crypto/rand ends the program rather than fail
		return 'x'
	}
	return rune(from[n.Int64()])
}
