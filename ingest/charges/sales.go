package charges

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Sales are the captured Klarna orders among all charges of some time.
type Sales struct {
	Charges   int    // that were read, of any payment method
	Captured  int    // Klarna orders whose money was taken
	Refunded  int    // of those: given back in full, so that nothing is to be shipped
	Tracked   int    // of the others: with a tracking number
	NoCarrier int    // of those: without the carrier's name
	Untracked []Sale // neither refunded nor tracked, newest first
	Automatic int    // of Captured: taken at once, without a word of the shop's; only [Client.Captures] asks
}

// Sale is one captured Klarna order.
type Sale struct {
	Charge   string
	Created  time.Time
	Captured rules.Money
	Disputed bool
}

// The time is cut into slices, of which some are read side by side: with half a
// second a page of 100 charges, a minute is enough for 40,000 of them, and four
// calls at a time stay far below Stripe's 25 a second and endpoint.
const (
	saleSlices  = 20
	saleReaders = 4
)

// Sales reads all charges created since a time, by list pages: Stripe can
// search charges neither by payment method nor by shipping. It is for an audit
// and for a week's count; matching never needs it. An answer that is broken
// anywhere is an error: it is never taken for fewer orders.
//
// tell, which may be nil, hears after each page how many charges were read and
// which share of the time is done, 0 to 1; its calls do not overlap.
func (c *Client) Sales(ctx context.Context, since time.Time, tell func(read int, share float64)) (Sales, error) {
	return c.sales(ctx, since, &saleReading{tell: tell})
}

// Captures is [Client.Sales] of a short time, and how many of the payments were
// captured at once: that needs each payment intent, which makes the pages slow.
func (c *Client) Captures(ctx context.Context, since time.Time) (Sales, error) {
	return c.sales(ctx, since, &saleReading{intents: true})
}

func (c *Client) sales(ctx context.Context, since time.Time, r *saleReading) (Sales, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	bounds := saleBounds(since.Unix(), c.account.Now().Unix())
	r.slices, r.since, r.seen = len(bounds)-1, bounds[0], map[string]bool{}
	next := make(chan url.Values, r.slices)
	for i := range r.slices {
		next <- saleFilter(bounds[i], bounds[i+1], i == r.slices-1)
	}
	close(next)
	var readers sync.WaitGroup
	for range saleReaders {
		readers.Go(func() {
			for filter := range next {
				if err := c.saleSlice(ctx, filter, r); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	readers.Wait()
	if ctx.Err() != nil {
		return Sales{}, context.Cause(ctx)
	}
	slices.SortFunc(r.sales.Untracked, func(a, b Sale) int {
		if n := b.Created.Compare(a.Created); n != 0 {
			return n
		}
		return strings.Compare(a.Charge, b.Charge)
	})
	return r.sales, nil
}

// saleBounds are the seconds at which the slices begin, and the last one's end.
// No slice is shorter than a day: a week is no twenty calls.
func saleBounds(from, to int64) []int64 {
	const day = 24 * 3600
	n := max(min((to-from)/day, saleSlices), 1)
	bounds := []int64{from}
	for i := range n {
		bounds = append(bounds, from+(to-from)*(i+1)/n)
	}
	return bounds
}

// saleFilter lists what was created from one second to before another; the
// newest slice is open, for clocks that differ.
func saleFilter(from, to int64, newest bool) url.Values {
	v := url.Values{"created[gte]": {strconv.FormatInt(from, 10)}}
	if !newest {
		v.Set("created[lt]", strconv.FormatInt(to, 10))
	}
	return v
}

// saleReading is one listing under way, shared by its readers.
type saleReading struct {
	tell    func(int, float64)
	intents bool  // the payment intents are wanted too
	since   int64 // Stripe's second from which on charges count
	slices  int   // in all

	mu    sync.Mutex // guards what follows
	sales Sales
	seen  map[string]bool // charge ids: a slice may hold those of another
	done  int             // slices
}

// saleSlice reads one slice of the time.
func (c *Client) saleSlice(ctx context.Context, filter url.Values, r *saleReading) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if r.intents {
		filter.Set("expand[]", "data.payment_intent")
	}
	q := query{op: "list charges", path: "/v1/charges", params: filter}
	if err := eachPage(ctx, c, q, "charge", r.take); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	r.say()
	return nil
}

// take counts a page.
func (r *saleReading) take(page []stripeCharge) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range page {
		if ch := &page[i]; !r.seen[ch.ID] && (ch.Created == 0 || ch.Created >= r.since) {
			r.seen[ch.ID] = true
			r.sales.count(ch)
		}
	}
	r.say()
}

func (r *saleReading) say() {
	if r.tell != nil {
		r.tell(r.sales.Charges, float64(r.done)/float64(r.slices))
	}
}

func (s *Sales) count(ch *stripeCharge) {
	s.Charges++
	captured := ch.captured()
	if captured.IsZero() {
		captured = money(ch.Amount, ch.Currency)
	}
	if ch.Method.Type != "klarna" || ch.Status != "succeeded" || !ch.Captured || captured.Minor == 0 {
		return
	}
	s.Captured++
	if pi := ch.PaymentIntent.In; pi != nil && automatic(pi) {
		s.Automatic++
	}
	switch {
	case ch.AmountRefunded >= captured.Minor:
		s.Refunded++
	case strings.TrimSpace(ch.Shipping.TrackingNumber) != "":
		s.Tracked++
		if strings.TrimSpace(ch.Shipping.Carrier) == "" {
			s.NoCarrier++
		}
	default:
		s.Untracked = append(s.Untracked, Sale{ch.ID, unix(ch.Created), captured, ch.Disputed})
	}
}
