package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func (c *check) slack() {
	s := &c.cfg.Slack
	c.secret("slack.bot_token_file", s.BotTokenFile, true)
	c.secret("slack.app_token_file", s.AppTokenFile, false)
	s.APIBase = c.apiBase("slack.api_base", s.APIBase, "/")
	if s.Channel == "" {
		c.fault("slack.channel", "is empty", `cases are told there: such as "#klarna-disputes"`)
	}
	c.channel("slack.channel", s.Channel)
}

func (c *check) alarms() {
	c.channel("alarms.channel", c.cfg.Alarms.Channel)
	if i := slices.Index(c.cfg.Alarms.Mention, "owner"); i >= 0 {
		c.fault("alarms.mention", "an alarm has no owner", "want ops, on_call or Slack ids")
	}
}

func (c *check) digest() {
	if _, err := time.Parse("15:04", c.cfg.Digest.At); err != nil {
		c.fault("digest.at", "want a time such as 09:00", "")
	}
}

func (c *check) calendar() {
	c.eachOf("calendar.days", c.cfg.Calendar.Days, []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
	if len(c.cfg.Calendar.Days) == 0 {
		c.fault("calendar.days", "names none", "working days are counted in them")
	}
	for i, date := range c.cfg.Calendar.Holidays {
		if _, err := time.Parse(time.DateOnly, date); err != nil {
			c.fault(fmt.Sprintf("calendar.holidays[%d]", i), "want a date such as 2026-12-24", "")
		}
	}
	c.holidays()
}

var stepForm = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// ladder checks the steps of one ladder.
func (c *check) ladder(key string, ladder []Step) {
	if len(ladder) == 0 {
		c.fault(key, "has no step", "nobody would be told; leave the key out for the default ladder")
	}
	seen := map[string]bool{}
	for i, s := range ladder {
		at := fmt.Sprintf("%s[%d]", key, i)
		switch {
		case s.Name == "" && !c.has(at+".step"):
		case !stepForm.MatchString(s.Name) || len(s.Name) > 40:
			c.fault(at+".step", "want a name of small letters, digits and dashes, a letter first, at most 40", "")
		case seen[s.Name]:
			c.fault(at+".step", "another step of the ladder has this name", "")
		}
		seen[s.Name] = true
		c.channel(at+".channel", s.Channel)
		c.condition(at+".if", s.If)
	}
}

func (c *check) condition(key string, cond Condition) {
	c.eachOf(key+".reasons", cond.Reasons, rules.Reasons())
	c.eachOf(key+".stages", cond.Stages, []string{
		string(rules.StageInquiry), string(rules.StageChargeback), string(rules.StageStopRequest),
		string(rules.StageInvestigation), string(rules.StageUnknown),
	})
	c.eachOf(key+".verdicts", cond.Verdicts, []string{string(rules.Genuine), string(rules.Unverified), string(rules.Forged)})
	var names []string
	for _, box := range c.cfg.Mailboxes {
		names = append(names, box.Name)
	}
	c.eachOf(key+".mailboxes", cond.Mailboxes, names)
}

// watched checks that a ladder whose steps are well formed watches every case.
func (c *check) watched(key string, lane rules.Lane) {
	for bad := range c.faulty {
		if strings.HasPrefix(bad, key) || strings.HasPrefix(bad, "assume") {
			return // what it means is not known yet
		}
	}
	var names []string
	for _, box := range c.cfg.Mailboxes {
		names = append(names, box.Name)
	}
	var whys, hints []string // of the ladder as a whole: they have one place
	for _, f := range c.cfg.Policy().Flaws(lane, names) {
		if f.Step >= 0 {
			c.fault(fmt.Sprintf("%s[%d].%s", key, f.Step, f.Key), f.Why, f.Hint)
			continue
		}
		whys, hints = append(whys, f.Why), append(hints, f.Hint)
	}
	if len(whys) > 0 {
		c.fault(key, strings.Join(whys, "; "), strings.Join(hints, "; "))
	}
}
