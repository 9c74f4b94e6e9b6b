package charges

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
)

// pageSize is the most that Stripe gives a page.
const pageSize = "100"

// maxPages bounds one listing: 100,000 objects. More than that in one window
// is a server that never ends.
const maxPages = 1000

// list is Stripe's envelope of many objects: "list" or "search_result".
type list struct {
	Object  string            `json:"object"`
	HasMore *bool             `json:"has_more"`
	Data    []json.RawMessage `json:"data"`
}

// more says that there are further pages.
func (l *list) more() bool { return l.HasMore != nil && *l.HasMore }

// one makes q and reads the single object it gives, of the wanted kind.
func one[T interface{ self() object }](ctx context.Context, c *Client, q query, kind, id string) (T, error) {
	var v T
	body, err := c.get(ctx, q)
	if err != nil {
		return v, err
	}
	if err := c.decode(q.op, body, &v); err != nil {
		return v, err
	}
	if o := v.self(); o.Object != kind || id != "" && o.ID != id {
		return v, c.broken(q.op, "HTTP 200, but the answer is not the "+kind+" that was asked for")
	}
	return v, nil
}

// page makes q and reads one page of kind. An answer that is not a list is an
// error, never an empty list (TRAPS.md 23).
func page[T interface{ self() object }](ctx context.Context, c *Client, q query, envelope, kind string) ([]T, bool, error) {
	body, err := c.get(ctx, q)
	if err != nil {
		return nil, false, err
	}
	var l list
	if err := c.decode(q.op, body, &l); err != nil {
		return nil, false, err
	}
	if l.Object != envelope || l.HasMore == nil || l.Data == nil {
		return nil, false, c.broken(q.op, "HTTP 200, but the answer is not a "+envelope)
	}
	all, err := items[T](c, q.op, &l, kind)
	return all, l.more(), err
}

// items decodes the objects of l, each of the kind.
func items[T interface{ self() object }](c *Client, op string, l *list, kind string) ([]T, error) {
	all := make([]T, len(l.Data))
	for i, raw := range l.Data {
		if err := c.decode(op, raw, &all[i]); err != nil {
			return nil, err
		}
		o := all[i].self()
		if o.Object != kind || o.ID == "" {
			return nil, c.broken(op, "the list holds something that is not a "+kind)
		}
		if live, known := c.mode(); known && o.Livemode != nil && *o.Livemode != live {
			f := c.broken(op, "the answer is of "+modeWord(!live)+" mode, the key of "+modeWord(live)+" mode")
			f.hint = "look whether the key's file and api_base belong together"
			return nil, f
		}
	}
	return all, nil
}

func modeWord(live bool) string {
	if live {
		return "live"
	}
	return "test"
}

// pages reads a whole listing, 100 objects a call.
func pages[T interface{ self() object }](ctx context.Context, c *Client, q query, kind string) ([]T, error) {
	var all []T
	err := eachPage(ctx, c, q, kind, func(data []T) { all = append(all, data...) })
	if err != nil {
		return nil, err
	}
	return all, nil
}

// eachPage hands on a whole listing page by page. What was handed on before an
// error is not to be used: it may be less than there is.
func eachPage[T interface{ self() object }](ctx context.Context, c *Client, q query, kind string, take func([]T)) error {
	seen := map[string]bool{}
	q.params.Set("limit", pageSize)
	for range maxPages {
		data, more, err := page[T](ctx, c, q, "list", kind)
		if err != nil {
			return err
		}
		for _, v := range data {
			if id := v.self().ID; seen[id] {
				return c.broken(q.op, "the pages repeat themselves: "+id+" came twice")
			} else {
				seen[id] = true
			}
		}
		take(data)
		if !more {
			return nil
		}
		if len(data) == 0 {
			return c.broken(q.op, "an empty page that promises more")
		}
		q.params.Set("starting_after", data[len(data)-1].self().ID)
	}
	return c.broken(q.op, fmt.Sprintf("more than %d pages", maxPages))
}

// The ids that can be fetched. Anything else, the empty one first, is refused
// before it becomes part of a path: an empty id would call the list.
var (
	disputeID = regexp.MustCompile(`^d[up]_\w{1,250}$`)
	chargeID  = regexp.MustCompile(`^(ch|py)_\w{1,250}$`)
	intentID  = regexp.MustCompile(`^pi_\w{1,250}$`)
)

// fetchDispute reads one dispute with all that a reading needs.
func (c *Client) fetchDispute(ctx context.Context, id string) (stripeDispute, error) {
	const op = "read dispute"
	if !disputeID.MatchString(id) {
		return stripeDispute{}, c.broken(op, "no dispute id")
	}
	q := query{op: op + " " + id, path: "/v1/disputes/" + id, params: url.Values{"expand[]": disputeExpand("")}}
	return one[stripeDispute](ctx, c, q, "dispute", id)
}

// fetchCharge reads one charge with its payment intent.
func (c *Client) fetchCharge(ctx context.Context, id string) (stripeCharge, error) {
	const op = "read charge"
	if !chargeID.MatchString(id) {
		return stripeCharge{}, c.broken(op, "no charge id")
	}
	q := query{op: op + " " + id, path: "/v1/charges/" + id, params: url.Values{"expand[]": {"payment_intent"}}}
	return one[stripeCharge](ctx, c, q, "charge", id)
}

// fetchIntent reads one payment intent with its last charge: the only one of
// its charges that can have succeeded.
func (c *Client) fetchIntent(ctx context.Context, id string) (stripeIntent, error) {
	const op = "read payment intent"
	if !intentID.MatchString(id) {
		return stripeIntent{}, c.broken(op, "no payment intent id")
	}
	q := query{op: op + " " + id, path: "/v1/payment_intents/" + id, params: url.Values{"expand[]": {"latest_charge"}}}
	return one[stripeIntent](ctx, c, q, "payment_intent", id)
}

// latest is the last charge of a payment intent, nil where it has none. Where it
// was not expanded it costs a call.
func (c *Client) latest(ctx context.Context, pi *stripeIntent) (*stripeCharge, error) {
	if pi.LatestCharge.In != nil || pi.LatestCharge.ID == "" {
		return pi.LatestCharge.In, nil
	}
	ch, err := c.fetchCharge(ctx, pi.LatestCharge.ID)
	return &ch, err
}

// disputeExpand are a dispute's expansions under prefix: "" or "data.". The
// refunds come with the charge, so that a pass needs no call a case.
func disputeExpand(prefix string) []string {
	return []string{prefix + "charge", prefix + "charge.refunds", prefix + "payment_intent"}
}
