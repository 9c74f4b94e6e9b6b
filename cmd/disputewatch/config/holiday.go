package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// event is one VEVENT: the values of its own properties, by name, and the line
// that it begins at.
//
// Its lines are read here: of the libraries that read iCalendar none tells lines,
// and the one that knows repetitions panics at a line that is cut off and takes
// EXDATE for RDATE. What repeats when is the library's to say.
type event struct {
	line   int
	values map[string][]string
}

// events reads the events of a file and leaves out what else it holds.
func events(text string) ([]event, *lineFault) {
	var out []event
	var open *event
	calendar, inner := false, 0 // inner: within a part of the event, such as an alarm
	for i, line := range unfolded(text) {
		name, value := property(line)
		begins, ends := name == "BEGIN", name == "END"
		switch value = strings.TrimSpace(value); {
		case begins && strings.EqualFold(value, "VCALENDAR"):
			calendar = true
		case begins && strings.EqualFold(value, "VEVENT"):
			if open != nil {
				return nil, &lineFault{open.line, "an event that does not end"}
			}
			open, inner = &event{i, map[string][]string{}}, 0
		case ends && strings.EqualFold(value, "VEVENT") && open != nil:
			out, open = append(out, *open), nil
		case open == nil:
		case name == "" && line != "":
			return nil, &lineFault{i, "is no line of an iCalendar file: want NAME:VALUE"}
		case begins:
			inner++
		case ends:
			inner--
		case inner == 0:
			open.values[name] = append(open.values[name], value)
		}
	}
	switch {
	case !calendar:
		return nil, &lineFault{1, "is no iCalendar file: BEGIN:VCALENDAR is missing"}
	case open != nil:
		return nil, &lineFault{open.line, "an event that does not end"}
	case len(out) == 0:
		return nil, &lineFault{1, "holds no event"}
	}
	return out, nil
}

// unfolded yields the lines with their numbers; one that begins with a blank goes
// on the line before it (RFC 5545, 3.1).
func unfolded(text string) func(func(int, string) bool) {
	return func(yield func(int, string) bool) {
		var whole strings.Builder
		at, n := 1, 0
		for line := range strings.SplitSeq(strings.TrimPrefix(text, "\ufeff"), "\n") {
			n++
			line = strings.TrimSuffix(line, "\r")
			if n > 1 && (strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")) {
				whole.WriteString(line[1:])
				continue
			}
			if n > 1 && !yield(at, whole.String()) {
				return
			}
			whole.Reset()
			whole.WriteString(line)
			at = n
		}
		yield(at, whole.String())
	}
}

// property parts a line into its name and its value; a parameter's value may be
// quoted and hold a colon then.
func property(line string) (name, value string) {
	quoted := false
	for i, r := range line {
		switch {
		case r == '"':
			quoted = !quoted
		case r == ':' && !quoted:
			name, _, _ = strings.Cut(line[:i], ";")
			return strings.ToUpper(strings.TrimSpace(name)), line[i+1:]
		}
	}
	return "", ""
}

// first is the value of a property, "" where the event has none.
func (e event) first(name string) string {
	if v := e.values[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// closes adds the dates of one event.
func (e event) closes(days map[string]bool) error {
	if strings.EqualFold(e.first("STATUS"), "CANCELLED") {
		return nil
	}
	if e.first("RECURRENCE-ID") != "" {
		return errors.New("a changed repetition (RECURRENCE-ID): write that day as an event of its own")
	}
	for _, name := range []string{"DTSTART", "DTEND", "DURATION", "RRULE"} {
		if len(e.values[name]) > 1 {
			return fmt.Errorf("an event with two lines of %s: write two events", name)
		}
	}
	if e.first("EXRULE") != "" {
		return errors.New("an EXRULE, which RFC 5545 no longer has: write EXDATE")
	}
	start, length, err := e.span()
	if err != nil {
		return err
	}
	begins, err := e.repetitions(start)
	if err != nil {
		return err
	}
	for _, begin := range begins {
		for i := range length {
			days[begin.AddDate(0, 0, i).Format(time.DateOnly)] = true
		}
		if len(days) > maxHolidays {
			return nil // the caller says so
		}
	}
	return nil
}

// maxClosed bounds the days of one event.
const maxClosed = 366

var durationForm = regexp.MustCompile(`^P([0-9]{1,3})([DW])$`)

// span is the first day of an event and how many it lasts. DTEND is the day after
// the last; some programs write the last.
func (e event) span() (start time.Time, days int, err error) {
	from := e.first("DTSTART")
	if from == "" {
		return start, 0, errors.New("an event without DTSTART")
	}
	if strings.Contains(from, "T") {
		return start, 0, errors.New("an event with a time of day closes no office: want whole days, DTSTART;VALUE=DATE")
	}
	if start, err = date("DTSTART", from); err != nil {
		return start, 0, err
	}
	end, duration := e.first("DTEND"), durationForm.FindStringSubmatch(e.first("DURATION"))
	switch {
	case end != "":
		last, err := date("DTEND", end)
		if err != nil {
			return start, 0, err
		}
		days = int(last.Sub(start) / (24 * time.Hour))
		if last.Equal(start) {
			days = 1
		}
	case duration != nil:
		days, _ = strconv.Atoi(duration[1]) // three digits
		if duration[2] == "W" {
			days *= 7
		}
	case e.first("DURATION") != "":
		return start, 0, fmt.Errorf("DURATION %s: want days or weeks, such as P1D", short(e.first("DURATION")))
	default:
		days = 1
	}
	if days < 1 || days > maxClosed {
		return start, 0, fmt.Errorf("an event of %d days", days)
	}
	return start, days, nil
}

// repetitions are the days on which an event begins, until 2100.
func (e event) repetitions(start time.Time) ([]time.Time, error) {
	begins := []time.Time{start}
	if text := e.first("RRULE"); text != "" {
		option, err := rrule.StrToROption(text)
		if err != nil {
			return nil, fmt.Errorf("RRULE %s cannot be read", short(text))
		}
		if option.Freq > rrule.DAILY || len(option.Byhour)+len(option.Byminute)+len(option.Bysecond) > 0 {
			return nil, errors.New("an RRULE that repeats within the day")
		}
		option.Dtstart = start
		if end := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC); option.Until.IsZero() || option.Until.After(end) {
			option.Until = end
		}
		if begins = occurrences(*option); len(begins) == 0 {
			return nil, fmt.Errorf("RRULE %s falls on no day", short(text))
		}
	}
	more, err := e.dates("RDATE")
	if err != nil {
		return nil, err
	}
	not, err := e.dates("EXDATE")
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(append(begins, more...), func(at time.Time) bool {
		return slices.ContainsFunc(not, at.Equal)
	}), nil
}

// occurrences are the days of a rule, none where it cannot be meant: rrule-go
// refuses some of these, and panics on others (the 53rd Monday of a month, a day
// 200 before Easter, the year 0).
func occurrences(option rrule.ROption) (days []time.Time) {
	defer func() {
		if recover() != nil {
			days = nil
		}
	}()
	rule, err := rrule.NewRRule(option)
	if err != nil {
		return nil
	}
	return rule.All()
}

// dates reads a property that lists dates.
func (e event) dates(name string) ([]time.Time, error) {
	var out []time.Time
	for _, value := range e.values[name] {
		for text := range strings.SplitSeq(value, ",") {
			at, err := date(name, text)
			if err != nil {
				return nil, err
			}
			out = append(out, at)
		}
	}
	return out, nil
}

func date(name, text string) (time.Time, error) {
	at, err := time.Parse("20060102", text)
	if err != nil {
		return at, fmt.Errorf("%s %s is no date such as 20261224", name, short(text))
	}
	return at, nil
}

// short quotes a value as a fault may show it.
func short(text string) string {
	if len(text) > 40 {
		return "(long)"
	}
	return strconv.Quote(text)
}
