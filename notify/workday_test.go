package notify_test

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

func TestWorkdayIsADayOfTheCalendarWhateverItsHours(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	p := rules.Default(berlin)
	p.Calendar.Days[time.Sunday] = true
	all := p.Calendar
	all.Opens, all.Closes = 0, 24*time.Hour
	for _, c := range []rules.Calendar{p.Calendar, all} {
		for day, works := range map[int]bool{23: true, 24: false, 25: true, 26: true} { // the clocks change on Sunday the 25th
			at := time.Date(2026, 10, day, 3, 30, 0, 0, berlin)
			if notify.Workday(c, at) != works {
				t.Errorf("%v with hours from %v: %v", at, c.Opens, !works)
			}
		}
	}
}
