package main

import (
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"
)

// lineWidth is what the text of a command fits, wherever it goes: a terminal as
// it opens, a mail, a ticket.
const lineWidth = 80

// paint is a colour's number in ECMA-48, 8.3.117.
type paint string

const (
	plain  paint = ""
	bold   paint = "1"
	faint  paint = "2"
	red    paint = "31"
	yellow paint = "33"
)

// paintOn says how text is painted on w: on a terminal alone, and not where
// NO_COLOR (no-color.org) asks for none. Colour says nothing that words do not.
func paintOn(w io.Writer) func(p paint, text string) string {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return func(_ paint, text string) string { return text }
	}
	return func(p paint, text string) string {
		if p == plain || text == "" {
			return text
		}
		return "\x1b[" + string(p) + "m" + text + "\x1b[0m"
	}
}

// hang breaks a text into lines of lineWidth that begin after indent columns;
// the first one has its place already. A word that fits no line is cut.
func hang(text string, indent int) string {
	room := lineWidth - indent
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(oneLine(text)) {
		if line != "" && length(line)+1+length(word) <= room {
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

// oneLine keeps what a terminal would obey out of a text from outside.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, text)
}

func length(text string) int { return utf8.RuneCountInString(text) }

// padded fills a text up to n columns.
func padded(text string, n int) string { return text + strings.Repeat(" ", max(0, n-length(text))) }
