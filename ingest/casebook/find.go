package casebook

import (
	"context"
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
	if err := c.lookUp(ctx, keys); err != nil {
		return o, err
	}
	for _, k := range keys {
		k = indexed(k)
		id := c.keys[k]
		switch {
		case id == "" && !slices.Contains(o.free, k):
			o.free = append(o.free, k)
		case id != "" && o.owner[k] == "":
			o.owner[k] = id
			if !slices.Contains(o.cases, id) {
				o.cases = append(o.cases, id)
			}
		}
	}
	return o, nil
}

// lookUp asks for the owners of keys in one statement, once in a transaction.
// Where another writer changes one in the meantime, whoever relies on it finds
// out: a key that is given twice, or a case that went into another.
func (c *change) lookUp(ctx context.Context, keys []string) error {
	wanted := map[string]bool{}
	for _, k := range keys {
		k = indexed(k)
		if _, known := c.keys[k]; !known {
			wanted[k] = true
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	list, err := c.book.store.listed(wanted)
	if err != nil {
		return err
	}
	rows, err := c.QueryContext(ctx, `select key, case_id from case_keys where key in `+c.book.store.among("$1"), list)
	if err != nil {
		return err
	}
	defer rows.Close()
	for k := range wanted {
		c.keys[k] = ""
	}
	for rows.Next() {
		var k, id string
		if err := rows.Scan(&k, &id); err != nil {
			return err
		}
		c.keys[k] = id
	}
	return rows.Err()
}

// give makes keys the case's. Where another writer gave one of them away in the
// meantime, the transaction begins anew and sees it.
func (c *change) give(id string, keys []string) {
	for _, k := range keys {
		c.keys[k] = id
		c.later(`insert into case_keys (key, case_id) values ($1, $2) on conflict (key) do nothing`, orAgain, k, id)
	}
}

// free gives up the keys that a case had and has no more: the dispute of a charge
// that it turned out not to be about.
func (c *change) free(ctx context.Context, h *held, had []string) error {
	for _, k := range had {
		if slices.Contains(h.Keys, k) {
			continue
		}
		k = indexed(k)
		if _, err := c.ExecContext(ctx, `delete from case_keys where key = $1 and case_id = $2`, k, h.ID); err != nil {
			return err
		}
		delete(c.keys, k)
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
	looks := e.Type == rules.EventMatch || e.Type == rules.EventStripe
	if looks && !sure(h, e) {
		keys = slices.DeleteFunc(keys, func(k string) bool { return strings.HasPrefix(k, rules.StripeKey("")) })
	}
	return keys
}
