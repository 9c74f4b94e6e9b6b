package rules

import "time"

// farAhead bounds every walk over days: no calendar keeps an office closed for
// longer, and the walk must end when one does.
const farAhead = 366

// Add returns the time s after t: by the clock for s, m and h; calendar days in
// the shop's zone for d and w; working days for wd, where a time outside office
// hours counts as the end of the last ones and the answer is the same office
// moment N working days later (CONTRACT.md, "A step").
func (c *Calendar) Add(t time.Time, s Span) time.Time { return c.move(t, s, 1) }

// Sub returns the time s before t, counted as Add does.
func (c *Calendar) Sub(t time.Time, s Span) time.Time { return c.move(t, s, -1) }

func (c *Calendar) move(t time.Time, s Span, sign int) time.Time {
	n := sign * s.N
	switch s.Unit {
	case "s":
		return ahead(t, n)
	case "m":
		return ahead(t, 60*n)
	case "h":
		return ahead(t, 60*60*n)
	case "d":
		return t.In(c.Location).AddDate(0, 0, n)
	case "w":
		return t.In(c.Location).AddDate(0, 0, 7*n)
	case "wd":
		return c.workdays(t, n)
	}
	return t
}

// ahead is t and so many seconds: a time.Duration ends at 292 years, and the
// search for a repeat's end may look further.
func ahead(t time.Time, seconds int) time.Time {
	return time.Unix(t.Unix()+int64(seconds), int64(t.Nanosecond())).In(t.Location())
}

// workdays moves t by n working days.
func (c *Calendar) workdays(t time.Time, n int) time.Time {
	day, clock, _ := c.last(t)
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	if week := c.week(); len(c.Holidays) == 0 && week > 0 && n > week {
		weeks := (n - 1) / week // each of them holds so many office days
		day, n = day+step*7*weeks, n-week*weeks
	}
	for closed := 0; n > 0 && closed < farAhead; {
		day += step
		if c.works(day) {
			n, closed = n-1, 0
			continue
		}
		closed++
	}
	return c.at(day, clock)
}

// week is how many days of a week the office works.
func (c *Calendar) week() int {
	n := 0
	for _, works := range c.Days {
		if works {
			n++
		}
	}
	return n
}

// secondsADay are those of UTC, in which days are numbered.
const secondsADay = 24 * 60 * 60

// read is t by the shop's calendar and clock: the day, numbered from 1970, and
// the time of day that its clock shows.
func (c *Calendar) read(t time.Time) (day int, clock time.Duration) {
	_, offset := t.In(c.Location).Zone()
	local := t.Unix() + int64(offset)
	day = int(local / secondsADay)
	if local < 0 && local%secondsADay != 0 {
		day--
	}
	clock = time.Duration(local-int64(day)*secondsADay)*time.Second + time.Duration(t.Nanosecond())
	return day, clock
}

// at is when the shop's clock shows a time on a day, so that 17:00 stays 17:00 on
// the day that the clocks change.
func (c *Calendar) at(day int, clock time.Duration) time.Time {
	y, m, d := time.Unix(int64(day)*secondsADay, 0).UTC().Date()
	return time.Date(y, m, d, 0, 0, int(clock/time.Second), int(clock%time.Second), c.Location)
}

// works says whether the office works on a day.
func (c *Calendar) works(day int) bool {
	weekday := (day + int(time.Thursday)) % 7 // of 1970
	if weekday < 0 {
		weekday += 7
	}
	if !c.Days[weekday] {
		return false
	}
	return len(c.Holidays) == 0 || !c.Holidays[time.Unix(int64(day)*secondsADay, 0).UTC().Format(time.DateOnly)]
}

// IsWorkday says whether the office works on t's day, at whatever hours.
func (c *Calendar) IsWorkday(t time.Time) bool {
	day, _ := c.read(t)
	return c.works(day)
}

// midnight is when an office closes that works until the day is over: that is
// the day's own end, and the next day may be closed.
const midnight = 24 * time.Hour

// IsOpen says whether t falls into office hours; their end counts as inside.
func (c *Calendar) IsOpen(t time.Time) bool {
	day, clock := c.read(t)
	if clock == 0 && c.Closes == midnight && c.works(day-1) {
		return true
	}
	return clock >= c.Opens && clock <= c.Closes && c.works(day)
}

// last is the last office moment at or before t, as its day and clock; false in
// a calendar that never opens.
func (c *Calendar) last(t time.Time) (day int, clock time.Duration, open bool) {
	day, clock = c.read(t)
	if clock >= c.Opens && c.works(day) {
		return day, min(clock, c.Closes), true
	}
	for i := range farAhead {
		if before := day - 1 - i; c.works(before) {
			return before, c.Closes, true
		}
	}
	return day, clock, false
}

// Before is the last office moment at or before t. In a calendar that never
// opens it is t.
func (c *Calendar) Before(t time.Time) time.Time {
	if c.IsOpen(t) {
		return t
	}
	if day, clock, open := c.last(t); open {
		return c.at(day, clock)
	}
	return t
}

// After is the first office moment at or after t. In a calendar that never
// opens it is t.
func (c *Calendar) After(t time.Time) time.Time {
	if c.IsOpen(t) {
		return t
	}
	day, clock := c.read(t)
	if clock < c.Opens && c.works(day) {
		return c.at(day, c.Opens)
	}
	for i := range farAhead {
		if after := day + 1 + i; c.works(after) {
			return c.at(after, c.Opens)
		}
	}
	return t
}
