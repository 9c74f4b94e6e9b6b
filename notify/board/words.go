package board

import (
	"regexp"
	"strconv"
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
		return count(int(d/time.Minute), "minute") + " left"
	case d < 48*time.Hour:
		return count(int(d/time.Hour), "hour") + " left"
	}
	return count(days(now.In(at.Location()), at), "day") + " left"
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
		return count(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return count(int(d/time.Hour), "hour")
	}
	return count(int(d/(24*time.Hour)), "day")
}

// days counts calendar days from one moment to another in the same zone.
func days(from, to time.Time) int {
	y1, m1, d1 := from.Date()
	y2, m2, d2 := to.Date()
	a := time.Date(y1, m1, d1, 0, 0, 0, 0, time.UTC)
	b := time.Date(y2, m2, d2, 0, 0, 0, 0, time.UTC)
	return int(b.Sub(a) / (24 * time.Hour))
}

func count(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return strconv.Itoa(n) + " " + unit + "s"
}

var address = regexp.MustCompile(`[^\s<>,;:()"']+@[^\s<>,;:()"']+`)

// plain makes words of a mail, of Stripe or of a person fit for one line: no
// control characters, none that turn the direction of reading, no e-mail
// addresses, at most limit runes. Markup is the templates' to escape.
func plain(s string, limit int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	s = address.ReplaceAllString(strings.Join(strings.Fields(s), " "), "[address]")
	if r := []rune(s); len(r) > limit {
		s = strings.TrimSpace(string(r[:limit-1])) + "…"
	}
	return s
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
func spaced(code string) string { return strings.ReplaceAll(plain(code, 60), "_", " ") }

// titled is spaced with a capital in front.
func titled(code string) string {
	s := []rune(spaced(code))
	if len(s) > 0 {
		s[0] = unicode.ToUpper(s[0])
	}
	return string(s)
}

// what names a case in a few words: its reason, or what it is.
func what(c rules.Case) string {
	switch {
	case c.Stage == rules.StageStopRequest:
		return "Stop request"
	case c.Stage == rules.StageInvestigation:
		return "Investigation"
	case c.Kind == rules.KindUnknownKlarna:
		return "A Klarna mail that was not understood"
	case c.Reason != "":
		return titled(c.Reason)
	case c.ReasonText != "":
		return plain(c.ReasonText, 60)
	case c.Stripe != nil && c.Match.Sure() && c.Stripe.Reason != "":
		return titled(c.Stripe.Reason)
	}
	return "Klarna dispute"
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

// statusWords are Stripe's dispute states (DOMAIN.md §5); one that is unknown
// is shown as it is.
func statusWords(status string) string {
	switch status {
	case "warning_needs_response":
		return "inquiry, waits for us"
	case "warning_under_review":
		return "inquiry, under review"
	case "warning_closed":
		return "inquiry closed"
	case "needs_response":
		return "chargeback, waits for our evidence"
	case "under_review":
		return "chargeback, our evidence is with Klarna"
	case "won", "lost", "prevented":
		return status
	}
	return "“" + plain(status, 40) + "”, a status unknown to this program"
}

// outcomeWords says how a closed case ended.
func outcomeWords(outcome string) string {
	switch outcome {
	case "inquiry_closed":
		return "the inquiry ended"
	case "duplicate":
		return "the same dispute as another case"
	case "unknown", "":
		return "outcome unknown"
	}
	return plain(outcome, 60)
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
	charge := plain(m.Charge, 60)
	switch m.Strength {
	case rules.Exact:
		if m.By != "" {
			return joined(", ", charge, "confirmed by "+plain(m.By, 60))
		}
		return joined(", ", charge, "sure")
	case rules.Probable:
		return joined(", ", charge, "probable: please check")
	case rules.Ambiguous:
		return "ambiguous: several charges fit"
	}
	return "no charge found"
}
