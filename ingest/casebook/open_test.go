package casebook_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// hinted checks that an error is one that a person can act on.
func hinted(t testing.TB, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	for _, word := range append(words, "\nhint: ") {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("no %q in: %v", word, err)
		}
	}
	if strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("not one line and its hint: %v", err)
	}
}

func TestWhatCannotBeOpenedSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("this is no database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, dsn, words string }{
		{"no folder", "sqlite:" + dir + "/no/such/cases.db", dir + "/no/such"},
		{"no path", "sqlite:", "no path"},
		{"another kind", "mysql://localhost", "mysql"},
		{"no database file", "sqlite:" + garbage, garbage},
		{"a folder", "sqlite:" + dir, dir},
		{"nobody answers", "postgres://u:s3cret@127.0.0.1:1/book", "127.0.0.1:1/book"},
		{"unreadable address", "postgres://u:s3cret@127.0.0.1:port/book", "open book"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, err := casebook.Open(t.Context(), c.dsn, (&world{}).options("one/1"))
			if err == nil {
				b.Close()
			}
			hinted(t, err, c.words)
			if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the password is in: %v", err)
			}
		})
	}
}

func TestReadOnlyNeedsABookThatIsThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cases.db")
	_, err := casebook.OpenReadOnly(t.Context(), "sqlite:"+path, (&world{}).options("one/1"))
	hinted(t, err, path)
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it is not said to be absent: %v", err)
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("it was made")
	}
}

func TestPathIsTakenAsItIs(t *testing.T) {
	for _, name := range []string{"a b.db", "50%25?.db", "ä#&mode=ro.db"} {
		path := filepath.Join(t.TempDir(), name)
		b, err := casebook.Open(t.Context(), "sqlite:"+path, (&world{}).options("one/1"))
		if err != nil {
			t.Error(err)
			continue
		}
		b.Close()
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	w := newWorld(t, "sqlite")
	w.must(w.Book.Close())
	raw, err := sql.Open("sqlite", strings.TrimPrefix(w.dsn, "sqlite:"))
	w.must(err)
	_, err = raw.Exec(`insert into goose_db_version (version_id, is_applied) values (9999, 1)`)
	w.must(err)
	w.must(raw.Close())
	for _, open := range []func(context.Context, string, casebook.Options) (*casebook.Book, error){casebook.Open, casebook.OpenReadOnly} {
		_, err := open(w.ctx, w.dsn, w.options("one/1"))
		if !errors.Is(err, casebook.ErrNewerSchema) {
			w.Fatalf("opened: %v", err)
		}
		hinted(w.TB, err, "9999")
	}
}

func TestStartersThatRaceMakeOneBook(t *testing.T) {
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			w := &world{TB: t, ctx: t.Context(), dsn: "sqlite:" + filepath.Join(t.TempDir(), "cases.db")}
			if kind == "postgres" {
				w.dsn = shared.postgres(t)
			}
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					b, err := casebook.Open(w.ctx, w.dsn, w.options("starter/1"))
					if err == nil {
						_, err = b.Queue(w.ctx, rules.Message{Key: "hello"})
					}
					if err == nil {
						err = b.Close()
					}
					if err != nil {
						w.Error(err)
					}
				})
			}
			all.Wait()
			w.Book = w.another("one/1")
			if n, _, err := w.Outbox(w.ctx); n != 1 || err != nil {
				w.Errorf("%d messages, %v", n, err)
			}
		})
	}
}

func TestBookThatRootMakesBelongsToTheOwnerOfItsFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root gives files away")
	}
	const somebody = 65534
	folder := t.TempDir()
	if err := os.Chown(folder, somebody, somebody); err != nil {
		t.Fatal(err)
	}
	w := &world{TB: t, ctx: t.Context(), dsn: "sqlite:" + filepath.Join(folder, "cases.db")}
	w.Book = w.another("one/1")
	w.opened(w.noticeOf("1", 1))
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	w.must(err)
	for _, f := range files {
		info, err := os.Stat(f)
		w.must(err)
		if owner := info.Sys().(*syscall.Stat_t); owner.Uid != somebody || owner.Gid != somebody || info.Mode().Perm() != 0o600 {
			t.Errorf("%s belongs to %d:%d, mode %v", f, owner.Uid, owner.Gid, info.Mode())
		}
	}
	if len(files) != 3 {
		t.Errorf("files %v", files)
	}
}
