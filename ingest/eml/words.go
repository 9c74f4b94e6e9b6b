package eml

import (
	"encoding/base64"
	"strings"
)

// decodeWords decodes the encoded words (RFC 2047) of an unfolded value and
// returns valid UTF-8. A word that cannot be decoded stays as it is. Words next
// to each other in one charset are decoded together, since mailers cut letters
// in two.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return headerText(s)
	}
	var out strings.Builder
	var run []byte // bytes of the words so far, in charset
	charset := ""
	flush := func() {
		if run != nil {
			text, _ := toUTF8(run, charset, false)
			out.WriteString(strings.Map(printable, string(text)))
			run = nil
		}
	}
	for s != "" {
		i := strings.Index(s, "=?")
		if i < 0 {
			i = len(s)
		}
		if word, b, label, ok := cutWord(s[i:]); ok {
			between := s[:i]
			if run == nil || strings.TrimSpace(between) != "" || !strings.EqualFold(label, charset) {
				flush()
				if out.Len() == 0 || strings.TrimSpace(between) != "" {
					out.WriteString(headerText(between))
				}
				charset, run = label, []byte{}
			}
			run = append(run, b...)
			s = s[i+word:]
			continue
		}
		flush()
		next := min(i+2, len(s))
		out.WriteString(headerText(s[:next]))
		s = s[next:]
	}
	flush()
	return out.String()
}

// cutWord reads the encoded word that s begins with: its length, its bytes and
// their charset.
func cutWord(s string) (length int, b []byte, charset string, ok bool) {
	rest, ok := strings.CutPrefix(s, "=?")
	if !ok {
		return 0, nil, "", false
	}
	const longest = 8 << 10 // RFC 2047 allows 75; a bound keeps the search linear
	whole := len(rest)
	rest = rest[:min(len(rest), longest)]
	cut := whole - len(rest)
	charset, rest, ok1 := strings.Cut(rest, "?")
	enc, rest, ok2 := strings.Cut(rest, "?")
	text, rest, ok3 := strings.Cut(rest, "?=")
	if !ok1 || !ok2 || !ok3 || len(charset) > 60 || len(enc) != 1 || strings.ContainsAny(charset, " \t=") {
		return 0, nil, "", false
	}
	charset, _, _ = strings.Cut(charset, "*") // RFC 2231 §5: a language
	switch enc {
	case "q", "Q":
		b, _ = decodeQP([]byte(strings.ReplaceAll(text, "_", " ")))
	case "b", "B":
		var err error
		b, err = base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.ReplaceAll(text, " ", ""), "="))
		if err != nil {
			return 0, nil, "", false
		}
	default:
		return 0, nil, "", false
	}
	return len(s) - len(rest) - cut, b, charset, true
}

// printable takes out what an encoded word may smuggle into one line.
func printable(r rune) rune {
	switch {
	case r == '\n', r == '\r', r == '\t':
		return ' '
	case r < ' ', r == 0x7f:
		return -1
	}
	return r
}

// headerText is raw header bytes as valid UTF-8.
func headerText(s string) string {
	if isASCII(s) {
		return s
	}
	text, _ := toUTF8([]byte(s), "", false)
	return string(text)
}

func isASCII[T string | []byte](s T) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
