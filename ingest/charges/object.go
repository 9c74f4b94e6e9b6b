package charges

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Stripe's objects, API version 2023-10-16, as far as they are needed. They are
// our own because stripe-go v76 lacks payment_details.order_reference and a
// dispute's payment_method_details.klarna, and because what is not decoded
// (names, addresses, e-mails) cannot leak.
type (
	stripeDispute struct {
		object
		Amount          int64              `json:"amount"`
		Currency        string             `json:"currency"`
		Reason          string             `json:"reason"`
		Status          string             `json:"status"`
		Charge          ref[stripeCharge]  `json:"charge"`
		PaymentIntent   ref[stripeIntent]  `json:"payment_intent"`
		EvidenceDetails stripeEvidence     `json:"evidence_details"`
		Refundable      bool               `json:"is_charge_refundable"`
		Method          stripeDisputeExtra `json:"payment_method_details"`
	}
	stripeEvidence struct {
		DueBy           int64 `json:"due_by"` // null or 0: no answer is possible
		HasEvidence     bool  `json:"has_evidence"`
		PastDue         bool  `json:"past_due"`
		SubmissionCount int64 `json:"submission_count"`
	}
	stripeDisputeExtra struct {
		Type   string `json:"type"`
		Klarna struct {
			LossReason string `json:"chargeback_loss_reason_code"`
			Reason     string `json:"reason_code"`
		} `json:"klarna"`
	}
	stripeCharge struct {
		object
		Amount         int64             `json:"amount"`
		AmountCaptured *int64            `json:"amount_captured"`
		AmountRefunded int64             `json:"amount_refunded"`
		Captured       bool              `json:"captured"`
		Currency       string            `json:"currency"`
		Description    string            `json:"description"`
		Disputed       bool              `json:"disputed"`
		Metadata       map[string]string `json:"metadata"`
		PaymentIntent  ref[stripeIntent] `json:"payment_intent"`
		Method         struct {
			Type string `json:"type"`
		} `json:"payment_method_details"`
		Refunds  *list `json:"refunds"` // only where it was expanded
		Shipping struct {
			Carrier        string `json:"carrier"`
			TrackingNumber string `json:"tracking_number"`
		} `json:"shipping"`
		Status string `json:"status"`
	}
	stripeIntent struct {
		object
		Capturable    int64             `json:"amount_capturable"` // what may still be captured
		CaptureMethod string            `json:"capture_method"`
		Description   string            `json:"description"`
		LatestCharge  ref[stripeCharge] `json:"latest_charge"`
		Metadata      map[string]string `json:"metadata"`
		Details       struct {
			OrderReference string `json:"order_reference"`
		} `json:"payment_details"`
		Options struct {
			Klarna struct {
				CaptureMethod string `json:"capture_method"`
			} `json:"klarna"`
		} `json:"payment_method_options"`
	}
	stripeRefund struct {
		object
		Amount int64             `json:"amount"`
		Charge ref[stripeCharge] `json:"charge"`
		Status string            `json:"status"`
	}
)

// object is what all of Stripe's objects have in common.
type object struct {
	ID       string `json:"id"`
	Object   string `json:"object"`
	Created  int64  `json:"created"`
	Livemode *bool  `json:"livemode"`
}

func (o object) self() object { return o }

// ref is a field that holds an id, or the object where it was expanded.
type ref[T any] struct {
	ID string
	In *T // nil where it was not expanded
}

// UnmarshalJSON takes an id, an object or null.
func (r *ref[T]) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	switch {
	case string(b) == "null":
		return nil
	case len(b) > 0 && b[0] == '"':
		return json.Unmarshal(b, &r.ID)
	}
	var o object
	if err := json.Unmarshal(b, &o); err != nil {
		return err
	}
	r.ID, r.In = o.ID, new(T)
	return json.Unmarshal(b, r.In)
}

// Charge is what is known of one charge, for [Find].
type Charge struct {
	ID            string
	PaymentIntent string
	Method        string // klarna, card, …
	Status        string // succeeded, pending, failed
	Amount        rules.Money
	Created       time.Time
	Disputed      bool      // Stripe says so, even where Disputes is empty
	Disputes      []Dispute // those that were read
	References    []Reference
	Descriptions  []string // of the charge and of its payment intent
}

// Reference is one place of a charge that holds a shop's order number.
type Reference struct {
	Where string // "order_reference", "metadata order_id"
	Value string
}

// Dispute is one dispute of a [Charge].
type Dispute struct {
	ID      string
	Status  string
	Reason  string // Stripe's
	Amount  rules.Money
	Created time.Time
	DueBy   time.Time // zero: no answer is possible, or none is asked
}

// over says that nothing can happen any more (DOMAIN.md, "Stripe's side").
func (d Dispute) over() bool {
	return slices.Contains([]string{"warning_closed", "won", "lost", "prevented"}, d.Status)
}

func money(minor int64, currency string) rules.Money {
	return rules.Money{Minor: minor, Currency: strings.ToUpper(currency)}
}

// unix is Stripe's second; 0 is no time.
func unix(s int64) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}

// klarna says that the charge was paid with Klarna: its own word, else that of the
// dispute.
func (d *stripeDispute) klarna() bool {
	if ch := d.Charge.In; ch != nil && ch.Method.Type != "" {
		return ch.Method.Type == "klarna"
	}
	return d.Method.Type == "klarna"
}

// captured is what was captured of a charge; no money where Stripe does not say.
func (ch *stripeCharge) captured() rules.Money {
	switch {
	case ch.AmountCaptured != nil:
		return money(*ch.AmountCaptured, ch.Currency)
	case ch.Captured:
		return rules.Money{}
	}
	return money(0, ch.Currency)
}

// charge takes from Stripe's objects what Find needs; pi may be nil.
func (c *Client) charge(ch *stripeCharge, pi *stripeIntent) Charge {
	out := Charge{
		ID:            ch.ID,
		PaymentIntent: ch.PaymentIntent.ID,
		Method:        ch.Method.Type,
		Status:        ch.Status,
		Amount:        money(ch.Amount, ch.Currency),
		Created:       unix(ch.Created),
		Disputed:      ch.Disputed,
	}
	metadata, descriptions := []map[string]string{ch.Metadata}, []string{ch.Description}
	if pi != nil {
		out.PaymentIntent = pi.ID
		out.References = append(out.References, Reference{"order_reference", pi.Details.OrderReference})
		metadata, descriptions = append(metadata, pi.Metadata), append(descriptions, pi.Description)
	}
	for _, m := range metadata {
		for _, key := range c.account.ReferenceKeys {
			out.References = append(out.References, Reference{"metadata " + key, m[key]})
		}
	}
	out.References = distinct(slices.DeleteFunc(out.References, func(r Reference) bool { return strings.TrimSpace(r.Value) == "" }))
	out.Descriptions = distinct(slices.DeleteFunc(descriptions, func(s string) bool { return s == "" }))
	return out
}

// distinct is s without its repeats, in its order.
func distinct[T comparable](s []T) []T {
	var out []T
	for _, v := range s {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// intent is the payment intent of a charge, from wherever it was expanded.
func intent(refs ...ref[stripeIntent]) *stripeIntent {
	for _, r := range refs {
		if r.In != nil {
			return r.In
		}
	}
	return nil
}
