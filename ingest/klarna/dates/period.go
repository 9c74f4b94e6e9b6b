package dates

import (
	"strconv"
	"time"

	"github.com/disputewatch/disputewatch/ingest/klarna/key"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// Period reads "within 14 days" among the words of s, counted from the mail's
// date: hours to the minute, days to the end of the last.
func Period(v *phrase.Vocabulary, t *page.Text, s words.Span, d Setting) (day Day, text string, ok bool) {
	for i := s.From; i < s.To; i++ {
		n, next := Count(v, t, i, s.To)
		if n == 0 {
			continue
		}
		unit, end := Unit(t, next, s.To)
		if unit == "" {
			continue
		}
		if oClock(t, n, end) {
			continue
		}
		at, ok := d.add(n, unit)
		if !ok {
			return Day{}, "", false
		}
		day = Day{At: at, Exact: unit == "hour" || unit == "fullday" && n <= fewDays, Counted: true}
		if unit == "workday" {
			day.Warnings = []string{"the deadline was counted in working days from Monday to Friday, without holidays"}
		}
		return day, t.S[t.Words[i].At:t.Words[end-1].End], true
	}
	return Day{}, "", false
}

// oClock says that a number of hours which ends before word end is a time of day:
// "17h00".
func oClock(t *page.Text, n, end int) bool {
	return n < 24 && end < len(t.Words) && t.Words[end].Digits() && t.Words[end].At == t.Words[end-1].End
}

// Count reads a number at word i, in digits or in words.
func Count(v *phrase.Vocabulary, t *page.Text, i, to int) (n, next int) {
	w := t.Words[i]
	if w.Digits() {
		if len(w.Norm) > 3 {
			return 0, i
		}
		n, err := strconv.Atoi(w.Norm)
		if err != nil || i > 0 && t.Words[i-1].End == w.At {
			return 0, i
		}
		next = i + 1
		if next+1 < to && t.Words[next].Norm == w.Norm { // "14 (14)"
			next++
		}
		return n, next
	}
	if oneAt(t, i, to) {
		return 1, i
	}
	if !v.Counts(w.Norm) || tensBefore(v, t, i) {
		return 0, i
	}
	for end := min(i+numberWords, to); end > i; end-- {
		phrase := w.Norm
		for _, more := range t.Words[i+1 : end] {
			phrase += " " + more.Norm
		}
		if n := v.Number(phrase); n > 0 {
			return same(t, n, end, to)
		}
	}
	return 0, i
}

// oneAt says that a length of time begins at word i which needs no number, and that one
// is asked for: "do týdne", "viikon kuluessa".
func oneAt(t *page.Text, i, to int) bool {
	h, ok := t.Begins(key.WordOne, i, to)
	if !ok {
		return false
	}
	_, after := t.Begins(key.WordKuluessa, h.To, len(t.Words))
	s := t.Sentence(i)
	return t.Leads(key.WordWithin, s, i, 0) || after && t.Leads(key.WordRespond, s, i, 0)
}

// tensBefore says that word i ends a number whose tens stand before it: "two days" of
// "thirty-two days".
func tensBefore(v *phrase.Vocabulary, t *page.Text, i int) bool {
	return i > 0 && t.Words[i].Gap < words.GapSentence && v.Number(t.Words[i-1].Norm) >= 20
}

// numberWords is how many words a number has: "vinte e quatro".
const numberWords = 3

// same steps over the number in "fourteen (14) days". Where the digits say another
// the word is none: the Czech "to" of "na to 5 dní" is the Danish two.
func same(t *page.Text, n, i, to int) (int, int) {
	switch {
	case i >= to || !t.Words[i].Digits():
		return n, i
	case t.Words[i].Norm == strconv.Itoa(n):
		return n, i + 1
	}
	return 0, i
}

// units are the words for a length of time.
var units = []key.Key{key.WordWorkday, key.WordHour, key.WordFullday, key.WordDay, key.WordWeek, key.WordFortnight, key.WordMonth}

// Unit reads "days" at word i; end is the word after it.
func Unit(t *page.Text, i, to int) (unit string, end int) {
	if i >= to || t.Words[i].Gap >= words.GapSentence {
		return "", i
	}
	for _, k := range units {
		if h, ok := t.Begins(k, i, to); ok && h.To > end {
			unit, end = k.Name(), h.To
		}
	}
	return unit, end
}

// fewDays is how many days of 24 hours, which several tongues have a word for, are
// counted by the hour: who writes "ett dygn" means 24 hours, but "30 dygn" days.
const fewDays = 3

// add counts n units from the mail's date.
func (d Setting) add(n int, unit string) (time.Time, bool) {
	if d.Mail.IsZero() || n > 400 {
		return time.Time{}, false
	}
	day := d.Mail.In(d.Location())
	switch unit {
	case "hour":
		return d.Mail.Add(time.Duration(n) * time.Hour), true
	case "fullday":
		if n <= fewDays {
			return d.Mail.Add(time.Duration(n) * 24 * time.Hour), true
		}
		day = day.AddDate(0, 0, n)
	case "week":
		day = day.AddDate(0, 0, 7*n)
	case "fortnight":
		day = day.AddDate(0, 0, 14*n)
	case "month":
		day = monthsLater(day, n)
	case "day":
		day = day.AddDate(0, 0, n)
	case "workday":
		for ; n > 0; n-- {
			day = day.AddDate(0, 0, 1)
			for Weekday(day) > 5 {
				day = day.AddDate(0, 0, 1)
			}
		}
	}
	y, m, dd := day.Date()
	return time.Date(y, m, dd, 23, 59, 59, 0, d.Location()), true
}

// monthsLater is the same day n months later, or the last of that month: a month from
// 31 January ends on 28 February.
func monthsLater(day time.Time, n int) time.Time {
	later := day.AddDate(0, n, 0)
	if later.Day() != day.Day() {
		later = later.AddDate(0, 0, -later.Day())
	}
	return later
}
