package config

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml/emltest"
	"github.com/disputewatch/disputewatch/rules"
)

// calendarOf is an iCalendar file of events, each given by its lines.
func calendarOf(events ...string) []byte {
	text := "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
	for _, e := range events {
		text += "BEGIN:VEVENT\r\nUID:x\r\n" + strings.ReplaceAll(e, "\n", "\r\n") + "\r\nEND:VEVENT\r\n"
	}
	return []byte(text + "END:VCALENDAR\r\n")
}

func TestAllDayEventsCloseTheOffice(t *testing.T) {
	for name, tt := range map[string]struct {
		event string
		want  string // the first three
	}{
		"one day":                   {"DTSTART;VALUE=DATE:20261224", "2026-12-24"},
		"the end is the day after":  {"DTSTART;VALUE=DATE:20261225\nDTEND;VALUE=DATE:20261227", "2026-12-25 2026-12-26"},
		"the end is the last day":   {"DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261224", "2026-12-24"},
		"a duration":                {"DTSTART;VALUE=DATE:20261224\nDURATION:P2D", "2026-12-24 2026-12-25"},
		"a date that says not so":   {"DTSTART:20261224", "2026-12-24"},
		"yearly":                    {"DTSTART;VALUE=DATE:20261003\nRRULE:FREQ=YEARLY", "2026-10-03 2027-10-03 2028-10-03"},
		"Thanksgiving":              {"DTSTART;VALUE=DATE:20261126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-11-26 2027-11-25 2028-11-23"},
		"a rule that ends":          {"DTSTART;VALUE=DATE:20261003\nRRULE:FREQ=YEARLY;COUNT=2", "2026-10-03 2027-10-03"},
		"but not once":              {"DTSTART;VALUE=DATE:20261003\nRRULE:FREQ=YEARLY;UNTIL=20290101\nEXDATE;VALUE=DATE:20271003", "2026-10-03 2028-10-03"},
		"two left out":              {"DTSTART;VALUE=DATE:20261003\nRRULE:FREQ=YEARLY;UNTIL=20290101\nEXDATE;VALUE=DATE:20271003,20281003", "2026-10-03"},
		"further dates":             {"DTSTART;VALUE=DATE:20261003\nRDATE;VALUE=DATE:20261101", "2026-10-03 2026-11-01"},
		"over the change of clocks": {"DTSTART;VALUE=DATE:20261024\nDTEND;VALUE=DATE:20261027", "2026-10-24 2026-10-25 2026-10-26"},
		"cancelled":                 {"DTSTART;VALUE=DATE:20261003\nSTATUS:CANCELLED", ""},
		"an alarm in the event":     {"BEGIN:VALARM\nDURATION:PT15M\nEND:VALARM\nDTSTART;VALUE=DATE:20261003", "2026-10-03"},
		"a quoted colon":            {"DTSTART;X-NOTE=\"a:b\";VALUE=DATE:20261003", "2026-10-03"},
		"a folded line":             {"SUMMARY:long\n er\nDTSTART;VALUE=DA\n TE:20261003", "2026-10-03"},
	} {
		days, faults := closedDays(calendarOf(tt.event))
		sorted := slices.Sorted(maps.Keys(days))
		if got := strings.Join(sorted[:min(3, len(sorted))], " "); got != tt.want || len(faults) > 0 {
			t.Errorf("%s: %s, want %s; %v", name, got, tt.want, faults)
		}
	}
}

func TestWhatAHolidaysFileCannotMeanIsAFaultWithItsLine(t *testing.T) {
	const good = "DTSTART;VALUE=DATE:20261003"
	for name, tt := range map[string]struct {
		data []byte
		line int
		what string
	}{
		"no calendar":             {[]byte("name,date\n"), 1, "no iCalendar file"},
		"an empty one":            {[]byte("BEGIN:VCALENDAR\nEND:VCALENDAR\n"), 1, "holds no event"},
		"an event with hours":     {calendarOf(good, "DTSTART:20261224T120000"), 7, "time of day"},
		"no start":                {calendarOf("SUMMARY:x"), 3, "without DTSTART"},
		"no such day":             {calendarOf("DTSTART;VALUE=DATE:20260230"), 3, "is no date"},
		"an end before the start": {calendarOf("DTSTART;VALUE=DATE:20261003\nDTEND;VALUE=DATE:20261001"), 3, "an event of -2 days"},
		"a year and more":         {calendarOf("DTSTART;VALUE=DATE:20261003\nDTEND;VALUE=DATE:20281003"), 3, "731 days"},
		"a rule of nonsense":      {calendarOf(good + "\nRRULE:FREQ=SOMETIMES"), 3, "RRULE"},
		"a rule within the day":   {calendarOf(good + "\nRRULE:FREQ=SECONDLY"), 3, "within the day"},
		"a rule by the hour":      {calendarOf(good + "\nRRULE:FREQ=YEARLY;BYHOUR=0,12"), 3, "within the day"},
		"two rules":               {calendarOf(good + "\nRRULE:FREQ=YEARLY\nRRULE:FREQ=MONTHLY"), 3, "two lines of RRULE"},
		"a rule of exceptions":    {calendarOf(good + "\nRRULE:FREQ=YEARLY\nEXRULE:FREQ=YEARLY;BYMONTH=10"), 3, "EXRULE"},
		"a 13th month":            {calendarOf(good + "\nRRULE:FREQ=YEARLY;BYMONTH=13"), 3, "falls on no day"},
		"no day of any month":     {calendarOf(good + "\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), 3, "falls on no day"},
		"a 53rd Monday":           {calendarOf(good + "\nRRULE:FREQ=MONTHLY;BYDAY=53MO"), 3, "falls on no day"},
		"a 53rd last Monday":      {calendarOf(good + "\nRRULE:FREQ=MONTHLY;BYDAY=-53MO"), 3, "falls on no day"},
		"long before Easter":      {calendarOf(good + "\nRRULE:FREQ=YEARLY;BYEASTER=-200"), 3, "falls on no day"},
		"the year 0":              {calendarOf("DTSTART;VALUE=DATE:00001001\nRRULE:FREQ=MONTHLY"), 3, "falls on no day"},
		"every day":               {calendarOf(good + "\nRRULE:FREQ=DAILY"), 1, "more than 5000 days"},
		"a changed repetition":    {calendarOf(good + "\nRECURRENCE-ID;VALUE=DATE:20261003"), 3, "RECURRENCE-ID"},
		"an exception with hours": {calendarOf(good + "\nRRULE:FREQ=YEARLY\nEXDATE:20261003T000000Z"), 3, "EXDATE"},
		"no end":                  {[]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + good + "\n"), 2, "does not end"},
		"an event in an event":    {[]byte("BEGIN:VCALENDAR\nBEGIN:VEVENT\nBEGIN:VEVENT\n" + good + "\nEND:VEVENT\n"), 2, "does not end"},
		"a line of nonsense":      {calendarOf(good + "\n:::"), 6, "is no line"},
	} {
		days, faults := closedDays(tt.data)
		if len(faults) != 1 || faults[0].line != tt.line || !strings.Contains(faults[0].what, tt.what) {
			t.Errorf("%s: %v and %d days, want line %d: %s", name, faults, len(days), tt.line, tt.what)
		}
	}
}

func TestHolidaysFileIsReadAnewWithTheConfig(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("config.yaml", smallest+"calendar: {holidays_file: days.ics, holidays: [2026-12-24]}\n")
	for _, day := range []string{"2026-12-25", "2026-12-28"} {
		write("days.ics", string(calendarOf("DTSTART;VALUE=DATE:"+strings.ReplaceAll(day, "-", ""))))
		c, err := Load(filepath.Join(dir, "config.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		cal := c.Policy().Calendar
		if len(cal.Holidays) != 2 || !cal.Holidays[day] || !cal.Holidays["2026-12-24"] {
			t.Errorf("holidays %v", cal.Holidays)
		}
	}
}

// Christmas 2026 is a Friday: what would fall on it before a Monday's deadline
// comes on Wednesday, the day before the office closes.
func TestStepBeforeADeadlineComesBeforeTheHolidays(t *testing.T) {
	data, err := os.ReadFile("testdata/holidays.ics")
	if err != nil {
		t.Fatal(err)
	}
	c := mustRead(t, smallest+"calendar: {holidays: [2026-12-24]}\n")
	var faults []lineFault
	if c.holidays, faults = closedDays(data); len(faults) > 0 {
		t.Fatal(faults)
	}
	p := c.Policy()
	at := func(text string) time.Time {
		t.Helper()
		at, err := time.ParseInLocation("2006-01-02 15:04", text, p.Calendar.Location)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	if got := p.Calendar.Before(at("2026-12-26 12:00")); !got.Equal(at("2026-12-23 17:00")) {
		t.Errorf("the last office moment before Boxing Day is %v", got)
	}
	if got := p.Calendar.Add(at("2026-12-31 12:00"), rules.Span{N: 1, Unit: "wd"}); !got.Equal(at("2027-01-04 12:00")) {
		t.Errorf("a working day after New Year's Eve is %v", got)
	}
}

func FuzzHolidays(f *testing.F) {
	f.Add([]byte(calendarOf("DTSTART;VALUE=DATE:20261003\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\nEXDATE;VALUE=DATE:20271003")))
	f.Add([]byte(calendarOf("DTSTART;VALUE=DATE:20261003\nDURATION:P2D\nRRULE:FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU")))
	f.Fuzz(func(t *testing.T, data []byte) {
		var days map[string]bool
		var faults []lineFault
		took := emltest.Cost(t, func() { days, faults = closedDays(data) })
		if len(days) > maxHolidays+maxClosed && len(faults) == 0 {
			t.Errorf("%d days", len(days))
		}
		if took > 5*time.Second {
			t.Errorf("took %s", took)
		}
	})
}
