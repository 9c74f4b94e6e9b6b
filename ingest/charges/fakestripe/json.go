package fakestripe

import (
	"strings"
	"time"
)

// world is the server's data as a key of one mode sees it. The caller holds
// the server's lock.
type world struct {
	*Server
	live bool
}

type dict = map[string]any

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// null is s, or JSON's null for "".
func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func metadata(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

func (w world) charge(c *Charge) dict {
	refunded := int64(0)
	for _, r := range w.refunds.all {
		if r.Charge == c.ID && r.Status != "failed" && r.Status != "canceled" {
			refunded += r.Amount
		}
	}
	return dict{
		"id": c.ID, "object": "charge",
		"amount": c.Amount, "amount_captured": c.Captured, "amount_refunded": refunded,
		"billing_details": dict{"name": null(c.Customer), "email": null(c.Email), "phone": nil, "address": dict{"country": "DE"}},
		"captured":        c.Captured > 0, "created": unix(c.Created), "currency": strings.ToLower(c.Currency),
		"customer": nil, "description": null(c.Description),
		"disputed": w.disputed[c.ID],
		"livemode": w.live, "metadata": metadata(c.Metadata), "paid": c.Status == "succeeded",
		"payment_intent":         null(c.PaymentIntent),
		"payment_method_details": dict{"type": c.Method, c.Method: dict{}},
		"receipt_email":          null(c.Email), "refunded": refunded >= c.Amount && refunded > 0,
		"shipping": dict{"name": null(c.Customer), "carrier": null(c.Carrier), "tracking_number": null(c.Tracking)},
		"status":   c.Status,
	}
}

func (w world) intent(i *Intent) dict {
	method := i.CaptureMethod
	if method == "" {
		method = "automatic"
	}
	return dict{
		"id": i.ID, "object": "payment_intent",
		"amount": i.Amount, "amount_capturable": i.Capturable, "capture_method": method, "created": unix(i.Created),
		"currency": strings.ToLower(i.Currency), "description": null(i.Description),
		"latest_charge": null(i.Charge), "livemode": w.live, "metadata": metadata(i.Metadata),
		"payment_details":      dict{"customer_reference": nil, "order_reference": null(i.OrderReference)},
		"payment_method_types": []string{"klarna"}, "payment_method_options": dict{"klarna": dict{"preferred_locale": nil}},
		"status": "succeeded",
	}
}

func (w world) dispute(d *Dispute) dict {
	var intent, method string
	if c, ok := w.charges.byID[d.Charge]; ok {
		intent, method = c.PaymentIntent, c.Method
	}
	details := dict{"type": method}
	if method == "klarna" {
		details["klarna"] = dict{"reason_code": null(d.KlarnaCode), "chargeback_loss_reason_code": null(d.LossReason)}
	}
	return dict{
		"id": d.ID, "object": "dispute",
		"amount": d.Amount, "balance_transactions": []any{}, "charge": null(d.Charge),
		"created": unix(d.Created), "currency": strings.ToLower(d.Currency),
		"evidence": dict{"customer_name": nil, "uncategorized_text": nil},
		"evidence_details": dict{
			"due_by": unix(d.DueBy), "has_evidence": d.HasEvidence,
			"past_due": d.PastDue, "submission_count": d.Submissions,
		},
		"is_charge_refundable": strings.HasPrefix(d.Status, "warning_"), "livemode": w.live, "metadata": dict{},
		"payment_intent": null(intent), "payment_method_details": details,
		"reason": d.Reason, "status": d.Status,
	}
}

func (w world) refund(r *Refund) dict {
	return dict{
		"id": r.ID, "object": "refund", "amount": r.Amount, "charge": r.Charge,
		"created": unix(r.Created), "currency": "eur", "metadata": dict{}, "status": r.Status,
	}
}

// refundsOf is a charge's list of refunds as it is expanded: the newest ten.
func (w world) refundsOf(charge string) dict {
	all := []dict{}
	for _, r := range w.refunds.all {
		if r.Charge == charge {
			all = append(all, w.refund(r))
		}
	}
	return dict{
		"object": "list", "data": all[:min(10, len(all))], "has_more": len(all) > 10,
		"url": "/v1/charges/" + charge + "/refunds",
	}
}

// find is the object of an id, of whatever kind.
func (w world) find(id string) dict {
	if d, ok := w.disputes.byID[id]; ok {
		return w.dispute(d)
	}
	if c, ok := w.charges.byID[id]; ok {
		return w.charge(c)
	}
	if i, ok := w.intents.byID[id]; ok {
		return w.intent(i)
	}
	return nil
}

// expand fills the field at path, "charge.payment_intent", with the object
// that its id names.
func (w world) expand(d dict, path string) {
	field, rest, _ := strings.Cut(path, ".")
	if field == "refunds" && d["object"] == "charge" {
		d["refunds"] = w.refundsOf(d["id"].(string))
		return
	}
	if id, ok := d[field].(string); ok {
		if in := w.find(id); in != nil {
			d[field] = in
		}
	}
	if in, ok := d[field].(dict); ok && rest != "" {
		w.expand(in, rest)
	}
}
