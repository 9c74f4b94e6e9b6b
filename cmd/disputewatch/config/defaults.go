package config

import (
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// The secrets' file names where the file names none.
const (
	defaultPasswordFile = "imap-password"
	defaultAPIKeyFile   = "stripe-key"
	defaultBotTokenFile = "slack-bot-token"
)

// Default is what an empty file means. It names no mailbox and no Stripe
// account, so it is not a valid config by itself.
func Default() *Config {
	return &Config{
		Store:    "sqlite:/var/lib/disputewatch/cases.db",
		Timezone: "Europe/Berlin",
		Listen:   "127.0.0.1:9321",
		Slack: Slack{
			BotTokenFile: defaultBotTokenFile,
			APIBase:      "https://slack.com/api/",
			Channel:      "#klarna-disputes",
		},
		Calendar: Calendar{
			Days:  []string{"mon", "tue", "wed", "thu", "fri"},
			Hours: Hours{9 * time.Hour, 17 * time.Hour},
		},
		Assume: Assume{
			Dispute:       rules.Span{N: 7, Unit: "d"},
			Fraud:         rules.Span{N: 5, Unit: "d"},
			HighRisk:      rules.Span{N: 96, Unit: "h"},
			Reminder:      rules.Span{N: 72, Unit: "h"},
			FollowUp:      rules.Span{N: 7, Unit: "d"},
			Investigation: rules.Span{N: 24, Unit: "h"},
			StopRequest:   rules.Span{N: 24, Unit: "h"},
		},
		Escalation: Escalation{Dispute: disputeLadder(), StopRequest: stopLadder()},
		Alarms:     Alarms{Mention: Mentions{"ops"}},
		Digest:     Digest{At: "09:00"},
		Retention: Retention{
			MailText:    rules.Span{N: 90, Unit: "d"},
			ClosedCases: rules.Span{N: 400, Unit: "d"},
		},
		ClaimLapses:  rules.Span{N: 1, Unit: "wd"},
		RespondHosts: []string{"klarna.com"},
		location:     time.UTC,
		secretKeys:   map[string]string{},
	}
}

// disputeLadder is the ladder of a dispute where the file has none.
func disputeLadder() []Step {
	day, workday := rules.Span{N: 1, Unit: "d"}, rules.Span{N: 1, Unit: "wd"}
	before := func(n int, unit string) rules.When {
		return rules.When{Anchor: rules.BeforeDeadline, Span: rules.Span{N: n, Unit: unit}}
	}
	return []Step{
		{Name: "new", When: rules.When{Anchor: rules.OnOpened}},
		{Name: "nudge", When: rules.When{Anchor: rules.Unanswered, Span: workday}, Repeat: workday},
		{Name: "week", When: before(7, "d"), Mention: Mentions{"owner"}},
		{Name: "last", When: before(48, "h"), Mention: Mentions{"on_call"}},
		{Name: "overdue", When: rules.When{Anchor: rules.AtDeadline}, Repeat: day, Mention: Mentions{"on_call"}},
	}
}

// stopLadder is the ladder of stop requests and investigations where the file
// has none.
func stopLadder() []Step {
	unanswered := rules.When{Anchor: rules.Unanswered, Span: rules.Span{N: 1, Unit: "h"}}
	return []Step{
		{Name: "new", When: rules.When{Anchor: rules.OnOpened}, Mention: Mentions{"on_call"}, Page: true},
		{Name: "again", When: unanswered, Repeat: rules.Span{N: 2, Unit: "h"}, Mention: Mentions{"on_call"}, Page: true},
	}
}

// DefaultSenderDomains are Klarna's known domains (DOMAIN.md, "Senders and
// spoofing"). The true sender of dispute mails is not public.
func DefaultSenderDomains() []string {
	return []string{
		"klarna.com", "klarna.co.uk", "klarna.de", "klarna.se", "klarna.no",
		"klarna.fi", "klarna.dk", "klarna.nl", "klarna.at",
	}
}

// setDefaults fills what a mailbox of the file may leave out. Port and
// TrustedAuthserv follow other keys: see [check.mailbox].
func (m *Mailbox) setDefaults() {
	*m = Mailbox{
		Security:      "tls",
		PasswordFile:  defaultPasswordFile,
		SentFolder:    "auto",
		Schedule:      "*/5 * * * *",
		Lookback:      Lookback{Span: rules.Span{N: 30, Unit: "d"}},
		SenderDomains: DefaultSenderDomains(),
		DKIM:          "verify",
	}
}

func (s *Stripe) setDefaults() {
	*s = Stripe{
		APIKeyFile:    defaultAPIKeyFile,
		APIBase:       "https://api.stripe.com",
		ReferenceKeys: []string{"order_id", "order_number"},
		Lookback:      rules.Span{N: 200, Unit: "d"},
	}
}

// authserv is whose Authentication-Results a mailbox on this host may trust
// when the file does not say: only those that we know to write the top-most
// header themselves.
func authserv(host string) []string {
	switch host {
	case "imap.gmail.com", "imap.googlemail.com":
		return []string{"mx.google.com"}
	case "outlook.office365.com", "outlook.office.com":
		return []string{"microsoft"}
	}
	return nil
}
