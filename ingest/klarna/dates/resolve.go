package dates

import (
	"fmt"
	"time"
)

// soon is how long after its mail a deadline without a year may lie. Klarna
// gives three weeks (DOMAIN.md, "Deadlines differ").
const soon = 60 * 24 * time.Hour

// Setting is what turns a written date into a time.
type Setting struct {
	Zone  *time.Location // of dates without one; nil is UTC
	Order string         // of 03/04/2026: dmy, mdy, or "" for unknown
	Mail  time.Time      // when the mail was sent; zero if unknown
	Lang  string         // of the text, such as "en"; "" if unknown
}

// Day is a time that was read, and how surely.
type Day struct {
	At        time.Time
	Exact     bool // a time of day was written
	Counted   bool // a period was written, no day
	Ambiguous bool
	Warnings  []string
}

// Location is the zone of dates without one.
func (d Setting) Location() *time.Location {
	if d.Zone == nil {
		return time.UTC
	}
	return d.Zone
}

// Resolve turns a written date into a time. A date without a time is the end
// of its day.
func Resolve(m Moment, d Setting) (Day, error) {
	r := Day{Exact: m.HasTime}
	if m.Year == 0 {
		y, err := d.year(m)
		if err != nil {
			return r, err
		}
		m.Year = y
		r.Warnings = append(r.Warnings, "the year of the deadline is not written; the next such day was taken")
	}
	if !m.Swap {
		at, err := m.time(d.Location())
		r.At = at
		r.Warnings = append(r.Warnings, m.doubts(at)...)
		r.Ambiguous = m.oddZone != ""
		return r, err
	}
	return r.order(m, d)
}

// order decides between 3 April and 4 March.
func (r Day) order(m Moment, d Setting) (Day, error) {
	other := m
	other.Month, other.Day = m.Day, m.Month
	a, errA := m.time(d.Location())     // day first
	b, errB := other.time(d.Location()) // month first
	switch {
	case errA != nil && errB != nil:
		return r, errA
	case errA != nil || d.Order == "mdy":
		r.At = b
		return r, errB
	case errB != nil || d.Order == "dmy" || dayFirst(d.Lang):
		r.At = a
		return r, errA
	}
	if wa, wb := m.weekday == Weekday(a), m.weekday == Weekday(b); m.weekday > 0 && wa != wb {
		r.At = a
		if wb {
			r.At = b
		}
		return r, nil
	}
	r.Ambiguous = true
	early, late := a, b
	if b.Before(a) {
		early, late = b, a
	}
	r.At = early
	r.Warnings = append(r.Warnings, fmt.Sprintf("the deadline can be read as %s or %s", early.Format("2 January 2006"), late.Format("2 January 2006")))
	if !d.Mail.IsZero() && early.Before(d.Mail) && !late.Before(d.Mail) {
		r.At = late // no mail asks for an answer before it was sent
	}
	return r, nil
}

// dayFirst says that a language writes the day before the month. English is
// the one that is written both ways.
func dayFirst(lang string) bool { return lang != "" && lang != "en" }

// Weekday is the day of the week, 1 for Monday.
func Weekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// year is the year of a date that names none: the first such day that is not
// before the mail, if that is soon.
func (d Setting) year(m Moment) (int, error) {
	if d.Mail.IsZero() {
		return 0, fmt.Errorf("no year, and the mail has no date")
	}
	if m.Swap {
		return 0, fmt.Errorf("no year, and day and month may be swapped")
	}
	for y := d.Mail.Year(); y <= d.Mail.Year()+1; y++ {
		m.Year = y
		at, err := m.time(d.Location())
		if err == nil && !at.Before(d.Mail) && at.Sub(d.Mail) <= soon {
			return y, nil
		}
	}
	return 0, fmt.Errorf("no year")
}

// time is the moment in a zone of its own or in loc.
func (m Moment) time(loc *time.Location) (time.Time, error) {
	if day := time.Date(m.Year, time.Month(m.Month), m.Day, 0, 0, 0, 0, time.UTC); day.Day() != m.Day || int(day.Month()) != m.Month {
		return time.Time{}, fmt.Errorf("there is no %d.%d.%d", m.Day, m.Month, m.Year)
	}
	if m.eu && euSummer(m.Year, m.Month, m.Day) {
		m.offset += 3600
	}
	if m.loc != nil {
		loc = m.loc
	} else if m.hasZone {
		loc = time.FixedZone("", m.offset)
	}
	if !m.HasTime {
		return time.Date(m.Year, time.Month(m.Month), m.Day, 23, 59, 59, 0, loc), nil
	}
	return time.Date(m.Year, time.Month(m.Month), m.Day, m.h, m.mi, m.s, 0, loc), nil
}

// euSummer says whether Central European summer time holds on a day: from the
// last Sunday of March to the last Sunday of October.
func euSummer(y, m, d int) bool {
	sunday := func(month time.Month) time.Time {
		last := time.Date(y, month, 31, 0, 0, 0, 0, time.UTC)
		return last.AddDate(0, 0, -int(last.Weekday()))
	}
	day := time.Date(y, time.Month(m), d, 12, 0, 0, 0, time.UTC)
	return !day.Before(sunday(time.March)) && day.Before(sunday(time.October))
}

// doubts says what does not fit about the date.
func (m Moment) doubts(at time.Time) []string {
	var out []string
	if m.weekday > 0 && m.weekday != Weekday(time.Date(m.Year, time.Month(m.Month), m.Day, 12, 0, 0, 0, time.UTC)) {
		out = append(out, "the deadline's weekday does not fit its date")
	}
	if m.oddZone != "" {
		out = append(out, "the deadline's time zone "+m.oddZone+" is not known; the configured one was taken")
	}
	return out
}
