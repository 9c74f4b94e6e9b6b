package oauth

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// The providers that need no addresses.
const (
	Google    = "google"
	Microsoft = "microsoft"
	Custom    = "custom"
)

// Account is how one mailbox gets its tokens. The funcs read a file anew; nil
// where there is none.
type Account struct {
	Mailbox  string // its name in the config, for hints
	Username string // whom a service account acts for
	Provider string
	Tenant   string // Microsoft's; "" is common

	TokenURL, DeviceURL, AuthURL string // "" is the provider's own

	ClientID       string
	ClientSecret   func() (string, error)
	RefreshToken   func() (string, error)
	ServiceAccount func() (string, error) // the JSON of a key
	Scopes         []string               // nil is the provider's own

	CAFile string // PEM certificates trusted beside the system's
	Book   Book   // where rotated refresh tokens are kept
}

// Book keeps refresh tokens that were rotated. Names hold nothing secret.
type Book interface {
	// Alone runs f while no other process refreshes the token of this name; it
	// waits a while for one that does.
	Alone(ctx context.Context, name string, f func(context.Context, Kept) error) error
}

// Kept is what a Book keeps of one name while it is held.
type Kept interface {
	// Token is the refresh token kept last, "" where none was.
	Token(ctx context.Context, name string) (string, error)
	// RotateToken durably puts a token in the place of the one it was made
	// from, "" for none; of one that was used and stays the same it says so. Where another one stands there by now it changes
	// nothing and returns ErrOvertaken.
	RotateToken(ctx context.Context, name, from, to string) error
}

// ErrOvertaken says that another process has rotated the token meanwhile.
var ErrOvertaken = errors.New("another process has rotated the token")

// endpoint are the provider's addresses, as far as the account names no others.
func (a Account) endpoint() oauth2.Endpoint {
	e := oauth2.Endpoint{AuthStyle: oauth2.AuthStyleInParams}
	switch a.Provider {
	case Google:
		e.TokenURL, e.AuthURL = "https://oauth2.googleapis.com/token", "https://accounts.google.com/o/oauth2/v2/auth"
		// No device code: Google gives none for the scope of IMAP.
		// https://developers.google.com/identity/protocols/oauth2/limited-input-device#allowedscopes
	case Microsoft:
		tenant := a.Tenant
		if tenant == "" {
			tenant = "common"
		}
		base := "https://login.microsoftonline.com/" + tenant + "/oauth2/v2.0/"
		if own, ok := strings.CutSuffix(a.TokenURL, "token"); ok {
			base = own // a national cloud
		}
		e.TokenURL, e.DeviceAuthURL = base+"token", base+"devicecode"
	}
	for _, own := range []struct {
		to   *string
		from string
	}{{&e.TokenURL, a.TokenURL}, {&e.DeviceAuthURL, a.DeviceURL}, {&e.AuthURL, a.AuthURL}} {
		if own.from != "" {
			*own.to = own.from
		}
	}
	return e
}

// scopes are what reading by IMAP takes.
func (a Account) scopes() []string {
	switch {
	case len(a.Scopes) > 0:
		return a.Scopes
	case a.Provider == Google:
		return []string{"https://mail.google.com/"}
	case a.Provider == Microsoft && a.RefreshToken == nil:
		return []string{"https://outlook.office365.com/.default"}
	case a.Provider == Microsoft:
		return []string{"https://outlook.office.com/IMAP.AccessAsUser.All", "offline_access"}
	}
	return nil
}

// config is the library's view of the account, with the secret as it is now.
func (a Account) config() (*oauth2.Config, error) {
	c := &oauth2.Config{ClientID: a.ClientID, Endpoint: a.endpoint(), Scopes: a.scopes()}
	if a.ClientSecret == nil {
		return c, nil
	}
	secret, err := a.ClientSecret()
	c.ClientSecret = secret
	return c, err
}

// callLimit is how long one call of an endpoint may take. It is short enough
// for a daemon that is stopped to see a refresh through: its answer may hold the
// only valid refresh token.
const callLimit = 12 * time.Second

// transport is the way to the endpoints, over TLS alone but for loopback.
func (a Account) transport() (*http.Transport, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if a.CAFile != "" {
		pem, err := os.ReadFile(a.CAFile)
		if err != nil {
			return nil, fmt.Errorf("ca_file: %w", err)
		}
		if config.RootCAs, err = x509.SystemCertPool(); err != nil {
			config.RootCAs = x509.NewCertPool() // a machine without a list of its own
		}
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("ca_file %s: no PEM certificate in it", a.CAFile)
		}
	}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment, TLSClientConfig: config, TLSHandshakeTimeout: callLimit,
		DisableKeepAlives: true, // an hour lies between two calls
		ForceAttemptHTTP2: true,
	}, nil
}

// secure refuses an address that would carry secrets in the clear.
func secure(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return errors.New("is no https:// address")
	}
	host := u.Hostname()
	if u.Scheme == "https" || u.Scheme == "http" && (host == "localhost" || host == "127.0.0.1" || host == "::1") {
		return nil
	}
	return errors.New("is no https:// address")
}
