package audit

import (
	"fmt"
	"io"
	"strings"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
)

// maxOpen bounds the open disputes and mails that the table lists; JSON
// and the page hold all of them.
const maxOpen = 25

// Table writes the report for a terminal of 80 columns.
func (r *Report) Table(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Klarna disputes of the last %d days, %s to %s (%s)\n", days,
		r.Since.Format("2 Jan 2006"), r.now.Format("2 Jan 2006"), r.now.Location())
	for _, line := range r.headline() {
		fmt.Fprintf(&b, "%s\n", line)
	}
	for _, a := range r.Accounts {
		a.table(&b, r)
	}
	r.mailTable(&b)
	r.observedTable(&b)
	if fees := r.feesUsed(); len(fees) > 0 {
		fmt.Fprintf(&b, "\n* Fees: %s a lost chargeback, after %s.\n", strings.Join(fees, ", "), r.FeeSource)
		fmt.Fprintf(&b, "  Of open disputes they are what a loss would add.\n")
	}
	if r.unanswered().Disputes > 0 {
		fmt.Fprintf(&b, "\n%s\n", unansweredMeans)
	}
	_, err := io.WriteString(out, wrapped(b.String()))
	return err
}

// unansweredMeans says what the headline cannot tell apart.
const unansweredMeans = "Nobody answered: no evidence was submitted, or Klarna says so. A dispute that somebody accepted on purpose looks the same at Stripe."

// headline is what one reads in three seconds.
func (r *Report) headline() []string {
	lines := []string{"Lost because nobody answered: none."}
	if g := r.unanswered(); g.Disputes > 0 {
		lines[0] = fmt.Sprintf("Lost because nobody answered: %s.", counted(g.Disputes, "dispute"))
		for _, s := range g.Sums {
			lines = append(lines, fmt.Sprintf("%19s %s", s.Sum(), s.WithFees()))
		}
	}
	return append(lines, r.urgent())
}

func (a *Account) table(b *strings.Builder, r *Report) {
	fmt.Fprintf(b, "\n%s\n", a.Title())
	if a.Disputes == 0 {
		fmt.Fprintln(b, "No Klarna dispute.")
	} else {
		fmt.Fprintf(b, "%-31s%9s%13s%11s%15s\n", "", "DISPUTES", "AMOUNT", "FEES*", "TOGETHER")
		for _, row := range a.Rows() {
			fmt.Fprintf(b, "%-31s%9s%13s%11s%11s %s\n", row.Words, Grouped(row.Disputes), row.Amount, row.Fees, row.Together, row.Currency)
		}
	}
	if len(a.Statuses) > 0 {
		fmt.Fprintln(b, "\nStates unknown here: look at these in Stripe")
		for _, s := range a.Statuses {
			fmt.Fprintf(b, "%6s  %s\n", Grouped(s.Disputes), s.Code)
		}
	}
	if len(a.LossReasons) > 0 {
		fmt.Fprintln(b, "\nWhat Klarna says of the losses")
		for _, l := range a.LossReasons {
			fmt.Fprintf(b, "%6s  %s\n", Grouped(l.Disputes), terminal.Clip(l.Code, 70))
		}
	}
	if a.LostWithoutTracking > 0 {
		fmt.Fprintf(b, "Lost disputes without a tracking number on the charge: %s of %s.\n", Grouped(a.LostWithoutTracking), Grouped(a.Lost()))
	}
	a.openTable(b, r)
	a.Orders.table(b)
}

func (a *Account) openTable(b *strings.Builder, r *Report) {
	if len(a.Open) == 0 {
		return
	}
	const columns = "%-18s%-13s%-11s%13s  %s\n"
	fmt.Fprintf(b, "\nOpen now, the most urgent first\n"+columns, "ANSWER BY", "LEFT", "STAGE", "AMOUNT", "CHARGE")
	for _, o := range a.Open[:min(len(a.Open), maxOpen)] {
		left := o.Due(r.now)
		if o.due.IsZero() {
			left = "no answer"
		}
		fmt.Fprintf(b, columns, o.Until(r.now), left, o.Stage, digits(o.Amount.Minor, o.Amount.Currency)+" "+o.Amount.Currency, terminal.Clip(o.Charge, 30))
	}
	if more := len(a.Open) - maxOpen; more > 0 {
		fmt.Fprintf(b, "and %d more: see --json or --html\n", more)
	}
}

func (r *Report) mailTable(b *strings.Builder) {
	m := r.Mails
	if m == nil {
		return
	}
	fmt.Fprintf(b, "\nMailed cases: %s. Never followed up: %s.\n", Grouped(m.Cases), Grouped(len(m.Unfollowed)))
	if len(m.Unfollowed) == 0 {
		return
	}
	fmt.Fprintf(b, "%-10s%-18s%-17s%-10s%s\n", "CASE", "DISPUTE", "KIND", "OUTCOME", "ANSWER BY")
	for _, u := range m.Unfollowed[:min(len(m.Unfollowed), maxOpen)] {
		fmt.Fprintf(b, "%-10s%-18s%-17s%-10s%s\n", u.ID, terminal.Clip(u.DisputeID, 17), terminal.Clip(spaces(string(u.Kind)), 16), terminal.Clip(u.Outcome, 9), u.Until(r.now))
	}
	if more := len(m.Unfollowed) - maxOpen; more > 0 {
		fmt.Fprintf(b, "and %d more: see --json or --html\n", more)
	}
}

// wrapped breaks lines of more than 80 columns at blanks. Lines of columns are
// made to fit, and stay.
func wrapped(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		for runes := []rune(line); ; {
			if len(runes) <= 81 { // 80 and the line's end
				b.WriteString(string(runes))
				break
			}
			cut := 80
			for cut > 0 && runes[cut] != ' ' {
				cut--
			}
			if cut == 0 {
				b.WriteString(string(runes))
				break
			}
			b.WriteString(string(runes[:cut]) + "\n")
			runes = append([]rune("  "), runes[cut+1:]...)
		}
	}
	return b.String()
}

func (r *Report) observedTable(b *strings.Builder) {
	o := r.Observed
	if o == nil {
		return
	}
	fmt.Fprintf(b, "\n%s\n", o.Summary())
	fmt.Fprintf(b, "%-10s%-18s%-10s%-6s%s\n", "CASE", "FIRST WORD", "LATER", "LATE", "TAKEN UP")
	for _, v := range o.List[:min(len(o.List), maxOpen)] {
		fmt.Fprintf(b, "%-10s%-18s%-10s%-6s%s\n", v.ID, v.FirstWord(), terminal.Clip(lasted(v.lead), 10), v.LateWord(), terminal.Clip(v.Taken(), 36))
	}
	if more := len(o.List) - maxOpen; more > 0 {
		fmt.Fprintf(b, "and %d more: see --json or --html\n", more)
	}
}
