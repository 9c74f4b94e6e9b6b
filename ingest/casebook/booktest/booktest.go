// Package booktest makes empty books for tests whose subject is not how a book
// is made.
package booktest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
)

// SQLite makes a new, empty book at path, which must not be there yet, and says
// how to open it. It is a copy of one that this process made once: under the race
// detector a book's migrations take ten times as long as all the rest of opening.
func SQLite(t testing.TB, path string) string {
	t.Helper()
	empty, err := made()
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(empty)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	return "sqlite:" + path
}

// made is the file of an empty book. It is closed, so that no part of it is in a
// write-ahead log.
var made = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "disputewatch-book-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "cases.db")
	b, err := casebook.Open(context.Background(), "sqlite:"+path, casebook.Options{Now: time.Now, Holder: "booktest/1"})
	if err != nil {
		return nil, err
	}
	if err := b.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})
