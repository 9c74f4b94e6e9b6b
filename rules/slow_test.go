package rules_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/disputewatch/disputewatch/rules"
)

// slow is a calendar that is asked minute by minute what a clock on the wall
// shows. It knows nothing of the rules' own arithmetic.
type slow struct {
	rules.Calendar
	t    *rapid.T
	seen map[int64][]moment // by the minute, as office found them
}

// moment is what the clock on the wall shows: a day and the minute in it. The
// end of a day that the office works until midnight is its minute 24:00.
type moment struct {
	day    string
	minute int
}

func (c slow) worksOn(at time.Time) bool {
	return c.Days[at.Weekday()] && !c.Holidays[at.Format(time.DateOnly)]
}

// office is the office moments that t is: one, none, or two where a day's end
// is the beginning of the next.
func (c slow) office(t time.Time) (out []moment) {
	key := t.Unix()
	if out, known := c.seen[key]; known {
		return out
	}
	defer func() { c.seen[key] = out }()
	at := t.In(c.Location)
	minute := at.Hour()*60 + at.Minute()
	if since := time.Duration(minute) * time.Minute; c.worksOn(at) && since >= c.Opens && since <= c.Closes {
		out = append(out, moment{at.Format(time.DateOnly), minute})
	}
	if eve := at.Add(-time.Minute); minute == 0 && c.Closes == 24*time.Hour && c.worksOn(eve) {
		out = append(out, moment{eve.Format(time.DateOnly), 24 * 60})
	}
	return out
}

const tooFar = 120 * 24 * 60 // minutes

func (c slow) walk(t time.Time, by time.Duration) time.Time {
	for range tooFar {
		if len(c.office(t)) > 0 {
			return t
		}
		t = t.Add(by)
	}
	c.t.Fatalf("no office within a month of %v", t)
	return t
}

func (c slow) before(t time.Time) time.Time { return c.walk(t, -time.Minute) }
func (c slow) after(t time.Time) time.Time  { return c.walk(t, time.Minute) }

// workdays walks minute by minute to the nth working day after t's, or before
// it, and looks for the same office moment there. A minute that comes twice that
// day, or never, is the one that Go takes for it.
func (c slow) workdays(t time.Time, n int, by time.Duration) time.Time {
	at := c.before(t)
	from := c.office(at)[0]
	seen := []string{from.day}
	for range tooFar {
		for _, is := range c.office(at) {
			if !slices.Contains(seen, is.day) && (is.day > from.day) == (by > 0) {
				seen = append(seen, is.day)
			}
			if len(seen) > n {
				day, err := time.Parse(time.DateOnly, seen[n])
				if err != nil {
					c.t.Fatal(err)
				}
				return time.Date(day.Year(), day.Month(), day.Day(), 0, from.minute, 0, 0, c.Location)
			}
		}
		at = at.Add(by)
	}
	c.t.Fatalf("no %d working days from %v", n, t)
	return t
}

func (c slow) add(t time.Time, s rules.Span, sign int) time.Time {
	clock := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}
	switch s.Unit {
	case "wd":
		return c.workdays(t, s.N, time.Duration(sign)*time.Minute)
	case "d", "w":
		days := s.N
		if s.Unit == "w" {
			days *= 7
		}
		at := t.In(c.Location)
		return time.Date(at.Year(), at.Month(), at.Day()+sign*days, at.Hour(), at.Minute(), at.Second(), 0, c.Location)
	}
	return t.Add(time.Duration(sign*s.N) * clock[s.Unit])
}

// someCalendar draws an office around a change of the clocks.
func someCalendar(t *rapid.T) (slow, time.Time) {
	place := rapid.SampledFrom([]struct{ zone, from string }{
		{"Europe/Berlin", "2026-03-20"},
		{"Europe/Berlin", "2026-10-16"},
		{"America/New_York", "2026-02-27"},
		{"Asia/Kathmandu", "2026-12-20"},
		{"Australia/Lord_Howe", "2026-03-27"}, // half an hour
	}).Draw(t, "place")
	zone, err := time.LoadLocation(place.zone)
	if err != nil {
		t.Fatal(err)
	}
	begin, err := time.ParseInLocation(time.DateOnly, place.from, zone)
	if err != nil {
		t.Fatal(err)
	}
	hours := rapid.SampledFrom([][2]int{{9 * 60, 17 * 60}, {0, 24 * 60}, {0, 60}, {18*60 + 30, 24 * 60}, {8*60 + 15, 12*60 + 45}}).Draw(t, "hours")
	c := slow{rules.Calendar{
		Location: zone, Opens: time.Duration(hours[0]) * time.Minute, Closes: time.Duration(hours[1]) * time.Minute,
		Holidays: map[string]bool{},
	}, t, map[int64][]moment{}}
	for i := range c.Days {
		c.Days[i] = rapid.IntRange(0, 3).Draw(t, "office day") > 0
	}
	c.Days[rapid.IntRange(0, 6).Draw(t, "a day at least")] = true
	for range rapid.IntRange(0, 2).Draw(t, "holidays") {
		c.Holidays[begin.AddDate(0, 0, rapid.IntRange(0, 14).Draw(t, "holiday")).Format(time.DateOnly)] = true
	}
	return c, begin.Add(time.Duration(rapid.IntRange(0, 12*24*60).Draw(t, "minutes")) * time.Minute)
}

func someSpan(t *rapid.T, label string) rules.Span {
	unit := rapid.SampledFrom([]string{"m", "h", "d", "wd", "wd", "w"}).Draw(t, label+" unit")
	most := map[string]int{"m": 3000, "h": 90, "d": 9, "wd": 6, "w": 2}[unit]
	return rules.Span{N: rapid.IntRange(1, most).Draw(t, label), Unit: unit}
}

func TestCalendarIsWhatAWalkByTheMinuteFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, at := someCalendar(t)
		same := func(what string, got, want time.Time) {
			if !got.Equal(want) {
				t.Fatalf("%s %v: %v, want %v", what, at, got.In(c.Location), want)
			}
		}
		if open := len(c.office(at)) > 0; c.IsOpen(at) != open {
			t.Fatalf("open at %v: %v", at, c.IsOpen(at))
		}
		if works := c.worksOn(at.In(c.Location)); c.IsWorkday(at) != works {
			t.Fatalf("a working day at %v: %v", at, c.IsWorkday(at))
		}
		same("office before", c.Before(at), c.before(at))
		same("office after", c.After(at), c.after(at))
		span := someSpan(t, "span")
		same(fmt.Sprint(span, " after"), c.Add(at, span), c.add(at, span, 1))
		same(fmt.Sprint(span, " before"), c.Sub(at, span), c.add(at, span, -1))
	})
}
