package casebook_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// elsewhere opens the store as a process on another machine would, whose clock is
// ahead: to it the database's seems to be behind by as much.
func (w *world) elsewhere(ahead time.Duration) *casebook.Book {
	w.Helper()
	w.statement(fmt.Sprintf(`create or replace function clock_timestamp() returns timestamptz language sql as
		$$ select pg_catalog.clock_timestamp() - interval '%d seconds' $$`, int(ahead.Seconds())))
	o := w.options("elsewhere/1")
	o.Now = func() time.Time { return w.now().Add(ahead) }
	b, err := casebook.Open(w.ctx, w.dsn+",pg_catalog", o) // the store's own function is found first
	w.must(err)
	w.Cleanup(func() { w.must(b.Close()) })
	return b
}

// statement runs SQL of PostgreSQL's behind the book's back.
func (w *world) statement(text string) {
	w.Helper()
	db, err := sql.Open("pgx", w.dsn)
	w.must(err)
	defer db.Close()
	_, err = db.ExecContext(w.ctx, text)
	w.must(err)
}

func TestWorkIsHeldByOneAlsoWhereClocksDiffer(t *testing.T) {
	for _, ahead := range []time.Duration{-3 * time.Hour, -5 * time.Minute, 90 * time.Second, 5 * time.Minute, 3 * time.Hour} {
		t.Run(ahead.String(), func(t *testing.T) {
			w := newWorld(t, "postgres")
			other := w.elsewhere(ahead)
			both := []*casebook.Book{w.Book, other}
			for i, b := range both {
				twin, key := both[1-i], fmt.Sprintf("mailbox/%d", i)
				work, err := b.Claim(w.ctx, key)
				w.must(err)
				_, err = b.Renew(w.ctx, work)
				w.must(err)
				var held *casebook.HeldError
				if _, err := twin.Claim(w.ctx, key); !errors.As(err, &held) {
					t.Errorf("%s is claimed by both: %v", key, err)
				} else if now := w.now().Add([]time.Duration{ahead, 0}[i]); !held.Until.After(now) || held.Until.After(now.Add(2*time.Minute)) {
					t.Errorf("it is held until %s, and it is %s", held.Until, now)
				}
				if is, err := twin.Held(w.ctx, key); err != nil || !is {
					t.Errorf("%s is not held: %v", key, err)
				}
				if all, err := twin.HeldOf(w.ctx, key); err != nil || !all[key] {
					t.Errorf("%s is not among what is held: %v", key, err)
				}
				for _, day := range []string{"1", "2"} {
					_, err = b.Queue(w.ctx, rules.Message{Key: "digest/" + key + day, Kind: rules.MessageDigest, QueuedAt: start})
					w.must(err)
				}
				first, claim, err := b.Take(w.ctx)
				w.must(err)
				second, other, err := twin.Take(w.ctx)
				if err != nil || second.ID == first.ID {
					t.Fatalf("one has message %s, the other %s: %v", first.ID, second.ID, err)
				}
				w.must(b.Drop(w.ctx, claim, first.ID, "done"))
				w.must(twin.Drop(w.ctx, other, second.ID, "done"))
			}
			w.wait(61 * time.Second)
			for i, b := range both {
				_, err := b.Claim(w.ctx, fmt.Sprintf("mailbox/%d", 1-i))
				w.must(err)
			}
			if got := (other.Ahead() - ahead).Abs(); got > time.Minute || w.Ahead() != 0 {
				t.Errorf("the clocks are ahead by %v and %v, want none and %v", w.Ahead(), other.Ahead(), ahead)
			}
		})
	}
}

// One of several daemons is upgraded: what the others know of the book is not all
// that is in it any more.
func TestBookThatALaterReleaseMigratesMeanwhileIsNotWritten(t *testing.T) {
	w := newWorld(t, "postgres")
	digest := func(day string) rules.Message { return rules.Message{Key: day, Kind: rules.MessageDigest} }
	_, err := w.Queue(w.ctx, digest("1"))
	w.must(err)
	w.statement(`insert into goose_db_version (version_id, is_applied) values (1000, true)`)
	_, err = w.Queue(w.ctx, digest("2"))
	if !errors.Is(err, casebook.ErrNewerSchema) || !strings.Contains(err.Error(), "\nhint: a later release wrote it") {
		t.Errorf("a book of another schema was written: %v", err)
	}
	if n, _, err := w.Outbox(w.ctx); n != 1 || err != nil {
		t.Errorf("%d messages wait: %v", n, err)
	}
}
