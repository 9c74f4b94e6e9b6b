package rules

import "time"

// farAhead bounds every walk over days: no calendar keeps an office closed for
// longer, and the walk must end when one does.
const farAhead = 366

// Add returns the time s after t: by the clock for s, m and h; calendar days in
// the shop's zone for d and w; working days for wd, where a time outside office
// hours counts as the end of the last ones and the answer is the same office
// moment N working days later (CONTRACT.md, "A step").
func (c Calendar) Add(t time.Time, s Span) time.Time { return c.move(t, s, 1) }

// Sub returns the time s before t, counted as Add does.
func (c Calendar) Sub(t time.Time, s Span) time.Time { return c.move(t, s, -1) }

func (c Calendar) move(t time.Time, s Span, sign int) time.Time {
	n := sign * s.N
	switch s.Unit {
	case "s":
		return t.Add(time.Duration(n) * time.Second)
	case "m":
		return t.Add(time.Duration(n) * time.Minute)
	case "h":
		return t.Add(time.Duration(n) * time.Hour)
	case "d":
		return t.In(c.Location).AddDate(0, 0, n)
	case "w":
		return t.In(c.Location).AddDate(0, 0, 7*n)
	case "wd":
		return c.workdays(t, n)
	}
	return t
}

// workdays moves t by n working days.
func (c Calendar) workdays(t time.Time, n int) time.Time {
	t = c.Before(t)
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	day := t.In(c.Location)
	clock := time.Duration(day.Hour())*time.Hour + time.Duration(day.Minute())*time.Minute +
		time.Duration(day.Second())*time.Second + time.Duration(day.Nanosecond())
	for closed := 0; n > 0 && closed < farAhead; {
		day = day.AddDate(0, 0, step)
		if c.works(day) {
			n, closed = n-1, 0
			continue
		}
		closed++
	}
	return c.at(day, clock)
}

// at is the moment d after midnight of t's day, by the wall clock, so that
// 17:00 stays 17:00 on the day that the clocks change.
func (c Calendar) at(t time.Time, d time.Duration) time.Time {
	y, m, day := t.In(c.Location).Date()
	return time.Date(y, m, day, 0, 0, int(d/time.Second), int(d%time.Second), c.Location)
}

func (c Calendar) works(t time.Time) bool {
	t = t.In(c.Location)
	return c.Days[t.Weekday()] && !c.Holidays[t.Format(time.DateOnly)]
}

// IsOpen says whether t falls into office hours; their end counts as inside.
func (c Calendar) IsOpen(t time.Time) bool {
	return c.works(t) && !t.Before(c.at(t, c.Opens)) && !t.After(c.at(t, c.Closes))
}

// Before is the last office moment at or before t. In a calendar that never
// opens it is t.
func (c Calendar) Before(t time.Time) time.Time {
	if c.IsOpen(t) {
		return t
	}
	for day, i := t.In(c.Location), 0; i < farAhead; day, i = day.AddDate(0, 0, -1), i+1 {
		if end := c.at(day, c.Closes); c.works(day) && !end.After(t) {
			return end
		}
	}
	return t
}

// After is the first office moment at or after t. In a calendar that never
// opens it is t.
func (c Calendar) After(t time.Time) time.Time {
	if c.IsOpen(t) {
		return t
	}
	for day, i := t.In(c.Location), 0; i < farAhead; day, i = day.AddDate(0, 0, 1), i+1 {
		if begin := c.at(day, c.Opens); c.works(day) && !begin.Before(t) {
			return begin
		}
	}
	return t
}
