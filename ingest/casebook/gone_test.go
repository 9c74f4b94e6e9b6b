package casebook_test

import (
	"os"
	"sync"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/casebook/cluster"
	"github.com/disputewatch/disputewatch/rules"
)

func TestBookGoesOnWhenPostgreSQLIsBack(t *testing.T) {
	shared.postgres(t) // skips where there is none
	dir, err := os.MkdirTemp("", "casebook-gone")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	pg, err := cluster.Start(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := pg.Stop(); err != nil {
			t.Error(err)
		}
	}()
	w := &world{TB: t, ctx: t.Context()}
	w.dsn, err = pg.DSN(w.ctx, "book")
	w.must(err)
	w.Book = w.another("one/1")
	w.queue(rules.Message{Key: "before"})
	var readers sync.WaitGroup // they leave several connections in the pool
	for range 6 {
		readers.Go(func() { w.dump() })
	}
	readers.Wait()
	w.must(pg.Stop())
	_, err = w.Queue(w.ctx, rules.Message{Key: "while it is gone"})
	hinted(t, err, "queue a message in book postgres://127.0.0.1:")
	w.must(pg.Resume())
	w.dump()
	for _, key := range []string{"after", "again"} {
		if _, err := w.Queue(w.ctx, rules.Message{Key: key}); err != nil {
			w.Errorf("%s: %v", key, err)
		}
	}
	if n, _, err := w.Outbox(w.ctx); n != 3 || err != nil {
		w.Errorf("%d messages, %v", n, err)
	}
}
