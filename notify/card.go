package notify

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// CardOf is a case in plain words: in its title what, how much and until when,
// then what to do, then what is known and how surely.
func CardOf(c rules.Case, p rules.Policy, now time.Time) Card {
	c = asOf(c, now)
	return Card{
		Title:    title(c, p, now),
		Now:      next(c, p, now),
		Lines:    lines(c, p, now),
		Warnings: warnings(c, now),
		Lists:    candidates(c, p),
		Links:    links(c),
		Footer:   footer(c),
	}
}

// Aged says that a case's card which was right then is so no more, although nothing
// happened: less time is left.
func Aged(c rules.Case, p rules.Policy, then, now time.Time) bool {
	return fallback(CardOf(c, p, then)) != fallback(CardOf(c, p, now))
}

// asOf is the case with its state at now: claims and snoozes lapse in silence.
func asOf(c rules.Case, now time.Time) rules.Case {
	c.State = c.StateAt(now)
	return c
}

// title is what one reads in three seconds.
func title(c rules.Case, p rules.Policy, now time.Time) string {
	subject := joined(", ", c.What(), c.Disputed().String())
	switch c.State {
	case rules.Closed:
		return joined(": ", joined(", ", "Closed", rules.OutcomeWords(c.Outcome)), subject)
	case rules.Answered:
		return "Answered: " + subject
	}
	d := c.Deadline()
	if d.At.IsZero() {
		return subject + ": no date is known"
	}
	at, until := d.Living(now).In(zone(p)), ""
	switch {
	case !at.After(now):
		until = "overdue since " + d.At.In(zone(p)).Format(dayForm)
	case !d.At.After(now):
		until = fmt.Sprintf("answer by %s, %s, says %s; the other date was %s",
			dayOf(at, p), left(at, now), speaker(d.OtherSource), d.At.In(zone(p)).Format(dayForm))
	default:
		until = fmt.Sprintf("answer by %s, %s", dayOf(at, p), left(at, now))
	}
	if doubt := d.Doubt(); doubt != "" {
		until += " (" + doubt + ")"
	}
	return subject + ": " + until
}

func lines(c rules.Case, p rules.Policy, now time.Time) []Line {
	var out []Line
	add := func(label, value string) {
		if value != "" {
			out = append(out, Line{label, value})
		}
	}
	add("Order", order(c, p))
	add("Klarna dispute", rules.Plain(c.DisputeID, 80))
	add("Reason", unless(c.What(), reasonLine(c, p))) // the title has both; said twice they hide the rest
	_, risk := c.AtRisk(p)
	add("At risk", risk)
	if c.State != rules.Closed && c.State != rules.Answered {
		add("Answer by", deadlineLine(c, p, now))
		add(asked(c), needed(c.WhyDisputed()))
	}
	add("Charge", chargeLine(c))
	add("Stripe", stripeLine(c, p))
	add("Tracking", trackingLine(c))
	add("State", stateLine(c, p))
	add("Note", note(c))
	return out
}

// note is what whoever spoke last of the case added, for his colleagues.
func note(c rules.Case) string {
	words := ""
	switch {
	case c.State == rules.Claimed && c.Claim != nil:
		words = c.Claim.Note
	case c.State == rules.Snoozed && c.Snooze != nil:
		words = c.Snooze.Note
	case c.State == rules.Answered && len(c.Answers) > 0:
		if e := c.Answers[len(c.Answers)-1]; e.Source == "person" {
			words = e.Note
		}
	}
	return rules.Plain(words, 600)
}

// asked leads what Klarna asks for: an inquiry takes no evidence, but prepares for
// what does.
func asked(c rules.Case) string {
	if c.Stage == rules.StageInquiry {
		return "If it becomes a chargeback, Klarna asks for"
	}
	return "Klarna asks for"
}

// unless is s where it says more than what was said already.
func unless(said, s string) string {
	if s == said {
		return ""
	}
	return s
}

func reasonLine(c rules.Case, p rules.Policy) string {
	words, text := rules.ReasonWords(c.WhyDisputed()), quoted(c.ReasonText, 200, p)
	if words == "" || strings.EqualFold(words, text) {
		return cmp.Or(words, text)
	}
	if text == "" {
		return words
	}
	return words + " (in the mail: “" + text + "”)"
}

func stateLine(c rules.Case, p rules.Policy) string {
	until := func(t time.Time) string { return t.In(zone(p)).Format(momentForm) }
	switch {
	case c.State == rules.Claimed && c.Claim != nil:
		return c.Claim.Who + " is on it until " + until(c.Claim.Until)
	case c.State == rules.Snoozed && c.Snooze != nil:
		return "snoozed by " + c.Snooze.Who + " until " + until(c.Snooze.Until)
	case c.State == rules.Answered && len(c.Answers) > 0:
		e := c.Answers[len(c.Answers)-1]
		return joined(" ", "answered", e.Words(), "on", until(e.At))
	case c.State == rules.Closed:
		return joined(", ", "closed on "+until(c.ClosedAt), rules.OutcomeWords(c.Outcome))
	}
	return ""
}

// warnings are what people must know before they act.
func warnings(c rules.Case, now time.Time) []string {
	var out []string
	switch c.Verdict {
	case rules.Unverified:
		out = append(out, joined(": ", "It is not proved that Klarna sent the mail", rules.Plain(c.Why, 200)))
	case rules.Forged:
		out = append(out, joined(": ", "Klarna did not send the mail", rules.Plain(c.Why, 200)))
	}
	if c.Kind == rules.KindStripeDispute {
		out = append(out, "Stripe alone shows this dispute: no mail of Klarna's about it has been read.")
	}
	for _, w := range c.Warnings {
		out = append(out, rules.Plain(w, 300))
	}
	return append(out, stripeWarnings(c, now)...)
}

// footer says whom to ask (DOMAIN.md, "Two doors, and whom to ask").
func footer(c rules.Case) string {
	ask := "About this order: Stripe support. About Klarna in general: Klarna merchant support. The shopper's own questions: Klarna's customer service."
	return joined(" · ", c.ID, c.Mailbox, joined(" ", ask, AsOf(c)))
}

// AsOf dates what a card says can still be done; "" where it says nothing of
// that.
func AsOf(c rules.Case) string {
	if c.Stripe == nil || c.Finished() {
		return ""
	}
	return "What can still be done is after Stripe's and Klarna's pages of " + rules.RulesAsOf + "."
}
