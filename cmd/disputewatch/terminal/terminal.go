// Package terminal is what a command writes on: how wide its text is, whether it is
// painted, and what of a text from outside a terminal may get to see.
package terminal

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// Width is what the text of a command fits, wherever it goes: a terminal as
// it opens, a mail, a ticket.
const Width = 80

// Colour is a colour's number in ECMA-48, 8.3.117.
type Colour string

const (
	Plain  Colour = ""
	Bold   Colour = "1"
	Faint  Colour = "2"
	Red    Colour = "31"
	Yellow Colour = "33"
)

// Painter says how text is painted on w: on a terminal alone, and not where
// NO_COLOR (no-color.org) asks for none. Colour says nothing that words do not.
func Painter(w io.Writer) func(p Colour, text string) string {
	if !Is(w) || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return func(_ Colour, text string) string { return text }
	}
	return func(p Colour, text string) string {
		if p == Plain || text == "" {
			return text
		}
		return "\x1b[" + string(p) + "m" + text + "\x1b[0m"
	}
}

// Hang breaks a text into lines of Width that begin after indent columns;
// the first one has its place already. A word that fits no line is cut.
func Hang(text string, indent int) string {
	room := Width - indent
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(OneLine(text)) {
		if line != "" && Length(line)+1+Length(word) <= room {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for r := []rune(word); len(r) > room; r = []rune(word) {
			lines, word = append(lines, string(r[:room])), string(r[room:])
		}
		line = word
	}
	lines = append(lines, line)
	return strings.Join(lines, "\n"+strings.Repeat(" ", indent))
}

// OneLine keeps what a terminal would obey out of a text from outside.
func OneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, text)
}

// Length is how many columns a text takes.
func Length(text string) int { return utf8.RuneCountInString(text) }

// Padded fills a text up to n columns.
func Padded(text string, n int) string { return text + strings.Repeat(" ", max(0, n-Length(text))) }

// Clip cuts a value to n runes for a table and keeps it on one line.
func Clip(s string, n int) string {
	s = OneLine(s)
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// Quoted shows what a mail says as it is, on one line, without control
// characters that a terminal would obey.
func Quoted(s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf("%q", s)
}

// Is says that a stream is a terminal.
func Is(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Progress shows one line on a terminal, each in the place of the last; "" takes
// it away. Elsewhere it shows nothing.
func Progress(w io.Writer) func(text string) {
	if !Is(w) {
		return func(string) {}
	}
	const clear = "\r\x1b[K" // ECMA-48: to the line's start, and erase it
	return func(text string) {
		fmt.Fprint(w, clear+Clip(text, Width-2))
	}
}
