package config

import (
	"maps"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Escalation holds the ladders. One that is left out is the default ladder.
type Escalation struct {
	// Dispute is for inquiries, chargebacks and mails that nobody understood.
	Dispute []Step `yaml:"dispute"`
	// StopRequest is for stop requests and investigations.
	StopRequest []Step `yaml:"stop_request"`
}

// Step is one rung of a ladder.
type Step struct {
	// Name is [a-z][a-z0-9-]*, unique in its ladder.
	Name string `yaml:"step" need:"yes"`
	// When is its moment: "opened", "unanswered 1wd", "48h before deadline", …
	When rules.When `yaml:"when" need:"yes"`
	// Repeat tells it again after each such time; left out, once.
	Repeat rules.Span `yaml:"repeat"`
	// Channel overrides the mailbox's channel.
	Channel string `yaml:"channel"`
	// Mention is who is named: owner, on_call, ops, @here, a Slack id, or a
	// list of these.
	Mention Mentions `yaml:"mention"`
	// Page calls the webhook of page.url_file too.
	Page bool `yaml:"page"`
	// If narrows the step to some cases.
	If Condition `yaml:"if"`
}

// Condition narrows a step; a list that is left out means any.
type Condition struct {
	Reasons   []string `yaml:"reasons"`   // Klarna's reason codes, such as goods_not_received
	Stages    []string `yaml:"stages"`    // inquiry, chargeback, stop_request, investigation, unknown
	Verdicts  []string `yaml:"verdicts"`  // genuine, unverified, forged
	Mailboxes []string `yaml:"mailboxes"` // by name
	// MinAmount is an amount with its currency, "100 EUR", or a list of them,
	// one a currency. A case whose amount is unknown passes.
	MinAmount Amounts `yaml:"min_amount"`
}

// Policy is what the file says about telling, in the words of the rules. It is
// valid only after [Load].
func (c *Config) Policy() rules.Policy {
	mailboxes := []string{}
	for _, m := range c.Mailboxes {
		mailboxes = append(mailboxes, m.Name)
	}
	return rules.Policy{
		Calendar:    c.calendar(),
		Dispute:     rungs(c.Escalation.Dispute),
		StopRequest: rungs(c.Escalation.StopRequest),
		Assume:      rules.Assumptions(c.Assume),
		ClaimLapses: c.ClaimLapses,
		Mailboxes:   mailboxes,
		Fees:        c.Fees, ShowCustomers: c.ShowCustomers,
	}
}

// Location is the shop's time zone. It is valid only after [Load].
func (c *Config) Location() *time.Location { return c.location }

func (c *Config) calendar() rules.Calendar {
	cal := rules.Calendar{
		Location: c.location,
		Opens:    c.Calendar.Hours.Opens,
		Closes:   c.Calendar.Hours.Closes,
		Holidays: map[string]bool{},
	}
	maps.Copy(cal.Holidays, c.holidays)
	for _, day := range c.Calendar.Days {
		if i := weekday(day); i >= 0 {
			cal.Days[i] = true
		}
	}
	for _, date := range c.Calendar.Holidays {
		cal.Holidays[date] = true
	}
	return cal
}

func rungs(ladder []Step) []rules.Step {
	out := make([]rules.Step, 0, len(ladder))
	for _, s := range ladder {
		out = append(out, rules.Step{
			Name:    s.Name,
			When:    s.When,
			Repeat:  s.Repeat,
			Channel: s.Channel,
			Mention: s.Mention,
			Page:    s.Page,
			If: rules.Condition{
				Reasons:   s.If.Reasons,
				Stages:    s.If.Stages,
				Verdicts:  s.If.Verdicts,
				Mailboxes: s.If.Mailboxes,
				MinAmount: s.If.MinAmount,
			},
		})
	}
	return out
}
