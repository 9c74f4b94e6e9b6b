package charges

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// Probe is one thing that was tried, and how it went.
type Probe struct {
	What string // "list disputes"
	OK   bool
	Hint string // what to do about it, or what to know although it works
}

// Check tries each permission that the program needs, changing nothing. Its
// error says that nothing could be tried: no key, or no time.
func (c *Client) Check(ctx context.Context) ([]Probe, error) {
	if _, err := c.currentKey(""); err != nil {
		return nil, err
	}
	probes := []Probe{c.aboutKey()}
	for _, q := range []query{
		{op: "read account", path: "/v1/account", params: nil},
		{op: "list disputes", path: "/v1/disputes", params: url.Values{"limit": {"1"}, "expand[]": disputeExpand("data.")}},
		{op: "list charges", path: "/v1/charges", params: url.Values{"limit": {"1"}}},
		{op: "list payment intents", path: "/v1/payment_intents", params: url.Values{"limit": {"1"}}},
		harmlessSearch("charge"),
		harmlessSearch("payment_intent"),
		{op: "list refunds", path: "/v1/refunds", params: url.Values{"limit": {"1"}}},
	} {
		err := c.probe(ctx, q)
		if ctx.Err() != nil {
			return probes, err
		}
		p := Probe{What: q.op, OK: err == nil, Hint: advice(err)}
		switch {
		case isStrange(err):
			return append(probes, p), nil // every other call would say the same
		case q.path == "/v1/account" && statusOf(err) == http.StatusForbidden:
			p = Probe{q.op, true, "not permitted, and not needed: links into the Dashboard go without the account"}
		case strings.HasSuffix(q.path, "/search") && notSearchable(err):
			p = Probe{q.op, true, "Stripe offers no search for this account: references in metadata are found among disputed charges only"}
		}
		probes = append(probes, p)
		if statusOf(err) == http.StatusUnauthorized {
			break // every other call would say the same
		}
	}
	return probes, nil
}

// isStrange says that the key has no access to the account at all.
func isStrange(err error) bool {
	var f *fault
	return errors.As(err, &f) && f.strange()
}

// harmlessSearch is a search that Stripe takes, if it takes any.
func harmlessSearch(kind string) query {
	return searchFor(kind, "metadata['order_id']:'disputewatch-check'")
}

// probe makes one call and looks whether the answer is what it should be.
func (c *Client) probe(ctx context.Context, q query) error {
	switch kind := kindOf(q.path); {
	case kind == "account":
		_, err := one[object](ctx, c, q, kind, c.account.AccountID)
		return err
	case strings.HasSuffix(q.path, "/search"):
		_, _, err := page[object](ctx, c, q, "search_result", kind)
		return err
	default:
		_, _, err := page[object](ctx, c, q, "list", kind)
		return err
	}
}

// kindOf is what a path lists: "/v1/charges/search" gives "charge".
func kindOf(path string) string {
	return strings.TrimSuffix(strings.Split(path, "/")[2], "s")
}

// aboutKey is what the key's prefix says.
func (c *Client) aboutKey() Probe {
	c.mu.Lock()
	key := c.key
	c.mu.Unlock()
	p := Probe{What: "key", OK: true}
	switch {
	case strings.HasPrefix(key, "rk_live_"):
		p.What = "key: restricted, live mode"
	case strings.HasPrefix(key, "rk_test_"):
		p.What, p.Hint = "key: restricted, test mode", "it sees no real dispute"
	case strings.HasPrefix(key, "sk_test_"):
		p.What, p.Hint = "key: test mode", "it sees no real dispute"
	case strings.HasPrefix(key, "sk_"):
		p.What, p.Hint = "key: unrestricted, live mode", "a restricted key with read permissions is enough, and safer"
	case strings.HasPrefix(key, "pk_"):
		p.OK, p.Hint = false, "this is a publishable key (pk_): it may read nothing; make a restricted one (rk_)"
	default:
		p.Hint = "its prefix is none of Stripe's (rk_live_, rk_test_, sk_live_, sk_test_)"
	}
	return p
}

// advice is the hint of an error, or its words where it has none.
func advice(err error) string {
	if err == nil {
		return ""
	}
	var f *fault
	if errors.As(err, &f) && f.hint != "" {
		what := f.what
		if f.cause != nil {
			what = strings.TrimPrefix(what+": "+f.cause.Error(), ": ")
		}
		return what + ": " + f.hint
	}
	return err.Error()
}
