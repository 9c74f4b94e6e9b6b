package fakestripe

import (
	"cmp"
	"strings"
	"time"
)

// Charge is a payment. Its zero fields are filled as for a captured Klarna
// payment that succeeded.
type Charge struct {
	ID             string // py_… or ch_…
	PaymentIntent  string // "" makes pi_ and the rest of ID; "none" is a charge without
	Amount         int64  // authorised, minor units
	Captured       int64  // 0: all of it; -1: nothing yet
	Capturable     int64  // of the payment intent: what can still be captured
	Currency       string // "" is EUR
	Created        time.Time
	Method         string // "" is klarna
	Status         string // "" is succeeded
	Metadata       map[string]string
	Description    string
	OrderReference string // of the payment intent: payment_details.order_reference
	IntentMetadata map[string]string
	CaptureMethod  string // of the payment intent: "" is automatic
	Tracking       string
	Carrier        string
	Customer       string // a name, as Stripe would hold one: nobody may print it
	Email          string
}

// Intent is a payment intent that no charge made, or that says more than its
// charge does. Those of charges are made with them.
type Intent struct {
	ID             string
	Charge         string // its latest
	Amount         int64
	Currency       string
	Created        time.Time
	Metadata       map[string]string
	Description    string
	OrderReference string
	CaptureMethod  string
	Capturable     int64
}

// Dispute is a dispute about a charge that was added before.
type Dispute struct {
	ID          string // du_… or dp_…
	Charge      string
	Status      string // "" is needs_response
	Reason      string // "" is general
	Amount      int64  // 0: all of the charge
	Currency    string // "" is the charge's
	Created     time.Time
	DueBy       time.Time // zero: 0, no answer is possible
	HasEvidence bool
	PastDue     bool
	Submissions int64
	LossReason  string // Klarna's, after a loss
	KlarnaCode  string // Klarna's reason_code
}

// Refund gives money of a charge back.
type Refund struct {
	ID      string
	Charge  string
	Amount  int64
	Created time.Time
	Status  string // "" is succeeded
}

// AddCharge adds a charge and its payment intent.
func (s *Server) AddCharge(c Charge) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.Currency, c.Method = cmp.Or(c.Currency, "EUR"), cmp.Or(c.Method, "klarna")
	c.Status = cmp.Or(c.Status, "succeeded")
	_, rest, _ := strings.Cut(c.ID, "_")
	c.PaymentIntent = cmp.Or(c.PaymentIntent, "pi_"+rest)
	if c.PaymentIntent == "none" {
		c.PaymentIntent = ""
	}
	switch {
	case c.Status == "failed" || c.Captured < 0:
		c.Captured = 0
	case c.Captured == 0:
		c.Captured = c.Amount
	}
	s.charges.put(c)
	if _, ok := s.intents.byID[c.PaymentIntent]; ok || c.PaymentIntent == "" {
		return
	}
	s.intents.put(Intent{
		ID: c.PaymentIntent, Charge: c.ID, Amount: c.Amount, Currency: c.Currency, Created: c.Created,
		Metadata: c.IntentMetadata, Description: c.Description, OrderReference: c.OrderReference, CaptureMethod: c.CaptureMethod, Capturable: c.Capturable,
	})
}

// AddIntent adds a payment intent, or replaces the one of that id.
func (s *Server) AddIntent(i Intent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.intents.put(i)
}

// AddDispute adds a dispute about a charge.
func (s *Server) AddDispute(d Dispute) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.Status, d.Reason = cmp.Or(d.Status, "needs_response"), cmp.Or(d.Reason, "general")
	if c, ok := s.charges.byID[d.Charge]; ok {
		d.Amount, d.Currency = cmp.Or(d.Amount, c.Amount), cmp.Or(d.Currency, c.Currency)
	}
	s.disputes.put(d)
	s.disputed[d.Charge] = true
}

// ChangeDispute changes the dispute of that id; it says whether there is one.
func (s *Server) ChangeDispute(id string, change func(*Dispute)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.disputes.change(id, change)
}

// SetStatus changes the status of the dispute of that id; it says whether
// there is one.
func (s *Server) SetStatus(id, status string) bool {
	return s.ChangeDispute(id, func(d *Dispute) { d.Status = status })
}

// ChangeCharge changes the charge of that id; it says whether there is one.
func (s *Server) ChangeCharge(id string, change func(*Charge)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.charges.change(id, change)
}

// AddRefund refunds a charge.
func (s *Server) AddRefund(r Refund) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Status = cmp.Or(r.Status, "succeeded")
	s.refunds.put(r)
}
