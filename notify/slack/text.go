package slack

import (
	"strconv"
	"strings"
	"unicode"
)

// Slack's limits, in characters (docs.slack.dev, "Block Kit" reference and
// "chat.postMessage"). The library checks none of them.
const (
	maxBlocks = 50
	maxHeader = 150
	maxText   = 4000 // of the fallback; Slack cuts at 40,000
	maxValue  = 2000 // of one line of ours
	maxURL    = 3000
	// maxTotal keeps all blocks together below msg_blocks_too_long, which was
	// seen at 13,200 characters and is not documented.
	maxTotal = 9000
)

// clean makes s one line without control characters and without those that turn
// the direction of writing or hide: a text cannot disguise itself.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\u200d': // joins what makes one sign
			return r
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.TrimSpace(s)
}

// clamp cuts s to at most limit characters, at runes, and shows that it did.
// Slack counts UTF-16 units in places, so a rune beyond the first plane counts
// twice.
func clamp(s string, limit int) string {
	n := 0
	cut := 0 // the byte up to which s fits with the ellipsis
	for i, r := range s {
		if n <= limit-1 {
			cut = i
		}
		n += units(r)
	}
	if n <= limit {
		return s
	}
	return s[:cut] + "…"
}

func length(s string) int {
	n := 0
	for _, r := range s {
		n += units(r)
	}
	return n
}

func units(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

func more(n int) string {
	if n == 1 {
		return "and 1 more"
	}
	return "and " + strconv.Itoa(n) + " more"
}
