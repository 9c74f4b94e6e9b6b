package casebook

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"strings"
	"syscall"
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

// begins is the first statement of a transaction. It makes the server end one whose
// client was paused or has gone for d: its locks, that of its claim among them, would
// keep the others from taking over. It is said in each transaction, for a pooler
// passes no settings of a session on. In the same turn it asks what time it is there,
// and for the schema's version, which another release may have changed meanwhile.
func begins(d time.Duration) string {
	return fmt.Sprintf(`select cast(set_config('idle_in_transaction_session_timeout', '%d', true) as text),
		cast(extract(epoch from clock_timestamp()) * 1000000 as bigint),
		cast((select max(version_id) from goose_db_version) as bigint)`, d.Milliseconds())
}

// clocksAgree is how far the clocks of two machines differ without harm: a claim is
// renewed long before it lapses.
const clocksAgree = 5 * time.Second

// begin says the first statement, and learns from it how far this machine's clock is
// ahead of the database's. Beside what an answer took on its way no clock differs.
func (c *change) begin(ctx context.Context, query string) error {
	var set string
	var there, version int64
	sent := time.Now()
	if err := c.Tx.QueryRowContext(ctx, query).Scan(&set, &there, &version); err != nil {
		return err
	}
	ahead := time.Duration(0)
	if most := sent.Sub(moment(there)); most > clocksAgree {
		ahead = most
	} else if least := time.Since(moment(there)); least < -clocksAgree {
		ahead = least
	}
	c.book.ahead.Store(int64(ahead))
	if version > c.book.version {
		return c.book.newer(version, c.book.version)
	}
	return nil
}

// Ahead is how far this machine's clock is ahead of the database's; zero where they
// agree well enough.
func (b *Book) Ahead() time.Duration { return time.Duration(b.ahead.Load()) }

// shared is a moment by the clock that all who share the book go by, to which claims
// are bound: that of the database.
func (b *Book) shared(t time.Time) int64 { return micros(t.Add(-b.Ahead())) }

// postgresSilence is how long a server, or the network before it, may leave what we
// sent unacknowledged. A firewall that was started anew drops the packets of each
// connection that it does not know and says nothing: Linux would wait for a quarter
// of an hour.
const postgresSilence = 30 * time.Second

// keptAlive gives an idle line up after as long.
func keptAlive() net.KeepAliveConfig {
	return net.KeepAliveConfig{Enable: true, Idle: postgresSilence / 2, Interval: postgresSilence / 6, Count: 3}
}

// givenUp has Linux end a connection on which nothing is acknowledged any more.
func givenUp(network, _ string, raw syscall.RawConn) error {
	const tcpUserTimeout = 18 // tcp(7), since Linux 2.6.37
	if runtime.GOOS != "linux" || !strings.HasPrefix(network, "tcp") {
		return nil
	}
	var err error
	set := raw.Control(func(fd uintptr) {
		err = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(postgresSilence.Milliseconds()))
	})
	return errors.Join(set, err)
}

// postgresGreets is how long a connection from the pool may take to answer before
// another one is made.
const postgresGreets = 5 * time.Second

// greeted finds a connection that broke, or was lost without a word, while it lay in
// the pool, before it is used: a turn to the server, and no failed pass after a
// restart.
func greeted(ctx context.Context, conn *pgx.Conn) error {
	ctx, done := context.WithTimeout(ctx, postgresGreets)
	defer done()
	if conn.PgConn().Ping(ctx) != nil {
		return driver.ErrBadConn
	}
	return nil
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
			kind: "postgres", skipLocked: " for update of o skip locked", lock: " for no key update of cases", begin: begins(postgresIdle),
		},
		name: "postgres://" + net.JoinHostPort(cfg.Host, strconv.Itoa(int(cfg.Port))) + "/" + cfg.Database,
		o:    o,
	}
	cfg.DialFunc = (&net.Dialer{Timeout: cfg.ConnectTimeout, KeepAliveConfig: keptAlive(), Control: givenUp}).DialContext
	never := func(context.Context, stdlib.ShouldPingParams) bool { return false }
	b.db = stdlib.OpenDB(*cfg, stdlib.OptionResetSession(greeted), stdlib.OptionShouldPing(never))
	b.db.SetMaxOpenConns(postgresConns)
	b.db.SetConnMaxIdleTime(time.Minute)
	if err := b.db.PingContext(ctx); err != nil {
		return nil, errors.Join(b.fault("open", err), b.db.Close())
	}
	return b, nil
}
