package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook/booktest"
	"github.com/disputewatch/disputewatch/ingest/casebook/cluster"
	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

// workshop is what the tests of real processes share: the built program and one
// PostgreSQL, each made by the first test that wants it.
type workshop struct {
	dir  string
	once sync.Once
	err  error

	pgOnce sync.Once
	pg     *cluster.Cluster
	pgErr  error
	made   atomic.Int64
}

var shared workshop

func TestMain(m *testing.M) {
	// What runs in parallel here waits for claims, polls and other processes most
	// of its time: more at once than there are processors, unless asked otherwise.
	if err := flag.Set("test.parallel", strconv.Itoa(max(8, runtime.GOMAXPROCS(0)))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if shared.pg != nil {
		if err := shared.pg.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	if shared.dir != "" {
		os.RemoveAll(shared.dir)
	}
	os.Exit(code)
}

func (w *workshop) make() error {
	w.once.Do(func() {
		if w.dir, w.err = os.MkdirTemp("", "disputewatch-test-"); w.err != nil {
			return
		}
		w.err = os.Chmod(w.dir, 0o755) // PostgreSQL runs as another user
	})
	return w.err
}

// program is the built program.
func (w *workshop) program(t testing.TB) string {
	t.Helper()
	if err := w.make(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(w.dir, "disputewatch")
	buildOnce.Do(func() {
		if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
			buildErr = fmt.Errorf("go build: %s: %w", out, err)
		}
	})
	if buildErr != nil {
		t.Fatal(buildErr)
	}
	return path
}

var (
	buildOnce sync.Once
	buildErr  error
)

// postgres is the DSN of a new, empty store. The test is skipped where there is
// no PostgreSQL, and fails in CI.
func (w *workshop) postgres(t testing.TB) string {
	t.Helper()
	if err := w.make(); err != nil {
		t.Fatal(err)
	}
	w.pgOnce.Do(func() {
		dir := filepath.Join(w.dir, "postgres")
		if w.pgErr = os.Mkdir(dir, 0o755); w.pgErr == nil {
			w.pg, w.pgErr = cluster.Start(dir)
		}
	})
	if errors.Is(w.pgErr, cluster.ErrMissing) && os.Getenv("DISPUTEWATCH_CI") != "1" {
		t.Skip(w.pgErr)
	}
	if w.pgErr != nil {
		t.Fatal(w.pgErr)
	}
	dsn, err := w.pg.DSN(t.Context(), fmt.Sprintf("store%d", w.made.Add(1)))
	if err != nil {
		t.Fatal(err)
	}
	return dsn
}

// onBoth runs a test on each kind of store; store makes a new, empty one.
func onBoth(t *testing.T, test func(t *testing.T, store func(testing.TB) string)) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, func(t testing.TB) string { return booktest.SQLite(t, filepath.Join(t.TempDir(), "cases.db")) })
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, shared.postgres)
	})
}

// world is a shop on loopback for real daemons in real time.
type world struct {
	testing.TB
	dir, store string
	configText string
	imap       *fakeimap.Server
	gate       *gate // before imap
	stripe     *fakestripe.Server
	slack      *fakeslack.Server
	uids       uint32 // mails in INBOX so far
	appendTo   func(folder string, raw []byte, date time.Time) (uint32, error)
	want       expected
}

// expected is what must have come of the mails in the end.
type expected struct {
	notices, unknown, unreadable int64
	cards                        []string // a word of each case's card
}

func newWorld(t testing.TB, store string) *world {
	t.Helper()
	w := &world{TB: t, dir: t.TempDir(), store: store}
	var err error
	w.imap, err = fakeimap.Start(fakeimap.Options{Username: shopUser, Password: "secret"})
	w.must(err)
	t.Cleanup(func() { w.imap.Close() })
	w.appendTo = w.imap.Append
	w.gate, err = openGate(w.imap.Addr())
	w.must(err)
	t.Cleanup(w.gate.close)
	w.stripe, err = fakestripe.Start()
	w.must(err)
	t.Cleanup(func() { w.stripe.Close() })
	w.slack, err = fakeslack.Start(fakeslack.Options{})
	w.must(err)
	t.Cleanup(func() { w.slack.Close() })
	ca, err := w.imap.CAFile(w.dir)
	w.must(err)
	w.configText = fmt.Sprintf(worldConfig, store, w.gate.port(), ca, shopUser, w.stripe.URL, w.slack.URL(), channel)
	for name, text := range map[string]string{
		"imap-password": "secret", "stripe-key": "rk_test_world", "slack-bot-token": fakeslack.Token,
		"config.yaml": w.configText,
	} {
		w.must(os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600))
	}
	return w
}

// worldConfig polls each second and is always in the office.
const worldConfig = `store: "%s"
listen: ""
timezone: UTC
mailboxes:
  - name: onboarding
    host: 127.0.0.1
    port: %d
    ca_file: %s
    username: %s
    password_file: imap-password
    schedule: "@every 1s"
    folders: [INBOX]
    lookback: all
    trusted_authserv: [mx.shop.example]
    dkim: "off"
stripe:
  - name: main
    api_key_file: stripe-key
    api_base: %s
slack:
  bot_token_file: slack-bot-token
  api_base: %s
  channel: "%s"
calendar:
  days: [mon, tue, wed, thu, fri, sat, sun]
  hours: 00:00-24:00
escalation:
  dispute:
    - {step: new, when: opened}
    - {step: nudge, when: unanswered 2d}
  stop_request:
    - {step: new, when: opened}
    - {step: again, when: unanswered 1s}
`

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) config() string { return filepath.Join(w.dir, "config.yaml") }

// process is one run of the program.
type process struct {
	w    *world
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended; err is then how
	err  error

	mu  sync.Mutex
	log []string // guarded by mu
}

// start runs the daemon.
func (w *world) start() *process { return w.spawn("run") }

// spawn runs the program in this world.
func (w *world) spawn(args ...string) *process {
	w.Helper()
	p := &process{w: w, done: make(chan struct{})}
	p.cmd = exec.Command(shared.program(w.TB), append(args, "--config", w.config())...)
	errs, err := p.cmd.StderrPipe()
	w.must(err)
	w.must(p.cmd.Start())
	go func() {
		defer close(p.done)
		for lines := bufio.NewScanner(errs); lines.Scan(); {
			p.mu.Lock()
			p.log = append(p.log, lines.Text())
			p.mu.Unlock()
		}
		p.err = p.cmd.Wait()
	}()
	w.Cleanup(func() {
		_ = p.cmd.Process.Kill() // it may have ended
		<-p.done
		if w.Failed() {
			w.Logf("log of %d:\n%s", p.cmd.Process.Pid, p.said())
		}
	})
	return p
}

// said is what the process logged so far.
func (p *process) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.log, "\n")
}

// lines counts its log lines that hold all of the words.
func (p *process) lines(words ...string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for _, line := range p.log {
		found := true
		for _, word := range words {
			found = found && strings.Contains(line, word)
		}
		if found {
			n++
		}
	}
	return n
}

// kill ends the process as kill -9 does.
func (p *process) kill() {
	p.w.Helper()
	p.w.must(p.cmd.Process.Kill())
	<-p.done
}

// pause stops the process where it stands, and returns when each of its threads
// has stopped: the signal itself only says that they shall.
func (p *process) pause() {
	p.w.Helper()
	p.w.must(p.cmd.Process.Signal(syscall.SIGSTOP))
	p.w.until("it has stopped", func() bool {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", p.cmd.Process.Pid))
		p.w.must(err)
		return len(threads) > 0 && !slices.ContainsFunc(threads, func(path string) bool {
			stat, _ := os.ReadFile(filepath.Join(path, "stat"))
			return !strings.Contains(string(stat), ") T ")
		})
	})
}

// stop ends the process as systemd does, and expects that it ends well.
func (p *process) stop() {
	p.w.Helper()
	p.w.must(p.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case <-p.done:
	case <-time.After(patience):
		p.w.Fatal("it did not stop")
	}
	if p.err != nil {
		p.w.Errorf("it stopped with %v", p.err)
	}
}

// patience ends the wait for what never comes, on the busiest machine. It is no
// measure: what must be fast is told from what is slow by what it says or does.
const patience = 5 * time.Minute

// until waits for something that must come true soon.
func (w *world) until(what string, true func() bool) {
	w.Helper()
	w.within(patience, what, true)
}

func (w *world) within(d time.Duration, what string, true func() bool) {
	w.Helper()
	ctx, done := context.WithTimeout(w.Context(), d)
	defer done()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for !true() {
		select {
		case <-ctx.Done():
			w.Fatalf("not within %s: %s", d, what)
		case <-look.C:
		}
	}
}
