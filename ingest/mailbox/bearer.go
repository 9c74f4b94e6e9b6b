package mailbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"
)

// Tokens gives the access tokens of a login by OAuth2.
type Tokens interface {
	// Token is a token that should be good for a minute at least. It may ask
	// the provider for one; it ends with ctx.
	Token(ctx context.Context) (string, error)
	// Refused says that the mail server did not take a token. It is true where
	// the next Token will be another one, so that trying again makes sense.
	Refused(token string) (again bool)
}

// xoauth2 is the mechanism of Google and Microsoft. Of a shared mailbox user is
// its address, while the token is of a person who may open it.
const xoauth2 = "XOAUTH2"

// openByToken connects and logs in. A token that was good by the clock and is
// refused nonetheless, since it was revoked, is replaced once.
func (c *Conn) openByToken(ctx context.Context) error {
	tokens := c.account.Tokens
	for again := true; ; again = false {
		token, err := tokens.Token(ctx)
		if err != nil {
			return fmt.Errorf("login as %s: %w", c.account.Username, err)
		}
		err = c.openBy(ctx, func() error { return c.bear(ctx, token) })
		var refused *AuthError
		if !errors.As(err, &refused) || !refused.Token || !tokens.Refused(token) || !again {
			return err
		}
	}
}

// bear logs in with an access token, by XOAUTH2 or, where only that is offered,
// by OAUTHBEARER (RFC 7628).
func (c *Conn) bear(ctx context.Context, token string) error {
	b := &bearer{Client: sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{
		Username: c.account.Username, Token: token, Host: c.account.Host, Port: c.account.Port,
	})}
	err := c.await(ctx, func() error {
		switch caps := c.client.Caps(); {
		case caps.Has(imap.AuthCap(xoauth2)):
			b.Client = xoauth2Client{c.account.Username, token}
		case !caps.Has(imap.AuthCap(sasl.OAuthBearer)):
			return errNoToken
		}
		return c.authenticate(b)
	})
	return c.bearError(err, b.status)
}

// bearError tells a token that was refused from a server that is busy.
func (c *Conn) bearError(err error, status string) error {
	switch {
	case errors.Is(err, errRefusedToken):
		return &AuthError{Username: c.account.Username, Code: status, Hint: c.bearHint(), Token: true}
	case errors.Is(err, errNoToken):
		return &AuthError{Username: c.account.Username, Hint: "the server offers neither XOAUTH2 nor OAUTHBEARER: use password_file in place of oauth2"}
	}
	err = c.loginError(err)
	var refused *AuthError
	if errors.As(err, &refused) {
		refused.Token, refused.Hint = true, c.bearHint()
	}
	return err
}

const (
	errNoToken      = fault("the server takes no access token")
	errRefusedToken = fault("the server refused the access token")
)

// xoauth2Client is the mechanism's client side; go-sasl has none.
// https://developers.google.com/workspace/gmail/imap/xoauth2-protocol
type xoauth2Client struct{ user, token string }

func (x xoauth2Client) Start() (string, []byte, error) {
	return xoauth2, []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next is never asked: the only challenge is a refusal, which bearer takes.
func (x xoauth2Client) Next([]byte) ([]byte, error) { return nil, errRefusedToken }

// bearer notes the status of a refusal. The connection ends with it: nobody
// answers the challenge to hear "no" once more.
type bearer struct {
	sasl.Client
	status string
}

// statusForm keeps a server's prose, which may name people, out of errors.
var statusForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,30}$`)

func (b *bearer) Next(challenge []byte) ([]byte, error) {
	var said struct{ Status string }
	if json.Unmarshal(challenge, &said) == nil && statusForm.MatchString(said.Status) {
		b.status = said.Status
	}
	return nil, errRefusedToken
}
