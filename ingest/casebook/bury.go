package casebook

import (
	"context"
	"maps"
)

// Bury frees the claims of processes that have ended, so that what they were at
// need not wait for the claims to lapse, and returns the holders that were
// buried, each with the keys of what it was at. What dead says of a holder must be certain; the epoch of a freed claim
// stays, so that even a wrong word lets nobody work twice under one claim.
func (b *Book) Bury(ctx context.Context, dead func(holder string) bool) (map[string][]string, error) {
	holders, err := b.holders(ctx)
	if err != nil {
		return nil, b.fault("look for claims in", err)
	}
	maps.DeleteFunc(holders, func(h string, _ []string) bool { return !dead(h) })
	if len(holders) == 0 {
		return nil, nil
	}
	return holders, b.change(ctx, "free claims in", func(c *change) error {
		for h := range holders {
			if _, err := c.ExecContext(ctx, `update claims set until = 0, holder = '' where holder = $1`, h); err != nil {
				return err
			}
		}
		return nil
	})
}

// holders are those who hold anything, or died while they did, with the keys of
// it in their order.
func (b *Book) holders(ctx context.Context) (map[string][]string, error) {
	rows, err := b.db.QueryContext(ctx, `select holder, key from claims where holder <> '' order by key`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := map[string][]string{}
	for rows.Next() {
		var h, key string
		if err := rows.Scan(&h, &key); err != nil {
			return nil, err
		}
		all[h] = append(all[h], key)
	}
	return all, rows.Err()
}
