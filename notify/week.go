package notify

import (
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Week is what a week's first digest tells of the seven days before it.
type Week struct {
	Since time.Time
	Cases []rules.Case // all that were not closed by then
	Lines []Line       // what others counted in the week
}

// lists says what came in, what was answered in time, what was won and lost, and
// why.
func (w Week) lists(p rules.Policy) []List {
	l := List{Title: "The week since " + w.Since.In(zone(p)).Format(dayForm)}
	opened, inTime, late, closed := w.sorted()
	l.Rows = append(l.Rows,
		sumRow("came in", opened),
		joined(", ", fmt.Sprintf("%d answered in time", inTime), lateWords(late)))
	for _, outcome := range []string{"won", "lost", "withdrawn"} {
		if len(closed[outcome]) > 0 {
			l.Rows = append(l.Rows, sumRow(outcome, closed[outcome]))
		}
		delete(closed, outcome)
	}
	var ended []rules.Case
	for _, cases := range closed {
		ended = append(ended, cases...)
	}
	if len(ended) > 0 {
		l.Rows = append(l.Rows, sumRow("ended in another way", ended))
	}
	for _, line := range w.Lines {
		l.Rows = append(l.Rows, joined(": ", line.Label, line.Value))
	}
	out := []List{l}
	var card Card
	card.list("Lost that week, and why", w.lost(), func(c rules.Case) string { return joined(": ", caseWords(c), whyLost(c)) })
	return append(out, card.Lists...)
}

func sumRow(what string, cases []rules.Case) string {
	sum, unknown := total(cases)
	return joined(", ", fmt.Sprintf("%d %s", len(cases), what), sum, unknown)
}

func lateWords(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d after the date", n)
}

// sorted splits the cases by what the week did to them.
func (w Week) sorted() (opened []rules.Case, inTime, late int, closed map[string][]rules.Case) {
	closed = map[string][]rules.Case{}
	for _, c := range w.Cases {
		if c.Outcome == "duplicate" {
			continue
		}
		if !c.OpenedAt.Before(w.Since) {
			opened = append(opened, c)
		}
		if n := len(c.Answers); n > 0 && !c.Answers[n-1].At.Before(w.Since) {
			if last := c.Deadline().Last(); last.IsZero() || !c.Answers[n-1].At.After(last) {
				inTime++
			} else {
				late++
			}
		}
		if !c.ClosedAt.IsZero() && !c.ClosedAt.Before(w.Since) {
			closed[c.Outcome] = append(closed[c.Outcome], c)
		}
	}
	return opened, inTime, late, closed
}

func (w Week) lost() []rules.Case {
	_, _, _, closed := w.sorted()
	return closed["lost"]
}

// whyLost is Stripe's word for it, or that nobody answered.
func whyLost(c rules.Case) string {
	why := "Klarna decided so"
	if len(c.Answers) == 0 {
		why = "nobody answered, as far as is known"
	}
	if c.Stripe != nil && c.Stripe.LossReason != "" {
		why += "; Stripe says " + rules.Plain(c.Stripe.LossReason, 80)
	}
	return why
}
