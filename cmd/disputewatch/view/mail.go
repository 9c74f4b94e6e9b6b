package view

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/rules"
)

// Mail is what "read" shows of a mail; absent fields stay out.
type Mail struct {
	File     string        `json:"file"`
	Outcome  rules.Outcome `json:"outcome"`
	Kind     rules.Kind    `json:"kind,omitempty"`
	Language string        `json:"language,omitempty"`

	DisputeID          string       `json:"dispute_id,omitempty"`
	Reason             string       `json:"reason,omitempty"`
	ReasonText         string       `json:"reason_text,omitempty"`
	MerchantReference1 string       `json:"merchant_reference_1,omitempty"`
	MerchantReference2 string       `json:"merchant_reference_2,omitempty"`
	OrderNumber        string       `json:"order_number,omitempty"`
	OrderID            string       `json:"order_id,omitempty"`
	CaptureID          string       `json:"capture_id,omitempty"`
	KlarnaReference    string       `json:"klarna_reference,omitempty"`
	MerchantID         string       `json:"merchant_id,omitempty"`
	Unnamed            []string     `json:"unnamed,omitempty"` // what may be an order's number, where nothing is called one
	StripeIDs          []string     `json:"stripe_ids,omitempty"`
	Deadline           *Deadline    `json:"deadline,omitempty"`
	Amount             *Amount      `json:"amount,omitempty"`
	Result             rules.Result `json:"result,omitempty"`

	Sender      *Sender  `json:"sender,omitempty"`
	Forwarded   bool     `json:"forwarded,omitempty"`
	RespondLink string   `json:"respond_link,omitempty"`
	Warnings    []string `json:"warnings,omitempty"`
	Error       string   `json:"error,omitempty"`
	Explain     []Reason `json:"explain,omitempty"`
}

// Deadline is the date to answer by that a mail names.
type Deadline struct {
	At        string `json:"at"`
	Text      string `json:"text"`
	Ambiguous bool   `json:"ambiguous"`
}

// Reason is why a field was read, or why a value was not taken.
type Reason struct {
	Field    string `json:"field"`
	Value    string `json:"value"`
	From     string `json:"from"`
	Rejected bool   `json:"rejected,omitempty"`
}

// Sender is who sent a mail.
type Sender struct {
	Address string        `json:"address,omitempty"`
	Verdict rules.Verdict `json:"verdict"`
	Why     string        `json:"why"`
}

// MailOf shows what was read of a file.
func MailOf(file string, r ingest.Reading) Mail {
	n := r.Notice
	v := Mail{
		File: file, Outcome: r.Outcome, Kind: n.Kind, Language: n.Language,
		DisputeID: n.DisputeID, Reason: n.Reason, ReasonText: n.ReasonText,
		MerchantReference1: n.Order(), MerchantReference2: n.MerchantReference2,
		OrderNumber: n.OrderNumber, OrderID: n.OrderID, CaptureID: n.CaptureID, KlarnaReference: n.KlarnaReference, MerchantID: n.MerchantID,
		Unnamed: n.Unnamed, StripeIDs: n.StripeIDs, Result: n.Result,
		Forwarded: n.Forwarded, RespondLink: n.RespondLink, Warnings: n.Warnings,
	}
	for _, e := range n.Explain {
		if e.Field != "respond_link" || e.Value == n.RespondLink { // a link that is not shown has no reason either
			v.Explain = append(v.Explain, Reason(e))
		}
	}
	v.Explain = slices.Compact(v.Explain)
	if n.MerchantReference1 == "" && n.OrderNumber != "" {
		v.Explain = append(v.Explain, Reason{Field: "merchant_reference_1", Value: n.OrderNumber, From: "the order number: Klarna shows the reference to customers as that"})
	}
	if r.Message != nil {
		v.Sender = &Sender{r.Sender.Address, r.Sender.Verdict, r.Sender.Why}
		v.Warnings = append(v.Warnings, r.Message.Warnings...)
	}
	if d := n.Deadline; d != nil {
		v.Deadline = &Deadline{d.At.Format(time.RFC3339), d.Text, d.Ambiguous}
	}
	if !n.Amount.IsZero() {
		v.Amount = &Amount{n.Amount.Minor, n.Amount.Currency, n.AmountText}
	}
	if r.Err != nil {
		v.Error = r.Err.Error()
	}
	return v
}

// Print shows a mail to a person, a line a field.
func (v Mail) Print(w io.Writer) error {
	var b strings.Builder
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-22s %s\n", label, value)
		}
	}
	b.WriteString(v.File + "\n")
	line("outcome", strings.TrimSpace(string(v.Outcome)+" "+string(v.Kind)))
	if s := v.Sender; s != nil {
		line("sender", strings.TrimSpace(s.Address+" "+string(s.Verdict)+": "+s.Why))
	}
	line("dispute id", v.DisputeID)
	line("reason", strings.TrimSpace(v.Reason+" "+terminal.Quoted(v.ReasonText)))
	line("merchant reference 1", v.MerchantReference1)
	line("merchant reference 2", v.MerchantReference2)
	line("order number", v.OrderNumber)
	line("order id", v.OrderID)
	line("capture id", v.CaptureID)
	line("klarna reference", v.KlarnaReference)
	line("merchant id", v.MerchantID)
	line("numbers without a name", strings.Join(v.Unnamed, " "))
	line("stripe ids", strings.Join(v.StripeIDs, " "))
	if d := v.Deadline; d != nil {
		text := d.At + " " + terminal.Quoted(d.Text)
		if d.Ambiguous {
			text += " AMBIGUOUS: the earlier reading"
		}
		line("deadline", text)
	}
	if a := v.Amount; a != nil {
		line("amount", rules.Money{Minor: a.Minor, Currency: a.Currency}.String()+" "+terminal.Quoted(a.Text))
	}
	line("result", string(v.Result))
	line("language", v.Language)
	if v.Forwarded {
		line("forwarded", "yes: read from the mail inside")
	}
	line("respond link", v.RespondLink)
	line("error", v.Error)
	for _, text := range v.Warnings {
		line("warning", text)
	}
	for _, e := range v.Explain {
		how := "from "
		if e.Rejected {
			how = "not taken, "
		}
		line("why "+strings.ReplaceAll(e.Field, "_", " "), terminal.Quoted(e.Value)+" "+how+e.From)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
