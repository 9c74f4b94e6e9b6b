package board

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// filter is what of the cases is seen. The zero filter is all that is not
// closed.
type filter struct {
	State   string // a state, "unfinished" or "all"; "" is all but closed
	Mailbox string
	Q       string
}

// The filter's words beside the states.
const (
	unfinished = "unfinished"
	everything = "all"
)

// readFilter reads ?state=&mailbox=&q=. A state that there is not is an error:
// an empty list would say that no case has it.
func readFilter(q url.Values) (filter, error) {
	f := filter{State: q.Get("state"), Mailbox: q.Get("mailbox"), Q: strings.TrimSpace(q.Get("q"))}
	if f.State == "" || f.State == unfinished || f.State == everything || slices.Contains(states(), rules.State(f.State)) {
		return f, nil
	}
	return f, fmt.Errorf("state: want %s, %s or one of %v", unfinished, everything, states())
}

// csv is the address of the CSV of what the filter keeps.
func (f filter) csv() string {
	q := url.Values{}
	for name, v := range map[string]string{"state": f.State, "mailbox": f.Mailbox, "q": f.Q} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if len(q) == 0 {
		return "/cases.csv"
	}
	return "/cases.csv?" + q.Encode()
}

// keep returns the cases that are seen, the most urgent first.
func (f filter) keep(cases []rules.Case, now time.Time) []rules.Case {
	var out []rules.Case
	for _, c := range cases {
		if f.hasState(c, now) && (f.Mailbox == "" || f.Mailbox == c.Mailbox) && f.found(c) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, byUrgency(now))
	return out
}

func (f filter) hasState(c rules.Case, now time.Time) bool {
	state := c.StateAt(now)
	switch f.State {
	case "":
		return state != rules.Closed
	case unfinished:
		return !c.Finished()
	case everything:
		return true
	}
	return f.State == string(state)
}

// found says whether each word of the query stands in one of the case's
// numbers or words.
func (f filter) found(c rules.Case) bool {
	if f.Q == "" {
		return true
	}
	hay := []string{
		c.ID, c.DisputeID, c.MerchantReference1, c.MerchantReference2, c.OrderNumber, c.OrderID, c.CaptureID, c.KlarnaReference,
		c.Match.Charge, c.Match.Dispute, c.Match.PaymentIntent, c.Reason, c.ReasonText, c.What(), c.Disputed().String(), apart(c.Disputed().String()),
		string(c.Stage), c.Outcome, strings.Join(c.StripeIDs, " "),
	}
	if c.Claim != nil {
		hay = append(hay, c.Claim.Who)
	}
	if c.Stripe != nil {
		hay = append(hay, c.Stripe.OrderReference, c.Stripe.Tracking, c.Stripe.Status)
	}
	text := strings.ToLower(strings.Join(hay, "\n"))
	for word := range strings.FieldsSeq(strings.ToLower(f.Q)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
