package notify

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// sorted splits the cases: what is open by urgency, the rest by age.
func (g Digest) sorted(now time.Time) (open, answered, closed []rules.Case) {
	for _, c := range g.Cases {
		c = asOf(c, now)
		switch c.State {
		case rules.Closed:
			if c.Outcome != "duplicate" && !c.ClosedAt.Before(g.Since) {
				closed = append(closed, c)
			}
		case rules.Answered:
			answered = append(answered, c)
		default:
			open = append(open, c)
		}
	}
	slices.SortStableFunc(open, rules.ByUrgency)
	return open, answered, closed
}

func digestTitle(open []rules.Case, p rules.Policy, now time.Time) string {
	if len(open) == 0 {
		return "Klarna disputes: nothing is open"
	}
	s := fmt.Sprintf("Klarna disputes: %d open", len(open))
	s = joined(", ", s, atRisk(open))
	if at := open[0].Deadline().Living(now); !at.IsZero() {
		s += ", the most urgent: " + left(at.In(zone(p)), now)
	}
	return s
}

// atRisk is what the open cases dispute.
func atRisk(open []rules.Case) string {
	sum, unknown := total(open)
	if sum != "" {
		sum += " at risk"
	}
	return joined(", ", sum, unknown)
}

// total sums what cases dispute, by currency, and counts those of which it is
// not known.
func total(cases []rules.Case) (sum, unknown string) {
	sums := map[string]int64{}
	without := 0
	for _, c := range cases {
		if m := c.Disputed(); m.IsZero() {
			without++
		} else {
			sums[m.Currency] += m.Minor
		}
	}
	var parts []string
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		parts = append(parts, rules.Money{Minor: sums[currency], Currency: currency}.String())
	}
	if without > 0 {
		unknown = fmt.Sprintf("%d without an amount", without)
	}
	return strings.Join(parts, " + "), unknown
}

// counted writes how often each word was met: "lost 2, won 1".
func counted(words map[string]int) string {
	var out []string
	for _, w := range slices.Sorted(maps.Keys(words)) {
		out = append(out, fmt.Sprintf("%s %d", w, words[w]))
	}
	return strings.Join(out, ", ")
}

func closedRow(c rules.Case) string {
	return joined(": ", caseWords(c), rules.OutcomeWords(c.Outcome))
}

// dated leads a case's words with the time that is left for it.
func dated(c rules.Case, p rules.Policy, now time.Time) string {
	until := "no date is known"
	if d := c.Deadline(); !d.At.IsZero() {
		until = left(d.Living(now).In(zone(p)), now)
		if doubt := d.Doubt(); doubt != "" {
			until += " (" + doubt + ")"
		}
	}
	return until + " · " + caseWords(c)
}

func openRow(c rules.Case, since time.Time, p rules.Policy, now time.Time) string {
	fresh := ""
	if !c.OpenedAt.Before(since) {
		fresh = "new"
	}
	nobody := ""
	if c.State == rules.Open {
		nobody = "nobody is on it"
	}
	return joined(" · ", dated(c, p, now), fresh, stateLine(c, p), nobody, awaited(c))
}

// awaited is the reply that Klarna waits for besides.
func awaited(c rules.Case) string {
	switch c.Also() {
	case rules.StageStopRequest:
		return "Klarna's stop request waits for a reply"
	case rules.StageInvestigation:
		return "Klarna's investigation waits for a reply"
	}
	return ""
}

// caseWords names a case in a row of a list.
func caseWords(c rules.Case) string {
	number := order(c, rules.Policy{}) // a list shows no address, whatever a card may
	switch {
	case number != "":
		number = "order " + number
	case c.DisputeID != "":
		number = "dispute " + rules.Plain(c.DisputeID, 40)
	}
	return joined(", ", c.What(), c.Disputed().String(), number, c.ID)
}

func mailboxLines(boxes []Mailbox, p rules.Policy, now time.Time) []Line {
	var out []Line
	for _, m := range boxes {
		v := "never read to its end"
		if !m.ReadAt.IsZero() {
			v = "last read " + m.ReadAt.In(zone(p)).Format(momentForm) + " (" + ago(m.ReadAt, now) + ")"
		}
		out = append(out, Line{"Mailbox " + m.Name, v})
	}
	return out
}

// Workday says that the shop works on now's day.
func Workday(c rules.Calendar, now time.Time) bool {
	if c.Location == nil {
		return true
	}
	return c.IsWorkday(now)
}
