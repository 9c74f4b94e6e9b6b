package oauth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"

	"golang.org/x/oauth2"
)

// consentLimit is how long a person may take, where the provider sets no limit
// of its own. Google's and Microsoft's codes live 10 to 15 minutes.
const consentLimit = 15 * time.Minute

// A Person is asked for consent. The methods only show; they do not wait.
type Person interface {
	// EnterCode asks to open a page, on any machine, and to type the code there.
	EnterCode(page, code string, until time.Time)
	// OpenPage asks to open a page that leads back to back, an address of this
	// machine. Whoever opens it on another one pastes the address at which the
	// browser got stuck; it is received from Pasted.
	OpenPage(page, back string)
	// Pasted gives the lines that the person pastes.
	Pasted() <-chan string
}

// ErrNoConsent says that the provider has no way to ask a person that is known
// here: neither device_url nor auth_url.
var ErrNoConsent = errors.New("how to ask a person is not known\nhint: set oauth2.device_url or oauth2.auth_url, or put a refresh token into the file yourself")

// Consent leads a person through the provider's consent and returns the refresh
// token that it gave: by a device code where the provider has one, else by a
// browser.
func (a Account) Consent(ctx context.Context, p Person) (refresh string, err error) {
	ctx, done := context.WithTimeout(ctx, consentLimit)
	defer done()
	c, err := a.config()
	if err != nil {
		return "", err
	}
	var g grant
	switch {
	case c.Endpoint.DeviceAuthURL != "":
		g, err = a.byDevice(ctx, c, p)
	case c.Endpoint.AuthURL != "":
		g, err = a.byBrowser(ctx, c, p)
	default:
		return "", ErrNoConsent
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = errors.New("nobody confirmed in time\nhint: try again")
	}
	if err != nil {
		return "", err
	}
	if g.refresh == "" {
		return "", errors.New("the provider gave no refresh token\nhint: " + noRefresh[a.Provider])
	}
	return g.refresh, nil
}

var noRefresh = map[string]string{
	Google:    "remove the app's access at myaccount.google.com/permissions and consent again",
	Microsoft: "the scopes must hold offline_access",
	Custom:    "the scopes must ask for one, mostly by offline_access, and the app must be allowed it",
}

// byDevice is the device authorization grant, RFC 8628.
func (a Account) byDevice(ctx context.Context, c *oauth2.Config, p Person) (grant, error) {
	var device *oauth2.DeviceAuthResponse
	_, err := a.call(ctx, func(ctx context.Context) (_ *oauth2.Token, err error) {
		device, err = c.DeviceAuth(ctx)
		return nil, err
	})
	if err != nil {
		return grant{}, err
	}
	if err := secure(device.VerificationURI); err != nil || device.UserCode == "" {
		return grant{}, errors.New("the provider named no page and code to confirm\nhint: check device_url")
	}
	limit, _ := ctx.Deadline()
	if device.Expiry.IsZero() || device.Expiry.After(limit) {
		device.Expiry = limit
	}
	p.EnterCode(printable(device.VerificationURI), printable(device.UserCode), device.Expiry)
	ctx, done := context.WithDeadline(ctx, device.Expiry)
	defer done()
	basic := false
	for {
		g, err := a.styled(&basic, func(style oauth2.AuthStyle) (grant, error) {
			c.Endpoint.AuthStyle = style
			return a.call(ctx, func(ctx context.Context) (*oauth2.Token, error) { return c.DeviceAccessToken(ctx, device) })
		})
		if err == nil || !passing(err) || ctx.Err() != nil {
			return g, errors.Join(err, ctx.Err())
		}
	}
}

// passing says of an error that asking again may help (RFC 8628, section 3.5):
// a line that broke, a provider with a disturbance.
func passing(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == "" && (e.Status == 0 && e.Host != "" || e.Status == http.StatusTooManyRequests || e.Status >= 500)
}

// printable takes out what could play tricks with a terminal.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	return fmt.Sprintf("%.200s", text)
}
