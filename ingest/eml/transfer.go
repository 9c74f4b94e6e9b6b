package eml

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// decodeTransfer undoes a Content-Transfer-Encoding. It never fails: what is
// not as it should be stays as it is, and is said.
func decodeTransfer(b []byte, encoding string) (out []byte, odd string) {
	switch name := encodingName(encoding); name {
	case "base64":
		return decodeBase64(b)
	case "quotedprintable":
		out, bad := decodeQP(b)
		if bad {
			odd = "quoted-printable with characters that are none; they were kept"
		}
		return out, odd
	case "uuencode":
		return decodeUU(b)
	case "", "7bit", "8bit", "binary":
		return b, ""
	}
	if len(encoding) > 40 {
		encoding = encoding[:40]
	}
	return b, "unknown transfer encoding " + quoteASCII(encoding) + "; the text was read as it is"
}

// encodingName maps what mailers write to the five names.
func encodingName(s string) string {
	s, _, _ = strings.Cut(strings.ToLower(withoutComments(s)), ";")
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	switch {
	case strings.HasPrefix(s, "base64"):
		return "base64"
	case strings.HasPrefix(s, "quotedprint"):
		return "quotedprintable"
	case strings.HasSuffix(s, "uuencode"), s == "uue", s == "xuue":
		return "uuencode"
	case strings.HasPrefix(s, "7bit"):
		return "7bit"
	case strings.HasPrefix(s, "8bit"):
		return "8bit"
	}
	return s
}

// decodeQP decodes quoted-printable (RFC 2045 §6.7); lines may have any length.
// A = that begins no code stays, and bad is true.
func decodeQP(b []byte) (out []byte, bad bool) {
	out = make([]byte, 0, len(b))
	for {
		i := bytes.IndexByte(b, '=')
		if i < 0 {
			return append(out, b...), bad
		}
		out = append(out, b[:i]...)
		b = b[i+1:]
		if len(b) >= 2 {
			high, low := unhex(b[0]), unhex(b[1])
			if high >= 0 && low >= 0 {
				out = append(out, byte(high<<4|low))
				b = b[2:]
				continue
			}
			if b[0] == '\r' && b[1] == '\n' { // the usual soft line break
				b = b[2:]
				continue
			}
		}
		line, rest := cutLine(b[:min(len(b), 200)])
		switch {
		case len(b) == 0, len(bytes.TrimSpace(line)) == 0: // a soft line break
			b = b[min(len(b), 200)-len(rest):]
		default:
			out = append(out, '=')
			bad = true
		}
	}
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// decodeBase64 decodes base64 (RFC 2045 §6.8), passing over what is no letter
// of it. Text that stands after the padding, such as a list's footer, is kept.
// Plain text that is only labelled as base64 comes back as it is.
func decodeBase64(b []byte) (out []byte, odd string) {
	letters := make([]byte, 0, len(b))
	strange, end := 0, len(b)
	for i, c := range b {
		if base64Letters[c] {
			letters = append(letters, c)
		} else if c == '=' {
			end = i
			break
		} else if c > ' ' || c == ' ' && i > 0 && base64Letters[b[i-1]] && i+1 < len(b) && base64Letters[b[i+1]] {
			strange++
		}
	}
	if strange*20 > len(letters) {
		return b, "text labelled as base64 that is none; it was read as it is"
	}
	if len(letters)%4 == 1 {
		letters = letters[:len(letters)-1]
		odd = "base64 that is cut off"
	}
	if strange > 0 {
		odd = "base64 with characters that are none; they were passed over"
	}
	out = make([]byte, base64.RawStdEncoding.DecodedLen(len(letters)))
	n, _ := base64.RawStdEncoding.Decode(out, letters) // letters are all of the alphabet
	out = out[:n]
	tail := bytes.TrimLeft(b[end:], "= \t\r\n")
	if len(tail) == 0 {
		return out, odd
	}
	odd = "text after the end of the base64; it was kept"
	if isBase64(tail) {
		tail, _ = decodeBase64(tail)
		return append(out, tail...), odd
	}
	return append(append(out, '\n'), tail...), odd
}

// base64Letters is the alphabet.
var base64Letters = func() (is [256]bool) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" {
		is[c] = true
	}
	return
}()

// isBase64 tells more base64 from plain text: no spaces within lines.
func isBase64(b []byte) bool {
	for _, c := range b {
		if !base64Letters[c] && c != '=' && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}

// decodeUU decodes the first uuencoded file in b; without one b is plain.
func decodeUU(b []byte) (out []byte, odd string) {
	whole := b
	begun := false
	for len(b) > 0 {
		var line []byte
		line, b = cutLine(b)
		switch {
		case !begun:
			begun = bytes.HasPrefix(line, []byte("begin "))
		case len(line) == 0, string(line) == "end":
			return out, ""
		default:
			out = append(out, uuLine(line)...)
		}
	}
	if !begun {
		return whole, "uuencoded text without a beginning; it was read as it is"
	}
	return out, "uuencoded text that is cut off"
}

func uuLine(line []byte) []byte {
	n := int(line[0]-' ') & 63
	var out []byte
	for b := line[1:]; len(b) >= 2 && len(out) < n; b = b[min(4, len(b)):] {
		var v uint32
		for i := range 4 {
			v <<= 6
			if i < len(b) {
				v |= uint32(b[i]-' ') & 63
			}
		}
		out = append(out, byte(v>>16), byte(v>>8), byte(v))
	}
	return out[:min(n, len(out))]
}
