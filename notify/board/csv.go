package board

import (
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// csv answers /cases.csv with all that the filter keeps, the most urgent first.
func (p *pages) csv(w http.ResponseWriter, r *http.Request) {
	f, err := readFilter(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	cases, err := p.Book.Cases(r.Context())
	if err != nil {
		p.fault(w, "list cases", err)
		return
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="klarna-cases.csv"`)
	now := p.Now()
	out := csv.NewWriter(w)
	rows := [][]string{csvHead()}
	for _, c := range f.keep(cases, now) {
		rows = append(rows, p.csvRow(c, now))
	}
	if err := out.WriteAll(rows); err != nil {
		p.log().Debug("answer was cut off", "err", err)
	}
}

func csvHead() []string {
	return []string{
		"id", "dispute_id", "kind", "stage", "state", "outcome", "reason", "mailbox", "verdict",
		"merchant_reference_1", "merchant_reference_2",
		"deadline_at", "deadline_source", "deadline_ambiguous", "deadline_other",
		"amount_minor", "amount_currency", "amount",
		"match_strength", "charge", "dispute", "payment_intent", "stripe_status", "stripe_due_by",
		"claimed_by", "opened_at", "next_step", "next_at", "warnings",
	}
}

func (s *Server) csvRow(c rules.Case, now time.Time) []string {
	d, m := c.Deadline(), c.Disputed()
	stripe := rules.Reading{}
	if c.Stripe != nil {
		stripe = *c.Stripe
	}
	strength := c.Match.Strength
	if strength == "" {
		strength = rules.NoMatch
	}
	minor := ""
	if !m.IsZero() {
		minor = strconv.FormatInt(m.Minor, 10)
	}
	var claimed string
	if c.Claim != nil && now.Before(c.Claim.Until) {
		claimed = c.Claim.Who
	}
	next, _ := rules.Next(c, s.Policy, now)
	var warnings []string
	for _, w := range c.Warnings {
		warnings = append(warnings, rules.Plain(w, 300))
	}
	return []string{
		Cell(c.ID), Cell(c.DisputeID), Cell(string(c.Kind)), Cell(string(c.Stage)), Cell(string(c.StateAt(now))), Cell(c.Outcome),
		Cell(c.Reason), Cell(c.Mailbox), Cell(string(c.Verdict)), Cell(c.Order()), Cell(c.MerchantReference2),
		iso(d.At), d.Source, strconv.FormatBool(d.Ambiguous), iso(d.Other),
		minor, Cell(m.Currency), m.String(),
		Cell(string(strength)), Cell(c.Match.Charge), Cell(c.Match.Dispute), Cell(c.Match.PaymentIntent), Cell(stripe.Status), iso(stripe.DueBy),
		Cell(claimed), iso(c.OpenedAt), Cell(next.Step), iso(next.Due), Cell(strings.Join(warnings, " | ")),
	}
}

// Cell keeps a spreadsheet from taking words of a mail for a formula: what
// begins like one, in wide letters too, gets an apostrophe in front.
func Cell(s string) string {
	s = rules.Plain(s, 500)
	if strings.IndexAny(s, "=+-@＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}

func iso(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
