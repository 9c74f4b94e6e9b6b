package charges

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Window is what Stripe said of all disputes created since a time, and of
// those that were fetched for it later. One goroutine uses it at a time; it is
// read anew for each pass.
type Window struct {
	since    time.Time
	readAt   time.Time
	readings []rules.Reading          // of the window, newest first
	dispute  map[string]rules.Reading // by dispute id; those fetched later too
	charges  map[string]Charge        // by charge id
}

func newWindow(since, readAt time.Time) *Window {
	return &Window{
		since: since, readAt: readAt,
		dispute: map[string]rules.Reading{},
		charges: map[string]Charge{},
	}
}

// Window reads all disputes created since a time, one call for each 100 of
// them, with charges, refunds and payment intents. An answer that is broken
// anywhere is an error: it is never taken for fewer disputes.
func (c *Client) Window(ctx context.Context, since time.Time) (*Window, error) {
	w := newWindow(since, c.account.Now())
	q := query{"list disputes", "/v1/disputes", url.Values{"expand[]": disputeExpand("data.")}}
	if !since.IsZero() {
		q.params.Set("created[gte]", strconv.FormatInt(since.Unix(), 10))
	}
	all, err := pages[stripeDispute](ctx, c, q, "dispute")
	if err != nil {
		return nil, err
	}
	account := c.accountID(ctx)
	for i := range all {
		r, err := c.keep(ctx, w, &all[i], account)
		if err != nil {
			return nil, err
		}
		w.readings = append(w.readings, r)
	}
	return w, nil
}

// Readings is Stripe's word on each Klarna dispute of the window, newest
// first. Disputes of other payment methods are left out.
func (w *Window) Readings() []rules.Reading {
	return slices.DeleteFunc(slices.Clone(w.readings), func(r rules.Reading) bool { return !r.Klarna })
}

// keep puts a dispute and its charge into w.
func (c *Client) keep(ctx context.Context, w *Window, d *stripeDispute, account string) (rules.Reading, error) {
	r, err := c.reading(ctx, d)
	if err != nil {
		return r, err
	}
	r.Account, r.ReadAt = account, w.readAt
	w.dispute[r.Dispute] = r
	if ch := d.Charge.In; ch != nil {
		w.add(c.charge(ch, intent(d.PaymentIntent, ch.PaymentIntent)))
	}
	w.addDispute(r)
	return r, nil
}

// add puts a charge into w; what w already knew of it stays.
func (w *Window) add(ch Charge) {
	if old, ok := w.charges[ch.ID]; ok {
		ch = merge(old, ch)
	}
	w.charges[ch.ID] = ch
}

// addDispute notes a dispute at its charge.
func (w *Window) addDispute(r rules.Reading) {
	if r.Charge == "" {
		return
	}
	ch := w.charges[r.Charge]
	if ch.ID == "" {
		ch = Charge{ID: r.Charge, PaymentIntent: r.PaymentIntent}
		if r.Klarna {
			ch.Method = "klarna"
		}
	}
	ch.Disputed = true
	ch.Disputes = slices.DeleteFunc(slices.Clone(ch.Disputes), func(d Dispute) bool { return d.ID == r.Dispute })
	ch.Disputes = append(ch.Disputes, Dispute{r.Dispute, r.Status, r.Reason, r.Amount, r.CreatedAt})
	w.charges[r.Charge] = ch
}

// merge is what two answers say of one charge.
func merge(a, b Charge) Charge {
	a.References = distinct(append(slices.Clone(a.References), b.References...))
	a.Descriptions = distinct(append(slices.Clone(a.Descriptions), b.Descriptions...))
	a.Disputes = distinct(append(slices.Clone(a.Disputes), b.Disputes...))
	a.Disputed = a.Disputed || b.Disputed
	for _, f := range []struct{ to, from *string }{{&a.PaymentIntent, &b.PaymentIntent}, {&a.Method, &b.Method}, {&a.Status, &b.Status}} {
		if *f.to == "" {
			*f.to = *f.from
		}
	}
	if a.Amount.IsZero() {
		a.Amount, a.Created = b.Amount, b.Created
	}
	return a
}

// candidates are w's charges, in an order that says nothing.
func (w *Window) candidates() []Charge {
	all := make([]Charge, 0, len(w.charges))
	for _, ch := range w.charges {
		all = append(all, ch)
	}
	slices.SortFunc(all, func(a, b Charge) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// accountID is the account's id, for links into the Dashboard: the configured
// one, or the key's own. A restricted key may be refused it, which is fine and
// is not asked again; a passing failure leaves links without it until the next
// window. Neither keeps a dispute from being read.
func (c *Client) accountID(ctx context.Context) string {
	if c.account.AccountID != "" {
		return c.account.AccountID
	}
	c.mu.Lock()
	id, asked := c.id, c.idAsked
	c.mu.Unlock()
	if asked {
		return id
	}
	o, err := one[object](ctx, c, query{"read account", "/v1/account", nil}, "account", "")
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil || statusOf(err) == 403 || statusOf(err) == 404 {
		c.id, c.idAsked = o.ID, true
	}
	return c.id
}
