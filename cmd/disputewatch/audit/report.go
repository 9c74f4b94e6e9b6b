// Package audit is the report of what an account's disputes of the last 200 days
// came to: sums and words over what was read of Stripe and of the case book, as a
// table, as JSON and as one page. It asks nobody anything.
package audit

import (
	"fmt"
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/rules"
)

// days is how far back an audit looks: a customer may dispute for 180 days
// from the capture, and an inquiry lasts 21.
const days = 200

// feeSource is said wherever a sum of fees is shown.
func feeSource(own rules.Fees) string {
	source := rules.FeeOfList
	if len(own) > 0 {
		source = rules.FeeOfConfig + ", else " + source
	}
	return source + "; what was really taken stands in Stripe's balance"
}

// Report is what an audit found. It holds ids of Stripe and Klarna and
// sums, and nothing of customers or orders: it may be forwarded.
type Report struct {
	From      string     `json:"from"` // RFC 3339
	To        string     `json:"to"`
	FeeSource string     `json:"fee_source"`
	Accounts  []*Account `json:"accounts"`
	Mails     *Mails     `json:"mails,omitempty"`    // with a book
	Observed  *Observed  `json:"observed,omitempty"` // with a book that has looked on
	Errors    []string   `json:"errors,omitempty"`

	Since time.Time `json:"-"` // its first day
	now   time.Time
	fees  rules.Fees // the shop's own
}

// New begins the report of an audit at now, with the shop's own fees.
func New(now time.Time, fees rules.Fees) *Report {
	since := now.AddDate(0, 0, -days)
	return &Report{
		From: since.Format(time.RFC3339), To: now.Format(time.RFC3339), FeeSource: feeSource(fees),
		Since: since, now: now, fees: fees,
	}
}

// unanswered is what nobody's answer cost, in all accounts.
func (r *Report) unanswered() Group {
	var all Group
	for _, a := range r.Accounts {
		if g := a.Ends[charges.EndUnanswered]; g != nil {
			all.join(*g)
		}
	}
	return all
}

// urgent is what must be done now, in all accounts.
func (r *Report) urgent() string {
	var all []Open
	for _, a := range r.Accounts {
		all = append(all, a.Open...)
	}
	if len(all) == 0 {
		return "Open now: none."
	}
	slices.SortFunc(all, byDue)
	text := "Open now: " + counted(len(all), "dispute")
	if late := len(all) - len(slices.DeleteFunc(slices.Clone(all), func(o Open) bool { return o.Overdue })); late > 0 {
		text += fmt.Sprintf(", %d of them overdue", late)
	}
	if next := slices.IndexFunc(all, func(o Open) bool { return o.due.After(r.now) }); next >= 0 {
		text += fmt.Sprintf(", the next one to be answered by %s (%s)", all[next].Until(r.now), all[next].Due(r.now))
	}
	return text + "."
}

// feesUsed is what a lost dispute costs in the currencies of the report.
func (r *Report) feesUsed() []string {
	var out []string
	seen := map[string]bool{}
	for _, a := range r.Accounts {
		for _, row := range a.Rows() {
			if fee, source := r.fees.Lost(row.Currency); source != "" && row.Fees != "" && !seen[row.Currency] {
				seen[row.Currency] = true
				out = append(out, fee.String())
			}
		}
	}
	return out
}
