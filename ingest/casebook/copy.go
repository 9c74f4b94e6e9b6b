package casebook

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"strings"
)

// copied are the tables that a copy holds, those that others point to first.
// Claims stay behind: nobody works on the new book yet.
func copied() []string {
	return []string{"folders", "cases", "case_keys", "mails", "mail_events", "sightings", "events", "outbox", "health", "tokens"}
}

// Copy writes all of from, as it stands at one moment, into the empty book to,
// and returns the rows of each table. Every row is read back and compared before
// anything is kept. Both books may be in use by others, and of either kind.
func Copy(ctx context.Context, from, to *Book) (map[string]int64, error) {
	var counts map[string]int64
	err := from.snapshot(ctx, func(source *sql.Tx) error {
		return to.change(ctx, "copy into", func(c *change) error {
			counts = map[string]int64{}
			for _, table := range copied() {
				n, err := c.copyTable(ctx, source, table)
				if err != nil {
					return fmt.Errorf("table %s: %w", table, err)
				}
				counts[table] = n
			}
			return from.still.held()
		})
	})
	if err != nil {
		return nil, err
	}
	return counts, nil
}

// snapshot shows f the book at one moment.
func (b *Book) snapshot(ctx context.Context, f func(*sql.Tx) error) error {
	o := &sql.TxOptions{ReadOnly: true}
	if b.store.kind == "postgres" {
		o.Isolation = sql.LevelRepeatableRead // SQLite gives no less
	}
	tx, err := b.db.BeginTx(ctx, o)
	if err != nil {
		return b.fault("copy", err)
	}
	err = f(tx)
	if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
		err = errors.Join(err, b.fault("copy", undo))
	}
	return err
}

// ErrNotEmpty says that a copy would be mixed with what is there.
var ErrNotEmpty = errors.New("the book is not empty")

func (c *change) copyTable(ctx context.Context, source *sql.Tx, table string) (int64, error) {
	was, err := readTable(ctx, c.Tx, table, "*", nil)
	if err != nil {
		return 0, err
	}
	if was.rows > 0 {
		return 0, fmt.Errorf("%w\nhint: copy into a new file or a new database", ErrNotEmpty)
	}
	insert := insertInto(table, was.columns)
	columns := strings.Join(was.columns, ", ")
	sent, err := readTable(ctx, source, table, columns, func(row []any) error {
		_, err := c.ExecContext(ctx, insert, row...)
		return err
	})
	if err != nil {
		return 0, err
	}
	got, err := readTable(ctx, c.Tx, table, columns, nil)
	if err != nil {
		return 0, err
	}
	if sent.rows != got.rows || sent.sum != got.sum {
		return 0, fmt.Errorf("%d rows were written and %d read back, or their content differs; nothing was kept", sent.rows, got.rows)
	}
	return got.rows, nil
}

func insertInto(table string, columns []string) string {
	places := make([]string, len(columns))
	for i := range columns {
		places[i] = "$" + strconv.Itoa(i+1)
	}
	return "insert into " + table + " (" + strings.Join(columns, ", ") + ") values (" + strings.Join(places, ", ") + ")"
}

// tableRead is what a table holds: how many rows, and the exclusive or of their digests,
// which does not depend on their order (the two databases sort text in two
// ways). No two rows are equal, so none cancels another.
type tableRead struct {
	columns []string
	rows    int64
	sum     [sha256.Size]byte
}

// readTable reads a table through, and hands each row to each, which may be nil.
func readTable(ctx context.Context, tx *sql.Tx, table, columns string, each func([]any) error) (tableRead, error) {
	var t tableRead
	rows, err := tx.QueryContext(ctx, "select "+columns+" from "+table)
	if err != nil {
		return t, err
	}
	defer rows.Close()
	if t.columns, err = rows.Columns(); err != nil {
		return t, err
	}
	row, into := make([]any, len(t.columns)), make([]any, len(t.columns))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return t, err
		}
		digest, err := digestOf(t.columns, row)
		if err != nil {
			return t, err
		}
		subtle.XORBytes(t.sum[:], t.sum[:], digest)
		t.rows++
		if each == nil {
			continue
		}
		if err := each(row); err != nil {
			return t, err
		}
	}
	return t, rows.Err()
}

// digestOf a row: each value with its type and length, by the column's name.
func digestOf(columns []string, row []any) ([]byte, error) {
	h := sha256.New()
	for i, v := range row {
		put(h, 'c', []byte(columns[i]))
		switch v := v.(type) {
		case nil:
			put(h, 'n', nil)
		case int64:
			put(h, 'i', binary.BigEndian.AppendUint64(nil, uint64(v)))
		case string:
			put(h, 's', []byte(v))
		case []byte:
			put(h, 'b', v)
		default:
			return nil, fmt.Errorf("column %s: a value of type %T", columns[i], v)
		}
	}
	return h.Sum(nil), nil
}

func put(h hash.Hash, kind byte, b []byte) {
	h.Write(binary.BigEndian.AppendUint64([]byte{kind}, uint64(len(b)))) // a hash never fails
	h.Write(b)
}
