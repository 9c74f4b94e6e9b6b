package casebook_test

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
	"github.com/google/go-cmp/cmp"
)

// live fills the book with some of everything.
func (w *world) live() {
	w.Helper()
	for i := range uint32(3) {
		w.opened(w.noticeOf(fmt.Sprint(100+i), i+1))
		w.wait(time.Minute)
	}
	w.opened(w.unknownMail(9))
	w.deliver()
	w.say("100", exactly("ch_1", "du_1"))
	w.say("101", exactly("ch_1", "du_1")) // joins the two
	w.queue(rules.Message{Key: "alarm", Kind: rules.MessageAlarm, About: map[string]string{"why": "a\x00b"}})
	_, err := w.Bad(w.ctx, "slack", "timeout")
	w.must(err)
}

func TestCopyHoldsTheSameInEitherDatabase(t *testing.T) {
	w := newWorld(t, "sqlite")
	w.live()
	there, back := newWorld(t, "postgres"), newWorld(t, "sqlite")
	out, err := casebook.Copy(w.ctx, w.Book, there.Book)
	w.must(err)
	home, err := casebook.Copy(w.ctx, there.Book, back.Book)
	w.must(err)
	if d := cmp.Diff(out, home); d != "" || out["cases"] != 4 || out["mails"] != 4 || out["events"] < 12 {
		w.Errorf("rows there %v, back %v", out, home)
	}
	want := w.dump()
	w.same(want, w.dumpOf(there.Book))
	w.same(want, w.dumpOf(back.Book))
	again, err := back.recordAnew(w.noticeOf("100", 1))
	if err != nil || again != 0 {
		w.Errorf("a known mail in the copy: %d new, %v", again, err)
	}
}

// recordAnew records under a new claim and says how many mails were new.
func (w *world) recordAnew(m rules.Mail) (int, error) {
	c, err := w.Claim(w.ctx, "copy")
	if err != nil {
		return 0, err
	}
	r, err := w.Record(w.ctx, c, w.batch(m))
	return r.New, err
}

func TestCopyOfARunningBookIsOfOneMoment(t *testing.T) {
	eachDB(t, func(w *world) {
		writer := w.another("two/2")
		stop := make(chan struct{})
		var all sync.WaitGroup
		all.Go(func() {
			for i := uint32(1); ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				c, err := writer.Claim(w.ctx, "mailbox/shop")
				if err == nil {
					_, err = writer.Record(w.ctx, c, w.batch(w.noticeOf(fmt.Sprint(i), i)))
				}
				if err == nil {
					err = writer.Release(w.ctx, c)
				}
				if err != nil {
					w.Error(err)
					return
				}
			}
		})
		for range 5 {
			to := newWorld(w.TB, "sqlite")
			rows, err := casebook.Copy(w.ctx, w.Book, to.Book)
			if err != nil || rows["cases"] != rows["mails"] || rows["sightings"] != rows["mails"] || rows["outbox"] != rows["cases"] {
				w.Errorf("copied %v, %v", rows, err)
			}
		}
		close(stop)
		all.Wait()
	})
}

func TestCopyGoesIntoAnEmptyBookOnly(t *testing.T) {
	eachDB(t, func(w *world) {
		to := newWorld(w.TB, "sqlite")
		to.opened(to.noticeOf("1", 1))
		before := to.dump()
		if _, err := casebook.Copy(w.ctx, w.Book, to.Book); !errors.Is(err, casebook.ErrNotEmpty) || !strings.Contains(err.Error(), "hint: ") {
			w.Errorf("copied into a used book: %v", err)
		}
		to.same(before, to.dump())
	})
}

// A database may do other than it is told, by a trigger as by a fault.
func TestCopyThatDoesNotReadBackAsItWasWrittenIsNotKept(t *testing.T) {
	w := newWorld(t, "sqlite")
	w.live()
	for _, lie := range []string{`delete from health`, `update health set error = 'none'`} {
		to := newWorld(t, "sqlite")
		db, err := sql.Open("sqlite", strings.TrimPrefix(to.dsn, "sqlite:"))
		w.must(err)
		_, err = db.Exec(`create trigger lie after insert on health begin ` + lie + `; end`)
		w.must(errors.Join(err, db.Close()))
		before := to.dump()
		if _, err := casebook.Copy(w.ctx, w.Book, to.Book); err == nil || !strings.Contains(err.Error(), "table health: 1 rows were written") {
			t.Errorf("after %q: %v", lie, err)
		}
		to.same(before, to.dump())
	}
}

// prints are the files of a folder with what is in them.
func prints(t testing.TB, folder string) string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		body, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %x\n", e.Name(), sha256.Sum256(body))
	}
	return b.String()
}

func TestReadingABookChangesNoByteOfIt(t *testing.T) {
	for _, running := range []bool{false, true} {
		t.Run(fmt.Sprintf("running=%v", running), func(t *testing.T) {
			w := newWorld(t, "sqlite")
			w.live()
			if !running {
				w.must(w.Book.Close())
			}
			path := strings.TrimPrefix(w.dsn, "sqlite:")
			hash := func() string {
				all := prints(w.TB, filepath.Dir(path))
				if running { // the index of the log holds the locks of readers
					all = all[:strings.Index(all, "cases.db-shm")] + all[strings.Index(all, "cases.db-wal"):]
				}
				return all
			}
			before := hash()
			b, err := casebook.OpenReadOnly(w.ctx, w.dsn, w.options("reader/1"))
			w.must(err)
			to := newWorld(w.TB, "sqlite")
			rows, err := casebook.Copy(w.ctx, b, to.Book)
			w.must(err)
			if rows["cases"] != 4 {
				w.Errorf("copied %v", rows)
			}
			if _, err := b.Queue(w.ctx, rules.Message{Key: "x"}); err == nil {
				w.Error("a book that was opened read-only was written")
			}
			w.must(b.Close())
			if after := hash(); after != before {
				w.Errorf("before:\n%safter:\n%s", before, after)
			}
		})
	}
}

func TestReadOnlyPostgreSQLIsNotWritten(t *testing.T) {
	w := newWorld(t, "postgres")
	b, err := casebook.OpenReadOnly(w.ctx, w.dsn, w.options("reader/1"))
	w.must(err)
	if _, err := b.Queue(w.ctx, rules.Message{Key: "x"}); err == nil {
		w.Error("it was written")
	}
	w.must(b.Close())
}

func TestBookOpenedWhileItWasReadIsNoticed(t *testing.T) {
	w := newWorld(t, "sqlite")
	w.live()
	w.must(w.Book.Close())
	b, err := casebook.OpenReadOnly(w.ctx, w.dsn, w.options("reader/1"))
	w.must(err)
	w.Book = w.another("daemon/2")
	to := newWorld(w.TB, "sqlite")
	if _, err := casebook.Copy(w.ctx, b, to.Book); err == nil || !strings.Contains(err.Error(), "hint: do it once more") {
		w.Errorf("copied: %v", err)
	}
	if rows, err := to.Cases(w.ctx, casebook.Filter{}); err != nil || len(rows) != 0 {
		w.Errorf("the copy kept %d cases, %v", len(rows), err)
	}
	if err := b.Close(); err == nil {
		w.Error("closed as if nothing had happened")
	}
}
