// Package cluster starts a real PostgreSQL in a temporary folder, for tests of
// whatever must hold on it. It is not linked into the program.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/disputewatch/disputewatch/ingest/loopback"
)

// ErrMissing says that this machine has no PostgreSQL, or no account that may
// run it: PostgreSQL refuses root.
var ErrMissing = errors.New("PostgreSQL is missing")

// startWithin bounds initdb and the first answer of the server: it ends a hang, a
// second is usual.
const startWithin = 5 * time.Minute

// Cluster is one running server with an empty store for each DSN that is asked for.
type Cluster struct {
	dir, bin string
	who      *syscall.Credential
	port     int
	done     chan error // closed when the server has ended
	cmd      *exec.Cmd
}

// Start makes a cluster in dir, which must be empty and which the account
// postgres must be able to reach (a test's own temporary folder is closed to
// it), and runs it until Stop or the end of this process. It listens on
// loopback alone and is lax about fsync.
func Start(dir string) (*Cluster, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	who, err := account()
	if err != nil {
		return nil, err
	}
	if who != nil {
		if err := os.Chown(dir, int(who.Uid), int(who.Gid)); err != nil {
			return nil, fmt.Errorf("start PostgreSQL: %w", err)
		}
	}
	c := &Cluster{dir: dir, bin: bin, who: who}
	if err := c.initdb(); err != nil {
		return nil, err
	}
	return c, c.first()
}

// portTries bounds how often another port is sought.
const portTries = 5

// first runs the server for the first time. Between our look for a free port and
// its own opening of it another process may take it, which is common where many
// tests run at once: then another is sought.
func (c *Cluster) first() (err error) {
	for range portTries {
		var ports []int
		if ports, err = loopback.Ports(1); err != nil {
			return fmt.Errorf("start PostgreSQL: %w", err)
		}
		c.port = ports[0]
		if err = c.Resume(); err == nil {
			return nil
		}
		if log, _ := c.Log(); !strings.Contains(log, "could not create any TCP/IP sockets") {
			return fmt.Errorf("%w\nits log:\n%s", err, log)
		}
	}
	return err
}

// Resume runs the server again after Stop, with what it held.
func (c *Cluster) Resume() error {
	if err := c.run(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	if err := c.await(ctx); err != nil {
		return errors.Join(err, c.Stop())
	}
	return nil
}

// DSN makes a new schema of that name and says how to reach it: an empty store,
// made in a tenth of the time that a database of its own takes.
func (c *Cluster) DSN(ctx context.Context, name string) (string, error) {
	conn, err := pgx.Connect(ctx, c.url())
	if err != nil {
		return "", fmt.Errorf("make schema %s: %w", name, err)
	}
	_, err = conn.Exec(ctx, "create schema "+pgx.Identifier{name}.Sanitize())
	if err := errors.Join(err, conn.Close(ctx)); err != nil {
		return "", fmt.Errorf("make schema %s: %w", name, err)
	}
	return c.url() + "&search_path=" + name, nil
}

// Log is what the server has said so far.
func (c *Cluster) Log() (string, error) {
	b, err := os.ReadFile(filepath.Join(c.dir, "log"))
	return string(b), err
}

// Stop ends the server at once and waits until it has ended. The folder stays.
func (c *Cluster) Stop() error {
	if err := c.cmd.Process.Signal(syscall.SIGQUIT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	<-c.done
	return nil
}

func (c *Cluster) url() string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", c.port)
}

func (c *Cluster) initdb() error {
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(c.bin, "initdb"), "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D", filepath.Join(c.dir, "data"))
	cmd.Dir = c.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.who}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("start PostgreSQL: initdb: %s: %w", out, err)
	}
	return nil
}

// run starts the server from a thread of its own, which lives as long as the
// server: were this process to die, the kernel ends the server with it.
func (c *Cluster) run() error {
	log, err := os.Create(filepath.Join(c.dir, "log"))
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	c.cmd = exec.Command(filepath.Join(c.bin, "postgres"), "-D", filepath.Join(c.dir, "data"), "-h", "127.0.0.1", "-p", strconv.Itoa(c.port),
		"-k", c.dir, "-c", "fsync=off", "-c", "shared_buffers=16MB", "-c", "max_connections=200", "-c", "deadlock_timeout=100ms")
	c.cmd.Dir, c.cmd.Stdout, c.cmd.Stderr = c.dir, log, log
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.who, Pdeathsig: syscall.SIGQUIT, Setpgid: true}
	started, done := make(chan error), make(chan error, 1)
	c.done = done
	go func() {
		runtime.LockOSThread()
		err := c.cmd.Start()
		started <- err
		if err == nil {
			done <- c.cmd.Wait()
		}
		_ = log.Close() // a log of a test
		close(done)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	return nil
}

// await waits until the server answers.
func (c *Cluster) await(ctx context.Context) error {
	for {
		conn, err := pgx.Connect(ctx, c.url())
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("start PostgreSQL: %w", err)
		case end := <-c.done:
			return fmt.Errorf("start PostgreSQL: it ended: %w", end)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// binaries finds the newest PostgreSQL: Debian keeps it out of the PATH.
func binaries() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		return slices.Max(found), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", fmt.Errorf("%w: no initdb (Debian's package is postgresql)", ErrMissing)
	}
	return filepath.Dir(path), nil
}

// account is the one that runs PostgreSQL in place of root; nil for everybody
// else.
func account() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("%w: it refuses root, and there is no account postgres: %w", ErrMissing, err)
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
}
