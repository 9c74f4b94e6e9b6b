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
	policy := rules.Default(time.UTC)
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
			Hours: Hours{policy.Calendar.Opens, policy.Calendar.Closes},
		},
		Assume:     Assume(policy.Assume),
		Escalation: Escalation{Dispute: steps(policy.Dispute), StopRequest: steps(policy.StopRequest)},
		Alarms:     Alarms{Mention: Mentions{"ops"}},
		Digest:     Digest{At: "09:00"},
		Retention: Retention{
			MailText:    rules.Span{N: 90, Unit: "d"},
			ClosedCases: rules.Span{N: 400, Unit: "d"},
		},
		ClaimLapses:  policy.ClaimLapses,
		RespondHosts: []string{"klarna.com"},
		location:     time.UTC,
		secretKeys:   map[string]string{},
	}
}

// steps are a ladder of the rules as the file would write it.
func steps(ladder []rules.Step) []Step {
	var out []Step
	for _, s := range ladder {
		out = append(out, Step{Name: s.Name, When: s.When, Repeat: s.Repeat, Mention: s.Mention, Page: s.Page})
	}
	return out
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
		MissingAfter:  rules.Span{N: 7, Unit: "d"},
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
