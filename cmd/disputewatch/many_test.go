package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot"
	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot/dovecottest"
	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
)

// crowd is a shop with many mailboxes on one Dovecot.
type crowd struct {
	*world
	n        int
	schedule string
	line     *fakeimap.Line // to the Dovecot
}

// newCrowd gives each of n mailboxes a dispute and some other mail.
func newCrowd(t testing.TB, n int, schedule string) *crowd {
	c := &crowd{world: newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "cases.db")), n: n, schedule: schedule}
	users := map[string]string{}
	for i := range n {
		users[shopOf(i)] = "secret"
	}
	server := dovecottest.Start(t, dovecot.Options{Users: users})
	for i := range n {
		c.must(server.Fill(shopOf(i), 5, func(mail int) ([]byte, time.Time) {
			if mail != 2 {
				return fmt.Appendf(nil, "From: a@b.example\nSubject: Lunch?\nMessage-ID: <%d-%d@b.example>\n\nYes.\n", i, mail), time.Now()
			}
			return fmt.Appendf(nil, "Authentication-Results: mx.shop.example; dmarc=pass header.from=klarna.com\nFrom: Klarna <d@klarna.com>\nSubject: New dispute request\nMessage-ID: <%d@klarna.com>\nDate: %s\n\nDispute ID: %d\nMerchant Reference 1: %s\n",
				i, time.Now().UTC().Format(time.RFC1123Z), 200000+i, reference(i)), time.Now()
		}))
	}
	var err error
	c.line, err = fakeimap.OpenLine(fmt.Sprintf("%s:%d", server.Host, server.TLSPort), 0)
	c.must(err)
	t.Cleanup(func() { c.line.Close() })
	c.must(os.WriteFile(c.config(), []byte(c.text(server)), 0o600))
	return c
}

func shopOf(i int) string { return fmt.Sprintf("shop%d", i) }

// text is the world's config with these mailboxes instead of its one.
func (c *crowd) text(server *dovecot.Server) string {
	begin, end := strings.Index(c.configText, "  - name: onboarding"), strings.Index(c.configText, "stripe:\n")
	var boxes strings.Builder
	for i := range c.n {
		c.must(os.WriteFile(filepath.Join(c.dir, shopOf(i)), []byte("secret"), 0o600))
		fmt.Fprintf(&boxes, "  - {name: %[1]s, host: 127.0.0.1, port: %[2]d, ca_file: %[3]s, username: %[1]s, password_file: %[1]s, schedule: %[4]q, lookback: all, trusted_authserv: [mx.shop.example], dkim: \"off\"}\n",
			shopOf(i), c.line.Port(), server.CAFile, c.schedule)
	}
	return "observe: true\n" + c.configText[:begin] + boxes.String() + c.configText[end:]
}

var passedLine = regexp.MustCompile(`^time=(\S+) .*msg=passed mailbox=(\S+) .* ms=(\d+)`)

// behind says what was late, or too rare, in a part of the log.
func (c *crowd) behind(log string, latest time.Duration) (wrong []string) {
	c.Helper()
	late, polls := c.late(log)
	if len(late) == 0 {
		return []string{"no poll at all"}
	}
	c.Logf("%d polls on schedule, half of them later than %v, one in a hundred later than %v, the last %v",
		len(late), late[len(late)/2], late[len(late)*99/100], late[len(late)-1])
	if last := late[len(late)-1]; last > latest {
		wrong = append(wrong, fmt.Sprintf("a poll was %v late", last))
	}
	for i := range c.n {
		if polls[shopOf(i)] < 3 {
			wrong = append(wrong, fmt.Sprintf("%s was read %d times", shopOf(i), polls[shopOf(i)]))
		}
	}
	return wrong
}

// late is how long after its time each poll of a part of the log began.
func (c *crowd) late(log string) (late []time.Duration, polls map[string]int) {
	c.Helper()
	polls = map[string]int{}
	for line := range strings.Lines(log) {
		m := passedLine.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		at, err := time.Parse(time.RFC3339, m[1])
		c.must(err)
		ms, err := strconv.Atoi(m[3])
		c.must(err)
		began := at.Add(-time.Duration(ms) * time.Millisecond)
		polls[m[2]]++
		i, err := strconv.Atoi(strings.TrimPrefix(m[2], "shop"))
		c.must(err)
		s, err := scheduleOf(c.schedule, i, c.n, began)
		c.must(err)
		// The log's milliseconds are cut off, so that it may seem to be early.
		due := s.Next(began.Add(5*time.Millisecond - interval(c.schedule, began)))
		late = append(late, began.Sub(due))
	}
	slices.Sort(late)
	return late, polls
}

// memory is the most that the process has ever held, in bytes.
func (p *process) memory() int {
	p.w.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	p.w.must(err)
	_, kb, _ := strings.Cut(string(text), "VmHWM:")
	n, err := strconv.Atoi(strings.Fields(kb)[0])
	p.w.must(err)
	return n << 10
}

// cpu is how long processors have worked for the process.
func (p *process) cpu() time.Duration {
	p.w.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	p.w.must(err)
	_, rest, _ := strings.Cut(string(stat), ") ")
	var ticks int
	for _, field := range strings.Fields(rest)[11:13] { // utime and stime of proc(5)
		n, err := strconv.Atoi(field)
		p.w.must(err)
		ticks += n
	}
	return time.Duration(ticks) * time.Second / 100 // USER_HZ, on every Linux that Go knows
}

// In the long run 200 mailboxes are polled each minute (DISPUTEWATCH_MAILBOXES
// sets another number), in the short one 40 each 5 seconds.
func TestManyMailboxesAreReadOnTimeOverFewConnections(t *testing.T) {
	n, schedule, for3, latest := 40, "@every 5s", 16*time.Second, 5*time.Second
	if os.Getenv("DISPUTEWATCH_LONG") == "1" {
		n, schedule, for3 = 200, "* * * * *", 190*time.Second
	}
	if text := os.Getenv("DISPUTEWATCH_MAILBOXES"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	c := newCrowd(t, n, schedule)
	p := c.start()
	c.until("each mailbox was read", func() bool { return p.lines("msg=passed") >= n })
	t.Logf("the first reading of %d mailboxes: %d connections at the most", n, c.line.Most.Load())
	// Another's work can make all polls late for a while, a fault does so for ever.
	wrong := []string{"never looked"}
	for range 5 {
		log, read, worked := len(p.said()), p.lines("msg=passed"), p.cpu()
		<-time.After(for3) // what is measured is real time
		read, worked = p.lines("msg=passed")-read, p.cpu()-worked
		t.Logf("%v of processor time for %d polls, %v each", worked, read, worked/time.Duration(max(read, 1)))
		if wrong = c.behind(p.said()[log:], latest); len(wrong) == 0 {
			break
		}
	}
	for _, w := range wrong {
		t.Error(w)
	}
	memory := p.memory()
	t.Logf("%d connections at the most; %d MB", c.line.Most.Load(), memory>>20)
	if most := c.line.Most.Load(); most > maxPolls {
		t.Errorf("%d connections at a time", most)
	}
	if memory > 128<<20 {
		t.Errorf("%d MB", memory>>20)
	}
	if n := p.lines("level=ERROR"); n > 0 {
		t.Errorf("%d errors", n)
	}
	p.stop()
}
