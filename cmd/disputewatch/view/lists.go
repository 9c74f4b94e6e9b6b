package view

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/disputewatch/disputewatch/notify/board"
)

// Lines writes a JSON object a case.
func Lines(w io.Writer, views []Case) error {
	enc := json.NewEncoder(w)
	var errs []error
	for _, v := range views {
		errs = append(errs, enc.Encode(v))
	}
	return errors.Join(errs...)
}

// CSV writes a header and a line a case. A value that a spreadsheet would
// take for a formula gets an apostrophe in front: references come from mails.
func CSV(out io.Writer, views []Case) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"id", "dispute_id", "kind", "stage", "state", "outcome", "reason", "mailbox", "merchant_reference_1", "deadline", "deadline_source", "deadline_ambiguous", "amount_minor", "currency", "match", "charge", "stripe_status", "claimed_by", "opened_at"}}
	for _, v := range views {
		row := []string{v.ID, v.DisputeID, string(v.Kind), string(v.Stage), string(v.State), v.Outcome, v.Reason, v.Mailbox, v.MerchantReference1, "", "", "", "", "", string(v.Match.Strength), v.Match.Charge, "", v.ClaimedBy, v.OpenedAt}
		if v.Deadline != nil {
			row[9], row[10], row[11] = v.Deadline.At, v.Deadline.Source, fmt.Sprint(v.Deadline.Ambiguous)
		}
		if v.Amount != nil {
			row[12], row[13] = fmt.Sprint(v.Amount.Minor), v.Amount.Currency
		}
		if v.Stripe != nil {
			row[16] = v.Stripe.Status
		}
		for i, cell := range row {
			row[i] = board.Cell(cell)
		}
		rows = append(rows, row)
	}
	return w.WriteAll(rows)
}
