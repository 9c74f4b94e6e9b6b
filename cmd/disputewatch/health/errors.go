package health

import (
	"errors"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// Apart takes an error apart into what is wrong and what to do about it.
func Apart(err error) (why, hint string) {
	var whys, hints []string
	for line := range strings.Lines(err.Error()) {
		line = strings.TrimSpace(line)
		if text, ok := strings.CutPrefix(line, "hint: "); ok {
			hints = append(hints, text)
		} else if line != "" {
			whys = append(whys, line)
		}
	}
	return strings.Join(whys, "; "), strings.Join(hints, "; ")
}

// Each takes joined errors apart: each is told on its own.
func Each(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, Each(e)...)
	}
	return all
}

// Elsewhere says that another process is at this work.
func Elsewhere(err error) bool {
	var held *casebook.HeldError
	return errors.As(err, &held)
}

// Lost says that a message was overtaken, or work taken over.
func Lost(err error) bool {
	var gone *casebook.LostError
	return errors.As(err, &gone)
}

// silence says how a mailbox's silence reads to a person.
func silence(h rules.Health, now time.Time) string {
	if h.GoodAt.IsZero() {
		return "it was never read"
	}
	return "it was last read " + roughly(now.Sub(h.GoodAt)) + " ago"
}

// roughly is a time as people say it.
func roughly(d time.Duration) string {
	switch {
	case d < 2*time.Hour:
		return rules.Count(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return rules.Count(int(d/time.Hour), "hour")
	}
	return rules.Count(int(d/(24*time.Hour)), "day")
}
