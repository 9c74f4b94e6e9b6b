package klarna

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// farAway is from when on a deadline is too far in the future to be believed
// without a word about it.
const farAway = 2 * 365 * 24 * time.Hour

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
	text2     *text
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
	if m.eu {
		m.offset = 3600
		if euSummer(m.y, m.m, m.d) {
			m.offset = 7200
		}
	}
	if m.hasZone {
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

// relative reads "within 14 days" in words from to to, counted from the mail's
// date: hours to the minute, days to the end of the last.
func (v *Vocabulary) relative(t *text, s span, d dating) (reading, bool) {
	for i := s.from; i < s.to; i++ {
		n, next := v.count(t, i, s.to)
		if n == 0 {
			continue
		}
		unit, end := v.unit(t, next, s.to)
		if unit == "" {
			continue
		}
		at, ok := d.add(n, unit)
		if !ok {
			return reading{}, false
		}
		r := reading{at: at, exact: unit == "hour", text: t.s[t.words[i].at:t.words[end-1].end]}
		r.text2 = t
		if unit == "workday" {
			r.warnings = []string{"the deadline was counted in working days from Monday to Friday, without holidays"}
		}
		return r, true
	}
	return reading{}, false
}

// count reads a number at word i, in digits or in words.
func (v *Vocabulary) count(t *text, i, to int) (n, next int) {
	w := t.words[i]
	if w.digits() {
		if len(w.norm) > 3 {
			return 0, i
		}
		n, err := strconv.Atoi(w.norm)
		if err != nil || i > 0 && t.words[i-1].end == w.at {
			return 0, i
		}
		next = i + 1
		if next+1 < to && t.words[next].norm == w.norm { // "14 (14)"
			next++
		}
		return n, next
	}
	if i+1 < to {
		if n := v.numbers[w.norm+" "+t.words[i+1].norm]; n > 0 {
			return n, v.skipDigits(t, i+2, to)
		}
	}
	if n := v.numbers[w.norm]; n > 0 {
		return n, v.skipDigits(t, i+1, to)
	}
	return 0, i
}

// skipDigits steps over the number in "fourteen (14) days".
func (v *Vocabulary) skipDigits(t *text, i, to int) int {
	if i < to && t.words[i].digits() {
		return i + 1
	}
	return i
}

// unit reads "days" at word i; end is the word after it.
func (v *Vocabulary) unit(t *text, i, to int) (unit string, end int) {
	if i >= to || t.words[i].gap >= gapSentence {
		return "", i
	}
	for _, name := range []string{"workday", "hour", "day", "week"} {
		if h, ok := t.begins("word."+name, i, to); ok && h.to > end {
			unit, end = name, h.to
		}
	}
	return unit, end
}

// add counts n units from the mail's date.
func (d dating) add(n int, unit string) (time.Time, bool) {
	if d.mail.IsZero() || n > 400 {
		return time.Time{}, false
	}
	day := d.mail.In(d.location())
	switch unit {
	case "hour":
		return d.mail.Add(time.Duration(n) * time.Hour), true
	case "week":
		day = day.AddDate(0, 0, 7*n)
	case "day":
		day = day.AddDate(0, 0, n)
	case "workday":
		for ; n > 0; n-- {
			day = day.AddDate(0, 0, 1)
			for weekday(day) > 5 {
				day = day.AddDate(0, 0, 1)
			}
		}
	}
	y, m, dd := day.Date()
	return time.Date(y, m, dd, 23, 59, 59, 0, d.location()), true
}

// deadlines lists what the text says of a deadline, at labels and in sentences.
func (r *reader) deadlines(t *text, labels []found, d dating) []reading {
	var out []reading
	for _, f := range labels {
		if f.field == "deadline" {
			out = append(out, r.labelDate(t, f, d)...)
		}
	}
	for _, m := range r.v.moments(t, 0, len(t.words)) {
		if rd, ok := r.sentenceDate(t, m, labels, d); ok {
			out = append(out, rd)
		}
	}
	return append(out, r.sentenceRelative(t, labels, d)...)
}

// labelDate reads the date at a deadline's label.
func (r *reader) labelDate(t *text, f found, d dating) []reading {
	list := r.v.moments(t, f.words.from, f.words.to)
	for _, m := range list {
		if f.below && m.from > f.words.from+3 || f.rank < labelled && m.from > f.words.from+5 {
			break
		}
		t.labelZone(&m, f.words.from)
		rd, err := resolve(m, d)
		if err != nil {
			r.unread = append(r.unread, "deadline: cannot read "+strconv.Quote(clip(f.value))+": "+err.Error())
			return nil
		}
		rd.rank, rd.text2, rd.from = f.rank, t, f.from
		rd.text = t.s[m.at:m.end]
		if f.rank == labelled && len(f.value) <= 60 {
			rd.text = f.value
		}
		return []reading{rd}
	}
	rd, ok := r.v.relative(t, span{from: f.words.from, to: min(f.words.to, f.words.from+8)}, d)
	if ok {
		rd.rank, rd.from = f.rank, f.from
		return []reading{rd}
	}
	if f.rank == labelled && !f.below && (digitsIn(f.value) || len(f.value) > 2) {
		r.unread = append(r.unread, "deadline: cannot read "+strconv.Quote(clip(f.value)))
	}
	return nil
}

// labelZone gives m the zone that stands in its label: "Deadline (CET): …".
func (t *text) labelZone(m *moment, value int) {
	for k := max(0, value-2); k < value && m.hasTime && !m.hasZone; k++ {
		w := t.words[k]
		minutes, known := zones[w.norm]
		if raw := t.s[w.at:w.end]; known && len(raw) > 2 && raw == strings.ToUpper(raw) {
			m.hasZone, m.offset = true, minutes*60
		}
	}
}

// clip keeps a quotation short.
func clip(s string) string {
	if len(s) <= 40 {
		return s
	}
	return strings.ToValidUTF8(s[:40], "") + "…"
}

// sentenceDate takes a date for the deadline if its sentence asks for an
// answer by it.
func (r *reader) sentenceDate(t *text, m moment, labels []found, d dating) (reading, bool) {
	if claimed(labels, m.span) {
		return reading{}, false
	}
	s := t.sentence(m.from)
	due := r.leads(t, "word.due", s, m.from, 4)
	by := r.leads(t, "word.by", s, m.from, 2) || r.follows(t, m, s)
	if _, ok := t.has("word.respond", s.from, s.to); !due && (!by || !ok) {
		return reading{}, false
	}
	if _, ok := t.has("word.theirs", s.from, m.from); ok && !due {
		return reading{}, false
	}
	rd, err := resolve(m, d)
	if err != nil {
		r.unread = append(r.unread, "deadline: cannot read "+strconv.Quote(clip(t.s[m.at:m.end]))+": "+err.Error())
		return reading{}, false
	}
	rd.rank, rd.text, rd.text2 = inSentence, t.s[m.at:m.end], t
	rd.from = "sentence, " + t.place(t.lineOf(m.from))
	return rd, true
}

// claimed says that a date is the value of a label.
func claimed(labels []found, s span) bool {
	for _, f := range labels {
		if s.at >= f.words.at && s.at < f.words.end && f.rank == labelled {
			return true
		}
	}
	return false
}

// leads says that a phrase of the key ends at most n words before word w.
func (r *reader) leads(t *text, key string, s span, w, n int) bool {
	for i := t.after(s.from); i < len(t.hits) && t.hits[i].from < w; i++ {
		if h := t.hits[i]; h.key == key && h.to <= w && w-h.to <= n {
			return true
		}
	}
	return false
}

// follows says that a phrase such as "at the latest" follows the date.
func (r *reader) follows(t *text, m moment, s span) bool {
	h, ok := t.has("word.after", m.to, min(s.to, m.to+4))
	return ok && h.from <= m.to+1
}

// sentenceRelative reads "please respond within 14 days".
func (r *reader) sentenceRelative(t *text, labels []found, d dating) []reading {
	var out []reading
	for i := 0; i < len(t.words); i++ {
		n, next := r.v.count(t, i, len(t.words))
		if n == 0 {
			continue
		}
		unit, end := r.v.unit(t, next, len(t.words))
		if unit == "" || claimed(labels, span{at: t.words[i].at}) {
			continue
		}
		s := t.sentence(i)
		before := r.leads(t, "word.within", s, i, 2)
		after, ok := t.has("word.kuluessa", end, min(s.to, end+2))
		after2 := ok && after.from <= end+1
		_, asks := t.has("word.respond", s.from, s.to)
		_, theirs := t.has("word.theirs", s.from, i)
		if !asks || theirs || !before && !after2 {
			continue
		}
		rd, ok := r.v.relative(t, span{from: i, to: end}, d)
		if !ok {
			if d.mail.IsZero() {
				r.unread = append(r.unread, "deadline: "+strconv.Quote(clip(t.s[t.words[i].at:t.words[end-1].end]))+" counts from the mail's date, and it has none")
			}
			continue
		}
		rd.rank, rd.from = 0, "sentence, "+t.place(t.lineOf(i))
		out = append(out, rd)
		i = end
	}
	return out
}

// deadline decides among all that was found.
func (r *reader) deadline(list []reading, d dating) *rules.MailDeadline {
	if len(list) == 0 {
		r.n.Warnings = append(r.n.Warnings, unique(r.unread)...)
		return nil
	}
	best := list[0]
	for _, rd := range list[1:] {
		best = r.nearer(best, rd)
	}
	r.explain("deadline", best.text, best.from, false)
	r.n.Warnings = append(r.n.Warnings, best.warnings...)
	if !d.mail.IsZero() && best.at.Before(d.mail) {
		r.warn("the deadline lies before the date of the mail")
	} else if !d.Now.IsZero() && best.at.Before(d.Now) {
		r.warn("the deadline has passed")
	}
	if base := d.mail; !base.IsZero() && best.at.Sub(base) > farAway {
		r.warn("the deadline lies more than two years ahead")
	}
	return &rules.MailDeadline{At: best.at, Text: best.text, Ambiguous: best.ambiguous}
}

// nearer keeps one of two deadlines: the more exact of two that agree; the one
// with the nearer label; of two that contradict each other the earlier, which
// then is ambiguous.
func (r *reader) nearer(a, b reading) reading {
	ay, am, ad := a.at.Date()
	by, bm, bd := b.at.In(a.at.Location()).Date()
	same := ay == by && am == bm && ad == bd
	switch {
	case a.at.Equal(b.at), same && (a.exact || !b.exact):
		if b.rank > a.rank {
			a.text, a.from = b.text, b.from
		}
		return a
	case same:
		return b
	case a.rank == 0 && b.rank == 0 || a.rank > 0 && b.rank == 0:
		r.explain("deadline", b.text, b.from, true)
		return a
	case b.rank > 0 && a.rank == 0:
		r.explain("deadline", a.text, a.from, true)
		return b
	case a.rank != b.rank && a.rank+b.rank > labelled:
		if b.rank > a.rank {
			a, b = b, a
		}
		r.explain("deadline", b.text, b.from, true)
		r.warn("two deadlines are named; the labelled one was taken")
		return a
	}
	if b.at.Before(a.at) {
		a, b = b, a
	}
	r.explain("deadline", b.text, b.from, true)
	a.ambiguous = true
	a.warnings = append(a.warnings, "two deadlines contradict each other; the earlier was taken")
	return a
}
