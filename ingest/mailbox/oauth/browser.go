package oauth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// came is what a browser brought back.
type came struct {
	code string
	err  error
}

// byBrowser is the authorization code grant with a loopback address to come
// back to (RFC 8252, section 7.3) and PKCE. The address works without a browser
// on this machine too: then the person pastes it.
func (a Account) byBrowser(ctx context.Context, c *oauth2.Config, p Person) (grant, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return grant{}, fmt.Errorf("wait for the browser: %w", err)
	}
	c.RedirectURL = fmt.Sprintf("http://%s/", l.Addr())
	state, verifier := oauth2.GenerateVerifier(), oauth2.GenerateVerifier()
	back := make(chan came, 1)
	defer serveBack(l, state, back)()
	p.OpenPage(c.AuthCodeURL(state, oauth2.AccessTypeOffline, oauth2.S256ChallengeOption(verifier),
		oauth2.SetAuthURLParam("prompt", "consent")), c.RedirectURL)
	code, err := awaitCode(ctx, state, back, p.Pasted())
	if err != nil {
		return grant{}, err
	}
	return a.styled(new(bool), func(style oauth2.AuthStyle) (grant, error) {
		c.Endpoint.AuthStyle = style
		return a.call(ctx, func(ctx context.Context) (*oauth2.Token, error) {
			return c.Exchange(ctx, code, oauth2.VerifierOption(verifier))
		})
	})
}

// awaitCode waits for the browser, or for an address that the person pastes.
func awaitCode(ctx context.Context, state string, back <-chan came, pasted <-chan string) (string, error) {
	for {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case c := <-back:
			return c.code, c.err
		case line, open := <-pasted:
			if !open {
				pasted = nil // nobody can paste; the browser may still come
				continue
			}
			u, err := url.Parse(strings.TrimSpace(line))
			if err != nil || u.Query().Get("state") == "" {
				continue // an empty line, or half an address: there will be another
			}
			c := read(u.Query(), state)
			return c.code, c.err
		}
	}
}

// read takes the code out of the address that a browser was led back to. One
// with another state was made by somebody else (RFC 6749, section 10.12).
func read(q url.Values, state string) came {
	switch said := q.Get("error"); {
	case q.Get("state") != state:
		return came{err: errors.New("this address is of another sign-in\nhint: open the page that was shown last")}
	case said != "" && codeForm.MatchString(said):
		return came{err: fmt.Errorf("the provider said %s", said)}
	case said != "" || q.Get("code") == "":
		return came{err: errors.New("the provider gave no code")}
	}
	return came{code: q.Get("code")}
}

// serveBack answers the browser until the func that it returns is called, which
// waits for the last answer to be sent.
func serveBack(l net.Listener, state string, back chan<- came) func() {
	s := &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.URL.Path != "/" || q.Get("state") != state {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, "disputewatch has got the answer. You can close this page.\n") // a courtesy
		select {
		case back <- read(q, state):
		default: // the browser asked twice
		}
	})}
	var serving sync.WaitGroup
	serving.Go(func() { _ = s.Serve(l) }) // ends with Shutdown
	return func() {
		ctx, done := context.WithTimeout(context.Background(), time.Second)
		defer done()
		_ = s.Shutdown(ctx) // a browser that lingers is left alone
		serving.Wait()
	}
}
