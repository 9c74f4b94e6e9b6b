package casebook

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/disputewatch/disputewatch/rules"
	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

// change is one writing transaction. All that it writes bears one moment.
type change struct {
	*sql.Tx
	book    *Book
	conn    *sql.Conn // that of the transaction
	now     time.Time
	pending pending
	broken  error // of the first statement that failed; none comes after it

	held map[string]*held  // the cases that were locked, by id
	keys map[string]string // the keys that were looked up, and whose they are; "" is nobody's
	met  *met              // nil: nothing is known of which mails the book has
	told int64             // messages that were queued for their steps

	// stmts are the statements of this transaction, compiled, by their text; nil
	// for PostgreSQL, whose driver keeps them.
	stmts map[string]*sql.Stmt
	fresh []string // those of them that the book has not kept yet
}

// compiled is a statement ready to run; nil is as good as its text.
func (c *change) compiled(ctx context.Context, query string) *sql.Stmt {
	s := c.stmts[query]
	if s == nil && c.stmts != nil {
		if kept := c.book.kept[query]; kept != nil {
			s = c.StmtContext(ctx, kept)
		} else {
			var err error
			if s, err = c.PrepareContext(ctx, query); err != nil {
				return nil // it is said when the text is run
			}
			c.fresh = append(c.fresh, query)
		}
		c.stmts[query] = s // closed with the transaction
	}
	return s
}

// unwatched is ctx without its end, unless it has come: SQLite's driver watches
// each statement's context from a goroutine of its own, and that costs as much as
// the statement. Ours take microseconds, and the transaction knows ctx.
func (c *change) unwatched(ctx context.Context) context.Context {
	if c.stmts == nil || ctx.Err() != nil {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// run executes a statement with nothing before it.
func (c *change) run(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = c.unwatched(ctx)
	if s := c.compiled(ctx, query); s != nil {
		return s.ExecContext(ctx, args...)
	}
	return c.Tx.ExecContext(ctx, query, args...)
}

// ExecContext is that of the transaction, after what is pending.
func (c *change) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := c.flush(ctx); err != nil {
		return nil, err
	}
	r, err := c.run(ctx, query, args...)
	c.broken = err
	return r, err
}

// QueryContext is that of the transaction, after what is pending.
func (c *change) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := c.flush(ctx); err != nil {
		return nil, err
	}
	rows, err := c.ask(ctx, query, args...)
	c.broken = err
	return rows, err
}

func (c *change) ask(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	ctx = c.unwatched(ctx)
	if s := c.compiled(ctx, query); s != nil {
		return s.QueryContext(ctx, args...)
	}
	return c.Tx.QueryContext(ctx, query, args...)
}

// QueryRowContext is that of the transaction, after what is pending.
func (c *change) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if c.flush(ctx) != nil {
		ended, end := context.WithCancel(ctx)
		end()
		return c.Tx.QueryRowContext(ended, query, args...) // a fault, and nothing is asked
	}
	row := c.askRow(ctx, query, args...)
	c.broken = row.Err()
	return row
}

func (c *change) askRow(ctx context.Context, query string, args ...any) *sql.Row {
	ctx = c.unwatched(ctx)
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
	fresh, err := b.transact(ctx, f)
	if err == nil {
		b.keep(ctx, fresh)
	}
	return err
}

// transact runs f in a transaction, and returns the statements that it compiled.
func (b *Book) transact(ctx context.Context, f func(*change) error) ([]string, error) {
	conn, err := b.db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close() // it goes back, or has gone with what broke it
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() // of an f that panicked: the daemon goes on, and so must the book
	c := &change{Tx: tx, book: b, conn: conn, now: b.now(), held: map[string]*held{}, keys: map[string]string{}}
	if b.store.kind == "sqlite" {
		c.stmts = map[string]*sql.Stmt{}
	}
	err = c.do(ctx, f)
	return c.fresh, err
}

// do runs f and ends the transaction.
func (c *change) do(ctx context.Context, f func(*change) error) error {
	var err error
	if begin := c.book.store.begin; begin != "" {
		err = c.begin(ctx, begin)
	}
	if err == nil {
		err = f(c)
	}
	if err == nil {
		err = c.flush(ctx)
	}
	if c.broken != nil && (answer(err) || !errors.Is(err, c.broken)) {
		err = c.broken // what came after it speaks of a book that was not written
	}
	if err == nil {
		err = c.Commit()
	}
	if err == nil {
		return nil
	}
	if end := ctx.Err(); end != nil && !answer(err) && !is[*sqlite.Error](err) && !is[*pgconn.PgError](err) {
		err = end // it closed the transaction, or what else the error calls closed
	}
	if undo := c.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
		return errors.Join(err, undo)
	}
	return err
}

// mostKept bounds the statements that are kept compiled. We have some seventy;
// what forgets a person makes more of them.
const mostKept = 100

// keep compiles statements for the changes to come, for SQLite takes longer to
// compile than to run them. One that cannot be kept is compiled where it is run.
func (b *Book) keep(ctx context.Context, queries []string) {
	for _, q := range queries {
		if len(b.kept) == mostKept {
			return
		}
		if s, err := b.db.PrepareContext(ctx, q); err == nil {
			b.kept[q] = s // closed with the database
		}
	}
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
	if answer(err) {
		return err
	}
	return b.fault(what, err)
}

// answer says that the book did what it was asked, and that this is what came of it.
func answer(err error) bool {
	return is[*HeldError](err) || is[*LostError](err) || is[*MailError](err) || is[*rules.RefusedError](err) ||
		errors.Is(err, ErrNoCase) || errors.Is(err, ErrNoMail) || errors.Is(err, ErrEmpty)
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
