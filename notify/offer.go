package notify

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/rules"
)

// WithButtons is a case's card with what a person can say of the case now. Links
// become buttons too, Stripe first. Without Socket Mode there must be none: Slack
// shows a warning when a button is clicked that nobody serves.
func WithButtons(card Card, c rules.Case, p rules.Policy, now time.Time) Card {
	c = asOf(c, now)
	var form []Action
	for _, l := range card.Links {
		open := Action{Text: l.Text, URL: l.URL}
		if l.Text == openForm {
			form = append(form, open)
			continue
		}
		card.Actions = append(card.Actions, open)
	}
	card.Links = nil
	card.Actions = append(card.Actions, verbs(c, p, now)...)
	card.Actions = append(card.Actions, form...)
	if charges := choices(c, p); len(charges) > 0 && !c.Finished() && strings.Contains(card.Now, "disputewatch link") {
		card.Now = "Say which charge it is, by “" + chooseWords + "” below."
		if ch := onlyCharge(c.Match); ch != "" {
			card.Now = "Say which dispute of charge " + ch + " it is, by “" + chooseWords + "” below."
		}
		if c.Match.Strength == rules.Probable {
			card.Now = "Check in Stripe that this is the charge, then say so by “" + chooseWords + "” below."
		}
	}
	return card
}

const chooseWords = "Choose charge"

// verbs are the words that the rules take of the case as it stands.
func verbs(c rules.Case, p rules.Policy, now time.Time) []Action {
	if c.Finished() {
		if c.Outcome == "duplicate" {
			return nil // what is said of it belongs to the other case
		}
		return []Action{{Verb: Reopen, Case: c.ID, Text: "Reopen"}}
	}
	out := []Action{
		{Verb: Claim, Case: c.ID, Text: "I'm on it", Primary: c.State == rules.Open},
		{Verb: Answer, Case: c.ID, Text: "Answered"},
	}
	if o := rests(c, p, now); len(o) > 0 {
		out = append(out, Action{Verb: Snooze, Case: c.ID, Text: "Snooze", Options: o})
	}
	out = append(out, Action{
		Verb: Close, Case: c.ID, Text: "Not a dispute",
		Confirm: "The case is closed and nobody is reminded of it any more, unless Stripe still waits for an answer a working day later. Klarna and Stripe hear nothing of it.",
	})
	if o := choices(c, p); len(o) > 0 {
		out = append(out, Action{Verb: Choose, Case: c.ID, Text: chooseWords, Options: o})
	}
	return out
}

// maxChoices bounds the menu; Slack takes 100. Beyond that nobody reads it, and
// the command takes any charge.
const maxChoices = 50

// choices are the charges that could be meant, while it is not sure which.
func choices(c rules.Case, p rules.Policy) []Option {
	if c.Match.Sure() {
		return nil
	}
	var out []Option
	for _, k := range c.Match.Candidates {
		id := meant(c.Match, k)
		out = append(out, Option{id, joined(", ", id, k.Amount.String(), k.Created.In(zone(p)).Format(dayForm))})
	}
	if m := c.Match; m.Strength == rules.Probable && m.Charge != "" &&
		!slices.ContainsFunc(out, func(o Option) bool { return o.Value == m.Charge }) {
		out = slices.Insert(out, 0, Option{m.Charge, m.Charge + ", the probable one"})
	}
	return out[:min(len(out), maxChoices)]
}

// upper begins a sentence.
func upper(s string) string {
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}
