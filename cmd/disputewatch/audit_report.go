package main

import (
	"cmp"
	"net/url"
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/rules"
)

// feeSource is said wherever a sum of fees is shown.
func feeSource(own rules.Fees) string {
	source := rules.FeeOfList
	if len(own) > 0 {
		source = rules.FeeOfConfig + ", else " + source
	}
	return source + "; what was really taken stands in Stripe's balance"
}

// auditReport is what an audit found. It holds ids of Stripe and Klarna and
// sums, and nothing of customers or orders: it may be forwarded.
type auditReport struct {
	From      string          `json:"from"` // RFC 3339
	To        string          `json:"to"`
	FeeSource string          `json:"fee_source"`
	Accounts  []*auditAccount `json:"accounts"`
	Mails     *auditMails     `json:"mails,omitempty"`    // with a book
	Observed  *auditObserved  `json:"observed,omitempty"` // with a book that has looked on
	Errors    []string        `json:"errors,omitempty"`

	since, now time.Time
	fees       rules.Fees // the shop's own
}

// auditAccount is one Stripe account's part.
type auditAccount struct {
	Name     string `json:"name,omitempty"` // in the config
	Account  string `json:"account,omitempty"`
	TestMode bool   `json:"test_mode"`

	Disputes            int                         `json:"disputes"` // Klarna's, in all
	Ends                map[charges.End]*auditGroup `json:"ends"`
	LossReasons         []auditCount                `json:"loss_reasons,omitempty"`     // Klarna's codes, the most frequent first
	Statuses            []auditCount                `json:"unknown_statuses,omitempty"` // Stripe's words that nobody here knows
	LostWithoutTracking int                         `json:"lost_without_tracking"`
	Open                []auditOpen                 `json:"open"` // the most urgent first
	Orders              *auditOrders                `json:"orders,omitempty"`
}

// auditGroup are the disputes of one end.
type auditGroup struct {
	Disputes int        `json:"disputes"`
	Sums     []auditSum `json:"sums"` // by currency
}

// auditSum is what disputes of one currency come to.
type auditSum struct {
	Currency string `json:"currency"`
	Disputes int    `json:"disputes"`
	Minor    int64  `json:"minor"`                  // what was disputed
	Fees     *int64 `json:"fees_minor,omitempty"`   // absent: none are taken, or unknown
	Unknown  bool   `json:"fees_unknown,omitempty"` // nobody names one of the currency
	Together int64  `json:"together_minor"`         // without fees that are unknown
}

type auditCount struct {
	Code     string `json:"code"`
	Disputes int    `json:"disputes"`
}

// auditOpen is a dispute that somebody must act on.
type auditOpen struct {
	Dispute string      `json:"dispute"`
	Charge  string      `json:"charge"`
	Stage   rules.Stage `json:"stage"`
	Status  string      `json:"status"`
	Reason  string      `json:"reason,omitempty"` // Stripe's
	Amount  amountView  `json:"amount"`
	DueBy   string      `json:"due_by,omitempty"` // absent: Stripe takes no answer
	Overdue bool        `json:"overdue"`
	Link    string      `json:"link"`

	due time.Time
}

// auditOrders are the captured Klarna orders.
type auditOrders struct {
	Charges         int         `json:"charges"` // of any payment method, that were read
	Captured        int         `json:"captured"`
	Refunded        int         `json:"refunded"`
	Tracked         int         `json:"tracked"`
	NoCarrier       int         `json:"tracked_without_carrier"`
	Untracked       int         `json:"without_tracking"`
	UntrackedSums   []auditSum  `json:"without_tracking_sums"`
	UntrackedWeek   int         `json:"without_tracking_last_7_days"`
	UntrackedNewest []auditSale `json:"without_tracking_newest"` // at most 1,000
}

type auditSale struct {
	Charge   string `json:"charge"`
	Created  string `json:"created"`
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"`
	Disputed bool   `json:"disputed"`
}

// maxAuditSales bounds the orders that are named one by one: nobody repairs
// more by hand, and their number is told anyway.
const maxAuditSales = 1000

func newAuditReport(now time.Time, fees rules.Fees) *auditReport {
	since := now.AddDate(0, 0, -auditDays)
	return &auditReport{
		From: since.Format(time.RFC3339), To: now.Format(time.RFC3339), FeeSource: feeSource(fees),
		since: since, now: now, fees: fees,
	}
}

// account is what an account's disputes came to.
func (r *auditReport) account(name string, readings []rules.Reading) *auditAccount {
	a := &auditAccount{Name: name, Disputes: len(readings), Ends: map[charges.End]*auditGroup{}, Open: []auditOpen{}}
	reasons, statuses := map[string]int{}, map[string]int{}
	for _, d := range readings {
		a.Account = cmp.Or(a.Account, d.Account)
		end := charges.EndOf(d)
		if a.Ends[end] == nil {
			a.Ends[end] = &auditGroup{}
		}
		if sum := a.Ends[end].add(d.Amount); end.Lost() || end == charges.EndOpen {
			sum.cost(r.fees)
		}
		if end == charges.EndOpen {
			a.Open = append(a.Open, openOf(d, r.now))
		}
		if end == charges.EndUnknown {
			statuses[terminal.Clip(d.Status, 40)]++
		}
		if end.Lost() && d.Tracking == "" {
			a.LostWithoutTracking++
		}
		if code := terminal.Clip(d.LossReason, 60); end.Lost() && code != "" {
			reasons[code]++
		}
	}
	a.LossReasons, a.Statuses = counts(reasons), counts(statuses)
	slices.SortFunc(a.Open, byDue)
	return a
}

// counts puts the most frequent first.
func counts(of map[string]int) []auditCount {
	var out []auditCount
	for code, n := range of {
		out = append(out, auditCount{code, n})
	}
	slices.SortFunc(out, func(a, b auditCount) int {
		return cmp.Or(cmp.Compare(b.Disputes, a.Disputes), cmp.Compare(a.Code, b.Code))
	})
	return out
}

// byDue puts the nearest date first; what cannot be answered any more comes last.
func byDue(a, b auditOpen) int {
	undated := func(o auditOpen) int {
		if o.due.IsZero() {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(undated(a), undated(b)), a.due.Compare(b.due), cmp.Compare(a.Dispute, b.Dispute))
}

// add counts a dispute, and returns the sum of its currency.
func (g *auditGroup) add(m rules.Money) *auditSum {
	g.Disputes++
	i, known := slices.BinarySearchFunc(g.Sums, m.Currency, func(s auditSum, c string) int { return cmp.Compare(s.Currency, c) })
	if !known {
		g.Sums = slices.Insert(g.Sums, i, auditSum{Currency: m.Currency})
	}
	s := &g.Sums[i]
	s.Disputes++
	s.Minor += m.Minor
	s.Together += m.Minor
	return s
}

// cost adds the fee of one lost dispute.
func (s *auditSum) cost(fees rules.Fees) {
	fee, source := fees.Lost(s.Currency)
	if source == "" {
		s.Unknown = true
		return
	}
	if s.Fees == nil {
		s.Fees = new(int64)
	}
	*s.Fees += fee.Minor
	s.Together += fee.Minor
}

func openOf(r rules.Reading, now time.Time) auditOpen {
	o := auditOpen{
		Dispute: r.Dispute, Charge: r.Charge, Stage: rules.StageChargeback, Status: r.Status, Reason: r.Reason,
		Amount: amountView{r.Amount.Minor, r.Amount.Currency, r.Amount.String()},
		Link:   paymentLink(r), due: r.DueBy,
	}
	if r.Status == "warning_needs_response" {
		o.Stage = rules.StageInquiry
	}
	if !r.DueBy.IsZero() {
		o.DueBy = r.DueBy.In(now.Location()).Format(time.RFC3339)
		o.Overdue = !r.DueBy.After(now)
	}
	return o
}

// paymentLink is the payment's page in Stripe's Dashboard.
func paymentLink(r rules.Reading) string {
	path := "/"
	if r.Account != "" {
		path += url.PathEscape(r.Account) + "/"
	}
	if !r.Live {
		path += "test/"
	}
	return "https://dashboard.stripe.com" + path + "payments/" + url.PathEscape(r.Charge)
}

// ordersOf is what the orders' tracking looks like.
func ordersOf(s charges.Sales, now time.Time) *auditOrders {
	o := &auditOrders{
		Charges: s.Charges, Captured: s.Captured, Refunded: s.Refunded, Tracked: s.Tracked, NoCarrier: s.NoCarrier,
		Untracked: len(s.Untracked), UntrackedNewest: []auditSale{},
	}
	var all auditGroup
	for _, u := range s.Untracked {
		all.add(u.Captured)
		if u.Created.After(now.AddDate(0, 0, -7)) {
			o.UntrackedWeek++
		}
		if len(o.UntrackedNewest) < maxAuditSales {
			o.UntrackedNewest = append(o.UntrackedNewest, auditSale{
				u.Charge, u.Created.In(now.Location()).Format(time.RFC3339), u.Captured.Minor, u.Captured.Currency, u.Disputed,
			})
		}
	}
	o.UntrackedSums = all.Sums
	return o
}

// unanswered is what nobody's answer cost, in all accounts.
func (r *auditReport) unanswered() auditGroup {
	var all auditGroup
	for _, a := range r.Accounts {
		if g := a.Ends[charges.EndUnanswered]; g != nil {
			all.join(*g)
		}
	}
	return all
}

// join adds another account's group of the same end.
func (g *auditGroup) join(other auditGroup) {
	g.Disputes += other.Disputes
	for _, o := range other.Sums {
		i, known := slices.BinarySearchFunc(g.Sums, o.Currency, func(s auditSum, c string) int { return cmp.Compare(s.Currency, c) })
		if !known {
			g.Sums = slices.Insert(g.Sums, i, auditSum{Currency: o.Currency, Unknown: o.Unknown})
			if o.Fees != nil {
				g.Sums[i].Fees = new(int64)
			}
		}
		s := &g.Sums[i]
		s.Disputes, s.Minor, s.Together = s.Disputes+o.Disputes, s.Minor+o.Minor, s.Together+o.Together
		if o.Fees != nil {
			*s.Fees += *o.Fees
		}
	}
}
