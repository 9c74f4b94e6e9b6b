package wiring

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/mailbox/oauth"
)

// OAuth is how a mailbox with oauth2 gets its tokens.
func OAuth(cfg *config.Config, m config.Mailbox, book oauth.Book) oauth.Account {
	o := m.OAuth2
	return oauth.Account{
		Mailbox: m.Name, Username: m.Username, Provider: o.Provider, Tenant: o.Tenant,
		TokenURL: o.TokenURL, DeviceURL: o.DeviceURL, AuthURL: o.AuthURL,
		ClientID: o.ClientID, ClientSecret: reader(cfg, o.ClientSecretFile), RefreshToken: reader(cfg, o.RefreshTokenFile),
		ServiceAccount: reader(cfg, o.ServiceAccountFile), Scopes: o.Scopes, CAFile: m.CAFile, Book: book,
	}
}

// reader reads a secret anew each time; it is nil where the config names none.
func reader(cfg *config.Config, name string) func() (string, error) {
	if name == "" {
		return nil
	}
	return cfg.Secret(name).Read
}

// waitForToken is how long a refresh by another process is waited for: its call
// of the provider and its note in the book.
const waitForToken = 30 * time.Second

// lookForToken is how often it is looked whether it has ended.
const lookForToken = time.Second

// TokensIn keeps rotated refresh tokens in an open case book.
func TokensIn(book *casebook.Book) oauth.Book { return tokenBook{book} }

type tokenBook struct{ book *casebook.Book }

// Alone holds the token's claim meanwhile.
func (b tokenBook) Alone(ctx context.Context, name string, f func(context.Context, oauth.Kept) error) error {
	patience := time.NewTimer(waitForToken)
	defer patience.Stop()
	for {
		held, stop, _, err := b.book.Hold(ctx, name)
		if err == nil {
			defer stop()
			return f(held, keptTokens{b.book})
		}
		if !errors.As(err, new(*casebook.HeldError)) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-patience.C:
			return fmt.Errorf("waited %s for another process that refreshes the token: %w", waitForToken, err)
		case <-time.After(lookForToken):
		}
	}
}

// keptTokens shows the book to the refresh.
type keptTokens struct{ *casebook.Book }

func (k keptTokens) RotateToken(ctx context.Context, name, from, to string) error {
	err := k.Book.RotateToken(ctx, name, from, to)
	if errors.As(err, new(*casebook.LostError)) {
		err = oauth.ErrOvertaken
	}
	return err
}

// TokensOf keeps a mailbox's where the daemon will look, for a command that works
// without the real book, or on a copy of it: a token that the provider rotated
// is the one thing that even a dry run must not lose.
func TokensOf(cfg *config.Config, m config.Mailbox) oauth.Book {
	return storeBook{cfg, cfg.Secret(m.OAuth2.RefreshTokenFile)}
}

type storeBook struct {
	cfg  *config.Config
	file *config.Secret
}

// Alone opens the store, or takes the secret's file before there is one.
func (b storeBook) Alone(ctx context.Context, name string, f func(context.Context, oauth.Kept) error) error {
	if path, ok := strings.CutPrefix(b.cfg.Store, "sqlite:"); ok {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return f(ctx, fileToken{b.file})
		}
	}
	if err := b.sameSchema(ctx); err != nil {
		return err
	}
	book, err := Book(ctx, b.cfg, false, time.Now)
	if err != nil {
		return err
	}
	return errors.Join(tokenBook{book}.Alone(ctx, name, f), book.Close())
}

// sameSchema refuses a store of another release: opening it to write would
// migrate it under the daemon that still works on it.
func (b storeBook) sameSchema(ctx context.Context) error {
	book, err := Book(ctx, b.cfg, true, time.Now)
	if err != nil {
		return err
	}
	return book.Close()
}

// fileToken keeps a rotated token in the place of the file's.
type fileToken struct{ file *config.Secret }

func (t fileToken) Token(context.Context, string) (string, error) { return "", nil }

func (t fileToken) RotateToken(_ context.Context, _, _, to string) error {
	_, err := t.file.Write(to)
	return err
}
