package view

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/rules"
)

// Table fits terminal.Width: reference and reason share what the others leave.
func Table(out io.Writer, views []Case, now time.Time) error {
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

func rowOf(v Case, now time.Time) []string {
	rest := left(v, now)
	if rest != "" {
		rest = strings.TrimSpace(rest + " " + v.Deadline.doubt())
	}
	return []string{
		v.ID, terminal.Clip(cmp.Or(v.Outcome, string(v.State)), 9), rest, terminal.Clip(v.risk.String(), 18),
		cmp.Or(v.MerchantReference1, v.said["Order"], v.DisputeID), cmp.Or(v.Reason, string(v.Kind)), string(v.Match.Strength),
	}
}

// urgency is the colour of the time that is left.
func urgency(v Case, now time.Time) terminal.Colour {
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
func left(v Case, now time.Time) string {
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
	return text
}

// Sort puts the most urgent first: those to act on by their deadline, then the
// finished ones, the newest first.
func Sort(views []Case) {
	slices.SortStableFunc(views, func(a, b Case) int {
		return cmp.Or(cmp.Compare(rankOf(a), rankOf(b)), compareDue(a, b), cmp.Compare(b.OpenedAt, a.OpenedAt))
	})
}

// rankOf puts what waits for somebody before what is answered and what is over.
func rankOf(v Case) int {
	switch v.State {
	case rules.Answered:
		return 1
	case rules.Closed:
		return 2
	}
	return 0
}

// compareDue puts the nearer deadline first and none last.
func compareDue(a, b Case) int {
	switch {
	case a.due.IsZero() || b.due.IsZero():
		return -cmp.Compare(a.due.Unix(), b.due.Unix())
	case rankOf(a) > 0:
		return 0
	}
	return a.due.Compare(b.due)
}
