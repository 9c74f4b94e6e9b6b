package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/rules"
)

// Group are the disputes of one end.
type Group struct {
	Disputes int     `json:"disputes"`
	Sums     []Total `json:"sums"` // by currency
}

// Total is what disputes of one currency come to.
type Total struct {
	Currency string `json:"currency"`
	Disputes int    `json:"disputes"`
	Minor    int64  `json:"minor"`                  // what was disputed
	Fees     *int64 `json:"fees_minor,omitempty"`   // absent: none are taken, or unknown
	Unknown  bool   `json:"fees_unknown,omitempty"` // nobody names one of the currency
	Together int64  `json:"together_minor"`         // without fees that are unknown
}

// add counts a dispute, and returns the sum of its currency.
func (g *Group) add(m rules.Money) *Total {
	g.Disputes++
	i, known := slices.BinarySearchFunc(g.Sums, m.Currency, func(s Total, c string) int { return cmp.Compare(s.Currency, c) })
	if !known {
		g.Sums = slices.Insert(g.Sums, i, Total{Currency: m.Currency})
	}
	s := &g.Sums[i]
	s.Disputes++
	s.Minor += m.Minor
	s.Together += m.Minor
	return s
}

// join adds another account's group of the same end.
func (g *Group) join(other Group) {
	g.Disputes += other.Disputes
	for _, o := range other.Sums {
		i, known := slices.BinarySearchFunc(g.Sums, o.Currency, func(s Total, c string) int { return cmp.Compare(s.Currency, c) })
		if !known {
			g.Sums = slices.Insert(g.Sums, i, Total{Currency: o.Currency, Unknown: o.Unknown})
			if o.Fees != nil {
				g.Sums[i].Fees = new(int64)
			}
		}
		s := &g.Sums[i]
		s.Disputes, s.Minor, s.Together = s.Disputes+o.Disputes, s.Minor+o.Minor, s.Together+o.Together
		if o.Fees != nil {
			*s.Fees += *o.Fees
		}
	}
}

// cost adds the fee of one lost dispute.
func (s *Total) cost(fees rules.Fees) {
	fee, source := fees.Lost(s.Currency)
	if source == "" {
		s.Unknown = true
		return
	}
	if s.Fees == nil {
		s.Fees = new(int64)
	}
	*s.Fees += fee.Minor
	s.Together += fee.Minor
}

// Sum is "1,738.80 EUR", with the fees that are known.
func (s Total) Sum() string { return digits(s.Together, s.Currency) + " " + s.Currency }

// WithFees says whether the fees are in the sum.
func (s Total) WithFees() string {
	switch {
	case s.Unknown:
		return "without the fees, which are not known"
	case s.Fees != nil:
		return "with fees"
	}
	return ""
}

// Amount is an amount as JSON.
type Amount struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"`
	Text     string `json:"text"`
}

// sumsWords lists the sums of several currencies.
func sumsWords(sums []Total) string {
	var parts []string
	for _, s := range sums {
		parts = append(parts, s.Sum())
	}
	return strings.Join(parts, ", ")
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

// Grouped writes a count with its thousands apart.
func Grouped(n int) string { return digits(int64(n), "JPY") }

// counted is "1 dispute", "1,200 disputes".
func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return Grouped(n) + " " + what
}
