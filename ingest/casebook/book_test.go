package casebook_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/casebook/booktest"
	"github.com/disputewatch/disputewatch/ingest/casebook/cluster"
	"github.com/disputewatch/disputewatch/rules"
)

// servers is the one PostgreSQL of this run, started by the first test that
// wants it.
type servers struct {
	once sync.Once
	dir  string
	pg   *cluster.Cluster
	err  error
	made atomic.Int64
}

var shared servers

func TestMain(m *testing.M) {
	// A walk costs some dozen durable transactions: 25 unless asked otherwise.
	if err := flag.Set("rapid.checks", "25"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if dsn := os.Getenv(childOf); dsn != "" {
		os.Exit(recordUntilKilled(dsn))
	}
	code := m.Run()
	if shared.pg != nil {
		if err := shared.pg.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	if shared.dir != "" {
		os.RemoveAll(shared.dir)
	}
	os.Exit(code)
}

// postgres is a new, empty database; the test is skipped where there is no
// PostgreSQL, and fails in CI.
func (s *servers) postgres(t testing.TB) string {
	t.Helper()
	s.once.Do(func() {
		if s.dir, s.err = os.MkdirTemp("", "casebook-postgres"); s.err == nil {
			s.pg, s.err = cluster.Start(s.dir)
		}
	})
	if errors.Is(s.err, cluster.ErrMissing) && os.Getenv("DISPUTEWATCH_CI") != "1" {
		t.Skip(s.err)
	}
	if s.err != nil {
		t.Fatal(s.err)
	}
	dsn, err := s.pg.DSN(t.Context(), fmt.Sprintf("book%d", s.made.Add(1)))
	if err != nil {
		t.Fatal(err)
	}
	return dsn
}

// world is one store, and a clock that the test moves.
type world struct {
	testing.TB
	ctx   context.Context
	dsn   string
	clock atomic.Int64 // nanoseconds since start
	*casebook.Book
}

var start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC) // a Monday, before office hours

func (w *world) now() time.Time       { return start.Add(time.Duration(w.clock.Load())) }
func (w *world) wait(d time.Duration) { w.clock.Add(int64(d)) }
func (w *world) policy() rules.Policy { return rules.Default(time.UTC) }
func (w *world) options(holder string) casebook.Options {
	return casebook.Options{Policy: w.policy(), Now: w.now, Holder: holder}
}

// another opens the store once more, as another process would.
func (w *world) another(holder string) *casebook.Book {
	w.Helper()
	b, err := casebook.Open(w.ctx, w.dsn, w.options(holder))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { w.must(b.Close()) })
	return b
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// position is where b says we stand in the one folder of most tests.
func (w *world) position(b *casebook.Book) rules.Position {
	w.Helper()
	at, err := b.Positions(w.ctx, "shop", "INBOX")
	w.must(err)
	return at[0]
}

// eachDB runs a test on both databases.
func eachDB(t *testing.T, f func(w *world)) {
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t, kind)
			f(w)
		})
	}
}

func newWorld(t testing.TB, kind string) *world {
	t.Helper()
	w := &world{TB: t, ctx: context.Background()}
	if kind == "postgres" {
		w.dsn = shared.postgres(t)
	} else {
		w.dsn = booktest.SQLite(t, filepath.Join(t.TempDir(), "cases.db"))
	}
	w.Book = w.another("one/1")
	return w
}

func TestNewBookIsOnlyForItsOwner(t *testing.T) {
	w := &world{TB: t, ctx: t.Context(), dsn: "sqlite:" + filepath.Join(t.TempDir(), "cases.db")}
	w.another("one/1")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(w.dsn[len("sqlite:"):] + suffix)
		w.must(err)
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v", info.Name(), info.Mode().Perm())
		}
	}
}

func TestNewBookIsEmpty(t *testing.T) {
	eachDB(t, func(w *world) {
		cases, err := w.Cases(w.ctx, casebook.Filter{})
		w.must(err)
		p := w.position(w.Book)
		waiting, _, err := w.Outbox(w.ctx)
		w.must(err)
		if len(cases) != 0 || waiting != 0 || p.UIDNext != 0 || p.Mailbox != "shop" || p.Folder != "INBOX" {
			w.Errorf("cases %v, waiting %d, position %+v", cases, waiting, p)
		}
		if _, err := w.Case(w.ctx, "c-abcdef"); !errors.Is(err, casebook.ErrNoCase) {
			w.Errorf("a case that is not there: %v", err)
		}
	})
}
