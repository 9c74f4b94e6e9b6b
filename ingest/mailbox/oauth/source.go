package oauth

import (
	"context"
	"sync"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// spare is how long a token must still be good: a login takes no longer.
const spare = time.Minute

// Source gives the access tokens of one account. Several goroutines may use it.
type Source struct {
	account Account
	now     func() time.Time

	mu     sync.Mutex // held while the provider is asked: one call is enough
	grant  grant      // the last; guarded by mu
	until  time.Time  // it is good; guarded by mu
	fresh  bool       // its token was given out once only; guarded by mu
	unkept *rotated   // a refresh token that could not be kept yet; guarded by mu
	basic  bool       // the client's secret goes into the header; guarded by mu
}

// New is the source of an account; now is asked whether a token is still good.
func New(a Account, now func() time.Time) *Source { return &Source{account: a, now: now} }

// Token is an access token that is good for a minute at least by what its
// provider said. Errors are *Error, or of a file, or of the book.
func (s *Source) Token(ctx context.Context) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.grant.access != "" && s.now().Add(spare).Before(s.until) {
		s.fresh = false
		return s.grant.access, nil
	}
	g, err := s.ask(ctx)
	if err != nil {
		return "", err
	}
	s.grant, s.until, s.fresh = g, s.now().Add(g.lasts), true
	return g.access, nil
}

// Refused forgets a token that the mail server did not take. It is false for
// one that had just been fetched: another would fare no better.
func (s *Source) Refused(token string) (again bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if token != s.grant.access {
		return true // another goroutine has a newer one already
	}
	s.grant = grant{}
	return !s.fresh
}

// ask asks the provider by the grant that the account has.
func (s *Source) ask(ctx context.Context) (grant, error) {
	switch {
	case s.account.ServiceAccount != nil:
		return s.account.service(ctx)
	case s.account.RefreshToken != nil:
		return s.refresh(ctx)
	}
	return s.account.styled(&s.basic, func(style oauth2.AuthStyle) (grant, error) {
		c, err := s.account.config()
		if err != nil {
			return grant{}, err
		}
		own := &clientcredentials.Config{
			ClientID: c.ClientID, ClientSecret: c.ClientSecret, TokenURL: c.Endpoint.TokenURL, Scopes: c.Scopes, AuthStyle: style,
		}
		return s.account.call(ctx, own.Token)
	})
}

// styled sends the client's secret as a parameter, and to a provider that does
// not want it there in the header (RFC 6749, section 2.3.1), which basic
// remembers. The library would try both after any error, and could use a refresh
// token twice.
func (a Account) styled(basic *bool, ask func(oauth2.AuthStyle) (grant, error)) (grant, error) {
	style := oauth2.AuthStyleInParams
	if *basic {
		style = oauth2.AuthStyleInHeader
	}
	g, err := ask(style)
	if *basic || a.Provider != Custom || a.ClientSecret == nil || codeOf(err) != "invalid_client" {
		return g, err
	}
	other, otherErr := ask(oauth2.AuthStyleInHeader)
	if codeOf(otherErr) == "invalid_client" {
		return g, err
	}
	*basic = true
	return other, otherErr
}
