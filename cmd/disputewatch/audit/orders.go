package audit

import (
	"fmt"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges"
)

// Orders are the captured Klarna orders.
type Orders struct {
	Charges         int     `json:"charges"` // of any payment method, that were read
	Captured        int     `json:"captured"`
	Refunded        int     `json:"refunded"`
	Tracked         int     `json:"tracked"`
	NoCarrier       int     `json:"tracked_without_carrier"`
	Untracked       int     `json:"without_tracking"`
	UntrackedSums   []Total `json:"without_tracking_sums"`
	UntrackedWeek   int     `json:"without_tracking_last_7_days"`
	UntrackedNewest []Sale  `json:"without_tracking_newest"` // at most 1,000
}

// Sale is an order without a tracking number.
type Sale struct {
	Charge   string `json:"charge"`
	Created  string `json:"created"`
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"`
	Disputed bool   `json:"disputed"`
}

// maxSales bounds the orders that are named one by one: nobody repairs
// more by hand, and their number is told anyway.
const maxSales = 1000

// ordersOf is what the orders' tracking looks like.
func ordersOf(s charges.Sales, now time.Time) *Orders {
	o := &Orders{
		Charges: s.Charges, Captured: s.Captured, Refunded: s.Refunded, Tracked: s.Tracked, NoCarrier: s.NoCarrier,
		Untracked: len(s.Untracked), UntrackedNewest: []Sale{},
	}
	var all Group
	for _, u := range s.Untracked {
		all.add(u.Captured)
		if u.Created.After(now.AddDate(0, 0, -7)) {
			o.UntrackedWeek++
		}
		if len(o.UntrackedNewest) < maxSales {
			o.UntrackedNewest = append(o.UntrackedNewest, Sale{
				u.Charge, u.Created.In(now.Location()).Format(time.RFC3339), u.Captured.Minor, u.Captured.Currency, u.Disputed,
			})
		}
	}
	o.UntrackedSums = all.Sums
	return o
}

func (o *Orders) table(b *strings.Builder) {
	if o == nil {
		fmt.Fprintln(b, "\nOrders: not read, see the error.")
		return
	}
	fmt.Fprintf(b, "\nKlarna orders captured: %s. Refunded in full: %s. With tracking: %s.\n", Grouped(o.Captured), Grouped(o.Refunded), Grouped(o.Tracked))
	if o.Untracked == 0 {
		fmt.Fprintln(b, "Without a tracking number: none.")
		return
	}
	fmt.Fprintf(b, "Without a tracking number: %s (%s), %s of them of the last 7 days.\n", Grouped(o.Untracked), sumsWords(o.UntrackedSums), Grouped(o.UntrackedWeek))
	fmt.Fprintln(b, "Klarna reads the tracking number there when a customer says that nothing came.")
	if o.NoCarrier > 0 {
		fmt.Fprintf(b, "A tracking number but no carrier: %s.\n", Grouped(o.NoCarrier))
	}
}
