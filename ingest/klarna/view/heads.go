package view

import (
	"slices"
	"strings"
	"unicode"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// head is the head of a mail that is shown inside another.
type head struct {
	from, date, subject string

	history string // who wrote what was cut off as history, as it is shown
}

// headOf reads the shown head of a mail, which must begin with its first row: a
// From and two others of Date, To and Subject. n is its number of rows.
func headOf(v *phrase.Vocabulary, rows []eml.Row) (h head, n int) {
	var seen []string
	last := ""
	for i, r := range rows[:min(len(rows), 20)] {
		s := strings.TrimLeft(rowText(r), "*>_ ")
		label, value, ok := strings.Cut(s, ":")
		name := ""
		if ok && len(label) < 30 {
			name = v.Header(words.Joined(label))
		}
		if name == "" && last == "to" && strings.Contains(s, "@") {
			continue // addresses that go on
		}
		if name == "" {
			break
		}
		value = strings.Trim(value, "* \t")
		switch name {
		case "from":
			h.from = value
		case "date":
			h.date = value
		case "subject":
			h.subject = value
		}
		if !slices.Contains(seen, name) {
			seen = append(seen, name)
		}
		last, n = name, i+1
	}
	if !slices.Contains(seen, "from") || len(seen) < 3 {
		return head{}, 0
	}
	return h, n
}

// parted gives each field of a shown head a row of its own: in the plain text of
// some programs (Yahoo's) the mark and all of the head are one line.
func parted(v *phrase.Vocabulary, rows []eml.Row) []eml.Row {
	at := slices.IndexFunc(rows, func(r eml.Row) bool {
		s := rowText(r)
		return strings.HasPrefix(s, "--") && strings.Contains(s, "@") && headFields(v, s) != nil
	})
	if at < 0 {
		return rows
	}
	s, from := rowText(rows[at]), 0
	var lines []eml.Row
	for _, to := range append(headFields(v, s), len(s)) {
		lines = append(lines, eml.Row{Cells: []string{strings.TrimSpace(s[from:to])}, Quote: rows[at].Quote})
		from = to
	}
	return slices.Concat(rows[:at], lines, rows[at+1:])
}

// headFields lists where the fields of a shown head begin in a line, up to its
// subject, which may hold anything.
func headFields(v *phrase.Vocabulary, s string) (starts []int) {
	ws := words.Of(s)
	for i, w := range ws {
		if !strings.HasPrefix(strings.TrimLeft(s[w.End:], " \u00a0"), ":") {
			continue
		}
		// "Sent on:", "Sent:", and "08:00:00 GMTSubject:"
		capital := w.At + max(0, strings.LastIndexFunc(s[w.At:w.End], unicode.IsUpper))
		for _, from := range []int{ws[max(0, i-1)].At, w.At, capital} {
			name := v.Header(words.Joined(s[from:w.End]))
			if name == "" {
				continue
			}
			if starts = append(starts, from); name == "subject" {
				return starts
			}
			break
		}
	}
	return nil
}
