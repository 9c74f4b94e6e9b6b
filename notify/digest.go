package notify

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Digest is what a day's digest tells of.
type Digest struct {
	Since     time.Time    // of the digest before; what happened later is news
	Cases     []rules.Case // all that are not closed, and those that closed since
	Mailboxes []Mailbox
	Waiting   int // mails that nobody understood or could open, and that wait for a person
}

// Mailbox is when a mailbox was last read to its end.
type Mailbox struct {
	Name   string
	ReadAt time.Time // zero: never
	Error  string    // what has been wrong since, without names; "" while it works
}

// DigestCard is the day's digest: in full on working days, one line on others,
// and also when nothing is open, because silence must not look like health.
func DigestCard(g Digest, p rules.Policy, now time.Time) Card {
	open, answered, closed := g.sorted(now)
	card := Card{Title: digestTitle(open, p, now), Lines: mailboxLines(g.Mailboxes, p, now)}
	if g.Waiting > 0 {
		card.Warnings = append(card.Warnings, "Not understood or not opened, for a person to look at: "+rules.Count(g.Waiting, "mail")+".")
	}
	for _, m := range g.Mailboxes {
		if m.Error != "" {
			card.Warnings = append(card.Warnings, "Mailbox "+m.Name+" cannot be read: "+rules.Plain(m.Error, 200))
		}
	}
	if !workday(p.Calendar, now) {
		return card
	}
	add := func(title string, cases []rules.Case, row func(rules.Case) string) {
		if len(cases) == 0 {
			return
		}
		l := List{Title: title + " (" + fmt.Sprint(len(cases)) + ")"}
		for _, c := range cases {
			l.Rows = append(l.Rows, row(c))
		}
		card.Lists = append(card.Lists, l)
	}
	add("Open", open, func(c rules.Case) string { return openRow(c, g.Since, p, now) })
	add("Answered, Klarna decides", answered, func(c rules.Case) string {
		return joined(", ", caseWords(c), c.Answers[len(c.Answers)-1].Words())
	})
	add("Closed since", closed, func(c rules.Case) string { return joined(": ", caseWords(c), rules.OutcomeWords(c.Outcome)) })
	return card
}

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
	slices.SortStableFunc(open, byUrgency)
	return open, answered, closed
}

// byUrgency orders stop requests first, then by deadline; without one comes last.
func byUrgency(a, b rules.Case) int {
	loud := func(c rules.Case) int {
		if c.Lane() == rules.LaneStopRequest {
			return 0
		}
		return 1
	}
	undated := func(c rules.Case) int {
		if c.Deadline().At.IsZero() {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(loud(a), loud(b)), cmp.Compare(undated(a), undated(b)),
		a.Deadline().At.Compare(b.Deadline().At), cmp.Compare(a.ID, b.ID))
}

func digestTitle(open []rules.Case, p rules.Policy, now time.Time) string {
	if len(open) == 0 {
		return "Klarna disputes: nothing is open"
	}
	s := fmt.Sprintf("Klarna disputes: %d open", len(open))
	s = joined(", ", s, atRisk(open))
	if at := open[0].Deadline().At; !at.IsZero() {
		s += ", the most urgent: " + left(at.In(zone(p)), now)
	}
	return s
}

// atRisk sums what the open cases dispute, by currency.
func atRisk(open []rules.Case) string {
	sums := map[string]int64{}
	unknown := 0
	for _, c := range open {
		if m := c.Disputed(); m.IsZero() {
			unknown++
		} else {
			sums[m.Currency] += m.Minor
		}
	}
	var parts []string
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		parts = append(parts, rules.Money{Minor: sums[currency], Currency: currency}.String())
	}
	s := joined(" + ", parts...)
	if s != "" {
		s += " at risk"
	}
	if unknown > 0 {
		s = joined(", ", s, fmt.Sprintf("%d without an amount", unknown))
	}
	return s
}

func openRow(c rules.Case, since time.Time, p rules.Policy, now time.Time) string {
	until := "no date is known"
	if d := c.Deadline(); !d.At.IsZero() {
		until = left(d.At.In(zone(p)), now)
		if d.Source == rules.SourceAssumed {
			until += " (assumed)"
		}
	}
	fresh := ""
	if !c.OpenedAt.Before(since) {
		fresh = "new"
	}
	nobody := ""
	if c.State == rules.Open {
		nobody = "nobody is on it"
	}
	return joined(" · ", until, caseWords(c), fresh, stateLine(c, p), nobody)
}

// caseWords names a case in a row of a list.
func caseWords(c rules.Case) string {
	return joined(", ", c.What(), c.Disputed().String(), order(c), rules.Plain(c.DisputeID, 40), c.ID)
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

// workday says that the shop works on now's day.
func workday(c rules.Calendar, now time.Time) bool {
	if c.Location == nil {
		return true
	}
	y, m, d := now.In(c.Location).Date()
	return c.IsOpen(time.Date(y, m, d, 0, 0, 0, 0, c.Location).Add(c.Opens))
}
