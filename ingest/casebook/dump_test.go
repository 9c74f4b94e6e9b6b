package casebook_test

import (
	"fmt"
	"maps"
	"slices"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/google/go-cmp/cmp"
)

// dump is all that can be seen of the book through its doors, claims aside.
func (w *world) dump() map[string]any {
	w.Helper()
	return w.dumpOf(w.Book)
}

func (w *world) dumpOf(b *casebook.Book) map[string]any {
	w.Helper()
	all := map[string]any{}
	cases, err := b.Cases(w.ctx, casebook.Filter{})
	w.must(err)
	for _, c := range cases {
		all["case "+c.ID] = c
		all["history "+c.ID], err = b.History(w.ctx, c.ID)
		w.must(err)
		for _, k := range c.Keys {
			owner, err := b.Case(w.ctx, k)
			w.must(err)
			all["key "+k] = owner.ID
		}
	}
	waiting, oldest, err := b.Outbox(w.ctx)
	w.must(err)
	all["outbox"] = fmt.Sprint(waiting, oldest)
	all["position"] = w.position(b)
	threads, err := b.Threads(w.ctx)
	w.must(err)
	all["threads"] = slices.Sorted(maps.Keys(threads))
	all["mails"], err = b.MailCounts(w.ctx)
	w.must(err)
	all["health"], err = b.Health(w.ctx)
	w.must(err)
	return all
}

func (w *world) same(want, got map[string]any) {
	w.Helper()
	if d := cmp.Diff(want, got); d != "" {
		w.Errorf("the book changed (-before +after):\n%s", d)
	}
}
