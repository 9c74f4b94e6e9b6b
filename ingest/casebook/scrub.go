package casebook

import (
	"context"
	"errors"
	"strings"
	"time"
)

// scrubWait is how often a log is tried to be emptied that somebody reads, and
// how long apart: a reader is done within seconds.
const (
	scrubTries = 30
	scrubWait  = time.Second
)

// errRead says that the log could not be emptied.
var errRead = errors.New("another program reads it\nhint: what was removed still stands in its log; run disputewatch purge once more")

// Scrub makes the database forget what was removed: it is written anew without
// its free space, and its log is emptied (TRAPS 31). Others may use the book
// meanwhile; they wait. PostgreSQL's own log and archives are for its keeper.
func (b *Book) Scrub(ctx context.Context) error {
	const what = "scrub"
	if b.readOnly {
		return b.fault(what, errReadOnly)
	}
	if b.store.kind == "postgres" {
		_, err := b.db.ExecContext(ctx, "vacuum (full) "+strings.Join(copied(), ", "))
		return b.fault(what, err)
	}
	select {
	case b.turn <- struct{}{}:
		defer func() { <-b.turn }()
	case <-ctx.Done():
		return b.fault(what, ctx.Err())
	}
	if _, err := b.db.ExecContext(ctx, `vacuum`); err != nil {
		return b.fault(what, err)
	}
	for range scrubTries {
		var busy, pages, done int
		if err := b.db.QueryRowContext(ctx, `pragma wal_checkpoint(truncate)`).Scan(&busy, &pages, &done); err != nil {
			return b.fault(what, err)
		}
		if busy == 0 {
			return nil
		}
		select {
		case <-time.After(scrubWait):
		case <-ctx.Done():
			return b.fault(what, ctx.Err())
		}
	}
	return b.fault(what, errRead)
}
