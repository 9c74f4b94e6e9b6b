package casebook

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/rules"
)

// owned is whose keys are whose.
type owned struct {
	owner map[string]string // key → case
	cases []string          // the owners, by the order of the keys: the surest first
	free  []string          // keys of no case
}

// owners looks up keys, given with the surest first.
func (c *change) owners(ctx context.Context, keys []string) (owned, error) {
	o := owned{owner: map[string]string{}}
	for _, k := range keys {
		k = indexed(k)
		if _, twice := o.owner[k]; twice || slices.Contains(o.free, k) {
			continue
		}
		var id string
		err := c.QueryRowContext(ctx, `select case_id from case_keys where key = $1`, k).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			o.free = append(o.free, k)
			continue
		}
		if err != nil {
			return o, err
		}
		o.owner[k] = id
		if !slices.Contains(o.cases, id) {
			o.cases = append(o.cases, id)
		}
	}
	return o, nil
}

// give makes keys the case's. Where another writer gave one of them away in the
// meantime, the transaction begins anew and sees it.
func (c *change) give(ctx context.Context, id string, keys []string) error {
	for _, k := range keys {
		r, err := c.ExecContext(ctx, `insert into case_keys (key, case_id) values ($1, $2) on conflict (key) do nothing`, k, id)
		if err := one(r, err, errAgain); err != nil {
			return err
		}
	}
	return nil
}

// sure says that the event may bring a Stripe dispute's key to the case, and so
// join two cases: a person's link or an exact match, never a guess.
func sure(h rules.Case, e rules.Event) bool {
	switch e.Type {
	case rules.EventLink:
		return true
	case rules.EventMatch:
		return e.Match != nil && e.Match.Sure() && h.Match.By == "" // a person's word stands before it
	case rules.EventStripe:
		return h.Match.Sure() || h.OpenedAt.IsZero()
	}
	return false
}

// said is the event's keys: what it lists and the dispute that it is sure of.
func said(h rules.Case, e rules.Event) []string {
	keys := slices.Clone(e.Keys)
	if e.Match != nil && e.Match.Dispute != "" {
		keys = append(keys, rules.StripeKey(e.Match.Dispute))
	}
	if e.Stripe != nil && e.Stripe.Dispute != "" {
		keys = append(keys, rules.StripeKey(e.Stripe.Dispute))
	}
	looks := e.Type == rules.EventMatch || e.Type == rules.EventLink || e.Type == rules.EventStripe
	if looks && !sure(h, e) {
		keys = slices.DeleteFunc(keys, func(k string) bool { return strings.HasPrefix(k, rules.StripeKey("")) })
	}
	return keys
}
