package main

import (
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
)

// spreadOver is how far the polls of mailboxes with one schedule are spread: at
// most a minute, so that "0 9 * * *" is still nine o'clock.
const spreadOver = time.Minute

// spread is a schedule whose times come later by an offset, so that mailboxes
// with one schedule do not all start at once. The first mailbox of n keeps to
// its schedule exactly, the others follow evenly within the time between two
// polls, at most a minute. The place in the config decides, so that a restart
// changes nothing.
type spread struct {
	cron.Schedule
	offset time.Duration
}

// Next is the first time after t. "@every" counts from the clock's zero and not
// from the start: else the start would set all to one beat.
func (s spread) Next(t time.Time) time.Time {
	t = t.Add(-s.offset)
	if every, ok := s.Schedule.(cron.ConstantDelaySchedule); ok {
		return t.Truncate(every.Delay).Add(every.Delay + s.offset)
	}
	next := s.Schedule.Next(t)
	if next.IsZero() {
		return next // it never comes
	}
	return next.Add(s.offset)
}

// scheduleOf is the schedule of the ith of n mailboxes.
func scheduleOf(text string, i, n int, now time.Time) (cron.Schedule, error) {
	s, err := cron.ParseStandard(text)
	if err != nil {
		return nil, err
	}
	window := min(interval(text, now), spreadOver)
	return spread{s, window * time.Duration(i) / time.Duration(n)}, nil
}

// checkSchedule says what is wrong with a schedule: it cannot be read, it never
// comes, such as 30 February, or it is every 0 minutes, of which the library makes
// every second.
func checkSchedule(text string) error {
	s, err := cron.ParseStandard(text)
	if err != nil {
		return err
	}
	if every, ok := strings.CutPrefix(text, "@every "); ok {
		if d, err := time.ParseDuration(every); err == nil && d <= 0 {
			return errors.New("want a time above zero")
		}
	}
	if s.Next(time.Now()).IsZero() {
		return errors.New("this day never comes")
	}
	return nil
}

// interval is the longest time between two of the next polls on a schedule.
func interval(schedule string, now time.Time) time.Duration {
	s, err := cron.ParseStandard(schedule)
	if err != nil {
		return 0 // the config was checked: unreachable, and then no alarm
	}
	var longest time.Duration
	at := s.Next(now)
	for range 8 {
		next := s.Next(at)
		longest = max(longest, next.Sub(at))
		at = next
	}
	return longest
}

// paces are how long each mailbox may stay unread. Each poll asks that of all
// mailboxes, and a schedule is slow to work out.
type paces struct {
	mu   sync.Mutex
	at   time.Time                // when they were worked out
	gaps map[string]time.Duration // by part
}

// pacesHold is how long they hold: a schedule may change its pace at night.
const pacesHold = time.Minute

// allowed is how long a mailbox may stay unread; 0 for other parts.
func (h *house) allowed(part string, now time.Time) time.Duration {
	h.paces.mu.Lock()
	defer h.paces.mu.Unlock()
	if h.paces.gaps == nil || now.Sub(h.paces.at).Abs() >= pacesHold {
		h.paces.at, h.paces.gaps = now, map[string]time.Duration{}
		intervals := map[string]time.Duration{} // by schedule: most share one
		for _, m := range h.config.Mailboxes {
			if _, known := intervals[m.Schedule]; !known {
				intervals[m.Schedule] = interval(m.Schedule, now)
			}
			h.paces.gaps["mailbox/"+m.Name] = health.MissedPolls * intervals[m.Schedule]
		}
	}
	return h.paces.gaps[part]
}
