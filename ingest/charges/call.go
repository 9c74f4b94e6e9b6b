package charges

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/form"
)

// patience is how long one call may take and how often it is tried.
type patience struct {
	call  time.Duration // one try, from connecting to the last byte
	tries int           // in all
	first time.Duration // the wait before the second try; it doubles
	most  time.Duration // the longest wait; a Retry-After beyond it is not waited for
}

// defaultPatience: a page of 100 disputes with three expansions has been seen
// to need several seconds, so 30 s is broken, not slow. Four tries over some
// seconds outlast a rate limit; the next pass outlasts the rest.
var defaultPatience = patience{call: 30 * time.Second, tries: 4, first: 500 * time.Millisecond, most: 20 * time.Second}

// query is one call.
type query struct {
	op     string // what it is for: "list disputes"
	path   string
	params url.Values
	once   bool // it is not worth a second try
}

// answer takes whatever comes, undecoded: stripe-go's own decode errors print
// the body (TRAPS.md 23).
type answer struct{ stripe.APIResource }

// UnmarshalJSON keeps nothing: the bytes stand in LastResponse.RawJSON.
func (*answer) UnmarshalJSON([]byte) error { return nil }

// get makes the call, again where that may help, and returns the body.
func (c *Client) get(ctx context.Context, q query) ([]byte, error) {
	key, err := c.currentKey("")
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		body, f := c.try(ctx, key, q)
		if f == nil {
			return body, nil
		}
		if ctx.Err() != nil {
			return nil, f
		}
		if f.status == http.StatusUnauthorized {
			fresh, err := c.currentKey(key)
			if err != nil {
				return nil, err
			}
			if fresh == key || try >= c.patience.tries {
				return nil, f
			}
			key = fresh
			continue
		}
		wait, again := c.patience.wait(f, try)
		if !again || q.once {
			return nil, f
		}
		if err := sleep(ctx, wait); err != nil {
			return nil, f
		}
	}
}

// try makes the call once. The backend is new each time: it is a few words of
// memory around the shared connections, and nothing of one call can reach
// another.
func (c *Client) try(ctx context.Context, key string, q query) ([]byte, *fault) {
	ctx, cancel := context.WithTimeout(ctx, c.patience.call)
	defer cancel()
	w := &wire{base: c.base, host: hostOf(c.account.APIBase), count: c.account.Count}
	backend := stripe.GetBackendWithConfig(stripe.APIBackend, &stripe.BackendConfig{
		HTTPClient:        w.client(),
		URL:               stripe.String(c.account.APIBase),
		MaxNetworkRetries: stripe.Int64(0), // its backoff sleeps through a cancelled context
		EnableTelemetry:   stripe.Bool(false),
		LeveledLogger:     &stripe.LeveledLogger{Level: stripe.LevelNull},
	})
	values := &form.Values{}
	for name, all := range q.params {
		for _, v := range all {
			values.Add(name, v)
		}
	}
	params := &stripe.Params{Context: ctx}
	if c.account.AccountID != "" {
		params.SetStripeAccount(c.account.AccountID)
	}
	var a answer
	err := backend.CallRaw(http.MethodGet, q.path, key, values, params, &a)
	if err != nil {
		return nil, c.fault(ctx, q, w, err)
	}
	return a.LastResponse.RawJSON, nil
}

// wait says whether another try is worth it, and after how long. A call that
// ran out of time is tried once more only: who stalls twice will stall again,
// and the pass has other work.
func (p patience) wait(f *fault, try int) (time.Duration, bool) {
	stalled := errors.Is(f, context.DeadlineExceeded)
	if try >= p.tries || !f.passing || stalled && try >= 2 {
		return 0, false
	}
	if f.after > 0 {
		return f.after, f.after <= p.most
	}
	d := min(p.first<<(try-1), p.most)
	return d/2 + rand.N(d/2+1), true // spread, so that two daemons do not knock together
}

// retryAfter reads the header's seconds; 0 where it holds none.
func retryAfter(h http.Header) time.Duration {
	s, err := strconv.Atoi(h.Get("Retry-After"))
	if err != nil || s < 0 {
		return 0
	}
	return time.Duration(min(s, 24*3600)) * time.Second
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// currentKey is the key in use. It is read when there is none yet, and when
// refused is the one in use.
func (c *Client) currentKey(refused string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.key != "" && c.key != refused {
		return c.key, nil
	}
	key, err := c.account.Key()
	if err != nil {
		return "", c.keyFault("read the key", "", err)
	}
	key = strings.TrimSpace(key)
	switch {
	case key == "":
		return "", c.keyFault("read the key", "put a restricted key (rk_live_…) into its file", errors.New("it is empty"))
	case strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", c.keyFault("read the key", "its file must hold the key and nothing else", errors.New("it holds blanks or other signs that no key has"))
	}
	if key != c.key {
		c.key, c.idAsked = key, false
	}
	return key, nil
}

// mode is whether the key in use is of live mode; known is false for a key
// whose prefix does not say.
func (c *Client) mode() (live, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	live = strings.Contains(c.key, "_live_")
	return live, live || strings.Contains(c.key, "_test_")
}

// live is the mode of an object: its own word, else the key's; live where neither
// says.
func (c *Client) live(o object) bool {
	if o.Livemode != nil {
		return *o.Livemode
	}
	live, known := c.mode()
	return live || !known
}

// TestMode says that the key in use, once it was read, is of test mode: it sees
// no real dispute.
func (c *Client) TestMode() bool {
	live, known := c.mode()
	return known && !live
}
