package casebook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"modernc.org/sqlite" // the driver "sqlite" too
)

// sqliteBusy is how long a statement waits for another process' lock: longer
// than any transaction of ours, shorter than a claim.
const sqliteBusy = 15 * time.Second

// openSQLite opens the file at path. What each setting is for:
//
//   - _txlock=immediate: a transaction that reads first and writes later would
//     fail at once when another process wrote in between (TRAPS 29).
//   - WAL: readers and the backup do not stop the writer.
//   - synchronous FULL: a commit survives a power cut. NORMAL would lose the
//     last ones, an attempt to post among them, and the message would be doubled.
//   - secure_delete: what is purged is overwritten, not only unlinked.
func openSQLite(ctx context.Context, path string, o Options, readOnly bool) (*Book, error) {
	b := &Book{store: store{kind: "sqlite"}, name: path, o: o, turn: make(chan struct{}, 1), kept: map[string]*sql.Stmt{}}
	if path == "" {
		return nil, errors.New("open book: no path\nhint: write sqlite:/var/lib/disputewatch/cases.db")
	}
	if err := findFile(path, readOnly); err != nil {
		return nil, err
	}
	q := url.Values{
		"_txlock": {"immediate"},
		"_pragma": {"busy_timeout(" + strconv.FormatInt(sqliteBusy.Milliseconds(), 10) + ")", "foreign_keys(1)"},
	}
	if readOnly {
		q.Set("mode", "ro")
		still, err := stillness(path)
		if err != nil {
			return nil, b.fault("open", err)
		}
		if still != nil {
			q.Set("immutable", "1")
			b.still = still
		}
	} else {
		q["_pragma"] = append(q["_pragma"], "journal_mode(wal)", "synchronous(full)", "secure_delete(1)")
	}
	where := url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}
	db, err := sql.Open("sqlite", where.String())
	if err != nil {
		return nil, b.fault("open", err)
	}
	db.SetMaxOpenConns(4)
	b.db = db
	if err := greet(ctx, db); err != nil {
		return nil, errors.Join(b.fault("open", err), db.Close())
	}
	return b, nil
}

// greet opens the first connection. Of several that turn a new file to its
// write-ahead log at once SQLite refuses all but one, without the wait that it
// grants elsewhere: they ask again, for as long.
func greet(ctx context.Context, db *sql.DB) error {
	const busy, pause = 5, 20 * time.Millisecond // SQLITE_BUSY, sqlite.org/rescode.html
	for began := time.Now(); ; {
		err := db.PingContext(ctx)
		e := (*sqlite.Error)(nil)
		if !errors.As(err, &e) || e.Code()&0xff != busy || time.Since(began) >= sqliteBusy {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// findFile makes a new file readable by its owner alone (SQLite itself would
// let everybody read it), and says what is wrong with the place in plain words.
func findFile(path string, readOnly bool) error {
	_, err := os.Stat(path)
	if err == nil {
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("open book %s: %w\nhint: the folder must be open to the user that runs disputewatch", path, err)
	}
	folder := filepath.Dir(path)
	if _, err := os.Stat(folder); err != nil {
		return fmt.Errorf("open book %s: %w\nhint: make the folder %s first, owned by the user that runs disputewatch", path, err, folder)
	}
	if readOnly {
		return fmt.Errorf("open book %s: %w\nhint: there is no book yet; the first scan makes it", path, fs.ErrNotExist)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil // another starter was faster
	}
	if err != nil {
		return fmt.Errorf("open book %s: %w\nhint: the folder %s must be writable to the user that runs disputewatch", path, err, folder)
	}
	return errors.Join(giveAway(f, folder), f.Close())
}

// giveAway gives a file that root makes to the owner of its folder: else the
// first "sudo disputewatch scan" would shut the daemon out of its own book.
// SQLite does the same with what it puts beside the file.
func giveAway(f *os.File, folder string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	info, err := os.Stat(folder)
	if err != nil {
		return fmt.Errorf("open book %s: %w", f.Name(), err)
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok {
		if err := f.Chown(int(owner.Uid), int(owner.Gid)); err != nil {
			return fmt.Errorf("open book %s: %w", f.Name(), err)
		}
	}
	return nil
}

// still is a file that no other program had open when we opened it. It is read
// without locks, which would leave side files behind; whoever opens it in the
// meantime leaves traces, and then what was read may be torn.
type still struct {
	path string
	info fs.FileInfo
}

// stillness is nil where another program has, or had when it died, the file
// open: it has a log beside it, and is read under locks.
func stillness(path string) (*still, error) {
	if logged(path) {
		return nil, nil
	}
	info, err := os.Stat(path)
	return &still{path, info}, err
}

func logged(path string) bool {
	for _, suffix := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(path + suffix); err == nil {
			return true
		}
	}
	return false
}

// errStirred says that somebody opened the file while it was read as still.
var errStirred = errors.New("another program opened it while it was read\nhint: do it once more")

// held says whether the file has stayed as it was.
func (s *still) held() error {
	if s == nil {
		return nil
	}
	info, err := os.Stat(s.path)
	if err != nil {
		return err
	}
	if logged(s.path) || info.Size() != s.info.Size() || !info.ModTime().Equal(s.info.ModTime()) {
		return errStirred
	}
	return nil
}
