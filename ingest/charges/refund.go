package charges

import (
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// refund is one that succeeded.
type refund struct {
	at    time.Time
	minor int64
}

// ofItsOwn is r with what of its refunds may be for another. Several inquiries
// about one charge share its refunds: one of the amount of just one inquiry is for
// that one; of the others each inquiry gets what the rest of them cannot need. Where
// all of the charge was given back there is nothing left to tell apart.
func (w *Window) ofItsOwn(r rules.Reading) rules.Reading {
	if !inquiry(r.Status) || !r.Captured.IsZero() && r.RefundedMinor >= r.Captured.Minor {
		return r
	}
	all := having(w.charges[r.Charge].Disputes, func(d Dispute) bool { return inquiry(d.Status) })
	own, shared := apart(w.refunds[r.Charge], all)
	got := own[r.Dispute] + since(shared, r.CreatedAt)
	for _, d := range all {
		if d.ID != r.Dispute {
			got -= min(d.Amount.Minor-own[d.ID], since(shared, d.Created))
		}
	}
	got = max(got, own[r.Dispute])
	r.RefundedElse = r.RefundedSince - got
	return r
}

// inquiry says that a dispute of that status is one that a refund can settle.
func inquiry(status string) bool {
	return strings.HasPrefix(status, "warning_") && !Dispute{Status: status}.over()
}

// apart gives each refund to the inquiry whose amount it has, if that is one only.
func apart(given []refund, all []Dispute) (own map[string]int64, shared []refund) {
	own = map[string]int64{}
	for _, g := range given {
		fits := having(all, func(d Dispute) bool {
			return d.Amount.Minor == g.minor && own[d.ID] == 0 && !g.at.Before(d.Created)
		})
		if len(fits) == 1 {
			own[fits[0].ID] = g.minor
		} else {
			shared = append(shared, g)
		}
	}
	return own, shared
}

// since is what was given back from a time on.
func since(given []refund, t time.Time) (sum int64) {
	for _, g := range given {
		if !g.at.Before(t) {
			sum += g.minor
		}
	}
	return sum
}
