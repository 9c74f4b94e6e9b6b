package casebook

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

// FaultError says that the database did not do what was asked for, what that
// was, and what a person can do about it where there is something to do.
type FaultError struct {
	what, book, hint string
	Err              error // the database's own: the same whatever was asked for
}

func (e *FaultError) Error() string {
	text := fmt.Sprintf("%s book %s: %v", e.what, e.book, e.Err)
	if e.hint != "" {
		text += "\nhint: " + e.hint
	}
	return text
}

// Unwrap is the database's own error.
func (e *FaultError) Unwrap() error { return e.Err }

// fault names the operation and the book of a database's error, and its hint.
func (b *Book) fault(what string, err error) error {
	if err == nil {
		return nil
	}
	hint := b.hint(err)
	if strings.Contains(err.Error(), "\n") && !strings.Contains(err.Error(), "\nhint: ") {
		err = oneLine{err}
	}
	return &FaultError{what, b.name, hint, err}
}

// oneLine is an error that pgx spreads over a line for each way it tried.
type oneLine struct{ error }

func (e oneLine) Error() string {
	lines := strings.Split(e.error.Error(), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return strings.Join(slices.Compact(lines), " ")
}

func (e oneLine) Unwrap() error { return e.error }

// hint goes by the databases' codes, never by their words.
func (b *Book) hint(err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return ""
	case errors.Is(err, context.DeadlineExceeded) && b.store.kind == "sqlite":
		return "another program may hold the file, or the disk is very slow"
	case errors.Is(err, context.DeadlineExceeded):
		return "PostgreSQL did not answer in time"
	}
	if e := (*sqlite.Error)(nil); errors.As(err, &e) {
		return sqliteHint(e.Code() & 0xff) // the low byte is the primary code
	}
	if e := (*pgconn.PgError)(nil); errors.As(err, &e) {
		return postgresHint(e.Code)
	}
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) {
		return "is PostgreSQL running, and does store: name its host and port?"
	}
	return ""
}

// sqliteHint goes by sqlite.org/rescode.html.
func sqliteHint(code int) string {
	switch code {
	case 5, 6: // BUSY, LOCKED
		return "another program holds the file; do not open it with other tools while disputewatch writes"
	case 8: // READONLY
		return "the file, its folder or the disk is read-only to the user that runs disputewatch"
	case 10: // IOERR
		return "the disk reports an error; look at the kernel's log"
	case 11, 26: // CORRUPT, NOTADB
		return "this is not a whole SQLite file; restore the last backup made by disputewatch copy"
	case 13: // FULL
		return "the disk is full; what was asked for was not done, and goes on when there is room"
	case 14: // CANTOPEN
		return "the file and its folder must be open to the user that runs disputewatch, and their disk must not be read-only"
	}
	return ""
}

// postgresHint goes by appendix A of PostgreSQL's manual.
func postgresHint(code string) string {
	switch code {
	case "28000", "28P01":
		return "PostgreSQL refuses the user or the password of store:"
	case "3D000":
		return "make the database first: createdb"
	case "42501":
		return "the user of store: must own the database, or may make tables in it"
	case "53100":
		return "the database's disk is full; what was asked for was not done, and goes on when there is room"
	case "53300":
		return "PostgreSQL has no connection left; raise max_connections"
	case "57P01", "57P02", "57P03":
		return "PostgreSQL is stopping or starting; this goes on when it is back"
	case "25P03":
		return "this process was paused for too long; it goes on by itself"
	case "25006":
		return "the database is read-only: is this a replica?"
	}
	return ""
}
