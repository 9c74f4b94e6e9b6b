package main

import (
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/robfig/cron/v3"
)

// distant is a schedule of which each poll lies far ahead. It counts how often it
// was worked out.
type distant struct{ asked atomic.Int32 }

func (d *distant) Next(t time.Time) time.Time {
	d.asked.Add(1)
	return t.Add(1000 * time.Hour)
}

// The clock is a month ahead for a while.
func TestClockThatWasSetBackHidesNoMailboxThatIsNotRead(t *testing.T) {
	s := newStory(t, monday)
	s.wait(30 * day)
	s.pass()
	schedule, timer := &distant{}, cron.New()
	var polls sync.WaitGroup
	var polled atomic.Int32
	timer.Schedule(schedule, cron.FuncJob(func() { polled.Add(1) }))
	timer.Start()
	defer timer.Stop()
	steady := func(time.Time) time.Duration { return 5 * time.Second }
	look := s.house.followClock(timer, &polls, steady)
	looked := func() int32 {
		look(t.Context())
		timer.Entries() // answered by the timer once it runs
		return schedule.asked.Load()
	}
	s.wait(6 * time.Second)
	if n := looked(); n != 1 {
		t.Errorf("the polls were worked out %d times though nobody set the clock", n)
	}
	s.wait(-30 * day)
	if n := looked(); n != 2 {
		t.Errorf("the polls were worked out %d times, and not anew when the clock was set", n)
	}
	if polls.Wait(); polled.Load() != 0 {
		t.Error("a clock that was set back made up for polls")
	}
	s.house.health.Began = s.now.Add(-time.Hour)
	s.wait(16 * time.Minute)
	why, err := s.house.health.Lacking(t.Context())
	if err != nil || !strings.Contains(strings.Join(why, " "), "mailbox/onboarding") {
		t.Errorf("all is well: %v %v", why, err)
	}
	if err := s.house.health.WatchPolls(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.house.deliver(t.Context(), &passed{}); err != nil {
		t.Fatal(err)
	}
	s.heardIn(channel, "Mailbox onboarding is not being read", "16 minutes ago")
	s.wait(8 * time.Hour) // it sleeps
	looked()
	polls.Wait()
	if n := polled.Load(); n != 1 {
		t.Errorf("after a sleep the mailbox was polled %d times at once", n)
	}
}

func TestClockThatIsNotTheDatabasesIsSaid(t *testing.T) {
	dsn := shared.postgres(t)
	s := newStory(t, monday)
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for name, behind := range map[string]int{"": 0, "is ahead of the database's by ": 300, "is behind the database's by ": -300} {
		_, err := db.ExecContext(t.Context(), fmt.Sprintf(`create or replace function clock_timestamp() returns timestamptz language sql as
			$$ select pg_catalog.clock_timestamp() - interval '%d seconds' $$`, behind))
		if err != nil {
			t.Fatal(err)
		}
		s.moved(dsn + ",pg_catalog") // the store's own function is found first
		if _, err := s.book.Good(t.Context(), "pass"); err != nil {
			t.Fatal(err)
		}
		switch err := s.house.health.ClocksDiffer(); {
		case name == "" && err != nil:
			t.Error(err)
		case name != "" && (err == nil || !strings.Contains(err.Error(), name)):
			t.Errorf("%v, want %q", err, name)
		}
	}
}
