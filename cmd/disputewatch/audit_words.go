package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/rules"
)

// auditEnds are the rows of the table: what went wrong first.
var auditEnds = []struct {
	end   charges.End
	words string
}{
	{charges.EndUnanswered, "Lost: nobody answered"},
	{charges.EndLate, "Lost: answered too late"},
	{charges.EndAnswered, "Lost: in spite of an answer"},
	{charges.EndNoAnswer, "Lost: Stripe took no answer"},
	{charges.EndOpen, "Open: an answer is due"},
	{charges.EndWaiting, "Answered or refunded: waiting"},
	{charges.EndWon, "Won"},
	{charges.EndInquiryClosed, "Settled as an inquiry"},
	{charges.EndPrevented, "Prevented"},
	{charges.EndUnknown, "In a state unknown here"},
}

// auditRow is one line of the table of ends: of one end and one currency.
type auditRow struct {
	Name     string // of the end
	Words    string // the same, "" where the line above says it
	Disputes int
	Amount   string
	Fees     string // "" where none are taken
	Together string
	Currency string
}

// Rows are the ends that occurred, a line a currency.
func (a *auditAccount) Rows() []auditRow {
	var rows []auditRow
	for _, e := range auditEnds {
		g := a.Ends[e.end]
		if g == nil {
			continue
		}
		words := e.words
		for _, s := range g.Sums {
			row := auditRow{e.words, words, s.Disputes, digits(s.Minor, s.Currency), "", digits(s.Together, s.Currency), s.Currency}
			if s.Fees != nil {
				row.Fees = digits(*s.Fees, s.Currency)
			} else if s.Unknown {
				row.Fees = "unknown"
			}
			rows = append(rows, row)
			words = ""
		}
	}
	return rows
}

// Lost is the number of disputes whose money is gone.
func (a *auditAccount) Lost() int {
	n := 0
	for end, g := range a.Ends {
		if end.Lost() {
			n += g.Disputes
		}
	}
	return n
}

// Title names the account.
func (a *auditAccount) Title() string {
	s := "Stripe account"
	for _, name := range []string{a.Name, a.Account} {
		if name != "" {
			s += " " + name
		}
	}
	if a.TestMode {
		s += ", test mode: these are no real disputes"
	}
	return s
}

// Due is how long there is, or that it is over.
func (o auditOpen) Due(now time.Time) string {
	if o.due.IsZero() {
		return "no answer is taken"
	}
	d := o.due.Sub(now)
	switch {
	case d <= 0:
		return "overdue"
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h left", int(d.Hours()))
	}
	return fmt.Sprintf("%d days left", int(d.Hours()/24))
}

// Until is the date to answer by, in the report's zone.
func (o auditOpen) Until(now time.Time) string {
	if o.due.IsZero() {
		return "–"
	}
	return o.due.In(now.Location()).Format("2 Jan 2006 15:04")
}

// What is the reason in plain words.
func (o auditOpen) What() string { return spaces(o.Reason) }

// spaces makes a machine word readable.
func spaces(word string) string { return strings.ReplaceAll(terminal.Clip(word, 60), "_", " ") }

// Sum is "1,738.80 EUR", with the fees that are known.
func (s auditSum) Sum() string { return digits(s.Together, s.Currency) + " " + s.Currency }

// WithFees says whether the fees are in the sum.
func (s auditSum) WithFees() string {
	switch {
	case s.Unknown:
		return "without the fees, which are not known"
	case s.Fees != nil:
		return "with fees"
	}
	return ""
}

// urgent is what must be done now, in all accounts.
func (r *auditReport) urgent() string {
	var all []auditOpen
	for _, a := range r.Accounts {
		all = append(all, a.Open...)
	}
	if len(all) == 0 {
		return "Open now: none."
	}
	slices.SortFunc(all, byDue)
	text := "Open now: " + counted(len(all), "dispute")
	if late := len(all) - len(slices.DeleteFunc(slices.Clone(all), func(o auditOpen) bool { return o.Overdue })); late > 0 {
		text += fmt.Sprintf(", %d of them overdue", late)
	}
	if next := slices.IndexFunc(all, func(o auditOpen) bool { return o.due.After(r.now) }); next >= 0 {
		text += fmt.Sprintf(", the next one to be answered by %s (%s)", all[next].Until(r.now), all[next].Due(r.now))
	}
	return text + "."
}

func sumsWords(sums []auditSum) string {
	var parts []string
	for _, s := range sums {
		parts = append(parts, s.Sum())
	}
	return strings.Join(parts, ", ")
}

// feesUsed is what a lost dispute costs in the currencies of the report.
func (r *auditReport) feesUsed() []string {
	var out []string
	seen := map[string]bool{}
	for _, a := range r.Accounts {
		for _, row := range a.Rows() {
			if fee, source := r.fees.Lost(row.Currency); source != "" && row.Fees != "" && !seen[row.Currency] {
				seen[row.Currency] = true
				out = append(out, fee.String())
			}
		}
	}
	return out
}

// digits writes an amount without its currency, its thousands apart.
func digits(minor int64, currency string) string {
	text := strings.TrimSuffix(rules.Money{Minor: minor, Currency: currency}.String(), " "+currency)
	whole, part, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0 && whole[i-1] != '-'; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if part == "" {
		return whole
	}
	return whole + "." + part
}

// grouped writes a count with its thousands apart.
func grouped(n int) string { return digits(int64(n), "JPY") }
