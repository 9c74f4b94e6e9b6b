package charges

import (
	"context"
	"slices"
	"time"
)

// Named lists the charges, however they were paid, that have one of want's Stripe
// ids or exactly one of its references: which orders a mail names, if they exist.
// It costs what a [Client.Match] costs. An error leaves it open.
func (c *Client) Named(ctx context.Context, w *Window, want Want, now time.Time) ([]string, error) {
	s := search{c: c, w: w, want: want, now: now}
	if err := s.named(ctx); err != nil {
		return nil, err
	}
	if err := s.metadata(ctx); err != nil {
		return nil, err
	}
	var ids []string
	for _, ch := range append(w.near(want), w.these(s.found)...) {
		named := slices.ContainsFunc(want.ids(), ch.is)
		for _, ref := range want.references() {
			named = named || slices.ContainsFunc(ch.References, func(r Reference) bool { return compare(ref, r.Value) == same })
		}
		if named && !slices.Contains(ids, ch.ID) {
			ids = append(ids, ch.ID)
		}
	}
	slices.Sort(ids)
	return ids, nil
}
