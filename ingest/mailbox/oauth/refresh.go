package oauth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"golang.org/x/oauth2"
)

// keepLimit is how long a rotated token may take to be kept.
const keepLimit = 5 * time.Second

// rotated is a refresh token in the place of another one, "" for the file's.
type rotated struct{ name, from, to string }

// tokenName is under which name the book keeps what a file's token was rotated
// into. A file with a new consent thereby begins anew, on every machine, and
// mailboxes that share a file share its rotation.
func tokenName(file string) string {
	sum := sha256.Sum256([]byte(file))
	return "oauth2/" + hex.EncodeToString(sum[:12])
}

// refresh asks with the refresh token that is valid now. Only one process does
// so at a time: a provider that rotates takes the second use of a token for a
// theft and revokes all of them. Where the line breaks after the provider has
// rotated, the new token is lost with the answer; the next error then asks for a
// new consent.
func (s *Source) refresh(ctx context.Context) (g grant, err error) {
	file, err := s.account.RefreshToken()
	if err != nil {
		return grant{}, err
	}
	name := tokenName(file)
	err = s.account.Book.Alone(ctx, name, func(ctx context.Context, book Kept) error {
		if err := s.keep(ctx, book, name); err != nil {
			return err
		}
		kept, err := book.Token(ctx, name)
		if err != nil {
			return err
		}
		g, err = s.renew(ctx, file, kept)
		if err != nil || kept == "" && g.refresh == file {
			return err // the provider does not rotate
		}
		// Also one that stays the same is kept anew: the book may forget what
		// nobody has used for long.
		s.unkept = &rotated{name, kept, g.refresh}
		return s.keep(ctx, book, name)
	})
	return g, err
}

// renew asks with the token that was kept, else with the file's. Once it is on
// its way the answer is waited for, though ctx may end: it may be the only copy
// of the next refresh token.
func (s *Source) renew(ctx context.Context, file, kept string) (grant, error) {
	if err := ctx.Err(); err != nil {
		return grant{}, err
	}
	current := kept
	if current == "" {
		current = file
	}
	ctx = context.WithoutCancel(ctx)
	return s.account.styled(&s.basic, func(style oauth2.AuthStyle) (grant, error) {
		c, err := s.account.config()
		if err != nil {
			return grant{}, err
		}
		c.Endpoint.AuthStyle = style
		return s.account.call(ctx, func(ctx context.Context) (*oauth2.Token, error) {
			return c.TokenSource(ctx, &oauth2.Token{RefreshToken: current}).Token()
		})
	})
}

// keep writes a rotated token into the book before anything else happens. Where
// that fails it stays in memory, and the next call begins with it. A file that
// has another consent by now makes it void.
func (s *Source) keep(ctx context.Context, book Kept, name string) error {
	r := s.unkept
	if r == nil || r.name != name {
		s.unkept = nil
		return nil
	}
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), keepLimit)
	defer done()
	err := book.RotateToken(ctx, r.name, r.from, r.to)
	if err != nil && !errors.Is(err, ErrOvertaken) {
		return fmt.Errorf("keep the refresh token that the provider gave in place of the last one: %w", err)
	}
	s.unkept = nil
	return nil
}

// codeOf is the endpoint's code of an error, "" for none.
func codeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
