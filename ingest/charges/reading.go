package charges

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// ErrUnread says that a dispute could not be read, as the window's [Window.Err]
// has told.
var ErrUnread = errors.New("the dispute could not be read in this pass")

// maxEmpty bounds what a client remembers of charges without a dispute; beyond
// it the memory is begun anew, at the price of a call for each.
const maxEmpty = 10_000

// Reading is what Stripe says of the dispute that m names, or of the dispute
// of its charge: from w where it is there, else by a call of its own. It is
// nil where Stripe has no dispute for that charge (yet). w may be nil.
func (c *Client) Reading(ctx context.Context, w *Window, m rules.Match, now time.Time) (*rules.Reading, error) {
	if w == nil {
		w = newWindow(time.Time{}, now)
		w.since = now // it holds nothing, so it proves nothing
	}
	if m.Dispute == "" {
		if err := c.disputesOf(ctx, w, m.Charge, now); err != nil {
			return nil, err
		}
		d := newest(w.charges[m.Charge].Disputes)
		if d.ID == "" {
			return nil, nil
		}
		m.Dispute = d.ID
	}
	r, ok := w.dispute[m.Dispute]
	if w.unread[m.Dispute] {
		return nil, ErrUnread
	}
	if !ok {
		d, err := c.fetchDispute(ctx, m.Dispute)
		if err != nil {
			return nil, err
		}
		if r, err = c.keep(ctx, w, &d, now); err != nil {
			return nil, err
		}
	}
	r = w.ofItsOwn(r)
	if r.ReadAt.After(now) {
		r.ReadAt = now
	}
	return &r, nil
}

// newest is the dispute that was made last, those that can still move first.
func newest(ds []Dispute) Dispute {
	if open := slices.DeleteFunc(slices.Clone(ds), Dispute.over); len(open) > 0 {
		ds = open
	}
	var last Dispute
	for _, d := range ds {
		if last.ID == "" || d.Created.After(last.Created) {
			last = d
		}
	}
	return last
}

// disputesOf makes sure that w knows the disputes of a charge. A charge that
// had none when it was asked for can only have got one since, and a window
// that reaches back further shows it: such a charge costs one call, not one a
// pass.
func (c *Client) disputesOf(ctx context.Context, w *Window, charge string, now time.Time) error {
	if len(w.charges[charge].Disputes) > 0 {
		return nil
	}
	if !chargeID.MatchString(charge) {
		return c.broken("list disputes of a charge", "no charge id")
	}
	c.mu.Lock()
	asked := c.empty[charge] // zero is before any window
	c.mu.Unlock()
	if w.since.Before(asked.Add(-time.Hour)) { // an hour for clocks that differ
		return nil
	}
	q := query{op: "list disputes of charge " + charge, path: "/v1/disputes", params: url.Values{"charge": {charge}, "expand[]": disputeExpand("data.")}}
	all, err := pages[stripeDispute](ctx, c, q, "dispute")
	if err != nil {
		return err
	}
	for i := range all {
		if all[i].Charge.ID != charge {
			return c.broken(q.op, "the answer holds a dispute of another charge")
		}
		if _, err := c.keep(ctx, w, &all[i], now); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.empty) >= maxEmpty {
		clear(c.empty)
	}
	if len(all) == 0 {
		c.empty[charge] = now
	}
	return nil
}

// reading turns Stripe's dispute into ours. Account and ReadAt are the
// caller's to fill.
// It returns what was given back of the charge too, where that was read.
func (c *Client) reading(ctx context.Context, d *stripeDispute) (rules.Reading, []refund, error) {
	r := rules.Reading{
		Dispute:       d.ID,
		Charge:        d.Charge.ID,
		PaymentIntent: d.PaymentIntent.ID,
		Status:        d.Status,
		Reason:        d.Reason,
		Amount:        money(d.Amount, d.Currency),
		CreatedAt:     unix(d.Created),
		DueBy:         unix(d.EvidenceDetails.DueBy),
		Submissions:   d.EvidenceDetails.SubmissionCount,
		HasEvidence:   d.EvidenceDetails.HasEvidence,
		PastDue:       d.EvidenceDetails.PastDue,
		LossReason:    d.Method.Klarna.LossReason,
		KlarnaReason:  d.Method.Klarna.Reason,
		Refundable:    d.Refundable,
		Live:          c.live(d.object),
	}
	err := c.complete(ctx, d)
	r.Klarna = d.klarna()
	ch := d.Charge.In
	if ch == nil || err != nil {
		return r, nil, err
	}
	r.Authorized, r.Captured = money(ch.Amount, ch.Currency), ch.captured()
	r.Tracking, r.Carrier = ch.Shipping.TrackingNumber, ch.Shipping.Carrier
	if r.PaymentIntent == "" {
		r.PaymentIntent = ch.PaymentIntent.ID
	}
	if pi := intent(d.PaymentIntent, ch.PaymentIntent); pi != nil {
		r.OrderReference = pi.Details.OrderReference
		r.AutoCapture, r.Capturable = automatic(pi), pi.Capturable
	}
	given, err := c.refunds(ctx, &r, ch)
	return r, given, err
}

// complete fetches what an answer holds as an id only although it was to be
// expanded, of disputes that can still move: without it a dispute would look as
// if it had no order reference, no tracking and no refunds.
func (c *Client) complete(ctx context.Context, d *stripeDispute) error {
	over := Dispute{Status: d.Status}.over()
	if needed := d.Method.Type == "" || d.klarna() && !over; needed && d.Charge.In == nil && d.Charge.ID != "" {
		ch, err := c.fetchCharge(ctx, d.Charge.ID)
		if err != nil {
			return err
		}
		d.Charge.In = &ch
	}
	ch := d.Charge.In
	if ch == nil || !d.klarna() || over || intent(d.PaymentIntent, ch.PaymentIntent) != nil {
		return nil
	}
	if id := cmp.Or(d.PaymentIntent.ID, ch.PaymentIntent.ID); id != "" {
		pi, err := c.fetchIntent(ctx, id)
		if err != nil {
			return err
		}
		d.PaymentIntent = ref[stripeIntent]{id, &pi}
	}
	return nil
}

// automatic says that the payment captures by itself: the Klarna option is
// surer than the intent's own.
func automatic(pi *stripeIntent) bool {
	if pi.Options.Klarna.CaptureMethod == "manual" {
		return false
	}
	return pi.CaptureMethod == "automatic" || pi.CaptureMethod == "automatic_async"
}

// refunds adds up a charge's succeeded refunds, in all and since the dispute.
// They come with the charge; where Stripe cut them short they are listed, but
// only while the dispute can still move: of one that is over nobody asks more
// than the charge's own sum.
func (c *Client) refunds(ctx context.Context, r *rules.Reading, ch *stripeCharge) (given []refund, err error) {
	if ch.AmountRefunded == 0 {
		return nil, nil
	}
	here := ch.Refunds != nil && ch.Refunds.Object == "list" && !ch.Refunds.more()
	if !here && (Dispute{Status: r.Status}).over() {
		r.RefundedMinor = ch.AmountRefunded
		return nil, nil
	}
	all, err := c.refundsOf(ctx, ch, here)
	if err != nil {
		return nil, err
	}
	for _, f := range all {
		if f.Charge.ID != "" && f.Charge.ID != ch.ID {
			return nil, c.broken("list refunds of charge "+ch.ID, "the answer holds a refund of another charge")
		}
		if f.Status == "pending" || f.Status == "requires_action" {
			r.Refunding += f.Amount
		}
		if f.Status != "succeeded" {
			continue
		}
		r.RefundedMinor += f.Amount
		given = append(given, refund{unix(f.Created), f.Amount})
		if !unix(f.Created).Before(r.CreatedAt) {
			r.RefundedSince += f.Amount
		}
	}
	return given, nil
}

func (c *Client) refundsOf(ctx context.Context, ch *stripeCharge, here bool) ([]stripeRefund, error) {
	op := "list refunds of charge " + ch.ID
	if here {
		return items[stripeRefund](c, op, ch.Refunds, "refund")
	}
	q := query{op: op, path: "/v1/refunds", params: url.Values{"charge": {ch.ID}}}
	return pages[stripeRefund](ctx, c, q, "refund")
}
