package main

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/notify/board"
	"github.com/disputewatch/disputewatch/rules"
)

func (c *command) casesCommand() *cobra.Command {
	var open, asJSON, asCSV bool
	cmd := &cobra.Command{
		Use: "cases", Short: "the cases, most urgent first", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON && asCSV {
				return &usageError{"cases: --json or --csv, not both"}
			}
			cfg, err := c.load(config.Options{})
			if err != nil {
				return err
			}
			return c.withBook(cmd.Context(), cfg, true, func(book *casebook.Book) error {
				views, err := listCases(cmd, book, cfg.Policy(), open)
				if err != nil {
					return err
				}
				switch {
				case asJSON:
					return printLines(c.stdout, views)
				case asCSV:
					return printCSV(c.stdout, views)
				}
				return printTable(c.stdout, views, time.Now())
			})
		},
	}
	cmd.Flags().BoolVar(&open, "open", false, "only those that somebody must act on")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "comma-separated values")
	return cmd
}

// listCases is the cases, most urgent first: those to act on by their
// deadline, then the finished ones, the newest first.
func listCases(cmd *cobra.Command, book *casebook.Book, p rules.Policy, open bool) ([]caseView, error) {
	cases, err := boardBook{book}.Cases(cmd.Context())
	if err != nil {
		return nil, err
	}
	now := time.Now()
	var views []caseView
	for _, c := range cases {
		if !open || !c.Finished() {
			views = append(views, viewOfCase(c, p, now))
		}
	}
	slices.SortStableFunc(views, func(a, b caseView) int {
		return cmp.Or(cmp.Compare(rankOf(a), rankOf(b)), compareDue(a, b), cmp.Compare(b.OpenedAt, a.OpenedAt))
	})
	return views, nil
}

// rankOf puts what waits for somebody before what is answered and what is over.
func rankOf(v caseView) int {
	switch v.State {
	case rules.Answered:
		return 1
	case rules.Closed:
		return 2
	}
	return 0
}

// compareDue puts the nearer deadline first and none last.
func compareDue(a, b caseView) int {
	switch {
	case a.due.IsZero() || b.due.IsZero():
		return -cmp.Compare(a.due.Unix(), b.due.Unix())
	case rankOf(a) > 0:
		return 0
	}
	return a.due.Compare(b.due)
}

func printLines(w io.Writer, views []caseView) error {
	enc := json.NewEncoder(w)
	var errs []error
	for _, v := range views {
		errs = append(errs, enc.Encode(v))
	}
	return errors.Join(errs...)
}

// printCSV writes a header and a line a case. A value that a spreadsheet would
// take for a formula gets an apostrophe in front: references come from mails.
func printCSV(out io.Writer, views []caseView) error {
	w := csv.NewWriter(out)
	rows := [][]string{{"id", "dispute_id", "kind", "stage", "state", "outcome", "reason", "mailbox", "merchant_reference_1", "deadline", "deadline_source", "amount_minor", "currency", "match", "charge", "stripe_status", "claimed_by", "opened_at"}}
	for _, v := range views {
		row := []string{v.ID, v.DisputeID, string(v.Kind), string(v.Stage), string(v.State), v.Outcome, v.Reason, v.Mailbox, v.MerchantReference1, "", "", "", "", string(v.Match.Strength), v.Match.Charge, "", v.ClaimedBy, v.OpenedAt}
		if v.Deadline != nil {
			row[9], row[10] = v.Deadline.At, v.Deadline.Source
		}
		if v.Amount != nil {
			row[11], row[12] = fmt.Sprint(v.Amount.Minor), v.Amount.Currency
		}
		if v.Stripe != nil {
			row[15] = v.Stripe.Status
		}
		for i, cell := range row {
			row[i] = board.Cell(cell)
		}
		rows = append(rows, row)
	}
	return w.WriteAll(rows)
}

// printTable fits terminal.Width: reference and reason share what the others leave.
func printTable(out io.Writer, views []caseView, now time.Time) error {
	if len(views) == 0 {
		_, err := fmt.Fprintln(out, "no cases")
		return err
	}
	const timeLeft, reference, reason, gap, least = 2, 4, 5, 2, 5
	rows := [][]string{{"CASE", "STATE", "LEFT", "AMOUNT", "REFERENCE", "REASON", "CHARGE"}}
	for _, v := range views {
		rows = append(rows, rowOf(v, now))
	}
	widths, room := make([]int, len(rows[0])), terminal.Width
	for i := range widths {
		for _, row := range rows {
			widths[i] = max(widths[i], terminal.Length(row[i]))
		}
		if i != reference && i != reason {
			room -= widths[i]
		}
	}
	room -= gap * (len(widths) - 1)
	widths[reason] = max(least, min(widths[reason], room-min(widths[reference], room/2)))
	widths[reference] = max(least, min(widths[reference], room-widths[reason]))
	draw := terminal.Painter(out)
	var b strings.Builder
	for n, row := range rows {
		for i, cell := range row {
			colour := terminal.Plain
			switch {
			case n == 0:
				colour = terminal.Bold
			case rankOf(views[n-1]) > 0:
				colour = terminal.Faint
			case i == timeLeft:
				colour = urgency(views[n-1], now)
			}
			row[i] = draw(colour, terminal.Padded(terminal.Clip(cell, widths[i]), widths[i]))
		}
		b.WriteString(strings.TrimRight(strings.Join(row, strings.Repeat(" ", gap)), " ") + "\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func rowOf(v caseView, now time.Time) []string {
	return []string{
		v.ID, terminal.Clip(cmp.Or(v.Outcome, string(v.State)), 9), left(v, now), terminal.Clip(v.risk.String(), 18),
		cmp.Or(v.MerchantReference1, v.said["Order"], v.DisputeID), cmp.Or(v.Reason, string(v.Kind)), string(v.Match.Strength),
	}
}

// urgency is the colour of the time that is left.
func urgency(v caseView, now time.Time) terminal.Colour {
	switch {
	case rankOf(v) > 0 || v.due.IsZero():
		return terminal.Plain
	case !v.due.After(now):
		return terminal.Red
	case v.due.Sub(now) < 48*time.Hour:
		return terminal.Yellow
	}
	return terminal.Plain
}

// left is the time until the deadline in the largest unit that says something.
func left(v caseView, now time.Time) string {
	if v.due.IsZero() || rankOf(v) > 0 {
		return ""
	}
	d, sign := v.due.Sub(now), ""
	if d < 0 {
		d, sign = -d, "-"
	}
	text := fmt.Sprintf("%s%dh", sign, int(d.Hours()))
	if d >= 48*time.Hour {
		text = fmt.Sprintf("%s%dd", sign, int(d.Hours()/24))
	}
	if v.Deadline.Source == rules.SourceAssumed {
		text += " assumed"
	}
	return text
}
