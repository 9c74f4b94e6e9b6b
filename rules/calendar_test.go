package rules_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/disputewatch/disputewatch/rules"
)

// Weeks are jumped over where there are no holidays, and walked through where
// there are: a holiday far away must not make a difference.
func TestManyWorkingDaysAreAsManySteps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cal := rules.Calendar{Location: time.UTC, Opens: 9 * time.Hour, Closes: 17 * time.Hour}
		for i := range cal.Days {
			cal.Days[i] = rapid.Bool().Draw(t, "office day")
		}
		cal.Days[rapid.IntRange(0, 6).Draw(t, "one at least")] = true
		walked := cal
		walked.Holidays = map[string]bool{"1970-01-01": true}
		from := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 60*24*14).Draw(t, "minutes")) * time.Minute)
		span := rules.Span{N: rapid.IntRange(1, 200).Draw(t, "days"), Unit: "wd"}
		if a, b := cal.Add(from, span), walked.Add(from, span); !a.Equal(b) {
			t.Errorf("%v and %s: %v, walked %v", from, span, a, b)
		}
		if a, b := cal.Sub(from, span), walked.Sub(from, span); !a.Equal(b) {
			t.Errorf("%v less %s: %v, walked %v", from, span, a, b)
		}
	})
}

// In Santiago the clocks skip midnight of Sunday, 6 September 2026.
func TestDayWithoutAMidnightIsADayToo(t *testing.T) {
	zone, err := time.LoadLocation("America/Santiago")
	if err != nil {
		t.Fatal(err)
	}
	cal := rules.Calendar{Location: zone, Days: [7]bool{time.Sunday: true, time.Thursday: true}, Opens: 9 * time.Hour, Closes: 17 * time.Hour}
	night := time.Date(2026, 9, 7, 0, 54, 0, 0, zone)
	if got, want := cal.Before(night), time.Date(2026, 9, 6, 17, 0, 0, 0, zone); !got.Equal(want) {
		t.Errorf("the last office moment is %v, want %v", got, want)
	}
	if got, want := cal.After(time.Date(2026, 9, 5, 23, 54, 0, 0, zone)), time.Date(2026, 9, 6, 9, 0, 0, 0, zone); !got.Equal(want) {
		t.Errorf("the next office moment is %v, want %v", got, want)
	}
}

func TestRepeatOfACaseWithoutARoundEnds(t *testing.T) {
	s := newStory(t, monday)
	s.c.Stage = rules.StageStopRequest
	s.c.MailDeadline = &rules.MailDeadline{At: s.now.Add(24 * time.Hour)}
	for _, span := range []rules.Span{{N: 1, Unit: "s"}, {N: 2, Unit: "h"}, {N: 9999, Unit: "h"}, {N: 1, Unit: "d"}, {N: 1, Unit: "wd"}} {
		s.p.StopRequest[1].Repeat = span
		if _, ok := rules.Next(s.c, s.p, s.now); !ok {
			t.Errorf("%s: nothing is next", span)
		}
	}
}
