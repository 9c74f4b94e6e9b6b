package main

import (
	"strings"
	"testing"
	"time"
)

// polls are the first times after at on the schedule of each of n mailboxes.
func polls(t *testing.T, schedule string, n int, at time.Time) []time.Time {
	t.Helper()
	var out []time.Time
	for i := range n {
		s, err := scheduleOf(schedule, i, n, at)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, s.Next(at))
	}
	return out
}

func TestMailboxesWithOneScheduleStartOneAfterTheOther(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 3, 0, 1, time.UTC)
	for schedule, c := range map[string]struct {
		first  time.Time
		window time.Duration
	}{
		"*/5 * * * *": {at.Truncate(time.Hour).Add(5 * time.Minute), time.Minute},
		"* * * * *":   {at.Truncate(time.Hour).Add(4 * time.Minute), time.Minute},
		"0 9 * * *":   {at.Truncate(time.Hour).Add(time.Hour), time.Minute},
		"@every 10s":  {at.Truncate(time.Minute).Add(10 * time.Second), 10 * time.Second},
	} {
		got := polls(t, schedule, 200, at)
		if !got[0].Equal(c.first) {
			t.Errorf("%s: the first mailbox is read at %v, want %v", schedule, got[0], c.first)
		}
		together := map[time.Time]int{}
		for i, p := range got {
			if late := p.Sub(got[0]); late >= c.window || late < -c.window {
				t.Errorf("%s: mailbox %d is read %v after the first", schedule, i, late)
			}
			if together[p]++; together[p] > 1 {
				t.Errorf("%s: two mailboxes are read at %v", schedule, p)
			}
		}
	}
}

func TestSpreadScheduleKeepsItsInterval(t *testing.T) {
	for _, schedule := range []string{"*/5 * * * *", "@every 90s", "0 9 * * 1-5"} {
		s, err := scheduleOf(schedule, 3, 7, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		first, err := scheduleOf(schedule, 0, 7, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
		plain := first.Next(at)
		own := s.Next(plain)
		for range 20 {
			if late := own.Sub(plain); late <= 0 || late > time.Minute {
				t.Fatalf("%s: %v after the plain schedule", schedule, late)
			}
			own, plain = s.Next(own), first.Next(plain)
		}
	}
}

func TestMailboxesThatShareAnAccountAskItOnceAnInterval(t *testing.T) {
	var a lately
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	n := 0
	for range 200 { // in two minutes, each with a poll a minute
		if a.due("main", at, 30*time.Second) {
			n++
		}
		if !a.due("other", at, 0) {
			t.Fatal("one account waits for another")
		}
		at = at.Add(600 * time.Millisecond)
	}
	if n != 4 {
		t.Errorf("asked %d times, want 4", n)
	}
}

func TestScheduleThatCannotBeMeantIsRefused(t *testing.T) {
	for schedule, want := range map[string]string{
		"*/5 * * * *": "", "@every 90s": "", "@daily": "", "0 9 29 2 *": "",
		"0 9 30 2 *":  "never comes",
		"@every 0m":   "above zero",
		"@every -5m":  "above zero",
		"@every 5":    "unit",
		"* * * * * *": "5 fields",
	} {
		err := checkSchedule(schedule)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", schedule, err, want)
		}
	}
}
