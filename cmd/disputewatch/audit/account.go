package audit

import (
	"cmp"
	"slices"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/rules"
)

// Account is one Stripe account's part.
type Account struct {
	Name     string `json:"name,omitempty"` // in the config
	Account  string `json:"account,omitempty"`
	TestMode bool   `json:"test_mode"`

	Disputes            int                    `json:"disputes"` // Klarna's, in all
	Ends                map[charges.End]*Group `json:"ends"`
	LossReasons         []Count                `json:"loss_reasons,omitempty"`     // Klarna's codes, the most frequent first
	Statuses            []Count                `json:"unknown_statuses,omitempty"` // Stripe's words that nobody here knows
	LostWithoutTracking int                    `json:"lost_without_tracking"`
	Open                []Open                 `json:"open"` // the most urgent first
	Orders              *Orders                `json:"orders,omitempty"`
}

// Count is how many disputes bear a code.
type Count struct {
	Code     string `json:"code"`
	Disputes int    `json:"disputes"`
}

// Source is what was read of one Stripe account.
type Source struct {
	Name     string // in the config
	TestMode bool
	Disputes []rules.Reading
	Sales    *charges.Sales // nil: they could not be read
}

// Add adds what an account's disputes and orders came to.
func (r *Report) Add(s Source) {
	a := r.account(s.Name, s.Disputes)
	a.TestMode = s.TestMode
	if s.Sales != nil {
		a.Orders = ordersOf(*s.Sales, r.now)
	}
	r.Accounts = append(r.Accounts, a)
}

// account is what an account's disputes came to.
func (r *Report) account(name string, readings []rules.Reading) *Account {
	a := &Account{Name: name, Disputes: len(readings), Ends: map[charges.End]*Group{}, Open: []Open{}}
	reasons, statuses := map[string]int{}, map[string]int{}
	for _, d := range readings {
		a.Account = cmp.Or(a.Account, d.Account)
		end := charges.EndOf(d)
		if a.Ends[end] == nil {
			a.Ends[end] = &Group{}
		}
		if sum := a.Ends[end].add(d.Amount); end.Lost() || end == charges.EndOpen {
			sum.cost(r.fees)
		}
		if end == charges.EndOpen {
			a.Open = append(a.Open, openOf(d, r.now))
		}
		if end == charges.EndUnknown {
			statuses[terminal.Clip(d.Status, 40)]++
		}
		if end.Lost() && d.Tracking == "" {
			a.LostWithoutTracking++
		}
		if code := terminal.Clip(d.LossReason, 60); end.Lost() && code != "" {
			reasons[code]++
		}
	}
	a.LossReasons, a.Statuses = counts(reasons), counts(statuses)
	slices.SortFunc(a.Open, byDue)
	return a
}

// counts puts the most frequent first.
func counts(of map[string]int) []Count {
	var out []Count
	for code, n := range of {
		out = append(out, Count{code, n})
	}
	slices.SortFunc(out, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Disputes, a.Disputes), cmp.Compare(a.Code, b.Code))
	})
	return out
}

// ends are the rows of the table: what went wrong first.
var ends = []struct {
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

// Row is one line of the table of ends: of one end and one currency.
type Row struct {
	Name     string // of the end
	Words    string // the same, "" where the line above says it
	Disputes int
	Amount   string
	Fees     string // "" where none are taken
	Together string
	Currency string
}

// Rows are the ends that occurred, a line a currency.
func (a *Account) Rows() []Row {
	var rows []Row
	for _, e := range ends {
		g := a.Ends[e.end]
		if g == nil {
			continue
		}
		words := e.words
		for _, s := range g.Sums {
			row := Row{e.words, words, s.Disputes, digits(s.Minor, s.Currency), "", digits(s.Together, s.Currency), s.Currency}
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
func (a *Account) Lost() int {
	n := 0
	for end, g := range a.Ends {
		if end.Lost() {
			n += g.Disputes
		}
	}
	return n
}

// Title names the account.
func (a *Account) Title() string {
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
