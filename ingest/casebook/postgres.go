package casebook

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Bounds of a PostgreSQL connection.
const (
	postgresDial  = 10 * time.Second // a database that does not answer by then is not there
	postgresConns = 8
	// postgresIdle is how long the server keeps the locks of a process that fell
	// silent within a transaction: well below a claim's time.
	postgresIdle = 20 * time.Second
)

// endIdle makes the server end a transaction whose client was paused or has
// gone: its locks, that of its claim among them, would keep the others from
// taking over. It is said in each transaction, for a pooler passes no settings
// of a session on.
func endIdle(d time.Duration) string {
	return "set local idle_in_transaction_session_timeout = " + strconv.FormatInt(d.Milliseconds(), 10)
}

// openPostgres opens the database that dsn names. Unless dsn says otherwise,
// statements are described but not prepared on the server, so that a pooler in
// transaction mode may stand between (TRAPS 31).
func openPostgres(ctx context.Context, dsn string, o Options) (*Book, error) {
	cfg, err := pgx.ParseConfig(dsn)
	if err != nil { // pgx leaves the password out of it
		return nil, fmt.Errorf("open book: %w\nhint: write postgres://user:password@host:5432/database", err)
	}
	if !strings.Contains(dsn, "default_query_exec_mode") {
		cfg.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = postgresDial
	}
	b := &Book{
		store: store{
			kind: "postgres", skipLocked: " for update of o skip locked", lock: " for no key update of cases", begin: endIdle(postgresIdle),
		},
		name: "postgres://" + net.JoinHostPort(cfg.Host, strconv.Itoa(int(cfg.Port))) + "/" + cfg.Database,
		o:    o,
	}
	// A connection that broke while it lay in the pool is found and replaced
	// before it is used: a turn to the server, and no failed pass after a restart.
	b.db = stdlib.OpenDB(*cfg, stdlib.OptionShouldPing(func(context.Context, stdlib.ShouldPingParams) bool { return true }))
	b.db.SetMaxOpenConns(postgresConns)
	b.db.SetConnMaxIdleTime(time.Minute)
	if err := b.db.PingContext(ctx); err != nil {
		return nil, errors.Join(b.fault("open", err), b.db.Close())
	}
	return b, nil
}
