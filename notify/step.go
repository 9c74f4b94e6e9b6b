package notify

import (
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// FirstCard is the card that a case's first message posts: all of CardOf, and
// why it is told now.
func FirstCard(c rules.Case, e rules.Escalation, p rules.Policy, now time.Time) Card {
	card := CardOf(c, p, now)
	if e.News != nil {
		card.Lines = append([]Line{{"", e.News.Text}}, card.Lines...)
		return card
	}
	if why := whyNow(e); why != "" {
		card.Lines = append(card.Lines, Line{"Told now", why})
	}
	return card
}

// StepCard is a later step of the ladder, said under the card: short, and whole
// enough to be understood where the channel sees it alone.
func StepCard(c rules.Case, e rules.Escalation, p rules.Policy, now time.Time) Card {
	c = asOf(c, now)
	card := Card{Title: title(c, p, now), Now: next(c), Warnings: oldReading(c, now), Links: links(c), Footer: c.ID}
	add := func(label, value string) {
		if value != "" {
			card.Lines = append(card.Lines, Line{label, value})
		}
	}
	add("Told now", whyNow(e))
	add("Order", order(c))
	add("Klarna dispute", fromMail(c.DisputeID, 80))
	add("Answer by", deadlineLine(c, p, now))
	add("State", stateLine(c, p))
	return card
}

// NewsCard is a fact about a case, told once, when it happened.
func NewsCard(c rules.Case, e rules.Escalation, p rules.Policy, now time.Time) Card {
	c = asOf(c, now)
	card := StepCard(c, rules.Escalation{}, p, now)
	card.Lines = append([]Line{{"About", card.Title}}, card.Lines...)
	card.Title = e.News.Text
	if c.Finished() {
		card.Lines = slices.DeleteFunc(card.Lines, func(l Line) bool { return l.Label == "Answer by" })
	}
	return card
}

// whyNow is the escalation's reason in words, and the steps that it speaks for.
func whyNow(e rules.Escalation) string {
	why := spelled(e.Reason)
	if e.Reason == string(rules.OnOpened) {
		why = ""
	}
	var folded []string
	for _, t := range e.Folded {
		if !slices.Contains(folded, t.Step) {
			folded = append(folded, t.Step)
		}
	}
	if len(folded) > 0 {
		why = joined("; ", why, "speaks also for "+strings.Join(folded, ", "))
	}
	return why
}

// spelled writes the spans of a reason out: "unanswered 1wd" is "unanswered for
// 1 working day".
func spelled(reason string) string {
	words := strings.Fields(reason)
	for i, w := range words {
		bare := strings.TrimRight(w, ",")
		span, err := rules.ParseSpan(bare)
		if err != nil {
			continue
		}
		words[i] = count(span.N, unitWord(span.Unit)) + w[len(bare):]
		if i > 0 && words[i-1] == "unanswered" {
			words[i] = "for " + words[i]
		}
	}
	return strings.Join(words, " ")
}

func unitWord(unit string) string {
	switch unit {
	case "s":
		return "second"
	case "m":
		return "minute"
	case "h":
		return "hour"
	case "d":
		return "day"
	case "w":
		return "week"
	}
	return "working day"
}

// severe says that the whole channel shall see a step, not only its thread.
func severe(c rules.Case, e rules.Escalation, now time.Time) bool {
	if e.News != nil {
		return e.News.Name == "contradiction"
	}
	if c.Finished() {
		return false
	}
	at := c.Deadline().At
	return slices.Contains(e.Mention, "on_call") || e.Page ||
		c.Stage == rules.StageStopRequest || c.Stage == rules.StageInvestigation ||
		!at.IsZero() && !now.Before(at)
}
