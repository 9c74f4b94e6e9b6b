package casebook

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/disputewatch/disputewatch/rules"
	"github.com/jackc/pgx/v5/pgconn"
)

// change is one writing transaction. All that it writes bears one moment.
type change struct {
	*sql.Tx
	book *Book
	now  time.Time

	// stmts are the statements that this transaction has compiled, by their text;
	// nil for PostgreSQL, whose driver keeps them. Compiling took SQLite half of
	// the time of recording a batch.
	stmts map[string]*sql.Stmt
}

// compiled is a statement ready to run; nil is as good as its text.
func (c *change) compiled(ctx context.Context, query string) *sql.Stmt {
	s := c.stmts[query]
	if s == nil && c.stmts != nil {
		var err error
		if s, err = c.PrepareContext(ctx, query); err != nil {
			return nil // it is said when the text is run
		}
		c.stmts[query] = s // closed with the transaction
	}
	return s
}

// ExecContext is that of the transaction, with the statement compiled once.
func (c *change) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if s := c.compiled(ctx, query); s != nil {
		return s.ExecContext(ctx, args...)
	}
	return c.Tx.ExecContext(ctx, query, args...)
}

// QueryContext is that of the transaction, with the statement compiled once.
func (c *change) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if s := c.compiled(ctx, query); s != nil {
		return s.QueryContext(ctx, args...)
	}
	return c.Tx.QueryContext(ctx, query, args...)
}

// QueryRowContext is that of the transaction, with the statement compiled once.
func (c *change) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if s := c.compiled(ctx, query); s != nil {
		return s.QueryRowContext(ctx, args...)
	}
	return c.Tx.QueryRowContext(ctx, query, args...)
}

// errAgain says that another writer was faster: the transaction is begun anew.
var errAgain = errors.New("another writer was faster")

// changeTries bounds how often a transaction begins anew. Two writers that meet
// get apart at the second try; the rest is for a crowd.
const (
	changeTries  = 10
	longestPause = 20 * time.Millisecond // times the number of the try
)

// errReadOnly says that the book was opened to be read.
var errReadOnly = errors.New("it was opened read-only")

// change runs f in one transaction: all of it is kept, or nothing. f may run
// several times, so it sets what it returns and adds to nothing.
func (b *Book) change(ctx context.Context, what string, f func(*change) error) error {
	if b.readOnly {
		return b.fault(what, errReadOnly)
	}
	if b.turn != nil {
		select {
		case b.turn <- struct{}{}:
			defer func() { <-b.turn }()
		case <-ctx.Done():
			return b.fault(what, ctx.Err())
		}
	}
	for try := 1; ; try++ {
		err := b.changeOnce(ctx, f)
		if err == nil {
			return nil
		}
		if !again(err) || try == changeTries {
			return b.told(what, err)
		}
		select { // apart, so that the same two do not meet again
		case <-time.After(time.Duration(try) * rand.N(longestPause)):
		case <-ctx.Done():
			return b.fault(what, ctx.Err())
		}
	}
}

func (b *Book) changeOnce(ctx context.Context, f func(*change) error) error {
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	c := &change{Tx: tx, book: b, now: b.now()}
	if b.store.kind == "sqlite" {
		c.stmts = map[string]*sql.Stmt{}
	}
	if b.store.begin != "" {
		_, err = tx.ExecContext(ctx, b.store.begin)
	}
	if err == nil {
		err = f(c)
	}
	if err != nil {
		if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			return errors.Join(err, undo)
		}
		return err
	}
	return tx.Commit()
}

// again says that err means nothing but that somebody else came first.
func again(err error) bool {
	if errors.Is(err, errAgain) {
		return true
	}
	if e := (*pgconn.PgError)(nil); errors.As(err, &e) {
		// serialization failure, deadlock, and a row that another writer made first
		return e.Code == "40001" || e.Code == "40P01" || e.Code == "23505"
	}
	return false
}

// told leaves an answer to the caller as it is and names the book in a fault.
func (b *Book) told(what string, err error) error {
	for _, answer := range []func(error) bool{
		is[*HeldError], is[*LostError], is[*MailError], is[*rules.RefusedError],
	} {
		if answer(err) {
			return err
		}
	}
	if errors.Is(err, ErrNoCase) || errors.Is(err, ErrNoMail) || errors.Is(err, ErrEmpty) {
		return err
	}
	return b.fault(what, err)
}

func is[E error](err error) bool {
	var e E
	return errors.As(err, &e)
}

// one turns "no row was changed" into otherwise.
func one(r sql.Result, err, otherwise error) error {
	if err != nil {
		return err
	}
	n, err := r.RowsAffected()
	if err != nil {
		return err
	}
	if n == 0 {
		return otherwise
	}
	return nil
}

// now is the moment of what happens next, as the book can keep it.
func (b *Book) now() time.Time { return b.o.Now().UTC().Truncate(time.Microsecond) }

// micros writes a time; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// moment reads what micros wrote.
func moment(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
