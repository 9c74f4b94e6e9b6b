package audit

import (
	"fmt"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/rules"
)

func TestOrdersAreNamedOneByOneUpToABound(t *testing.T) {
	now := time.Now()
	var s charges.Sales
	for i := range maxSales + 5 {
		s.Untracked = append(s.Untracked, charges.Sale{Charge: fmt.Sprintf("py_%d", i), Created: now, Captured: rules.Money{Minor: 1, Currency: "EUR"}})
	}
	o := ordersOf(s, now)
	if o.Untracked != maxSales+5 || len(o.UntrackedNewest) != maxSales || o.UntrackedNewest[0].Charge != "py_0" {
		t.Errorf("%d, of which %d are named", o.Untracked, len(o.UntrackedNewest))
	}
}
