package rules

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Span is a length of time as people set it: "48h" by the clock, "7d" and "2w"
// in calendar days of the shop's time zone, "1wd" in its working days.
type Span struct {
	N    int    // 1..9999; 0 is no span
	Unit string // s m h d w wd
}

var spanForm = regexp.MustCompile(`^([0-9]{1,4})(s|m|h|d|wd|w)$`)

// ParseSpan reads "1..9999 and a unit, no space" (CONTRACT.md, duration).
func ParseSpan(s string) (Span, error) {
	m := spanForm.FindStringSubmatch(s)
	if m == nil {
		return Span{}, fmt.Errorf("duration %q: want a number from 1 to 9999 and a unit (s m h d w wd), such as 48h, 7d or 1wd", s)
	}
	n, err := strconv.Atoi(m[1])
	if err != nil || n == 0 {
		return Span{}, fmt.Errorf("duration %q: the number must be from 1 to 9999", s)
	}
	return Span{n, m[2]}, nil
}

// IsZero says that there is no span.
func (s Span) IsZero() bool { return s.N == 0 }

// String writes the span as ParseSpan reads it.
func (s Span) String() string {
	if s.IsZero() {
		return ""
	}
	return strconv.Itoa(s.N) + s.Unit
}

// Anchor is what a step's time is counted from.
type Anchor string

// The anchors of the grammar.
const (
	OnOpened       Anchor = "opened"
	OnReopened     Anchor = "reopened"
	OnStageChanged Anchor = "stage changed"
	Unanswered     Anchor = "unanswered"
	BeforeDeadline Anchor = "before deadline"
	AtDeadline     Anchor = "deadline"
	AfterDeadline  Anchor = "after deadline"
)

// When is the moment of a step: an anchor and, for three of them, a span.
type When struct {
	Anchor Anchor
	Span   Span
}

// ParseWhen reads the grammar of CONTRACT.md, "A step":
//
//	"opened" | "reopened" | "stage changed" | "unanswered" duration
//	| duration "before deadline" | "deadline" | duration "after deadline"
func ParseWhen(s string) (When, error) {
	switch a := Anchor(s); a {
	case OnOpened, OnReopened, OnStageChanged, AtDeadline:
		return When{Anchor: a}, nil
	}
	for _, f := range []struct {
		anchor         Anchor
		prefix, suffix string
	}{
		{Unanswered, "unanswered ", ""},
		{BeforeDeadline, "", " before deadline"},
		{AfterDeadline, "", " after deadline"},
	} {
		rest, ok1 := strings.CutPrefix(s, f.prefix)
		rest, ok2 := strings.CutSuffix(rest, f.suffix)
		if ok1 && ok2 {
			span, err := ParseSpan(rest)
			return When{f.anchor, span}, err
		}
	}
	return When{}, fmt.Errorf(`when %q: want "opened", "reopened", "stage changed", "unanswered 1wd", "48h before deadline", "deadline" or "1d after deadline"`, s)
}

// String writes the moment as ParseWhen reads it.
func (w When) String() string {
	switch w.Anchor {
	case Unanswered:
		return "unanswered " + w.Span.String()
	case BeforeDeadline, AfterDeadline:
		return w.Span.String() + " " + string(w.Anchor)
	}
	return string(w.Anchor)
}

// Calendar is the shop's office time in its time zone.
type Calendar struct {
	Location *time.Location
	Days     [7]bool         // by time.Weekday
	Opens    time.Duration   // since midnight
	Closes   time.Duration   // since midnight, after Opens, at most 24h
	Holidays map[string]bool // "2006-01-02"
}
