package charges

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"
)

// maxAnswer bounds one answer. A page of 100 disputes with charges, payment
// intents and refunds is about 2 MB; ten times that is not Stripe.
const maxAnswer = 20 << 20

// connectTime bounds connecting and the TLS handshake, each: a host that does
// not take a connection in 10 s is tried again later.
const connectTime = 10 * time.Second

// allowed is all that may be called, and only with GET (CONTRACT.md, "What of
// Stripe and Slack may be called").
var allowed = regexp.MustCompile(`^/v1/(account|refunds|disputes(/d[up]_\w+)?|charges(/search|/(ch|py)_\w+)?|payment_intents(/search|/pi_\w+)?)$`)

var (
	errNotAllowed = errors.New("this call is not one of those that the program may make")
	errTooLarge   = fmt.Errorf("the answer is larger than %d MiB", maxAnswer>>20)
)

// newTransport is an own connection pool: nothing of http.DefaultTransport is
// shared, and connecting is bounded.
func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.TLSHandshakeTimeout = connectTime
	t.MaxIdleConnsPerHost = 4
	return t
}

// wire carries one request and notes what stripe-go does not hand on: the
// status of an answer that is not JSON, and Retry-After.
type wire struct {
	base  http.RoundTripper
	host  string // of the API: nothing else is ever called
	count func(string)

	status int         // 0: no answer came
	header http.Header // of the answer
}

// RoundTrip lets only the allowed calls pass, takes out what tells Stripe of
// this machine (stripe-go sends `uname -a`), and bounds the answer.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet || req.URL.Host != w.host || !allowed.MatchString(req.URL.Path) {
		return nil, errNotAllowed
	}
	req = req.Clone(req.Context())
	req.Header.Del("X-Stripe-Client-User-Agent")
	resp, err := w.base.RoundTrip(req)
	if err != nil {
		w.tell("error")
		return nil, err
	}
	w.status, w.header = resp.StatusCode, resp.Header
	w.tell(strconv.Itoa(resp.StatusCode))
	resp.Body = &bounded{resp.Body, maxAnswer}
	return resp, nil
}

func (w *wire) tell(code string) {
	if w.count != nil {
		w.count(code)
	}
}

// client is an HTTP client around w. Deadlines come from the context; a
// redirect meets w again, and leads nowhere that is not allowed.
func (w *wire) client() *http.Client { return &http.Client{Transport: w} }

// bounded fails where a body goes on after left bytes.
type bounded struct {
	io.ReadCloser
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	return n, err
}

// hostOf is the host of the API's base URL; "" where it cannot be read, and
// then nothing is called.
func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return u.Host
}
