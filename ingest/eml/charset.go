package eml

import (
	"bytes"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
)

// metaCharset finds the charset that an HTML text names itself.
var metaCharset = regexp.MustCompile(`(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-z0-9_:.-]{1,40})`)

// toUTF8 decodes text of a labelled charset to valid UTF-8; b itself where it is
// that. Where the label is missing, unknown or plainly wrong it says in odd how
// the text was read.
func toUTF8(b []byte, label string, html bool) (text []byte, odd string) {
	label = charsetName(label)
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		b, label = b[3:], "utf-8"
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		if !strings.HasPrefix(label, "utf-16") {
			label = "utf-16"
		}
	case label == "" && html:
		if m := metaCharset.FindSubmatch(b[:min(len(b), 4096)]); m != nil {
			label = charsetName(string(m[1]))
			if strings.HasPrefix(label, "utf-16") { // it could not have been found
				label = "utf-8"
			}
		}
	}
	switch label {
	case "", "us-ascii", "utf-8":
		return unlabelled(b, label)
	case "windows-1252":
		if utf8.Valid(b) && !isASCII(b) {
			return b, "text labelled as a Latin charset is UTF-8"
		}
	}
	text, err := decode(b, label)
	if err == nil {
		return bytes.ToValidUTF8(text, []byte("\ufffd")), ""
	}
	text, _ = unlabelled(b, "")
	if len(label) > 40 {
		label = label[:40]
	}
	return text, "unknown charset " + quoteASCII(label) + "; " + guessed(b)
}

// unlabelled reads text that should be ASCII or UTF-8 and may be neither.
func unlabelled(b []byte, label string) (text []byte, odd string) {
	switch {
	case utf8.Valid(b) && (label != "us-ascii" || isASCII(b)):
		return b, ""
	case utf8.Valid(b):
		return b, "text labelled as ASCII is UTF-8"
	case label == "utf-8" && hasUTF8(b):
		return bytes.ToValidUTF8(b, []byte("\ufffd")), "UTF-8 with bytes that are none"
	}
	text, err := decode(b, "windows-1252")
	if err != nil {
		text = bytes.ToValidUTF8(b, []byte("\ufffd"))
	}
	return text, "text without its right charset; " + guessed(b)
}

func guessed(b []byte) string {
	if utf8.Valid(b) {
		return "it was read as UTF-8"
	}
	return "it was read as Windows-1252"
}

// hasUTF8 says whether b holds a letter of UTF-8 beyond ASCII.
func hasUTF8(b []byte) bool {
	for len(b) > 0 {
		_, n := utf8.DecodeRune(b)
		if n > 1 {
			return true
		}
		b = b[n:]
	}
	return false
}

func decode(b []byte, label string) ([]byte, error) {
	r, err := charset.Reader(label, bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// charsetName cleans a label: `charset=us-ascii`, `"utf8"`, `iso_8859-1`. The
// Latin-1 names mean Windows-1252, as they do to every browser (WHATWG).
func charsetName(s string) string {
	s = strings.ToLower(strings.Trim(s, " \t\"';,"))
	s = strings.TrimPrefix(s, "charset=")
	switch s {
	case "utf8", "utf-8", "unicode-1-1-utf-8", "x-unicode20utf8":
		return "utf-8"
	case "ascii", "us-ascii", "usascii", "ansi_x3.4-1968", "646", "7bit", "default":
		return "us-ascii"
	case "iso-8859-1", "iso8859-1", "iso_8859-1", "iso88591", "latin1", "latin-1", "l1", "cp1252", "cp-1252", "windows-1252", "ansi", "x-ansi":
		return "windows-1252"
	case "unknown", "unknown-8bit", "x-unknown", "none", "null", "binary", "8bit":
		return ""
	}
	return s
}

// quoteASCII quotes a label of a mail for a warning.
func quoteASCII(s string) string { return strconv.QuoteToASCII(s) }
