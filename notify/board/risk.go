package board

import (
	"math"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// risk is the disputed money of one currency that nobody has answered for.
type risk struct {
	Currency string
	Total    string
	Fees     string // what their loss would cost besides; "" where no fee is known
	Cases    int
	Buckets  []bucket
}

// bucket is the part of it that falls due within a time.
type bucket struct {
	Name   string
	Amount rules.Money
	Cases  int
}

// unknownAmount stands where the currency would: the cases whose amount nobody
// knows are counted, not valued.
const unknownAmount = "amount unknown"

// horizon is a bucket's name and the time by which its deadlines fall due.
type horizon struct {
	name  string
	until time.Duration
}

// horizons lists the buckets. The first is for what is overdue, the last for
// what has no date: neither is found by its time.
func horizons() []horizon {
	const day = 24 * time.Hour
	return []horizon{{name: "overdue"}, {"2 days", 2 * day}, {"7 days", 7 * day}, {"14 days", 14 * day}, {"later", math.MaxInt64}, {name: "no date"}}
}

// atRisk sums the unfinished cases by currency and by the time that is left,
// the currency with the most cases first.
func atRisk(cases []rules.Case, p rules.Policy, now time.Time) []risk {
	by := map[string]*risk{}
	fees := map[string]int64{}
	for _, c := range cases {
		if c.Finished() {
			continue
		}
		m := c.Disputed()
		key := m.Currency
		if m.IsZero() {
			key = unknownAmount
		}
		r := by[key]
		if r == nil {
			r = newRisk(key)
			by[key] = r
		}
		b := &r.Buckets[bucketOf(c, now)]
		b.Amount.Minor += m.Minor
		b.Cases++
		r.Cases++
		if together, words := c.AtRisk(p); words != "" {
			fees[key] += together.Minor - m.Minor
		}
	}
	var out []risk
	for _, r := range by {
		if r.Currency != unknownAmount {
			sum := rules.Money{Currency: r.Currency}
			for _, b := range r.Buckets {
				sum.Minor += b.Amount.Minor
			}
			r.Total = apart(sum.String())
			if fee := fees[r.Currency]; fee > 0 {
				r.Fees = apart(rules.Money{Minor: fee, Currency: r.Currency}.String())
			}
		}
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b risk) int {
		if a.Cases != b.Cases {
			return b.Cases - a.Cases
		}
		return strings.Compare(a.Currency, b.Currency)
	})
	return out
}

func newRisk(currency string) *risk {
	r := &risk{Currency: currency}
	for _, h := range horizons() {
		m := rules.Money{Currency: currency}
		if currency == unknownAmount {
			m.Currency = ""
		}
		r.Buckets = append(r.Buckets, bucket{Name: h.name, Amount: m})
	}
	return r
}

func bucketOf(c rules.Case, now time.Time) int {
	all := horizons()
	at := c.Deadline().At
	if at.IsZero() {
		return len(all) - 1
	}
	if overdue(c, now) {
		return 0
	}
	return 1 + slices.IndexFunc(all[1:], func(h horizon) bool { return at.Sub(now) <= h.until })
}
