// Package dates reads days, hours, zones and periods as mails write them, and turns them
// into times: [In] finds them among words, [Resolve] and [Period] say which time that is,
// counted from the mail where they name no year or no day, and how sure it is. What has
// to be done by such a day is not known here.
package dates

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// Moment is a date as it is written, not yet a time.
type Moment struct {
	words.Span
	Year, Month, Day int  // Year is 0 where none is written
	Swap             bool // day and month may be the other way round
	slash            bool // it was written with slashes or dashes
	weekday          int  // 1 is Monday; 0 where none is written
	HasTime          bool
	h, mi, s         int
	hasZone          bool
	offset           int            // seconds east of UTC
	eu               bool           // "CET/CEST": Central European time of that day
	loc              *time.Location // "Europe/Berlin"
	oddZone          string         // a zone that we do not know
	Following        int            // the first word after it
}

// In lists the dates of words from to to.
func In(v *phrase.Vocabulary, t *page.Text, from, to int) []Moment {
	s := scanner{v: v, t: t, lo: from, hi: min(to, len(t.Words))}
	var out []Moment
	for i := from; i < s.hi; {
		if !t.Words[i].Digits() && !s.counted(i) {
			i++ // as nearly all words
			continue
		}
		m, ok := s.date(i)
		if !ok {
			i++
			continue
		}
		s.clock(&m)
		if i > s.lo {
			if d := v.Weekday(s.t.Words[i-1].Norm); d > 0 && s.t.Words[i-1].Gap <= words.GapSentence && s.near(i-1) && !s.by(i-1) {
				m.weekday, m.From, m.At = d, i-1, s.t.Words[i-1].At
			}
		}
		if !m.HasTime {
			s.clockBefore(&m)
		}
		out = append(out, m)
		i = max(i+1, m.Following)
	}
	return out
}

// On is a day whose date is known otherwise, at words from to to, with the hour that
// stands beside it.
func On(v *phrase.Vocabulary, t *page.Text, day time.Time, from, to int) Moment {
	m := Moment{
		Span: words.Span{At: t.Words[from].At, End: t.Words[to-1].End, From: from, To: to},
		Year: day.Year(), Month: int(day.Month()), Day: day.Day(), Following: to,
	}
	s := scanner{v: v, t: t, lo: 0, hi: len(t.Words)}
	if s.clock(&m); !m.HasTime {
		s.clockBefore(&m)
	}
	return m
}

// by says that word i belongs to a phrase such as "until" in the text's own
// language: the Polish "do" is the German short for Thursday, its "po" (after) the
// Czech one for Monday, the Norwegian "går ut" ends in that for Tuesday.
func (s *scanner) by(i int) bool {
	for k := s.t.After(i - 8); k < len(s.t.Hits) && s.t.Hits[k].From <= i; k++ {
		if h := s.t.Hits[k]; h.To > i && (h.Key == key.WordBy || h.Key == key.WordDue || h.Key == key.WordPast) {
			return true
		}
	}
	return false
}

// scanner reads dates among the words lo to hi of a text.
type scanner struct {
	v      *phrase.Vocabulary
	t      *page.Text
	lo, hi int
}

func (s *scanner) num(i, most int) (int, bool) {
	if i >= s.hi || !s.t.Words[i].Digits() || len(s.t.Words[i].Norm) > most {
		return 0, false
	}
	n, err := strconv.Atoi(s.t.Words[i].Norm)
	return n, err == nil
}

// between is what stands between word i and the next, without spaces.
func (s *scanner) between(i int) string {
	if i+1 >= s.hi {
		return "\n"
	}
	b := strings.ReplaceAll(s.t.S[s.t.Words[i].End:s.t.Words[i+1].At], " ", "")
	if s.t.Words[i+1].Gap == words.GapNone {
		b = strings.ReplaceAll(b, "\n", "") // a line that was only wrapped
	}
	return b
}

// near says that word i and the next stand in one phrase.
func (s *scanner) near(i int) bool {
	b := s.between(i)
	return len(b) <= 3 && !strings.ContainsAny(b, "\n\t|;!?:")
}

// date reads a date that begins at word i.
func (s *scanner) date(i int) (Moment, bool) {
	w := s.t.Words[i]
	if !w.Digits() && (!s.counted(i) || s.v.Month(w.Norm) == 0) || i > s.lo && s.glued(i) {
		return Moment{}, false
	}
	if w.Digits() {
		if len(w.Norm) == 4 {
			return s.yearFirst(i)
		}
		if m, ok := s.numeric(i); ok {
			return m, true
		}
		return s.dayMonth(i)
	}
	return s.monthDay(i)
}

// counted says that a number follows word i soon, as it does the month that
// begins a date.
func (s *scanner) counted(i int) bool {
	return i+1 < s.hi && s.t.Words[i+1].Digits() || i+2 < s.hi && s.t.Words[i+2].Digits()
}

// glued says that word i is a piece of something longer, such as a number
// with decimals or an id.
func (s *scanner) glued(i int) bool {
	a, b := s.t.Words[i-1], s.t.Words[i]
	if a.End == b.At {
		return !(a.Digits() != b.Digits() && !b.Digits())
	}
	g := s.t.S[a.End:b.At]
	return a.Digits() && b.Digits() && (g == "." || g == "," || g == "-" || g == "/" || g == "'")
}

func (s *scanner) made(i, last, y, m, d int) (Moment, bool) {
	if d < 1 || d > 31 || m < 1 || m > 12 || y != 0 && (y < 1990 || y > 2199) {
		return Moment{}, false
	}
	return Moment{
		Span: words.Span{At: s.t.Words[i].At, End: s.t.Words[last].End, From: i, To: last + 1},
		Year: y, Month: m, Day: d, Following: last + 1,
	}, true
}

// yearFirst reads 2026-12-03, 2026/12/03, 2026.12.03, 2026 December 3.
func (s *scanner) yearFirst(i int) (Moment, bool) {
	y, _ := s.num(i, 4)
	sep := s.between(i)
	if m, ok := s.num(i+1, 2); ok && (sep == "-" || sep == "/" || sep == ".") && s.between(i+1) == sep {
		if d, ok := s.num(i+2, 2); ok {
			return s.made(i, i+2, y, m, d)
		}
	}
	if i+2 < s.hi && s.near(i) && s.near(i+1) {
		if m := s.v.Month(s.t.Words[i+1].Norm); m > 0 {
			if d, ok := s.num(i+2, 2); ok {
				return s.made(i, i+2, y, m, d)
			}
		}
	}
	return Moment{}, false
}

// numeric reads 3.12.2026, 03/12/2026, 3-12-26 and 3. 12. 2026.
func (s *scanner) numeric(i int) (Moment, bool) {
	a, ok1 := s.num(i, 2)
	b, ok2 := s.num(i+1, 2)
	sep := s.between(i)
	if !ok1 || !ok2 || sep != "." && sep != "/" && sep != "-" {
		return Moment{}, false
	}
	y, last := 0, i+1
	if n, ok := s.num(i+2, 4); ok && s.between(i+1) == sep && len(s.t.Words[i+2].Norm)%2 == 0 && !s.hour(i+2) {
		y, last = n, i+2
		if y < 100 {
			y += 2000
		}
	} else if n, ok := s.num(i+2, 4); ok && sep == "/" && len(s.t.Words[i+2].Norm) == 4 && (s.between(i+1) == "-" || s.between(i+1) == "") && s.near(i+1) {
		y, last = n, i+2 // 11/12-2026, as the Danes write it
	} else if sep == "-" || !s.yearless(i, sep) {
		return Moment{}, false
	}
	if a > 12 || b > 12 || sep == "." {
		if b > 12 && sep != "." {
			a, b = b, a
		}
		return s.slashed(i, last, [3]int{y, b, a}, sep)
	}
	m, ok := s.slashed(i, last, [3]int{y, b, a}, sep)
	m.Swap = a != b
	return m, ok
}

// hour says that word i begins a time of day and is no year: "12.01. 18.00", "12.01. 10
// Uhr", but not "12.01.27. 18.00".
func (s *scanner) hour(i int) bool {
	w := s.t.Words[i]
	if len(w.Norm) > 2 || i+1 >= s.hi {
		return false
	}
	next := s.t.Words[i+1]
	_, two := s.num(i+1, 2)
	sep := s.t.S[w.End:next.At]
	return two && len(next.Norm) == 2 && (sep == "." || sep == ":") || sep == " " && hourWord[next.Norm]
}

func (s *scanner) slashed(i, last int, ymd [3]int, sep string) (Moment, bool) {
	m, ok := s.made(i, last, ymd[0], ymd[1], ymd[2])
	m.slash = sep != "."
	return m, ok
}

// yearless says that two numbers at word i are a day and a month: "3.12." or
// "3/12", not the decimals of an amount or a version.
func (s *scanner) yearless(i int, sep string) bool {
	after := s.t.S[s.t.Words[i+1].End:]
	switch sep {
	case ".":
		return strings.HasPrefix(after, ".") && (len(after) == 1 || after[1] == ' ' || after[1] == '\n' || after[1] == ',')
	case "/":
		return !strings.HasPrefix(after, "/")
	}
	return false
}

// words that stand inside a date and mean nothing there.
var dateGlue = map[string]bool{
	"st": true, "nd": true, "rd": true, "th": true, "er": true, "re": true, "e": true, "a": true, "o": true,
	"eme": true, "of": true, "de": true, "del": true, "di": true, "den": true, "the": true, "ste": true,
	"dag": true, "day": true, "r": true, "roku": true, "anno": true, "ta": true, "na": true, "n": true,
}

// glue skips at most two such words from word i on.
func (s *scanner) glue(i int) int {
	for n := 0; n < 2 && i < s.hi && dateGlue[s.t.Words[i].Norm] && s.near(i-1); n++ {
		i++
	}
	return i
}

// year reads the year at word i, after glue; a short one only where it cannot
// be the hour.
func (s *scanner) year(i int) (y, last int) {
	k := s.glue(i)
	if k >= s.hi || !s.near(k-1) {
		return 0, i - 1
	}
	if n, ok := s.num(k, 4); ok && len(s.t.Words[k].Norm) == 4 && n >= 1990 && n < 2200 {
		return n, k
	}
	n, ok := s.num(k, 2)
	sep := s.between(k - 1)
	if ok && n >= 20 && (sep == "-" || sep == "'" || sep == "’") {
		return 2000 + n, k
	}
	return 0, i - 1
}

// dayMonth reads 3 December 2026, 3rd of Dec., 3. joulukuuta 2026, 3-Dec-26.
func (s *scanner) dayMonth(i int) (Moment, bool) {
	d, ok := s.num(i, 2)
	k := s.glue(i + 1)
	if !ok || k >= s.hi || !s.near(k-1) {
		return Moment{}, false
	}
	m := s.v.Month(s.t.Words[k].Norm)
	if m == 0 {
		return Moment{}, false
	}
	y, last := s.year(k + 1)
	return s.made(i, last, y, m, d)
}

// monthDay reads December 3, 2026 and Dec 3rd.
func (s *scanner) monthDay(i int) (Moment, bool) {
	m := s.v.Month(s.t.Words[i].Norm)
	if m == 0 || i+1 >= s.hi || !s.near(i) {
		return Moment{}, false
	}
	k := i + 1
	if s.t.Words[k].Norm == "the" && k+1 < s.hi {
		k++
	}
	d, ok := s.num(k, 2)
	if !ok || strings.HasPrefix(s.t.S[s.t.Words[k].End:], ":") {
		return Moment{}, false
	}
	if _, ok := s.dayMonth(k); ok && s.t.Words[i].Norm == "des" {
		return Moment{}, false // the German "des 12. Januar" is no Norwegian December
	}
	y, last := s.year(k + 1)
	if y == 0 && m == 5 && !unicode.IsUpper(letters.First(s.t.S[s.t.Words[i].At:])) {
		return Moment{}, false // "you may 3 times"
	}
	return s.made(i, last, y, m, d)
}
