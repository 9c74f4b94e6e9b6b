package charges

import (
	"cmp"
	"context"
	"errors"
	"net/http"
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
	unread   map[string]bool          // dispute ids that have no reading
	charges  map[string]Charge        // by charge id; those fetched later too
	refunds  map[string][]refund      // by charge id: what succeeded, where it was read
	account  *string                  // acct_…, nil until it was asked for

	sought       map[string]sought // by soughtKey: references that were searched for
	unsearchable bool              // Stripe does not search this account at all
	searchFailed bool              // a search failed: the next pass tries again
	searches     int               // that Seek may still make

	failed error // why readings are missing

	// Of the window's own charges alone: what was fetched for one case must not
	// make another case's match depend on who was asked for first.
	index map[string][]string // what a mail may say of a charge → charge ids
	texts []described
}

// described is one description, in lower case.
type described struct{ text, charge string }

func newWindow(since, readAt time.Time) *Window {
	return &Window{
		since: since, readAt: readAt,
		dispute: map[string]rules.Reading{},
		unread:  map[string]bool{},
		charges: map[string]Charge{},
		refunds: map[string][]refund{},
		index:   map[string][]string{},
		sought:  map[string]sought{},
	}
}

// Window reads all disputes created since a time, one call for each 100 of
// them, with charges, refunds and payment intents. A page that is broken anywhere
// is an error: it is never taken for fewer disputes. What belongs to few of them
// and cannot be read is [Window.Err].
func (c *Client) Window(ctx context.Context, since time.Time) (*Window, error) {
	w := newWindow(since, c.account.Now())
	q := query{op: "list disputes", path: "/v1/disputes", params: url.Values{"expand[]": disputeExpand("data.")}}
	if !since.IsZero() {
		q.params.Set("created[gte]", strconv.FormatInt(since.Unix(), 10))
	}
	all, err := pages[stripeDispute](ctx, c, q, "dispute")
	if err != nil {
		return nil, err
	}
	failed := 0
	for i := range all {
		r, err := c.keep(ctx, w, &all[i], w.readAt)
		if err == nil {
			if r.CreatedAt.IsZero() || !r.CreatedAt.Before(since.Truncate(time.Second)) { // whatever was listed
				w.readings = append(w.readings, r)
			}
			continue
		}
		if failed++; failed > mayFail || ctx.Err() != nil {
			return nil, err
		}
		w.unread[all[i].ID], w.failed = true, errors.Join(w.failed, err)
	}
	w.learn()
	return w, nil
}

// mayFail is how many disputes of a window may miss what belongs to them, their
// charge or its refunds, without a word against the others: more are a Stripe
// that is in trouble.
const mayFail = 3

// Err says why [Window.Readings] are fewer than the disputes that Stripe has.
func (w *Window) Err() error { return w.failed }

// Readings is Stripe's word on each Klarna dispute of the window, newest
// first. Disputes of other payment methods are left out.
func (w *Window) Readings() []rules.Reading {
	out := having(w.readings, func(r rules.Reading) bool { return r.Klarna })
	for i, r := range out {
		out[i] = w.ofItsOwn(r)
	}
	return out
}

// keep puts a dispute, read at a time, and its charge into w.
func (c *Client) keep(ctx context.Context, w *Window, d *stripeDispute, at time.Time) (rules.Reading, error) {
	r, given, err := c.reading(ctx, d)
	if ch := d.Charge.In; ch != nil { // it is disputed, whatever could not be read
		w.add(c.charge(ch, intent(d.PaymentIntent, ch.PaymentIntent)))
	}
	w.addDispute(r)
	if err != nil {
		return r, err
	}
	if given != nil {
		w.refunds[r.Charge] = given
	}
	r.Account, r.ReadAt = c.accountOf(ctx, w), at
	w.dispute[r.Dispute] = r
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
	ch.ID, ch.Disputed = r.Charge, true
	if r.Klarna {
		ch.Method = cmp.Or(ch.Method, "klarna")
	}
	ch.Disputes = having(ch.Disputes, func(d Dispute) bool { return d.ID != r.Dispute })
	ch.Disputes = append(ch.Disputes, Dispute{r.Dispute, r.Status, r.Reason, r.Amount, r.CreatedAt, r.DueBy})
	w.charges[r.Charge] = ch
}

// learn makes the index, once, when the window is read.
func (w *Window) learn() {
	for id, ch := range w.charges {
		for _, key := range keysOf(ch) {
			w.index[key] = append(w.index[key], id)
		}
		for _, text := range ch.Descriptions {
			w.texts = append(w.texts, described{strings.ToLower(text), id})
		}
	}
}

// keysOf is all by which a charge can be found, but for its descriptions.
func keysOf(ch Charge) []string {
	keys := []string{ch.ID, ch.PaymentIntent}
	for _, d := range ch.Disputes {
		keys = append(keys, d.ID, d.Amount.String())
	}
	for _, r := range ch.References {
		keys = append(keys, refKey(r.Value))
	}
	return distinct(keys)
}

// near are the window's charges that want could possibly be about: Find among
// them is Find among all.
func (w *Window) near(want Want) []Charge {
	keys := append(want.ids(), strings.TrimSpace(want.Charge), want.Amount.String())
	refs := want.references()
	for _, ref := range slices.Concat(refs, having(want.Unnamed, telling)) {
		keys = append(keys, refKey(ref))
	}
	var ids []string
	for _, key := range keys {
		if key != "" {
			ids = append(ids, w.index[key]...)
		}
	}
	for _, ref := range having(refs, telling) {
		ref = strings.ToLower(strings.TrimPrefix(ref, "#"))
		for _, d := range w.texts {
			if strings.Contains(d.text, ref) { // whether as a word is Find's to say
				ids = append(ids, d.charge)
			}
		}
	}
	return w.these(ids)
}

// doubts says that what a match goes by does not settle it: the mail names
// another amount than the charge has, so that a search may show another charge
// with the same reference.
func (w *Window) doubts(want Want, m rules.Match) bool {
	ch, ok := w.charges[m.Charge]
	f := finder{want: want}
	return ok && want.Charge == "" && f.differs(ch) != "" && !slices.ContainsFunc(want.ids(), ch.is)
}

// these are the charges of ids, those that w knows, each once.
func (w *Window) these(ids []string) []Charge {
	slices.Sort(ids)
	var out []Charge
	for _, id := range slices.Compact(ids) {
		if ch, ok := w.charges[id]; ok {
			out = append(out, ch)
		}
	}
	return out
}

// merge is what two answers say of one charge; b is the later one.
func merge(a, b Charge) Charge {
	a.References = distinct(slices.Concat(a.References, b.References))
	a.Descriptions = distinct(slices.Concat(a.Descriptions, b.Descriptions))
	for _, d := range b.Disputes {
		a.Disputes = having(a.Disputes, func(old Dispute) bool { return old.ID != d.ID })
		a.Disputes = append(a.Disputes, d)
	}
	a.Disputed = a.Disputed || b.Disputed
	a.PaymentIntent = cmp.Or(a.PaymentIntent, b.PaymentIntent)
	a.Method, a.Status = cmp.Or(a.Method, b.Method), cmp.Or(b.Status, a.Status)
	if a.Amount.IsZero() {
		a.Amount, a.Created = b.Amount, b.Created
	}
	return a
}

// accountOf is the account's id for w's readings, asked for once a window.
func (c *Client) accountOf(ctx context.Context, w *Window) string {
	if w.account == nil {
		id := c.AccountID(ctx)
		w.account = &id
	}
	return *w.account
}

// AccountID is the account's id at Stripe, for links into the Dashboard: the configured
// one, or the key's own; "" where it is not known. A restricted key may be refused it, which is fine and
// is not asked again; a passing failure leaves links without it until the next
// window. Neither keeps a dispute from being read.
func (c *Client) AccountID(ctx context.Context) string {
	if c.account.AccountID != "" {
		return c.account.AccountID
	}
	c.mu.Lock()
	id, asked := c.id, c.idAsked
	c.mu.Unlock()
	if asked {
		return id
	}
	o, err := one[object](ctx, c, query{op: "read account", path: "/v1/account", once: true}, "account", "")
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil || statusOf(err) == http.StatusForbidden {
		c.id, c.idAsked = o.ID, true
	}
	return c.id
}
