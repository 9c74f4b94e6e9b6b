package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Bounds of a holidays file. A country's public holidays of fifty years are
// 300 KB; an office that is closed on more days than these is a wrong file.
const (
	maxHolidaysFile = 1 << 20
	maxHolidays     = 5000
)

// A line of a holidays file that cannot be meant.
type lineFault struct {
	line int // from 1
	what string
}

// holidays reads the .ics file that the config names.
func (c *check) holidays() {
	name := c.cfg.Calendar.HolidaysFile
	if name == "" {
		return
	}
	const key = "calendar.holidays_file"
	path := c.beside(name)
	f, err := os.Open(path)
	if err != nil {
		c.fault(key, "cannot be read: "+errors.Unwrap(err).Error(), "a path beside the config, or an absolute one")
		return
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxHolidaysFile+1))
	if err != nil {
		c.fault(key, "cannot be read: "+errors.Unwrap(err).Error(), "")
		return
	}
	days, faults := closedDays(data)
	if len(faults) > 0 {
		var words []string
		for _, bad := range faults[:min(len(faults), 10)] {
			words = append(words, fmt.Sprintf("line %d: %s", bad.line, bad.what))
		}
		if more := len(faults) - 10; more > 0 {
			words = append(words, fmt.Sprintf("and %d more", more))
		}
		c.fault(key, strings.Join(words, "; "), "")
		return
	}
	c.cfg.holidays = days
}

// closedDays reads the dates on which the events of an iCalendar file (RFC 5545)
// close the office: all-day events, with their repetitions until 2100. What it
// does not understand is a fault, for a holiday that is overlooked moves a
// warning past the last day on which somebody works.
func closedDays(data []byte) (map[string]bool, []lineFault) {
	if len(data) > maxHolidaysFile {
		return nil, []lineFault{{1, fmt.Sprintf("larger than %d KB", maxHolidaysFile>>10)}}
	}
	events, bad := events(string(data))
	if bad != nil {
		return nil, []lineFault{*bad}
	}
	days := map[string]bool{}
	var faults []lineFault
	for _, e := range events {
		if err := e.closes(days); err != nil {
			faults = append(faults, lineFault{e.line, err.Error()})
		}
	}
	if len(days) > maxHolidays {
		return nil, []lineFault{{1, fmt.Sprintf("closes the office on more than %d days", maxHolidays)}}
	}
	return days, faults
}
