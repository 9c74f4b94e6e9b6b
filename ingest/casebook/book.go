package casebook

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Options are what the book needs beside its place.
type Options struct {
	Policy rules.Policy     // decides what falls due after each change
	Now    func() time.Time // never nil
	Holder string           // names this process in its claims: host/pid
	// Observe records what falls due as told, and queues nothing to be said.
	Observe bool
}

// Book is an open case book. It may be used by several goroutines at once.
type Book struct {
	db    *sql.DB
	store store
	name  string // for errors: the path, or host and database; never a password
	o     Options
	// turn lets one goroutine write at a time where the database allows only one
	// writer: waiting here is fair, waiting for its lock is not. Nil otherwise.
	turn     chan struct{}
	kept     map[string]*sql.Stmt // compiled, by their text; of who has the turn
	readOnly bool
	still    *still       // of a SQLite file that is read without locks
	decided  atomic.Bool  // whether all cases were decided under this policy
	ahead    atomic.Int64 // of the database's clock, in nanoseconds
	version  int64        // of the schema that this program knows
}

// store is what differs between the two databases.
type store struct {
	kind       string // sqlite, postgres: also the folder of its migrations
	skipLocked string // what keeps two takers from waiting for each other
	lock       string // what keeps the others from cases that are read to be changed
	begin      string // the first statement of each writing transaction; see begins
}

// among is the texts that a parameter lists, as a table with the column key: one
// statement for however many. Of PostgreSQL's own kinds it is the array: JSON
// escapes characters that no database but one in UTF-8 takes back.
func (s store) among(parameter string) string {
	if s.kind == "postgres" {
		return "(select key from unnest(cast(" + parameter + " as text[])) as key)"
	}
	return "(select key from json_each(" + parameter + "))"
}

// listed is the parameter of [store.among]: the keys of set.
func (s store) listed(set map[string]bool) (any, error) {
	if s.kind == "postgres" {
		return slices.Sorted(maps.Keys(set)), nil
	}
	return encoded(set)
}

// Open opens the book at dsn, "sqlite:/path" or "postgres://…", makes it where
// there is none, and migrates it to this program's schema. A new SQLite file is
// readable by its owner alone; its folder must exist.
func Open(ctx context.Context, dsn string, o Options) (*Book, error) {
	b, err := connect(ctx, dsn, o, false)
	if err != nil {
		return nil, err
	}
	if err := b.migrate(ctx); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// OpenReadOnly opens a book that exists and changes no byte of it. Whatever
// would write fails.
func OpenReadOnly(ctx context.Context, dsn string, o Options) (*Book, error) {
	b, err := connect(ctx, dsn, o, true)
	if err != nil {
		return nil, err
	}
	b.readOnly = true
	if err := b.sameSchema(ctx); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return b, nil
}

// connect opens the database without looking at what is in it.
func connect(ctx context.Context, dsn string, o Options, readOnly bool) (*Book, error) {
	kind, path, _ := strings.Cut(dsn, ":")
	switch kind {
	case "sqlite":
		return openSQLite(ctx, path, o, readOnly)
	case "postgres", "postgresql":
		return openPostgres(ctx, dsn, o)
	}
	return nil, fmt.Errorf("open book: unknown kind of store %q\nhint: write sqlite:/path/cases.db or postgres://user@host/database", kind)
}

// Close lets go of the database. Of a book that was opened read-only it says
// whether what was read was whole.
func (b *Book) Close() error {
	return b.fault("close", errors.Join(b.db.Close(), b.still.held()))
}
