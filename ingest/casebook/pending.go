package casebook

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// pending is what a change has still to write. The row of a mail or a case waits
// until all has happened to it, and is written once; all rows together are one
// turn to a server. Whatever else the change asks of the database comes after
// them: [change.ExecContext] and its like write what is pending first.
type pending struct {
	mails []*newMail
	cases []*held
	rows  []row // of other tables; they may name those mails and cases
}

// row is a statement that waits. done, if any, judges how many rows it changed.
type row struct {
	query string
	args  []any
	done  func(n int64) error
}

// later puts a row off to the end of the change.
func (c *change) later(query string, done func(int64) error, args ...any) {
	c.pending.rows = append(c.pending.rows, row{query, args, done})
}

// orAgain begins the change anew where another writer has the row already.
func orAgain(n int64) error {
	if n == 0 {
		return errAgain
	}
	return nil
}

// flush writes what is pending. After a statement that failed it writes nothing
// more: SQLite rolls back by itself where the disk is full, and would keep what
// came then. Its fault is also what the change ends with.
func (c *change) flush(ctx context.Context) error {
	p := c.pending
	if c.broken != nil || len(p.mails)+len(p.cases)+len(p.rows) == 0 {
		return c.broken
	}
	c.pending = pending{}
	rows, err := c.rowsOf(p)
	if err == nil {
		err = c.write(ctx, rows)
	}
	c.broken = err
	return err
}

// rowsOf puts the rows that others name first.
func (c *change) rowsOf(p pending) ([]row, error) {
	rows := make([]row, 0, len(p.mails)+len(p.cases)+len(p.rows))
	for _, m := range p.mails {
		r, err := m.row(c)
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	for _, h := range p.cases {
		r, err := h.row()
		if err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return append(rows, p.rows...), nil
}

func (c *change) write(ctx context.Context, rows []row) error {
	if c.book.store.kind == "postgres" {
		return c.send(ctx, rows)
	}
	for _, r := range rows {
		res, err := c.run(ctx, r.query, r.args...)
		if err == nil && r.done != nil {
			var n int64
			if n, err = res.RowsAffected(); err == nil {
				err = r.done(n)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// send hands all rows to the server in one turn.
func (c *change) send(ctx context.Context, rows []row) error {
	batch := &pgx.Batch{}
	for _, r := range rows {
		batch.Queue(r.query, r.args...)
	}
	return c.conn.Raw(func(driver any) error {
		sent := driver.(*stdlib.Conn).Conn().SendBatch(ctx, batch)
		for _, r := range rows {
			tag, err := sent.Exec()
			if err == nil && r.done != nil {
				err = r.done(tag.RowsAffected())
			}
			if err != nil {
				_ = sent.Close() // it says the same
				return err
			}
		}
		return sent.Close()
	})
}
