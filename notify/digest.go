package notify

import (
	"fmt"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Digest is what a day's digest tells of. Whoever counts something that people
// should see each day adds his lines to Stripe or his kind to Look; what is said
// once a week belongs to [Week].
type Digest struct {
	Since     time.Time    // of the last one in full; what happened later is news
	Cases     []rules.Case // all that are not closed, and those that closed since
	Mailboxes []Mailbox
	Stripe    []Line // what Stripe and the book say of each other: the reconciliation
	Look      []Look // what waits for a person to look at it
	Mails     []Mail // that belong to no case and that nobody has dismissed
	Week      *Week  // nil but on a week's first working day
}

// Look is things of one kind that a person must look at. Where there are none
// it is not said.
type Look struct {
	N         int
	One, Many string // "mail that could not be opened", "mails that could not be opened"
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
	card := Card{Title: digestTitle(open, p, now), Warnings: g.warnings()}
	if !Workday(p.Calendar, now) {
		card.Lines = mailboxLines(g.Mailboxes, p, now)
		return card
	}
	card.Now = firstThing(open)
	if idle := untouched(open, now); idle != "" {
		card.Warnings = append([]string{idle}, card.Warnings...)
	}
	card.Lines = append([]Line{{"Since " + g.Since.In(zone(p)).Format(dayForm), g.happened(open, answered, closed)}}, g.Stripe...)
	card.Lines = append(card.Lines, mailboxLines(g.Mailboxes, p, now)...)
	card.list("Open", open, func(c rules.Case) string { return openRow(c, g.Since, p, now) })
	card.list("Answered, Klarna decides", answered, func(c rules.Case) string {
		return joined(": ", caseWords(c), joined(", ", "answered "+c.Answers[len(c.Answers)-1].Words(), awaited(c)))
	})
	card.list("Closed since", closed, closedRow)
	if rows := mailRows(g.Mails, p); len(rows) > 0 {
		card.Lists = append(card.Lists, List{Title: fmt.Sprintf("Mails to look at, until somebody dismisses them (%d)", len(g.Mails)), Rows: rows})
	}
	if g.Week != nil {
		card.Lists = append(card.Lists, g.Week.lists(p)...)
	}
	return card
}

// list adds a row for each case; none leave no heading.
func (c *Card) list(title string, cases []rules.Case, row func(rules.Case) string) {
	if len(cases) == 0 {
		return
	}
	l := List{Title: fmt.Sprintf("%s (%d)", title, len(cases))}
	for _, k := range cases {
		l.Rows = append(l.Rows, row(k))
	}
	c.Lists = append(c.Lists, l)
}

// warnings is what people must look at, and which mailbox nobody reads.
func (g Digest) warnings() []string {
	var look, out []string
	for _, l := range g.Look {
		switch {
		case l.N == 1:
			look = append(look, "1 "+l.One)
		case l.N > 1:
			look = append(look, fmt.Sprint(l.N)+" "+l.Many)
		}
	}
	if len(look) > 0 {
		out = append(out, "For a person to look at: "+strings.Join(look, ", ")+".")
	}
	for _, m := range g.Mailboxes {
		if m.Error != "" {
			out = append(out, "Mailbox "+m.Name+" cannot be read: "+rules.Plain(m.Error, 200))
		}
	}
	return out
}

// happened counts what is new since the last digest in full.
func (g Digest) happened(open, answered, closed []rules.Case) string {
	fresh, sent, outcomes := 0, 0, map[string]int{}
	for _, c := range open {
		fresh += one(!c.OpenedAt.Before(g.Since))
	}
	for _, c := range answered {
		fresh += one(!c.OpenedAt.Before(g.Since))
		sent += one(!c.Answers[len(c.Answers)-1].At.Before(g.Since))
	}
	for _, c := range closed {
		fresh += one(!c.OpenedAt.Before(g.Since))
		outcomes[rules.OutcomeWords(c.Outcome)]++
	}
	if fresh+sent+len(closed) == 0 {
		return "nothing new"
	}
	s := fmt.Sprintf("%d new, %d answered, %d closed", fresh, sent, len(closed))
	if len(closed) > 0 {
		s += " (" + counted(outcomes) + ")"
	}
	return s
}

// firstThing is where to begin: with the most urgent that nobody has in hand.
func firstThing(open []rules.Case) string {
	var free []rules.Case
	for _, c := range open {
		if c.State == rules.Open {
			free = append(free, c)
		}
	}
	switch len(free) {
	case 0:
		if len(open) == 0 {
			return "Nothing to answer."
		}
		return "Somebody is on each of them."
	case 1:
		return "Begin with " + caseWords(free[0]) + ": nobody is on it."
	}
	return fmt.Sprintf("Begin with %s: nobody is on it, nor on %s.", caseWords(free[0]), others(len(free)-1))
}

func others(n int) string {
	if n == 1 {
		return "the other one below"
	}
	return fmt.Sprintf("%d others", n)
}

// idleAfter is how long a case may lie without anybody's action until the digest
// says so.
const idleAfter = 24 * time.Hour

// untouched names the cases of which nobody has taken notice for a day.
func untouched(open []rules.Case, now time.Time) string {
	var ids []string
	for _, c := range open {
		if idle(c, now) {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) == 0 {
		return ""
	}
	const most = 10
	names := strings.Join(ids[:min(len(ids), most)], ", ")
	if len(ids) > most {
		names += " and " + fmt.Sprint(len(ids)-most) + " more"
	}
	return fmt.Sprintf("Without any action for more than 24 hours: %d (%s).", len(ids), names)
}

// idle says that nobody has acted on an open case for a day: since it opened or
// began anew, was claimed or was snoozed.
func idle(c rules.Case, now time.Time) bool {
	last := c.Round.At
	for _, p := range []*rules.Promise{c.Claim, c.Snooze} {
		if p != nil && p.At.After(last) {
			last = p.At
		}
	}
	return c.State == rules.Open && now.Sub(last) > idleAfter
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
