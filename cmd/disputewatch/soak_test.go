package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/ingest/loopback"
	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot"
	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot/dovecottest"
	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

// soaking is how long the soak lasts: DISPUTEWATCH_SOAK says so, in the long run
// it is 30 minutes, else as long as each weather comes once.
func soaking(t *testing.T) time.Duration {
	t.Helper()
	if text := os.Getenv("DISPUTEWATCH_SOAK"); text != "" {
		d, err := time.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if os.Getenv("DISPUTEWATCH_LONG") == "1" {
		return 30 * time.Minute
	}
	return 0
}

// soak is a shop on a real Dovecot in all weathers.
type soak struct {
	*world
	server *dovecot.Server
	line   *fakeimap.Line
	board  string // host:port
	n      int    // mails
	looks  []footprint
}

// footprint is what the daemon holds.
type footprint struct{ goroutines, files, connections, kb, live int }

func (f footprint) String() string {
	return fmt.Sprintf("%d goroutines, %d files, %d connections, %.1f MB, %.1f live", f.goroutines, f.files, f.connections, float64(f.kb)/1024, float64(f.live)/1024)
}

func newSoak(t testing.TB) *soak {
	s := &soak{world: newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "cases.db"))}
	s.server = dovecottest.Start(t, dovecot.Options{Users: map[string]string{shopUser: "secret"}})
	s.appendTo = func(folder string, raw []byte, date time.Time) (uint32, error) {
		return s.server.Append(shopUser, folder, raw, date)
	}
	var err error
	s.line, err = fakeimap.OpenLine(fmt.Sprintf("%s:%d", s.server.Host, s.server.TLSPort), 5*time.Millisecond)
	s.must(err)
	t.Cleanup(func() { s.line.Close() })
	ports, err := loopback.Ports(1)
	s.must(err)
	s.board = fmt.Sprintf("127.0.0.1:%d", ports[0])
	ca, err := s.imap.CAFile(s.dir)
	s.must(err)
	s.configText = strings.NewReplacer(
		`listen: ""`, "listen: "+s.board,
		fmt.Sprintf("port: %d", s.gate.port()), fmt.Sprintf("port: %d", s.line.Port()),
		ca, s.server.CAFile,
	).Replace(s.configText)
	s.must(os.WriteFile(s.config(), []byte(s.configText), 0o600))
	return s
}

// arrive lets a mail come: most are foreign, as in life.
func (s *soak) arrive() {
	s.n++
	switch s.n % 8 {
	case 1, 5:
		s.dispute(s.n)
	case 3:
		s.stopRequest(s.n)
	case 7:
		s.riddle(s.n)
	default:
		s.foreign(s.n)
	}
}

// weathers are what goes wrong, one after the other. Each returns what ends it.
func (s *soak) weathers(p *process) []func() func() {
	slack := func(f fakeslack.Fault) func() func() {
		f.Times = -1
		return func() func() { s.slack.Fail(f); return s.slack.Heal }
	}
	return []func() func(){
		func() func() { s.must(s.server.Halt()); return func() { s.must(s.server.Resume()) } },
		slack(fakeslack.Fault{Kind: fakeslack.Status, Status: 503}),
		func() func() { s.stripe.Break(fakestripe.Fault{Status: 500}); return s.stripe.Mend },
		slack(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Hangup, Happened: true}),
		func() func() { s.stripe.Break(fakestripe.Fault{HangUp: true}); return s.stripe.Mend },
		func() func() { s.must(p.cmd.Process.Signal(syscall.SIGHUP)); return func() {} },
		slack(fakeslack.Fault{Kind: fakeslack.Limit, Retry: "1"}),
		func() func() { s.must(s.server.Halt()); s.must(s.server.Resume()); return func() {} },
	}
}

// look asks the daemon what it holds.
func (s *soak) look(p *process) footprint {
	s.Helper()
	resp, err := http.Get("http://" + s.board + "/metrics")
	if err != nil {
		return footprint{} // it is reading its config anew
	}
	defer resp.Body.Close()
	f := footprint{connections: s.line.Open()}
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), " ")
		n, _ := strconv.ParseFloat(value, 64) // others are no numbers
		switch name {
		case "go_goroutines":
			f.goroutines = int(n)
		case "process_open_fds":
			f.files = int(n)
		case "process_resident_memory_bytes":
			f.kb = int(n) >> 10
		case "go_memstats_next_gc_bytes": // twice what was live after the last collection
			f.live = int(n) >> 11
		}
	}
	return f
}

// over is one figure over some looks: the greatest, and the one in the middle.
func over(looks []footprint, figure func(footprint) int) (most, middle int) {
	var all []int
	for _, f := range looks {
		all = append(all, figure(f))
	}
	slices.Sort(all)
	return all[len(all)-1], all[len(all)/2]
}

// grown compares the last quarter of the soak with the second. What is held for
// a moment depends on how busy the machine is, what is held in the middle does
// not; memory may grow a little, since the book does. There is room for what a
// reload leaves behind for 90 seconds, the idle connections of the clients before
// it, and for a poll that is under way at each look.
func (s *soak) grown() {
	s.Helper()
	quarter := len(s.looks) / 4
	early, last := s.looks[quarter:2*quarter], s.looks[3*quarter:]
	for _, c := range []struct {
		what   string
		figure func(footprint) int
		room   func(middle int) int
	}{
		{"goroutines", func(f footprint) int { return f.goroutines }, func(int) int { return 20 }},
		{"files", func(f footprint) int { return f.files }, func(int) int { return 8 }},
		{"connections", func(f footprint) int { return f.connections }, func(int) int { return 1 }},
		{"kB of memory", func(f footprint) int { return f.kb }, func(kb int) int { return kb/10 + 8<<10 }},
		{"kB of live heap", func(f footprint) int { return f.live }, func(kb int) int { return kb/10 + 4<<10 }},
	} {
		mostEarly, early := over(early, c.figure)
		mostLast, last := over(last, c.figure)
		s.Logf("%s: %d (at most %d) in the second quarter, %d (%d) in the last", c.what, early, mostEarly, last, mostLast)
		if last > early+c.room(early) {
			s.Errorf("%s grow from %d to %d", c.what, early, last)
		}
	}
}

func TestSoakLosesNothingAndGrowsInNothing(t *testing.T) {
	t.Parallel()
	turn := 16 * time.Second // half of it bad weather
	if soaking(t) == 0 {
		turn = 6 * time.Second
	}
	s := newSoak(t)
	book := s.opened()
	p := s.start()
	s.until("it watches", func() bool { return s.look(p).goroutines > 0 })
	weathers := s.weathers(p)
	began, lasts := time.Now(), max(soaking(t), turn*time.Duration(len(weathers)))
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	bad := func() {}
	for i := 0; time.Since(began) < lasts; i++ {
		<-tick.C
		second := i % int(turn/time.Second)
		w := i / int(turn/time.Second)
		switch second {
		case 0:
			bad = weathers[w%len(weathers)]()
		case int(turn/time.Second) / 2:
			bad()
			bad = func() {}
		}
		halted := w%len(weathers) == 0 && second < int(turn/time.Second)/2
		if i%3 == 0 && !halted {
			s.arrive()
		}
		if f := s.look(p); f.goroutines > 0 {
			s.looks = append(s.looks, f)
		}
		if len(s.looks) > 0 && i%60 == 59 {
			t.Logf("%s: %s; %d mails", time.Since(began).Round(time.Second), s.looks[len(s.looks)-1], s.n)
		}
	}
	bad()
	s.until("all is told", func() bool { return s.told(book) })
	s.until("what broke works again", func() bool { return p.lines("step failed") == p.lines("works again") })
	s.grown()
	if n := p.lines("panic"); n > 0 {
		t.Errorf("%d panics", n)
	}
	t.Logf("%d mails in %s, %d cases, %d messages, %d troubles begun and %d ended", s.n, time.Since(began).Round(time.Second),
		len(s.cases(book)), len(s.slack.Messages(channel)), p.lines("step failed"), p.lines("works again"))
	p.stop()
	s.drain(book)
	s.verify(book)
	if begun, ended := p.lines("step failed"), p.lines("works again"); begun == 0 || begun != ended {
		t.Errorf("%d troubles begun, %d ended", begun, ended)
	}
}
