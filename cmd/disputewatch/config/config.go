// Package config reads the file that tells disputewatch what to do. It is
// strict: every fault of the file is told at once, each with its line, and a
// file with a fault gives no [Config].
//
// The structs mirror the file one to one and in its order; their comments are
// its manual. config.example.yaml says the same to the person who installs it,
// and a test holds the two together.
package config

import (
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Config is the whole file. After [Load] it is complete: what the file leaves
// out has its default, what it names has been checked.
type Config struct {
	// Store is the case book: "sqlite:" and a path (a relative one is taken
	// from the config's folder), or a postgres:// URL without a password.
	// Default sqlite:/var/lib/disputewatch/cases.db.
	Store string `yaml:"store"`
	// Timezone is the shop's, by its IANA name: days, office hours and dates
	// without a time are meant in it. Default Europe/Berlin.
	Timezone string `yaml:"timezone"`
	// Listen is the loopback address of the board, /metrics, /livez and
	// /readyz; "" switches them off. Default 127.0.0.1:9321.
	Listen string `yaml:"listen"`
	// Resolver is the DNS server asked for DKIM keys, as IP:port; "" is the
	// system's.
	Resolver string `yaml:"resolver"`
	// Vocabulary is a file with the shop's own words for the reader; "" is
	// none. A relative path is taken from the config's folder.
	Vocabulary string `yaml:"vocabulary"`

	Mailboxes []Mailbox `yaml:"mailboxes" need:"yes"`
	Stripe    []Stripe  `yaml:"stripe" need:"yes"`
	Slack     Slack     `yaml:"slack"`
	Calendar  Calendar  `yaml:"calendar"`
	Assume    Assume    `yaml:"assume"`

	// OnCall are the Slack ids of who is told when it is serious. Default
	// nobody, which check warns about.
	OnCall []string `yaml:"on_call"`
	// Ops are the Slack ids of who is told when a mailbox or a key is broken.
	Ops []string `yaml:"ops"`

	Page       Page       `yaml:"page"`
	Escalation Escalation `yaml:"escalation"`
	Alarms     Alarms     `yaml:"alarms"`
	// Observe does everything but speak: no card, no step, no page.
	Observe   bool      `yaml:"observe"`
	Digest    Digest    `yaml:"digest"`
	Heartbeat Heartbeat `yaml:"heartbeat"`
	Retention Retention `yaml:"retention"`

	// ClaimLapses is how long a person's claim holds back "unanswered" steps
	// and repeats. Default 1wd.
	ClaimLapses rules.Span `yaml:"claim_lapses"`
	// RespondHosts are the hosts, with their subdomains, that a link to
	// Klarna's form may lead to. Default klarna.com.
	RespondHosts []string `yaml:"respond_hosts"`
	// ShowCustomers shows e-mail addresses that stand in a mail's own words, a
	// reason or an order number, in chat too. Default false: "[address]" stands
	// there. Names and addresses that Stripe holds are never read.
	ShowCustomers bool `yaml:"show_customers"`
	// Fees is what Stripe takes for a lost Klarna chargeback, an amount for a
	// currency, where the shop knows better than Stripe's list of 2023.
	Fees rules.Fees `yaml:"fees"`
	// AutomaticCapture is "allowed" where Klarna lets this shop capture when the
	// customer pays; "" tells such payments in the week's digest.
	AutomaticCapture string `yaml:"automatic_capture"`

	location    *time.Location
	holidays    map[string]bool   // of calendar.holidays_file: 2006-01-02
	dir         string            // the config's folder: relative paths and secrets are looked up here
	credentials string            // $CREDENTIALS_DIRECTORY when the file was loaded
	secretKeys  map[string]string // which key names a secret, for its errors
}

// Mailbox is one IMAP account that disputes are mailed to. It is only ever
// read.
type Mailbox struct {
	// Name is how commands, logs and metrics call it; unique.
	Name string `yaml:"name" need:"yes"`
	// Host is the IMAP server, a name or an IP address.
	Host string `yaml:"host" need:"yes"`
	// Port is the server's. Default 993, or 143 where security is starttls or
	// none.
	Port int `yaml:"port"`
	// Security is tls, starttls, or none, which only a loopback host may have.
	// Default tls.
	Security string `yaml:"security"`
	// CAFile is a PEM file of the authority that signed the server's
	// certificate; "" is the system's list. The addresses of oauth2 may have a
	// certificate of it too, beside the system's.
	CAFile string `yaml:"ca_file"`
	// Username is the login, mostly the address.
	Username string `yaml:"username" need:"yes"`
	// PasswordFile is the secret with the password. Default imap-password,
	// which only a single mailbox may rely on.
	PasswordFile string `yaml:"password_file"`
	// OAuth2 is a login by access tokens in its place.
	OAuth2 OAuth2 `yaml:"oauth2"`
	// Folders are read. Default auto: INBOX and Junk.
	Folders Folders `yaml:"folders"`
	// SentFolder is followed for replies to Klarna's mails, by header fields
	// alone: auto (those that the server marks as sent mail, else by the names in
	// use), a name, or "" for none. It may be one of Folders, where replies are
	// kept beside the mails that they answer. Default auto.
	SentFolder string `yaml:"sent_folder"`
	// Schedule says when it is read: cron's five fields or a descriptor such
	// as "@every 5m". Default */5 * * * *.
	Schedule string `yaml:"schedule"`
	// Lookback is how far back the first scan reads, or all. Default 30d.
	Lookback Lookback `yaml:"lookback"`
	// DateOrder is dmy or mdy, for dates such as 03/04/2026; "" takes the
	// earlier reading and flags it.
	DateOrder string `yaml:"date_order"`
	// SenderDomains are Klarna's, with their subdomains. The default is the
	// list of DefaultSenderDomains.
	SenderDomains []string `yaml:"sender_domains"`
	// TrustedAuthserv are the ids of the Authentication-Results headers that
	// this mailbox's own server writes; "microsoft" stands for Microsoft's
	// header without an id. Where the key is left out it follows the host:
	// mx.google.com for Gmail, microsoft for Microsoft 365, else none.
	TrustedAuthserv []string `yaml:"trusted_authserv"`
	// Addresses are those to which Klarna writes. A mail of Klarna's that was
	// forwarded here as an attachment counts as genuine only where it was sent to
	// one of them, and a colleague who forwards from their domain imitates nobody,
	// whatever the domain is called. Where the key is left out it is the username, if that is an
	// address.
	Addresses []string `yaml:"addresses"`
	// DKIM is verify (check signatures ourselves) or off. Default verify.
	DKIM string `yaml:"dkim"`
	// Stripe names the account that its disputes are in. May be left out where
	// there is only one.
	Stripe string `yaml:"stripe"`
	// Channel overrides slack.channel for its cases.
	Channel string `yaml:"channel"`
}

// Stripe is one Stripe account, read with a restricted key.
type Stripe struct {
	// Name is how mailboxes and logs call it; unique.
	Name string `yaml:"name" need:"yes"`
	// APIKeyFile is the secret with the restricted key. Default stripe-key,
	// which only a single account may rely on.
	APIKeyFile string `yaml:"api_key_file"`
	// Account is a connected account, acct_…; "" is the key's own.
	Account string `yaml:"account"`
	// APIBase is Stripe's API; http only to loopback. Default
	// https://api.stripe.com.
	APIBase string `yaml:"api_base"`
	// ReferenceKeys are the metadata keys in which the shop keeps its order
	// number. Default order_id and order_number.
	ReferenceKeys []string `yaml:"reference_keys"`
	// Lookback is how far back disputes are listed. Default 200d.
	Lookback rules.Span `yaml:"lookback"`
	// MissingAfter is how long Stripe may show no dispute for a mail before that
	// is said in the case's thread. Default 7d.
	MissingAfter rules.Span `yaml:"missing_after"`
}

// Slack is the workspace that is spoken to.
type Slack struct {
	// BotTokenFile is the secret with the bot token, xoxb-…. Default
	// slack-bot-token.
	BotTokenFile string `yaml:"bot_token_file"`
	// AppTokenFile is the secret with the app-level token that brings buttons.
	AppTokenFile string `yaml:"app_token_file"`
	// APIBase is Slack's API; http only to loopback. Default
	// https://slack.com/api/.
	APIBase string `yaml:"api_base"`
	// Channel is where cases are told: "#name", in quotes, or a channel id.
	// Default "#klarna-disputes".
	Channel string `yaml:"channel"`
}

// Calendar is the office time of those who answer disputes.
type Calendar struct {
	// Days are the office days. Default mon to fri.
	Days []string `yaml:"days"`
	// Hours are the office hours, 24-hour clock. Default 09:00-17:00.
	Hours Hours `yaml:"hours"`
	// Holidays are dates, 2026-12-24, on which nobody works.
	Holidays []string `yaml:"holidays"`
	// HolidaysFile is an .ics file, a path beside the config or an absolute one:
	// each of its all-day events closes the office. It is read with the config.
	HolidaysFile string `yaml:"holidays_file"`
}

// Assume are the times that are assumed, and labelled so, where neither mail
// nor Stripe names a deadline.
type Assume struct {
	Dispute       rules.Span `yaml:"dispute"`       // default 7d
	Fraud         rules.Span `yaml:"fraud"`         // an unauthorized purchase; default 5d
	HighRisk      rules.Span `yaml:"high_risk"`     // a high-risk order; default 96h
	Reminder      rules.Span `yaml:"reminder"`      // a reminder without a date; default 72h
	FollowUp      rules.Span `yaml:"follow_up"`     // default 7d
	Investigation rules.Span `yaml:"investigation"` // default 24h
	StopRequest   rules.Span `yaml:"stop_request"`  // default 24h
}

// Page is the webhook that wakes somebody.
type Page struct {
	// URLFile is the secret with its URL; "" is none.
	URLFile string `yaml:"url_file"`
}

// Alarms are about disputewatch itself: a broken login, a silent mailbox.
type Alarms struct {
	// Channel is where they are told; "" is slack.channel.
	Channel string `yaml:"channel"`
	// Mention is who is named in them: ops, on_call, @here, or Slack ids.
	// Default ops.
	Mention Mentions `yaml:"mention"`
}

// Digest is the daily summary.
type Digest struct {
	// At is its time of day, 24-hour clock. Default 09:00.
	At string `yaml:"at"`
}

// Heartbeat is the watch over the watcher.
type Heartbeat struct {
	// URLFile is the secret with the URL that is called after each complete
	// pass; "" is none.
	URLFile string `yaml:"url_file"`
}

// Retention is how long personal data is kept, in days. It is looked at once a
// day; a case that is not closed keeps everything.
type Retention struct {
	// MailText is how long the text of a mail is kept, and the bytes of one that
	// was not understood. Default 90d.
	MailText rules.Span `yaml:"mail_text"`
	// ClosedCases is how long after its end a case keeps more than its numbers:
	// who did what, notes, links. Default 400d.
	ClosedCases rules.Span `yaml:"closed_cases"`
}
