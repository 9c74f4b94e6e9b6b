package mailbox

import (
	"fmt"
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
	line, err := fakeimap.OpenLine(fmt.Sprintf("%s:%d", server.Host, server.PlainPort), 10*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	account.Security, account.Port = None, line.Port()
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
	// A client that a busy machine holds up within a turn hears the answer to what it
	// said first: that looks like one more turn, never like one less.
	var turns, up, down int64
	for range 10 {
		line.Forget()
		both()
		turns, up, down = line.Turns.Load(), line.Up.Load(), line.Down.Load()
		t.Logf("%d turns, %d bytes up, %d bytes down", turns, up, down)
		if turns <= 5 && up <= 3000 && down <= 3000 { // login, folders, INBOX, Junk, goodbye
			return
		}
	}
	t.Errorf("%d turns, %d bytes up, %d bytes down", turns, up, down)
}
