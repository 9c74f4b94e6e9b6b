package notify

import (
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// FirstCard is the card that a case's first message posts: all of CardOf, and
// the news that is the reason for it. Which step of the ladder it is says nothing
// to who reads of the case for the first time.
func FirstCard(c rules.Case, e rules.Escalation, p rules.Policy, now time.Time) Card {
	card := CardOf(c, p, now)
	if e.News != nil {
		card.Lines = append([]Line{{"", e.News.Text}}, card.Lines...)
	}
	if why := whyNow(e); why != "" && c.Finished() { // the first and last word on a lost case
		card.Lines = append([]Line{{"", upper(why) + "."}}, card.Lines...)
	}
	return card
}

// StepCard is a later step of the ladder, said under the card: short, and whole
// enough to be understood where the channel sees it alone.
func StepCard(c rules.Case, e rules.Escalation, p rules.Policy, now time.Time) Card {
	c = asOf(c, now)
	card := Card{Title: title(c, p, now), Now: next(c, p, now), Warnings: oldReading(c, now), Links: links(c), Footer: c.ID}
	add := func(label, value string) {
		if value != "" {
			card.Lines = append(card.Lines, Line{label, value})
		}
	}
	add("Told now", joined("; ", whyNow(e), rules.Plain(e.Ended, 200)))
	add("Order", order(c, p))
	add("Klarna dispute", rules.Plain(c.DisputeID, 80))
	add("Answer by", deadlineLine(c, p, now))
	add("State", stateLine(c, p))
	add("Note", note(c))
	return card
}

// NewsCard is a fact about a case, told once, when it happened.
func NewsCard(c rules.Case, e rules.Escalation, p rules.Policy, now time.Time) Card {
	c = asOf(c, now)
	card := StepCard(c, rules.Escalation{}, p, now)
	card.Lines = append([]Line{{"About", card.Title}}, card.Lines...)
	card.Title = e.News.Text
	if e.News.Loud() { // of all that is to be done about the case this comes first
		card.Now = byReply(c, rules.Stage(e.News.Name))
	}
	// That day is the dispute's, and who stops an order has no three weeks.
	besides := e.News.Loud() && c.Lane() == rules.LaneDispute && c.Deadline().Source != rules.SourceMail
	if besides || c.Finished() {
		card.Lines = slices.DeleteFunc(card.Lines, func(l Line) bool { return l.Label == "Answer by" })
	}
	return card
}

// whyNow is the escalation's reason in words. The steps that it speaks for are
// not named: it says all that they would have said.
func whyNow(e rules.Escalation) string {
	if e.Reason == string(rules.OnOpened) {
		return ""
	}
	return e.Words()
}

// severe says that the whole channel shall see a step, not only its thread.
func severe(c rules.Case, e rules.Escalation, now time.Time) bool {
	if e.News != nil {
		switch e.News.Name {
		case "contradiction", "stage", "reopened": // somebody thought that it could wait
			return true
		}
		return e.News.Loud()
	}
	if c.Finished() {
		return false
	}
	at := c.Deadline().At
	return slices.Contains(e.Mention, "on_call") || e.Page ||
		c.Stage == rules.StageStopRequest || c.Stage == rules.StageInvestigation ||
		!at.IsZero() && !now.Before(at)
}
