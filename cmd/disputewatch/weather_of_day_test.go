package main

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/casebook/cluster"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

// disk mounts a small disk of its own, which needs root.
func disk(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", dir).CombinedOutput(); err != nil {
		if os.Getenv("DISPUTEWATCH_CI") == "1" && os.Getuid() == 0 {
			t.Fatalf("mount: %s: %v", out, err)
		}
		t.Skipf("a small disk cannot be mounted: %s", out)
	}
	t.Cleanup(func() { unmount(t, dir) })
	return dir
}

// remount makes a disk read-only ("ro") or not ("rw").
func remount(t *testing.T, dir, how string) {
	t.Helper()
	mount(t, "-o", "remount,"+how, dir)
}

func mount(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("mount", args...).CombinedOutput(); err != nil {
		t.Fatalf("mount: %s: %v", out, err)
	}
}

func unmount(t *testing.T, path string) {
	t.Helper()
	if out, err := exec.Command("umount", path).CombinedOutput(); err != nil {
		t.Errorf("umount: %s: %v", out, err)
	}
}

// broke expects that the daemon stays up, says once what is wrong and what to do,
// and says no more of it in the next passes.
func (p *process) broke(words ...string) {
	p.w.Helper()
	p.w.until("it says what is wrong", func() bool { return p.lines("level=ERROR") > 0 })
	passed := p.lines("msg=passed")
	p.w.until("it has tried again", func() bool { return p.lines("msg=passed") >= passed+3 })
	if p.lines(append(words, "level=ERROR", "hint: ")...) == 0 {
		p.w.Errorf("no line holds %q and a hint", words)
	}
}

// rests says whether all is told and what a start does once is done: a retention
// that failed is tried again after an hour, and a test would wait for it.
func (w *world) rests(book *casebook.Book) bool {
	w.Helper()
	retention, err := book.Part(w.Context(), retentionPart)
	w.must(err)
	return !retention.GoodAt.IsZero() && w.told(book)
}

// mended expects that the daemon went on by itself, said so, and lost nothing.
func (p *process) mended(book *casebook.Book) {
	p.w.Helper()
	p.w.until("it goes on", func() bool { return p.w.told(book) })
	p.w.until("it says so", func() bool { return p.lines("works again") == p.lines("step failed") })
	p.stop()
	p.w.drain(book)
	p.w.verify(book)
}

func TestFullDiskIsSaidOnceAndWorkGoesOnWhenThereIsRoom(t *testing.T) {
	t.Parallel()
	dir := disk(t, "size=4m")
	w := newWorld(t, "sqlite:"+filepath.Join(dir, "cases.db"))
	w.dispute(1)
	book := w.opened()
	defer book.Close() // before the disk goes
	p := w.start()
	w.until("it rests", func() bool { return w.rests(book) })
	filler := filepath.Join(dir, "filler")
	w.fill(filler)
	w.dispute(2)
	w.riddle(3)
	p.broke("full (13)")
	if os.Getenv("DISPUTEWATCH_LONG") == "1" { // longer than the claim of the daemon lasts
		time.Sleep(90 * time.Second)
	}
	if n := p.lines("level=ERROR"); n != 1 {
		t.Errorf("%d lines say that the disk is full", n)
	}
	w.must(os.Remove(filler))
	p.mended(book)
}

// fill writes a file until the disk is full.
func (w *world) fill(name string) {
	w.Helper()
	f, err := os.Create(name)
	w.must(err)
	defer f.Close()
	for _, size := range []int{64 << 10, 1} {
		for err = nil; err == nil; {
			_, err = f.Write(make([]byte, size))
		}
	}
	if !errors.Is(err, syscall.ENOSPC) {
		w.Fatal(err)
	}
}

func TestReadOnlyDiskIsOneClearLine(t *testing.T) {
	t.Parallel()
	dir := disk(t, "size=4m")
	w := newWorld(t, "sqlite:"+filepath.Join(dir, "cases.db"))
	w.dispute(1)
	w.must(w.opened().Close())
	remount(t, dir, "ro")
	w.spawn("run").refused("cases.db", "hint: ", "read-only")
	remount(t, dir, "rw")
	book := w.opened()
	defer book.Close()
	w.start().mended(book)
}

// refused expects that the program ends at once with exit code 1 and these words.
func (p *process) refused(words ...string) {
	p.w.Helper()
	select {
	case <-p.done:
	case <-time.After(patience):
		p.w.Fatal("it did not end")
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 1 {
		p.w.Errorf("exit code %d", code)
	}
	for _, word := range words {
		if p.lines(word) == 0 {
			p.w.Errorf("it does not say %q", word)
		}
	}
}

func TestLockedDatabaseIsSaidOnceAndWorkGoesOn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cases.db")
	w := newWorld(t, "sqlite:"+path)
	book := w.opened()
	p := w.start()
	w.until("it rests", func() bool { return w.rests(book) })
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(120000)")
	w.must(err)
	defer db.Close()
	other, err := db.Conn(t.Context())
	w.must(err)
	_, err = other.ExecContext(t.Context(), "begin immediate")
	w.must(err)
	w.dispute(1)
	w.until("it says what is wrong", func() bool { return p.lines("level=ERROR", "hint: another program") > 0 })
	_, err = other.ExecContext(t.Context(), "rollback")
	w.must(err)
	w.must(other.Close())
	p.mended(book)
}

func TestPostgreSQLThatIsGoneIsSaidAndWorkGoesOnWhenItIsBack(t *testing.T) {
	t.Parallel()
	shared.postgres(t) // skips where there is none
	dir, err := os.MkdirTemp(shared.dir, "gone")
	if err != nil {
		t.Fatal(err)
	}
	pg, err := cluster.Start(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := pg.Stop(); err != nil {
			t.Error(err)
		}
	}()
	dsn, err := pg.DSN(t.Context(), "book")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, dsn)
	w.dispute(1)
	book := w.opened()
	defer book.Close()
	p := w.start()
	w.until("it rests", func() bool { return w.rests(book) })
	w.must(pg.Stop())
	w.dispute(2)
	w.until("it says what is wrong", func() bool { return p.lines("level=ERROR", "hint: is PostgreSQL running") > 0 })
	said := p.lines("level=ERROR")
	w.until("it has tried again", func() bool { return p.lines("msg=passed") > 5 })
	if n := p.lines("level=ERROR"); n > said+2 {
		t.Errorf("%d lines say that PostgreSQL is gone", n)
	}
	w.must(pg.Resume())
	p.mended(book)
}

func TestSecondDaemonOnOneFileIsRefusedAtOnceNamingTheFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "cases.db"))
	first := w.start()
	w.until("the first watches", func() bool { return first.lines("watching") > 0 })
	second := w.spawn("run")
	second.refused(fmt.Sprintf("/%d", first.cmd.Process.Pid), "hint: ")
	if second.lines("may have died") > 0 {
		t.Error("it waited for a daemon that was certainly alive")
	}
	first.stop()
}

// A daemon in another container, or on another machine that shares the file's
// disk, is one of which nobody here can tell whether it lives.
func TestDaemonThatMayHaveDiedIsWaitedForUntilItShowsItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "cases.db"))
	cfg, err := config.Load(w.config())
	w.must(err)
	other, err := casebook.Open(t.Context(), w.store, casebook.Options{Policy: cfg.Policy(), Now: time.Now, Holder: "elsewhere/1"})
	w.must(err)
	defer other.Close()
	claim, err := other.Claim(t.Context(), "daemon")
	w.must(err)
	second := w.start()
	w.until("it waits", func() bool { return second.lines("may have died", "elsewhere/1") == 1 })
	claim, err = other.Renew(t.Context(), claim)
	w.must(err)
	second.refused("in use by another daemon: elsewhere/1")

	claim, err = other.Renew(t.Context(), claim) // it has a minute once more
	w.must(err)
	third := w.start()
	w.until("it waits", func() bool { return third.lines("may have died", "elsewhere/1") == 1 })
	w.must(other.Release(t.Context(), claim))
	w.until("it watches", func() bool { return third.lines("watching") == 1 })
	third.stop()
}

func TestDaemonThatIsStoppedWhileItStartsEndsWell(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "cases.db"))
	cfg, err := config.Load(w.config())
	w.must(err)
	other, err := casebook.Open(t.Context(), w.store, casebook.Options{Policy: cfg.Policy(), Now: time.Now, Holder: "elsewhere/1"})
	w.must(err)
	defer other.Close()
	_, err = other.Claim(t.Context(), "daemon")
	w.must(err)
	p := w.start()
	w.until("it waits", func() bool { return p.lines("may have died") == 1 })
	p.stop()
}

func TestDaemonWhoseBookAnotherHasTakenEndsAndNamesIt(t *testing.T) {
	long(t) // a claim is renewed each 20 s
	w := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "cases.db"))
	p := w.start()
	w.until("it watches", func() bool { return p.lines("watching") == 1 })
	cfg, err := config.Load(w.config())
	w.must(err)
	other, err := casebook.Open(t.Context(), w.store, casebook.Options{Policy: cfg.Policy(), Now: time.Now, Holder: "elsewhere/1"})
	w.must(err)
	defer other.Close()
	_, err = other.Bury(t.Context(), func(string) bool { return true })
	w.must(err)
	claim, err := other.Claim(t.Context(), "daemon")
	w.must(err)
	w.until("it waits", func() bool { return p.lines("may have died", "elsewhere/1") == 1 })
	_, err = other.Renew(t.Context(), claim)
	w.must(err)
	p.refused("in use by another daemon: elsewhere/1", "hint: ")
}

func TestBookOfALaterReleaseIsRefusedAndLeftAsItIs(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "cases.db")
	w := newWorld(t, "sqlite:"+path)
	w.must(w.opened().Close())
	db, err := sql.Open("sqlite", path)
	w.must(err)
	_, err = db.ExecContext(t.Context(), "insert into goose_db_version (version_id, is_applied) values (9999, 1)")
	w.must(errors.Join(err, db.Close()))
	before := hashOf(t, path)
	w.spawn("run").refused("version 9999", "hint: a later release wrote it")
	if hashOf(t, path) != before {
		t.Error("the book was changed")
	}
}

func TestClockThatJumpsBothWaysLosesAndDoublesNothing(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.said("channel: ", "77-1042")
	s.wait(-30 * day)
	s.pass()
	s.saidNothing()
	s.mail("2@klarna.com", "pass", "Stop request", "Please stop the shipment of this high-risk order and reply to this e-mail.\nMerchant Reference 1: 77-9\n")
	s.pass()
	s.said("channel: ", "77-9")

	s.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Hangup, Times: -1})
	s.wait(400 * day)
	if err := s.tryPass(nil); err == nil {
		t.Error("nobody said that Slack did not answer")
	}
	s.slack.Heal()
	s.wait(-370 * day)
	s.mail("3@klarna.com", "pass", "New dispute request", "Dispute ID: 256948\nMerchant Reference 1: 77-3\n")
	s.pass()
	s.said("channel: ", "77-3")
	s.pass()
	s.saidNothing()
	seen := map[string]int{}
	for _, m := range s.slack.Messages(channel) {
		if seen[m.Thread+fakeslack.Text(m)]++; seen[m.Thread+fakeslack.Text(m)] > 1 {
			t.Errorf("twice: %s", fakeslack.Text(m))
		}
	}
}
