package config

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// mailboxes checks each mailbox and what they share.
func (c *check) mailboxes() {
	if c.has("mailboxes") && len(c.cfg.Mailboxes) == 0 {
		c.fault("mailboxes", "names none", "there is nothing to watch without a mailbox")
	}
	names := map[string]string{}
	for i := range c.cfg.Mailboxes {
		key, box := fmt.Sprintf("mailboxes[%d]", i), &c.cfg.Mailboxes[i]
		c.name(key+".name", box.Name, names)
		c.mailbox(key, box)
		c.reading(key, box)
		c.account(key, box)
		if len(c.cfg.Mailboxes) > 1 && !c.given(key+".password_file") {
			c.fault(key+".password_file", "is missing", "of several mailboxes each names its own: the default would send one's password to the other's server")
		}
	}
}

// mailbox checks how it is reached.
func (c *check) mailbox(key string, box *Mailbox) {
	c.oneOf(key+".security", box.Security, "tls", "starttls", "none")
	if box.Host != "" || c.has(key+".host") {
		c.host(key+".host", box.Host)
	}
	if box.Security == "none" && !loopback(box.Host) {
		c.fault(key+".security", "none would send the password in the clear: only to a loopback host", "use tls or starttls")
	}
	if !c.has(key + ".port") {
		box.Port = 993
		if box.Security != "tls" {
			box.Port = 143
		}
	}
	if box.Port < 1 || box.Port > 65535 {
		c.fault(key+".port", "want a port from 1 to 65535", "")
	}
	if c.has(key+".username") && strings.TrimSpace(box.Username) == "" {
		c.fault(key+".username", "is empty", "")
	}
	box.CAFile = c.beside(box.CAFile)
	c.secret(key+".password_file", box.PasswordFile, true)
}

var serverForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`)

func (c *check) host(key, host string) {
	if _, err := netip.ParseAddr(host); err == nil || serverForm.MatchString(host) {
		return
	}
	c.fault(key, "want the server's name alone, such as imap.example.com", "the port is a key of its own")
}

// reading checks what is read of it, and when.
func (c *check) reading(key string, box *Mailbox) {
	if !box.Folders.Auto() && len(box.Folders) == 0 {
		c.fault(key+".folders", "names no folder", "want auto, or a list such as [INBOX, Junk]")
	}
	for i, folder := range box.Folders {
		at := fmt.Sprintf("%s.folders[%d]", key, i)
		if folder == "" {
			c.fault(at, "is empty", "")
		} else if slices.Contains(box.Folders[:i], folder) {
			c.fault(at, "is there twice", "")
		}
	}
	c.schedule(key+".schedule", box.Schedule)
	c.oneOf(key+".dkim", box.DKIM, "verify", "off")
	if box.DateOrder != "" {
		c.oneOf(key+".date_order", box.DateOrder, "dmy", "mdy")
	}
	if c.has(key+".sender_domains") && len(box.SenderDomains) == 0 {
		c.fault(key+".sender_domains", "names none", "leave the key out for Klarna's known domains")
	}
	c.hosts(key+".sender_domains", box.SenderDomains)
	if !c.has(key + ".trusted_authserv") {
		box.TrustedAuthserv = authserv(strings.ToLower(box.Host))
	}
	for i, id := range box.TrustedAuthserv {
		if id == "" || strings.ContainsAny(id, " \t;") {
			c.fault(fmt.Sprintf("%s.trusted_authserv[%d]", key, i), "want the id at the start of the header Authentication-Results, such as mx.google.com", "")
		}
	}
	c.channel(key+".channel", box.Channel)
}

// account ties a mailbox to its Stripe account.
func (c *check) account(key string, box *Mailbox) {
	accounts := c.cfg.Stripe
	known := slices.ContainsFunc(accounts, func(s Stripe) bool { return s.Name == box.Stripe })
	switch {
	case box.Stripe != "" && known:
	case box.Stripe != "" && len(accounts) > 0:
		c.fault(key+".stripe", "there is no Stripe account of the name "+quoted(box.Stripe), "the key stripe names them")
	case len(accounts) == 1:
		box.Stripe = accounts[0].Name
	case len(accounts) > 1:
		c.fault(key+".stripe", "is missing", "there are several Stripe accounts: name the one that this mailbox's disputes are in")
	}
}

var accountForm = regexp.MustCompile(`^acct_[A-Za-z0-9]{1,60}$`)

// accounts checks each Stripe account.
func (c *check) accounts() {
	if c.has("stripe") && len(c.cfg.Stripe) == 0 {
		c.fault("stripe", "names none", "disputes cannot be matched without an account")
	}
	names := map[string]string{}
	for i := range c.cfg.Stripe {
		key, s := fmt.Sprintf("stripe[%d]", i), &c.cfg.Stripe[i]
		c.name(key+".name", s.Name, names)
		if s.Account != "" && !accountForm.MatchString(s.Account) {
			c.fault(key+".account", "want a connected account's id, acct_…", "")
		}
		s.APIBase = c.apiBase(key+".api_base", s.APIBase, "")
		for j, k := range s.ReferenceKeys {
			if k == "" || len(k) > 40 { // Stripe's bound of a metadata key
				c.fault(fmt.Sprintf("%s.reference_keys[%d]", key, j), "want a metadata key of 1 to 40 characters", "")
			}
		}
		if s.Lookback.Unit == "wd" {
			c.fault(key+".lookback", "want a span by the clock or the calendar, such as 200d", "")
		}
		c.secret(key+".api_key_file", s.APIKeyFile, true)
		if len(c.cfg.Stripe) > 1 && !c.given(key+".api_key_file") {
			c.fault(key+".api_key_file", "is missing", "of several accounts each names its own key")
		}
	}
}

func (c *check) slack() {
	s := &c.cfg.Slack
	c.secret("slack.bot_token_file", s.BotTokenFile, true)
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
			c.fault(at+".step", "the ladder has a step "+quoted(s.Name)+" already", "")
		}
		seen[s.Name] = true
		c.channel(at+".channel", s.Channel)
		c.condition(at+".if", s.If)
	}
}

func (c *check) condition(key string, cond Condition) {
	c.eachOf(key+".reasons", cond.Reasons, []string{
		rules.ReasonReturn, rules.ReasonGoodsNotReceived, rules.ReasonFaultyGoods, rules.ReasonIncorrectInvoice,
		rules.ReasonAlreadyPaid, rules.ReasonUnauthorizedPurchase, rules.ReasonHighRiskOrder, rules.ReasonPandemicImpact,
		rules.ReasonIncorrectAmount, rules.ReasonNonCompliance, rules.ReasonNonGuaranteed,
	})
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
