package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
)

// maxAuditOpen bounds the open disputes and mails that the table lists; JSON
// and the page hold all of them.
const maxAuditOpen = 25

// printTable writes the report for a terminal of 80 columns.
func (r *auditReport) printTable(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Klarna disputes of the last %d days, %s to %s (%s)\n", auditDays,
		r.since.Format("2 Jan 2006"), r.now.Format("2 Jan 2006"), r.now.Location())
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
func (r *auditReport) headline() []string {
	lines := []string{"Lost because nobody answered: none."}
	if g := r.unanswered(); g.Disputes > 0 {
		lines[0] = fmt.Sprintf("Lost because nobody answered: %s.", counted(g.Disputes, "dispute"))
		for _, s := range g.Sums {
			lines = append(lines, fmt.Sprintf("%19s %s", s.Sum(), s.WithFees()))
		}
	}
	return append(lines, r.urgent())
}

func (a *auditAccount) table(b *strings.Builder, r *auditReport) {
	fmt.Fprintf(b, "\n%s\n", a.Title())
	if a.Disputes == 0 {
		fmt.Fprintln(b, "No Klarna dispute.")
	} else {
		fmt.Fprintf(b, "%-31s%9s%13s%11s%15s\n", "", "DISPUTES", "AMOUNT", "FEES*", "TOGETHER")
		for _, row := range a.Rows() {
			fmt.Fprintf(b, "%-31s%9s%13s%11s%11s %s\n", row.Words, grouped(row.Disputes), row.Amount, row.Fees, row.Together, row.Currency)
		}
	}
	if len(a.Statuses) > 0 {
		fmt.Fprintln(b, "\nStates unknown here: look at these in Stripe")
		for _, s := range a.Statuses {
			fmt.Fprintf(b, "%6s  %s\n", grouped(s.Disputes), s.Code)
		}
	}
	if len(a.LossReasons) > 0 {
		fmt.Fprintln(b, "\nWhat Klarna says of the losses")
		for _, l := range a.LossReasons {
			fmt.Fprintf(b, "%6s  %s\n", grouped(l.Disputes), terminal.Clip(l.Code, 70))
		}
	}
	if a.LostWithoutTracking > 0 {
		fmt.Fprintf(b, "Lost disputes without a tracking number on the charge: %s of %s.\n", grouped(a.LostWithoutTracking), grouped(a.Lost()))
	}
	a.openTable(b, r)
	a.Orders.table(b)
}

func (a *auditAccount) openTable(b *strings.Builder, r *auditReport) {
	if len(a.Open) == 0 {
		return
	}
	const columns = "%-18s%-13s%-11s%13s  %s\n"
	fmt.Fprintf(b, "\nOpen now, the most urgent first\n"+columns, "ANSWER BY", "LEFT", "STAGE", "AMOUNT", "CHARGE")
	for _, o := range a.Open[:min(len(a.Open), maxAuditOpen)] {
		left := o.Due(r.now)
		if o.due.IsZero() {
			left = "no answer"
		}
		fmt.Fprintf(b, columns, o.Until(r.now), left, o.Stage, digits(o.Amount.Minor, o.Amount.Currency)+" "+o.Amount.Currency, terminal.Clip(o.Charge, 30))
	}
	if more := len(a.Open) - maxAuditOpen; more > 0 {
		fmt.Fprintf(b, "and %d more: see --json or --html\n", more)
	}
}

func (o *auditOrders) table(b *strings.Builder) {
	if o == nil {
		fmt.Fprintln(b, "\nOrders: not read, see the error.")
		return
	}
	fmt.Fprintf(b, "\nKlarna orders captured: %s. Refunded in full: %s. With tracking: %s.\n", grouped(o.Captured), grouped(o.Refunded), grouped(o.Tracked))
	if o.Untracked == 0 {
		fmt.Fprintln(b, "Without a tracking number: none.")
		return
	}
	fmt.Fprintf(b, "Without a tracking number: %s (%s), %s of them of the last 7 days.\n", grouped(o.Untracked), sumsWords(o.UntrackedSums), grouped(o.UntrackedWeek))
	fmt.Fprintln(b, "Klarna reads the tracking number there when a customer says that nothing came.")
	if o.NoCarrier > 0 {
		fmt.Fprintf(b, "A tracking number but no carrier: %s.\n", grouped(o.NoCarrier))
	}
}

func (r *auditReport) mailTable(b *strings.Builder) {
	m := r.Mails
	if m == nil {
		return
	}
	fmt.Fprintf(b, "\nMailed cases: %s. Never followed up: %s.\n", grouped(m.Cases), grouped(len(m.Unfollowed)))
	if len(m.Unfollowed) == 0 {
		return
	}
	fmt.Fprintf(b, "%-10s%-18s%-17s%-10s%s\n", "CASE", "DISPUTE", "KIND", "OUTCOME", "ANSWER BY")
	for _, u := range m.Unfollowed[:min(len(m.Unfollowed), maxAuditOpen)] {
		fmt.Fprintf(b, "%-10s%-18s%-17s%-10s%s\n", u.ID, terminal.Clip(u.DisputeID, 17), terminal.Clip(spaces(string(u.Kind)), 16), terminal.Clip(u.Outcome, 9), u.Until(r.now))
	}
	if more := len(m.Unfollowed) - maxAuditOpen; more > 0 {
		fmt.Fprintf(b, "and %d more: see --json or --html\n", more)
	}
}

// counted is "1 dispute", "1,200 disputes".
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return grouped(n) + " " + what
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
