package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

// hashOf is the content of a SQLite file and of what stands beside it.
func hashOf(t testing.TB, path string) string {
	t.Helper()
	h := sha256.New()
	for _, suffix := range []string{"", "-wal"} {
		b, err := os.ReadFile(path + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			b = []byte("none")
		} else if err != nil {
			t.Fatal(err)
		}
		h.Write(b)
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil))
}

// ran runs a command of the program in this world to its end.
func (w *world) ran(args ...string) (code int, stdout, stderr string) {
	w.Helper()
	var out, errs strings.Builder
	code = run(w.Context(), append(args, "--config", w.config()), strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// filled is a world whose book holds some of everything, with its daemon still
// at work. Nothing falls due any more: a copy that is older than Slack would tell
// that again.
func filled(t *testing.T) (*world, *process) {
	t.Helper()
	w := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "cases.db"))
	w.dispute(1)
	w.stopRequest(2)
	w.riddle(3)
	w.foreign(4)
	book := w.opened()
	p := w.start()
	w.until("all is told", func() bool { return w.heard("unanswered for 1 second") > 0 && w.told(book) })
	w.must(book.Close())
	return w, p
}

func TestCopyBacksUpARunningBookAndMovesItThereAndBack(t *testing.T) {
	t.Parallel()
	w, p := filled(t)
	postgres := shared.postgres(t)
	backup := "sqlite:" + filepath.Join(t.TempDir(), "backup.db")
	code, out, errs := w.ran("copy", w.store, backup) // while the daemon writes
	if code != 0 || !strings.Contains(strings.Join(strings.Fields(out), " "), "cases 3 ") || !strings.Contains(out, "copied and compared") {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	p.stop()
	back := "sqlite:" + filepath.Join(t.TempDir(), "back.db")
	code, there, errs := w.ran("copy", backup, postgres)
	if code != 0 {
		t.Fatal(errs)
	}
	code, home, errs := w.ran("copy", postgres, back)
	if code != 0 {
		t.Fatal(errs)
	}
	if there != out || home != out {
		t.Errorf("the counts differ:\n%s\n%s\n%s", out, there, home)
	}
	listed := func(store string) string {
		w.must(os.WriteFile(w.config(), []byte(strings.Replace(w.configText, w.store, store, 1)), 0o600))
		code, out, errs := w.ran("cases", "--json")
		if code != 0 {
			t.Fatal(errs)
		}
		return out
	}
	want := listed(backup)
	for _, store := range []string{postgres, back} {
		if got := listed(store); got != want {
			t.Errorf("the cases differ:\n%s\n%s", got, want)
		}
	}
	book := w.opened() // the copy that came back is a book to go on with
	w.drain(book)
	w.verify(book)
}

func TestCopyRefusesABookThatIsNotEmpty(t *testing.T) {
	t.Parallel()
	w, p := filled(t)
	p.stop()
	path := filepath.Join(t.TempDir(), "backup.db")
	for i, want := range []int{0, 1} {
		before := hashOf(t, path)
		code, out, errs := w.ran("copy", w.store, "sqlite:"+path)
		if code != want {
			t.Errorf("copy %d: exit %d: %s%s", i, code, out, errs)
		}
		if want == 1 && (!strings.Contains(errs, "not empty") || !strings.Contains(errs, "hint: ") || hashOf(t, path) != before) {
			t.Errorf("said %s", errs)
		}
	}
}

func TestCopyThatFailsLeavesNoHalfBook(t *testing.T) {
	t.Parallel()
	w, p := filled(t)
	p.stop()
	dir := disk(t, "size=160k")
	code, out, errs := w.ran("copy", w.store, "sqlite:"+filepath.Join(dir, "backup.db"))
	if code != 1 || !strings.Contains(errs, "full") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestCopyWantsTwoDifferentStores(t *testing.T) {
	for _, args := range [][]string{{"copy"}, {"copy", "sqlite:a"}, {"copy", "sqlite:a", "sqlite:a"}, {"copy", "a.db", "sqlite:b"}} {
		var out, errs strings.Builder
		if code := run(t.Context(), args, strings.NewReader(""), &out, &errs); code != 2 || errs.Len() == 0 {
			t.Errorf("%q: exit %d, said %q", args, code, errs.String())
		}
	}
}

func TestDryRunChangesNoByteOfTheBook(t *testing.T) {
	t.Parallel()
	w, p := filled(t)
	path := strings.TrimPrefix(w.store, "sqlite:")
	dry := func(when string) {
		t.Helper()
		before, said := hashOf(t, path), len(w.slack.Messages(channel))
		code, out, errs := w.ran("scan", "--dry-run")
		if code != 0 || !strings.Contains(out, "would: open a case") {
			t.Errorf("%s: exit %d: %s%s", when, code, out, errs)
		}
		if hashOf(t, path) != before {
			t.Errorf("%s: the book was changed", when)
		}
		if n := len(w.slack.Messages(channel)); n != said {
			t.Errorf("%s: %d messages were posted", when, n-said)
		}
	}
	p.stop()
	w.stopRequest(5)
	dry("at rest")
	book := w.opened() // leaves its log beside the file
	if _, err := book.Good(t.Context(), "a part"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); err != nil {
		t.Fatal(err)
	}
	dry("with a log beside it")
	stall := w.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Stall, Times: -1})
	p = w.start()
	w.until("the daemon is in the middle of telling", closed(stall.Reached()))
	p.pause() // it reads on while it tells: what it writes is no dry run's
	w.stopRequest(6)
	dry("beside a daemon")
	w.must(p.cmd.Process.Signal(syscall.SIGCONT))
	stall.Release()
	w.slack.Heal()
	w.until("all is told", func() bool { return w.told(book) })
	p.stop()
}

func TestDryRunNeedsNoMoreThanToReadTheBook(t *testing.T) {
	t.Parallel()
	dir := disk(t, "size=4m")
	w := newWorld(t, "sqlite:"+filepath.Join(dir, "cases.db"))
	w.must(w.opened().Close())
	w.stopRequest(1)
	remount(t, dir, "ro")
	code, out, errs := w.ran("scan", "--dry-run")
	if code != 0 || !strings.Contains(out, "would: open a case") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
}
