// Package wiring makes of the config what it names: the case book, each mailbox with
// its tokens, each Stripe account, Slack, the reader's words. It calls nobody, but
// for the book, which it opens.
package wiring

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/holder"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/mailbox"
	"github.com/disputewatch/disputewatch/ingest/mailbox/oauth"
	"github.com/disputewatch/disputewatch/ingest/sender"
	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack"
	"github.com/disputewatch/disputewatch/rules"
)

// Book opens the case book that the config names.
func Book(ctx context.Context, cfg *config.Config, readOnly bool, now func() time.Time) (*casebook.Book, error) {
	o := casebook.Options{Policy: cfg.Policy(), Now: now, Holder: holder.Self(), Observe: cfg.Observe}
	if readOnly {
		return casebook.OpenReadOnly(ctx, cfg.Store, o)
	}
	return casebook.Open(ctx, cfg.Store, o)
}

// Mailbox is how a mailbox is reached, without what the reader must know of it;
// book is where its refresh tokens are kept.
func Mailbox(cfg *config.Config, m config.Mailbox, book oauth.Book, now func() time.Time) ingest.Mailbox {
	box := ingest.Mailbox{
		Account: mailbox.Account{
			Name: m.Name, Host: m.Host, Port: m.Port, Security: m.Security, CAFile: m.CAFile,
			Username: m.Username, Password: reader(cfg, m.PasswordFile),
		},
		Folders: m.Folders, Sent: m.SentFolder, Lookback: m.Lookback.Span,
	}
	if !m.OAuth2.Off() {
		box.Account.Tokens = oauth.New(OAuth(cfg, m, book), now)
	}
	return box
}

// Settings is what the reader must know of a mailbox. All share one vocabulary:
// it takes megabytes.
func Settings(cfg *config.Config, m config.Mailbox, words *phrase.Vocabulary) ingest.Settings {
	return ingest.Settings{
		Mailbox: m.Name, Account: m.Stripe, Location: cfg.Policy().Calendar.Location,
		DateOrder: m.DateOrder, Vocabulary: words, RespondHosts: cfg.RespondHosts, Addresses: m.Addresses,
		Sender: sender.Settings{
			Domains: m.SenderDomains, TrustedAuthserv: m.TrustedAuthserv,
			DKIM: m.DKIM == "verify", LookupTXT: sender.Resolver(cfg.Resolver),
		},
	}
}

// Vocabulary is the embedded one and the shop's own words in the file at path, ""
// for none.
func Vocabulary(path string) (*phrase.Vocabulary, error) {
	var own io.Reader
	if path != "" {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("%w\nhint: disputewatch teach MAIL writes it; until then leave the key out", err)
		}
		defer f.Close()
		own = f
	}
	v, err := phrase.Load(own)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return v, nil
}

// CheckVocabulary says what is wrong with the shop's own words.
func CheckVocabulary(path string) error {
	_, err := Vocabulary(path)
	return err
}

// Stripe is how a Stripe account is asked; count is told how each call ended.
func Stripe(cfg *config.Config, s config.Stripe, count func(string), now func() time.Time) *charges.Client {
	return charges.New(charges.Account{
		Name: s.Name, Key: cfg.Secret(s.APIKeyFile).Read, AccountID: s.Account,
		APIBase: s.APIBase, ReferenceKeys: s.ReferenceKeys, Count: count, Now: now,
	})
}

// Slack is how Slack is spoken to; count is told how each call ended.
func Slack(cfg *config.Config, count func(string)) *slack.Client {
	return slack.New(slack.Config{Token: cfg.Secret(cfg.Slack.BotTokenFile).Read, APIBase: cfg.Slack.APIBase, Count: count})
}

// Voice is a desk that can but speak.
func Voice(cfg *config.Config, m notify.Messenger, now func() time.Time) *notify.Desk {
	return &notify.Desk{
		Slack: m, Now: now, Policy: rules.Policy{Calendar: rules.Calendar{Location: cfg.Location()}},
		Channel: cfg.Slack.Channel, Alarms: cfg.Alarms.Channel, AlarmMentions: cfg.Alarms.Mention,
		OnCall: cfg.OnCall, Ops: cfg.Ops, Observe: cfg.Observe,
	}
}
