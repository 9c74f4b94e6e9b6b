package charges

import (
	"fmt"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
)

// Of two inquiries about one charge a refund settles the one that it is for, and
// none where nobody can tell.
func TestRefundIsCountedForOneInquiryOfACharge(t *testing.T) {
	type sums map[string]int64
	for name, tt := range map[string]struct {
		disputes []fakestripe.Dispute // du_0 and du_1, made on day 3
		refunds  []fakestripe.Refund  // made on day 4
		own      sums                 // what settles
	}{
		"of either's amount": {
			[]fakestripe.Dispute{{Amount: 5000}, {Amount: 5000}},
			[]fakestripe.Refund{{Amount: 5000}},
			sums{"du_0": 0, "du_1": 0},
		},
		"one for each": {
			[]fakestripe.Dispute{{Amount: 5000}, {Amount: 5000}},
			[]fakestripe.Refund{{Amount: 5000}, {Amount: 5000}},
			sums{"du_0": 5000, "du_1": 5000},
		},
		"both at once": {
			[]fakestripe.Dispute{{Amount: 5000}, {Amount: 3000}},
			[]fakestripe.Refund{{Amount: 8000}},
			sums{"du_0": 5000, "du_1": 3000},
		},
		"of one's amount": {
			[]fakestripe.Dispute{{Amount: 5000}, {Amount: 3000}},
			[]fakestripe.Refund{{Amount: 3000}},
			sums{"du_0": 0, "du_1": 3000},
		},
		"of nobody's amount": {
			[]fakestripe.Dispute{{Amount: 5000}, {Amount: 3000}},
			[]fakestripe.Refund{{Amount: 6000}},
			sums{"du_0": 3000, "du_1": 1000},
		},
		"before the other was made": {
			[]fakestripe.Dispute{{Amount: 5000}, {Amount: 5000, Created: day(5)}},
			[]fakestripe.Refund{{Amount: 5000}},
			sums{"du_0": 5000, "du_1": 0},
		},
		"of the other's amount, before it was made": {
			[]fakestripe.Dispute{{Amount: 5000}, {Amount: 3000, Created: day(5)}},
			[]fakestripe.Refund{{Amount: 3000}},
			sums{"du_0": 3000, "du_1": 0},
		},
		"partly before the other was made": {
			[]fakestripe.Dispute{{Amount: 5000}, {Amount: 3000, Created: day(5)}},
			[]fakestripe.Refund{{Amount: 4000}, {Amount: 1000, Created: day(6)}},
			sums{"du_0": 4000, "du_1": 0},
		},
		"twice of one's amount": {
			[]fakestripe.Dispute{{Amount: 5000}, {Amount: 3000}},
			[]fakestripe.Refund{{Amount: 3000}, {Amount: 3000}},
			sums{"du_0": 3000, "du_1": 3000},
		},
		"among three": {
			[]fakestripe.Dispute{{Amount: 3000}, {Amount: 5000}, {Amount: 4000}},
			[]fakestripe.Refund{{Amount: 3000}, {Amount: 3500}},
			sums{"du_0": 3000, "du_1": 0, "du_2": 0},
		},
		"the other is over": {
			[]fakestripe.Dispute{{Amount: 5000}, {Amount: 5000, Status: "warning_closed"}},
			[]fakestripe.Refund{{Amount: 5000}},
			sums{"du_0": 5000},
		},
		"the other is a chargeback, which takes none": {
			[]fakestripe.Dispute{{Amount: 5000}, {Amount: 5000, Status: "needs_response"}},
			[]fakestripe.Refund{{Amount: 5000}},
			sums{"du_0": 5000},
		},
		"of one's amount, beside a chargeback": {
			[]fakestripe.Dispute{{Amount: 5000}, {Amount: 3000}, {Amount: 9000, Status: "needs_response"}},
			[]fakestripe.Refund{{Amount: 5000}},
			sums{"du_0": 5000, "du_1": 0, "du_2": 5000}, // of a chargeback nothing is set apart
		},
		"the whole charge": {
			[]fakestripe.Dispute{{Amount: 12490}, {Amount: 12490}},
			[]fakestripe.Refund{{Amount: 12490}},
			sums{"du_0": 12490, "du_1": 12490},
		},
		"failed": {
			[]fakestripe.Dispute{{Amount: 5000}, {Amount: 5000}},
			[]fakestripe.Refund{{Amount: 5000}, {Amount: 5000, Status: "failed"}},
			sums{"du_0": 0, "du_1": 0},
		},
	} {
		s := newShop(t)
		s.sold("py_1", "10001")
		for i, d := range tt.disputes {
			d.ID, d.Charge = fmt.Sprint("du_", i), "py_1"
			if d.Status == "" {
				d.Status = "warning_needs_response"
			}
			if d.Created.IsZero() {
				d.Created = day(3)
			}
			s.AddDispute(d)
		}
		for i, r := range tt.refunds {
			r.ID, r.Charge = fmt.Sprint("re_", i), "py_1"
			if r.Created.IsZero() {
				r.Created = day(4)
			}
			s.AddRefund(r)
		}
		listed := map[string]int64{}
		for _, r := range s.window().Readings() {
			listed[r.Dispute] = r.RefundedSince - r.RefundedElse
		}
		for id, want := range tt.own {
			r := s.read(id)
			if got := r.RefundedSince - r.RefundedElse; got != want || listed[id] != want {
				t.Errorf("%s: of %d since %s %d count, %d in the list, want %d", name, r.RefundedSince, id, got, listed[id], want)
			}
			if settled := want >= r.Amount.Minor; r.Settled() != settled {
				t.Errorf("%s: %s is settled: %v", name, id, r.Settled())
			}
		}
	}
}
