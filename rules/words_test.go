package rules_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestMoneyIsWrittenWithItsCurrencysExponent(t *testing.T) {
	for want, m := range map[string]rules.Money{
		"124.90 EUR": {Minor: 12490, Currency: "EUR"},
		"0.05 EUR":   {Minor: 5, Currency: "EUR"},
		"-1.15 EUR":  {Minor: -115, Currency: "EUR"},
		"5000 JPY":   {Minor: 5000, Currency: "JPY"},
		"1.250 KWD":  {Minor: 1250, Currency: "KWD"},
		"":           {},
	} {
		if got := m.String(); got != want {
			t.Errorf("%+v: %q, want %q", m, got, want)
		}
	}
}

func TestWhenReadsWhatItWrites(t *testing.T) {
	for _, s := range []string{"opened", "reopened", "stage changed", "unanswered 1wd", "48h before deadline", "deadline", "9999s after deadline"} {
		w, err := rules.ParseWhen(s)
		if err != nil {
			t.Errorf("%q: %v", s, err)
		}
		if w.String() != s {
			t.Errorf("%q reads as %q", s, w)
		}
	}
	for _, s := range []string{"", "open", "unanswered", "unanswered 0d", "unanswered 1 d", "10000h before deadline", "before deadline", "1d after", "1d  after deadline", "1.5h before deadline", "-1h after deadline", "Deadline"} {
		if w, err := rules.ParseWhen(s); err == nil {
			t.Errorf("%q was read as %+v", s, w)
		}
	}
}

func TestWorkingDaysCountFromTheEndOfTheLastOffice(t *testing.T) {
	s := newStory(t, monday)
	cal := s.p.Calendar
	cal.Holidays = map[string]bool{"2026-04-03": true, "2026-04-06": true} // Easter
	for _, tt := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-03-06 17:55", 1, "2026-03-09 17:00"}, // Friday evening
		{"2026-03-06 11:00", 1, "2026-03-09 11:00"},
		{"2026-03-07 11:00", 2, "2026-03-10 17:00"}, // Saturday
		{"2026-03-02 08:00", 1, "2026-03-02 17:00"}, // before the office opens: Friday's end
		{"2026-04-02 12:00", 1, "2026-04-07 12:00"}, // over Easter
		{"2026-03-27 10:30", 1, "2026-03-30 10:30"}, // over the change of clocks
		{"2026-03-09 17:00", -1, "2026-03-06 17:00"},
	} {
		from, n := s.at(tt.from), rules.Span{N: tt.n, Unit: "wd"}
		got := cal.Add(from, n)
		if tt.n < 0 {
			got = cal.Sub(from, rules.Span{N: -tt.n, Unit: "wd"})
		}
		if !got.Equal(s.at(tt.want)) {
			t.Errorf("%s %+dwd: %s, want %s", tt.from, tt.n, got.Format("Mon 2006-01-02 15:04"), tt.want)
		}
	}
}

func TestCalendarThatNeverOpensEnds(t *testing.T) {
	cal := rules.Calendar{Location: time.UTC}
	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	if got := cal.After(now); !got.Equal(now) {
		t.Errorf("After: %v", got)
	}
	cal.Add(now, rules.Span{N: 9999, Unit: "wd"}) // must end
}

func TestUIDSetHoldsWhatWasAdded(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var set rules.UIDs
		want := map[uint32]bool{}
		for range 20 {
			first := uint32(1 + r.IntN(60))
			last := first + uint32(r.IntN(5))
			set = set.With(first, last)
			for u := first; u <= last; u++ {
				want[u] = true
			}
		}
		for u := uint32(1); u < 70; u++ {
			if set.Has(u) != want[u] {
				t.Fatalf("%s: Has(%d) = %v", set, u, set.Has(u))
			}
		}
		for i := 1; i < len(set); i++ {
			if set[i].First <= set[i-1].Last+1 {
				t.Fatalf("%s: ranges touch", set)
			}
		}
		again, err := rules.ParseUIDs(set.String())
		if err != nil || again.String() != set.String() {
			t.Fatalf("%s reads as %s: %v", set, again, err)
		}
	}
}

func TestUIDSetReachesTheLastUID(t *testing.T) {
	var set rules.UIDs
	set = set.With(5, 4294967295).With(4, 4)
	if set.String() != "4:4294967295" || !set.Has(4294967295) {
		t.Errorf("%s", set)
	}
}

func TestBadUIDSetIsRefused(t *testing.T) {
	for _, s := range []string{"0", "3:1", "a", "1,", "1:2:3", "4294967296"} {
		if set, err := rules.ParseUIDs(s); err == nil {
			t.Errorf("%q was read as %s", s, set)
		}
	}
}
