package mailbox

import (
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot"
	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
	"github.com/disputewatch/disputewatch/rules"
)

// A mailbox of 1,000 mails, 3 of 100 from the sender sought, on the in-memory
// server, with TLS and login each time.
func BenchmarkPoll1000(b *testing.B) {
	server, account := fake(b, fakeimap.Options{})
	for i := range 1000 {
		mail := foreign(i)
		if i%33 == 0 {
			mail = dispute(i)
		}
		add1(b, server, "INBOX", append(mail, make([]byte, 20<<10)...), now)
	}
	b.Run("first scan", func(b *testing.B) { polls(b, account, rules.Position{}, 31) })
	c, err := Dial(b.Context(), account)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	var pos rules.Position
	_, err = c.Read(b.Context(), "INBOX", pos, Want{Now: now, Candidate: fromKlarna}, func(turn Turn) error {
		pos = turn.Position
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("nothing new", func(b *testing.B) { polls(b, account, pos, 0) })
}

func polls(b *testing.B, a Account, pos rules.Position, want int) {
	b.ReportAllocs()
	for b.Loop() {
		c, err := Dial(b.Context(), a)
		if err != nil {
			b.Fatal(err)
		}
		tally, err := c.Read(b.Context(), "INBOX", pos, Want{Now: now, Candidate: fromKlarna}, func(Turn) error { return nil })
		if err != nil || tally.Fetched != want {
			b.Fatal(tally.Fetched, err)
		}
		if err := c.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// What one poll with nothing new may cost, goodbye included (counted between
// client and server, without TLS).
func TestPollWithNothingNewCostsOneTurnAFolder(t *testing.T) {
	server, account := onDovecot(t, dovecot.Options{})
	for i := range 300 {
		add2(t, server, "INBOX", foreign(i), now)
	}
	add2(t, server, "Junk", foreign(1), now)
	var up, down, turns atomic.Int64
	account.Security, account.Port = None, slowLine(t, server.PlainPort, &up, &down, &turns)
	s, junk := newStory(t, account), newStory(t, account)
	junk.folder = "Junk"
	both := func() {
		c, err := Dial(t.Context(), account)
		if err != nil {
			t.Fatal(err)
		}
		folders, err := c.Auto(t.Context())
		if err != nil || len(folders) != 2 {
			t.Fatal(folders, err)
		}
		s.must(s.read(t.Context(), c))
		s.must(junk.read(t.Context(), c))
		s.must(c.Close())
	}
	both()
	up.Store(0)
	down.Store(0)
	turns.Store(0)
	both()
	t.Logf("%d turns, %d bytes up, %d bytes down", turns.Load(), up.Load(), down.Load())
	// login, folders, INBOX, Junk, goodbye
	if turns.Load() > 5 || up.Load() > 3000 || down.Load() > 3000 {
		t.Errorf("%d turns, %d bytes up, %d bytes down", turns.Load(), up.Load(), down.Load())
	}
}

// slowLine is a relay of 10 ms each way. A turn is what the client sends after
// it has heard from the server; what it sends while answers are under way
// belongs to the turn before.
func slowLine(t testing.TB, port int, up, down, turns *atomic.Int64) int {
	const oneWay = 10 * time.Millisecond
	var heard atomic.Bool
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	pump := func(to, from net.Conn, before, after func(int)) {
		defer to.Close()
		b := make([]byte, 64<<10)
		for {
			n, err := from.Read(b)
			if err != nil {
				return
			}
			before(n)
			time.Sleep(oneWay) // the line's length
			after(n)
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
	}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
			if err != nil {
				client.Close()
				continue
			}
			go pump(server, client, func(n int) {
				up.Add(int64(n))
				if heard.Swap(false) {
					turns.Add(1)
				}
			}, func(int) {})
			go pump(client, server, func(int) {}, func(n int) {
				down.Add(int64(n))
				heard.Store(true)
			})
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}
