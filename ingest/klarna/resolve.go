package klarna

import (
	"fmt"
	"time"
)

// soon is how long after its mail a deadline without a year may lie. Klarna
// gives three weeks (DOMAIN.md, "Deadlines differ").
const soon = 60 * 24 * time.Hour

// dating is what turns a written date into a time.
type dating struct {
	Options
	mail time.Time // when the mail was sent; zero if unknown
	lang string
}

// reading is one deadline with how sure it is.
type reading struct {
	at        time.Time
	text      string
	ambiguous bool
	warnings  []string
	rank      int
	exact     bool // a time of day was written
	counted   bool // a period was written, no day
	theirs    bool // its sentence is about the customer
	appeal    bool // its sentence speaks of an appeal
	from      string
}

func (d dating) location() *time.Location {
	if d.Location == nil {
		return time.UTC
	}
	return d.Location
}

// resolve turns a written date into a time. A date without a time is the end
// of its day.
func resolve(m moment, d dating) (reading, error) {
	r := reading{exact: m.hasTime}
	if m.y == 0 {
		y, err := d.year(m)
		if err != nil {
			return r, err
		}
		m.y = y
		r.warnings = append(r.warnings, "the year of the deadline is not written; the next such day was taken")
	}
	if !m.swap {
		at, err := m.time(d.location())
		r.at = at
		r.warnings = append(r.warnings, m.doubts(at)...)
		r.ambiguous = m.oddZone != ""
		return r, err
	}
	return r.order(m, d)
}

// order decides between 3 April and 4 March.
func (r reading) order(m moment, d dating) (reading, error) {
	other := m
	other.m, other.d = m.d, m.m
	a, errA := m.time(d.location())     // day first
	b, errB := other.time(d.location()) // month first
	switch {
	case errA != nil && errB != nil:
		return r, errA
	case errA != nil || d.DateOrder == "mdy":
		r.at = b
		return r, errB
	case errB != nil || d.DateOrder == "dmy" || dayFirst(d.lang):
		r.at = a
		return r, errA
	}
	if wa, wb := m.weekday == weekday(a), m.weekday == weekday(b); m.weekday > 0 && wa != wb {
		r.at = a
		if wb {
			r.at = b
		}
		return r, nil
	}
	r.ambiguous = true
	early, late := a, b
	if b.Before(a) {
		early, late = b, a
	}
	r.at = early
	r.warnings = append(r.warnings, fmt.Sprintf("the deadline can be read as %s or %s", early.Format("2 January 2006"), late.Format("2 January 2006")))
	if !d.mail.IsZero() && early.Before(d.mail) && !late.Before(d.mail) {
		r.at = late // no mail asks for an answer before it was sent
	}
	return r, nil
}

// dayFirst says that a language writes the day before the month. English is
// the one that is written both ways.
func dayFirst(lang string) bool { return lang != "" && lang != "en" }

func weekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// year is the year of a date that names none: the first such day that is not
// before the mail, if that is soon.
func (d dating) year(m moment) (int, error) {
	if d.mail.IsZero() {
		return 0, fmt.Errorf("no year, and the mail has no date")
	}
	if m.swap {
		return 0, fmt.Errorf("no year, and day and month may be swapped")
	}
	for y := d.mail.Year(); y <= d.mail.Year()+1; y++ {
		m.y = y
		at, err := m.time(d.location())
		if err == nil && !at.Before(d.mail) && at.Sub(d.mail) <= soon {
			return y, nil
		}
	}
	return 0, fmt.Errorf("no year")
}

// time is the moment in a zone of its own or in loc.
func (m moment) time(loc *time.Location) (time.Time, error) {
	if day := time.Date(m.y, time.Month(m.m), m.d, 0, 0, 0, 0, time.UTC); day.Day() != m.d || int(day.Month()) != m.m {
		return time.Time{}, fmt.Errorf("there is no %d.%d.%d", m.d, m.m, m.y)
	}
	if m.eu && euSummer(m.y, m.m, m.d) {
		m.offset += 3600
	}
	if m.loc != nil {
		loc = m.loc
	} else if m.hasZone {
		loc = time.FixedZone("", m.offset)
	}
	if !m.hasTime {
		return time.Date(m.y, time.Month(m.m), m.d, 23, 59, 59, 0, loc), nil
	}
	return time.Date(m.y, time.Month(m.m), m.d, m.h, m.mi, m.s, 0, loc), nil
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
func (m moment) doubts(at time.Time) []string {
	var out []string
	if m.weekday > 0 && m.weekday != weekday(time.Date(m.y, time.Month(m.m), m.d, 12, 0, 0, 0, time.UTC)) {
		out = append(out, "the deadline's weekday does not fit its date")
	}
	if m.oddZone != "" {
		out = append(out, "the deadline's time zone "+m.oddZone+" is not known; the configured one was taken")
	}
	return out
}
