package board

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/disputewatch/disputewatch/rules"
)

// The forms in which times are written where people read, in the shop's zone.
const (
	dayForm    = "Mon 2 Jan"
	momentForm = "Mon 2 Jan 2006, 15:04"
)

// When is a moment for people and, in ISO, for machines; the zero When is none.
type When struct{ Text, ISO string }

func (s *Server) when(t time.Time) When {
	if t.IsZero() {
		return When{}
	}
	return When{s.moment(t), t.UTC().Format(time.RFC3339)}
}

// near is when without the year where that is not in doubt: within half a year
// of now.
func (s *Server) near(t, now time.Time) When {
	const doubt = 180 * 24 * time.Hour
	w := s.when(t)
	if w.Text != "" && t.Sub(now).Abs() < doubt {
		w.Text = t.In(s.zone()).Format(dayForm + ", 15:04")
	}
	return w
}

// bigSum is an amount of at least a thousand.
var bigSum = regexp.MustCompile(`\b[0-9]{4,}(?:\.[0-9]+)? [A-Z]{3}\b`)

// apart writes the thousands of the amounts in words of ours apart. Words of a
// mail stay as they are.
func apart(words string) string {
	return bigSum.ReplaceAllStringFunc(words, func(sum string) string {
		end := strings.IndexAny(sum, ". ")
		for i := end - 3; i > 0; i -= 3 {
			sum = sum[:i] + "," + sum[i:]
		}
		return sum
	})
}

func (s *Server) moment(t time.Time) string { return t.In(s.zone()).Format(momentForm) }

// left says how long it is until at: in calendar days of at's zone from two
// days on, below that by the clock, rounded down so that nobody is promised
// more time than there is.
func left(at, now time.Time) string {
	d := at.Sub(now)
	switch {
	case d <= 0:
		return "overdue by " + lasted(now.Sub(at))
	case d < time.Minute:
		return "less than a minute left"
	case d < time.Hour:
		return rules.Count(int(d/time.Minute), "minute") + " left"
	case d < 48*time.Hour:
		return rules.Count(int(d/time.Hour), "hour") + " left"
	}
	return rules.Count(days(now.In(at.Location()), at), "day") + " left"
}

// ago says how long past lies back.
func ago(past, now time.Time) string {
	d := now.Sub(past)
	if d < time.Minute {
		return "just now"
	}
	return lasted(d) + " ago"
}

// lasted writes how long something has taken, rounded down.
func lasted(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return rules.Count(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return rules.Count(int(d/time.Hour), "hour")
	}
	return rules.Count(int(d/(24*time.Hour)), "day")
}

// days counts calendar days from one moment to another in the same zone.
func days(from, to time.Time) int {
	y1, m1, d1 := from.Date()
	y2, m2, d2 := to.Date()
	a := time.Date(y1, m1, d1, 0, 0, 0, 0, time.UTC)
	b := time.Date(y2, m2, d2, 0, 0, 0, 0, time.UTC)
	return int(b.Sub(a) / (24 * time.Hour))
}

// joined puts the parts that are there between separators.
func joined(sep string, parts ...string) string {
	var there []string
	for _, p := range parts {
		if p != "" {
			there = append(there, p)
		}
	}
	return strings.Join(there, sep)
}

// spaced turns a code such as goods_not_received into words.
func spaced(code string) string { return strings.ReplaceAll(rules.Plain(code, 60), "_", " ") }

// titled is spaced with a capital in front.
func titled(code string) string { return capital(spaced(code)) }

func capital(words string) string {
	s := []rune(words)
	if len(s) > 0 {
		s[0] = unicode.ToUpper(s[0])
	}
	return string(s)
}

// sourceWords says who named a deadline.
func sourceWords(source string) string {
	switch source {
	case rules.SourceMail:
		return "from Klarna's mail"
	case rules.SourceStripe:
		return "from Stripe"
	case rules.SourceAssumed:
		return "nobody named a date"
	}
	return "source unknown"
}

// verdictWords says how far the sender is proved.
func verdictWords(v rules.Verdict) string {
	switch v {
	case rules.Genuine:
		return "proved to be Klarna's"
	case rules.Unverified:
		return "not proved to be Klarna's"
	case rules.Forged:
		return "forged: not Klarna's"
	}
	return ""
}

// matchWords says which charge it is, and how sure that is.
func matchWords(m rules.Match) string {
	charge := rules.Plain(m.Charge, 60)
	switch m.Strength {
	case rules.Exact:
		if m.By != "" {
			return joined(", ", charge, "confirmed by "+rules.Plain(m.By, 60))
		}
		return joined(", ", charge, "sure")
	case rules.Probable:
		return joined(", ", charge, "probable: please check")
	case rules.Ambiguous:
		return "ambiguous: several charges fit"
	}
	return "no charge found"
}
