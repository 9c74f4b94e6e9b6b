package oauth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"golang.org/x/oauth2"
)

// maxAnswer is far above any token endpoint's answer.
const maxAnswer = 256 << 10

// exchange sees what passes between the library and an endpoint: the library's
// own errors quote the whole answer, and some lose their cause.
type exchange struct {
	http.RoundTripper
	host   string
	status int
	body   []byte
	err    error
}

func (x *exchange) RoundTrip(r *http.Request) (*http.Response, error) {
	x.host, x.status, x.body = r.URL.Host, 0, nil
	var resp *http.Response
	if resp, x.err = x.RoundTripper.RoundTrip(r); x.err != nil {
		return nil, x.err
	}
	defer resp.Body.Close()
	x.status = resp.StatusCode
	if x.body, x.err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer)); x.err != nil {
		return nil, x.err
	}
	resp.Body = io.NopCloser(bytes.NewReader(x.body))
	return resp, nil
}

// call runs one of the library's calls within callLimit, unless ctx ends first.
// An error of it is an *Error.
func (a Account) call(ctx context.Context, do func(context.Context) (*oauth2.Token, error)) (grant, error) {
	transport, err := a.transport()
	if err != nil {
		return grant{}, err
	}
	x := &exchange{RoundTripper: transport}
	client := &http.Client{
		Transport: x, Timeout: callLimit,
		// A redirected POST would carry the secret to another host.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	token, err := do(context.WithValue(ctx, oauth2.HTTPClient, client)) // the library's only way to be given one
	if err != nil {
		return grant{}, a.fault(ctx, x, err)
	}
	if token == nil { // a device code
		return grant{}, nil
	}
	if len(token.AccessToken) > maxToken || !tokenForm.MatchString(token.AccessToken) {
		return grant{}, a.fault(ctx, x, errNoToken)
	}
	return grant{access: token.AccessToken, refresh: token.RefreshToken, lasts: x.lasts()}, nil
}

var errNoToken = errors.New("no token")

// tokenForm is RFC 6750's b68token, which no line or field can be broken with.
var tokenForm = regexp.MustCompile(`^[A-Za-z0-9._~+/=-]+$`)

// maxToken is far above Microsoft's, which have some 3 KB.
const maxToken = 16 << 10

// grant is what an endpoint gave.
type grant struct {
	access, refresh string
	lasts           time.Duration // 0: it did not say
}

// lasts is expires_in, as a number or, at some, as a text.
func (x *exchange) lasts() time.Duration {
	var said struct {
		ExpiresIn json.RawMessage `json:"expires_in"`
	}
	if json.Unmarshal(x.body, &said) != nil {
		return 0
	}
	seconds, err := strconv.ParseInt(string(bytes.Trim(said.ExpiresIn, `"`)), 10, 32)
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, longest)
}

// longest is how long a token is used at most, whatever the endpoint says.
const longest = 24 * time.Hour
