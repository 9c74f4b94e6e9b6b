package audit

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/rules"
)

// Open is a dispute that somebody must act on.
type Open struct {
	Dispute string      `json:"dispute"`
	Charge  string      `json:"charge"`
	Stage   rules.Stage `json:"stage"`
	Status  string      `json:"status"`
	Reason  string      `json:"reason,omitempty"` // Stripe's
	Amount  Amount      `json:"amount"`
	DueBy   string      `json:"due_by,omitempty"` // absent: Stripe takes no answer
	Overdue bool        `json:"overdue"`
	Link    string      `json:"link"`

	due time.Time
}

func openOf(r rules.Reading, now time.Time) Open {
	o := Open{
		Dispute: r.Dispute, Charge: r.Charge, Stage: rules.StageChargeback, Status: r.Status, Reason: r.Reason,
		Amount: Amount{r.Amount.Minor, r.Amount.Currency, r.Amount.String()},
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

// byDue puts the nearest date first; what cannot be answered any more comes last.
func byDue(a, b Open) int {
	undated := func(o Open) int {
		if o.due.IsZero() {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(undated(a), undated(b)), a.due.Compare(b.due), cmp.Compare(a.Dispute, b.Dispute))
}

// Due is how long there is, or that it is over.
func (o Open) Due(now time.Time) string {
	if o.due.IsZero() {
		return "no answer is taken"
	}
	d := o.due.Sub(now)
	switch {
	case d <= 0:
		return "overdue"
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h left", int(d.Hours()))
	}
	return fmt.Sprintf("%d days left", int(d.Hours()/24))
}

// Until is the date to answer by, in the report's zone.
func (o Open) Until(now time.Time) string {
	if o.due.IsZero() {
		return "–"
	}
	return o.due.In(now.Location()).Format("2 Jan 2006 15:04")
}

// What is the reason in plain words.
func (o Open) What() string { return spaces(o.Reason) }

// spaces makes a machine word readable.
func spaces(word string) string { return strings.ReplaceAll(terminal.Clip(word, 60), "_", " ") }
