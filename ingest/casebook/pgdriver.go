package casebook

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
)

// What follows lends a pgx connection to database/sql. pgx's own stdlib package
// does the same and more, but links pgx's second connection pool, which nobody
// here needs beside the one of database/sql.

// connector opens connections to one database.
type connector struct{ cfg *pgx.ConnConfig }

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, c.cfg)
	if err != nil {
		return nil, err
	}
	return &pgConn{conn}, nil
}

func (c connector) Driver() driver.Driver { return pgDriver{} }

// pgDriver opens by a connection string.
type pgDriver struct{}

func (pgDriver) Open(dsn string) (driver.Conn, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	return connector{cfg}.Connect(context.Background())
}

// pgConn is one connection; database/sql lets one goroutine use it at a time.
type pgConn struct{ conn *pgx.Conn }

func (c *pgConn) Close() error {
	ctx, done := context.WithTimeout(context.Background(), postgresDial)
	defer done()
	return c.conn.Close(ctx)
}

func (c *pgConn) Ping(ctx context.Context) error { return c.stale(ctx, c.conn.Ping(ctx)) }

// stale tells database/sql to take another connection where this one broke
// while it lay in the pool: what was asked for is harmless to ask twice. Within
// a transaction database/sql passes the error on.
func (c *pgConn) stale(ctx context.Context, err error) error {
	if err != nil && c.conn.IsClosed() && ctx.Err() == nil {
		return fmt.Errorf("%w: %w", driver.ErrBadConn, err)
	}
	return err
}

func (c *pgConn) Begin() (driver.Tx, error) {
	return c.BeginTx(context.Background(), driver.TxOptions{})
}

func (c *pgConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	options := pgx.TxOptions{}
	switch o.Isolation {
	case 0:
	case isolationRepeatableRead:
		options.IsoLevel = pgx.RepeatableRead
	default:
		return nil, errors.New("isolation level is not supported")
	}
	if o.ReadOnly {
		options.AccessMode = pgx.ReadOnly
	}
	tx, err := c.conn.BeginTx(ctx, options)
	if err != nil {
		return nil, c.stale(ctx, err)
	}
	return pgTx{ctx, tx}, nil
}

// isolationRepeatableRead is sql.LevelRepeatableRead, as a driver sees it.
const isolationRepeatableRead = 4

type pgTx struct {
	ctx context.Context // of BeginTx: database/sql documents it as the transaction's
	tx  pgx.Tx
}

func (t pgTx) Commit() error { return t.tx.Commit(t.ctx) }

// Rollback must reach the server although the transaction's context has ended.
func (t pgTx) Rollback() error {
	ctx, done := context.WithTimeout(context.WithoutCancel(t.ctx), postgresDial)
	defer done()
	return t.tx.Rollback(ctx)
}

func (c *pgConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	tag, err := c.conn.Exec(ctx, query, plain(args)...)
	if err != nil {
		return nil, err
	}
	return driver.RowsAffected(tag.RowsAffected()), nil
}

// QueryContext serves reading: outside of a transaction this package only reads.
func (c *pgConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := c.conn.Query(ctx, query, plain(args)...)
	if err != nil {
		return nil, c.stale(ctx, err)
	}
	r := &pgRows{rows: rows}
	if r.more = rows.Next(); !r.more { // an error of the statement itself shows here
		if err := rows.Err(); err != nil {
			return nil, c.stale(ctx, err)
		}
	}
	return r, nil
}

func plain(args []driver.NamedValue) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = a.Value
	}
	return out
}

// Prepare keeps the text: pgx remembers descriptions itself.
func (c *pgConn) Prepare(query string) (driver.Stmt, error) { return pgStmt{c, query}, nil }

type pgStmt struct {
	conn  *pgConn
	query string
}

func (s pgStmt) Close() error  { return nil }
func (s pgStmt) NumInput() int { return -1 }

func (s pgStmt) Exec([]driver.Value) (driver.Result, error) { return nil, driver.ErrSkip }
func (s pgStmt) Query([]driver.Value) (driver.Rows, error)  { return nil, driver.ErrSkip }

func (s pgStmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.conn.ExecContext(ctx, s.query, args)
}

func (s pgStmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	return s.conn.QueryContext(ctx, s.query, args)
}

// pgRows stands one row ahead, so that a failing statement fails at once.
type pgRows struct {
	rows pgx.Rows
	more bool
}

func (r *pgRows) Columns() []string {
	names := make([]string, len(r.rows.FieldDescriptions()))
	for i, f := range r.rows.FieldDescriptions() {
		names[i] = f.Name
	}
	return names
}

func (r *pgRows) Close() error {
	r.rows.Close()
	return r.rows.Err()
}

func (r *pgRows) Next(dest []driver.Value) error {
	if !r.more {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return io.EOF
	}
	values, err := r.rows.Values()
	if err != nil {
		return err
	}
	for i, v := range values {
		if dest[i], err = driver.DefaultParameterConverter.ConvertValue(v); err != nil {
			return err
		}
	}
	r.more = r.rows.Next()
	return nil
}
