package casebook

import (
	"context"
	"slices"
)

// Bury frees the claims of processes that have ended, so that what they were at
// need not wait for the claims to lapse, and returns the holders that were
// buried. What dead says of a holder must be certain; the epoch of a freed claim
// stays, so that even a wrong word lets nobody work twice under one claim.
func (b *Book) Bury(ctx context.Context, dead func(holder string) bool) ([]string, error) {
	holders, err := b.holders(ctx)
	if err != nil {
		return nil, b.fault("look for claims in", err)
	}
	holders = slices.DeleteFunc(holders, func(h string) bool { return !dead(h) })
	if len(holders) == 0 {
		return nil, nil
	}
	return holders, b.change(ctx, "free claims in", func(c *change) error {
		for _, h := range holders {
			if _, err := c.ExecContext(ctx, `update claims set until = 0, holder = '' where holder = $1`, h); err != nil {
				return err
			}
		}
		return nil
	})
}

// holders are those who hold anything, or died while they did.
func (b *Book) holders(ctx context.Context) ([]string, error) {
	rows, err := b.db.QueryContext(ctx, `select distinct holder from claims where holder <> '' order by holder`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var h string
		if err := rows.Scan(&h); err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, rows.Err()
}
