package mailbox

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
	"github.com/disputewatch/disputewatch/rules"
)

func TestDisputeMailIsHandedOnOnce(t *testing.T) {
	for _, security := range []string{TLS, StartTLS, None} {
		t.Run(security, func(t *testing.T) {
			server, account := fake(t, fakeimap.Options{Security: security})
			add1(t, server, "INBOX", foreign(1), now)
			add1(t, server, "INBOX", dispute(1), now)
			s := newStory(t, account)
			s.must(s.poll())
			s.said("dispute 1")
			s.must(s.poll())
			s.said()
			add1(t, server, "INBOX", dispute(2), now)
			s.must(s.poll())
			s.said("dispute 2")
			if got := s.pos.Seen.String(); got != "1:3" {
				t.Errorf("seen %s, want 1:3", got)
			}
		})
	}
}

func TestFirstScanLeavesOutOldMail(t *testing.T) {
	server, account := fake(t, fakeimap.Options{})
	add1(t, server, "INBOX", dispute(1), now.Add(-40*day1))
	add1(t, server, "INBOX", dispute(2), now.Add(-20*day1))
	s := newStory(t, account)
	s.want.Since = now.Add(-30 * day1)
	s.must(s.poll())
	s.said("dispute 2")
	s.want.Now = now.Add(2 * time.Hour)
	s.must(s.poll())
	s.said()
}

func TestSweepAfterAShortFirstScanBringsUpNothingOld(t *testing.T) {
	server, account := fake(t, fakeimap.Options{})
	add1(t, server, "INBOX", dispute(1), now.Add(-5*day1))
	add1(t, server, "INBOX", dispute(2), now)
	s := newStory(t, account)
	s.want.Since = now.Add(-day1)
	s.must(s.poll())
	s.said("dispute 2")
	s.want.Now = now.Add(2 * time.Hour)
	s.must(s.poll())
	s.said()
}

func TestUIDValidityChangeRereads(t *testing.T) {
	lastWeek := []string{"dispute 2", "dispute 3"} // the oldest one was read more than a week before the last poll
	all := append([]string{"dispute 1"}, lastWeek...)
	for since, want := range map[time.Time][]string{now: lastWeek, now.Add(-30 * day1): all, {}: all} {
		server, account := fake(t, fakeimap.Options{})
		add1(t, server, "INBOX", dispute(1), now.Add(-20*day1))
		add1(t, server, "INBOX", dispute(2), now.Add(-5*day1))
		add1(t, server, "INBOX", dispute(3), now)
		s := newStory(t, account)
		s.must(s.poll())
		s.said("dispute 1", "dispute 2", "dispute 3")
		if s.tally.UIDValidityChanged {
			t.Error("a folder that was never read has changed")
		}
		s.want.Since = since
		if err := server.Renumber("INBOX"); err != nil {
			t.Fatal(err)
		}
		s.must(s.poll())
		s.said(want...)
		if !s.tally.UIDValidityChanged || s.tally.UIDNextDropped {
			t.Errorf("told %+v", s.tally)
		}
		s.must(s.poll())
		s.said()
	}
}

func TestPositionMovesOnlyPastRecordedMails(t *testing.T) {
	server, account := fake(t, fakeimap.Options{})
	for i := range 250 {
		add1(t, server, "INBOX", dispute(i), now)
	}
	full := errors.New("disk full")
	s := newStory(t, account)
	for i := range 4 { // each pass ends at another batch
		ctx := t.Context()
		c, err := Dial(ctx, account)
		if err != nil {
			t.Fatal(err)
		}
		turns := 0
		_, err = c.Read(ctx, "INBOX", s.pos, s.want, func(turn Turn) error {
			if turns++; turns == 2 && i < 3 {
				return full
			}
			for _, m := range turn.Mails {
				s.all[subject(m)]++
			}
			s.pos = turn.Position
			return nil
		})
		if (i < 3) != errors.Is(err, full) {
			t.Fatalf("pass %d: %v", i, err)
		}
		s.must(c.Close())
	}
	s.once(250)
	if got := s.pos.Seen.String(); got != "1:250" {
		t.Errorf("seen %s", got)
	}
}

func TestRescanReadsOnlyWhatIsMissingAndAgain(t *testing.T) {
	server, account := fake(t, fakeimap.Options{})
	for i := range 6 {
		add1(t, server, "INBOX", dispute(i+1), now)
	}
	add1(t, server, "INBOX", foreign(7), now)
	s := newStory(t, account)
	s.must(s.poll())
	s.pos.Seen = rules.UIDs{{First: 1, Last: 3}, {First: 5, Last: 7}}
	s.want.Rescan, s.want.Again = true, []uint32{2, 7} // the last was no candidate
	s.must(s.poll())
	s.said("dispute 2", "dispute 4", "hello 7")
	s.must(s.poll())
	s.said("dispute 2", "hello 7")
	s.want.Rescan, s.want.Again = false, nil
	s.must(s.poll())
	s.said()
}

// A short rescan counts nothing as seen that it did not look at.
func TestRescanHidesNoMailFromTheSweep(t *testing.T) {
	server, account := fake(t, fakeimap.Options{})
	add1(t, server, "INBOX", dispute(1), now.Add(-5*day1))
	add1(t, server, "INBOX", dispute(2), now)
	s := newStory(t, account)
	s.must(s.poll())
	s.pos.Seen = rules.UIDs{{First: 2, Last: 2}} // the first came late
	s.want.Rescan, s.want.Since = true, now
	s.must(s.poll())
	s.said()
	s.want.Rescan, s.want.Now = false, now.Add(2*time.Hour)
	s.must(s.poll())
	s.said("dispute 1")
}

func TestSizeBoundsHoldWhateverTheServerTells(t *testing.T) {
	server, account := fake(t, fakeimap.Options{})
	big := append(dispute(1), bytes.Repeat([]byte("x"), MaxMail)...)
	add1(t, server, "INBOX", big, now)
	add1(t, server, "INBOX", dispute(2), now)
	s := newStory(t, account)
	s.must(s.poll())
	s.said("dispute 1", "dispute 2")
	if m := s.got[0]; !errors.Is(m.Fault, errTooLarge) || m.Body != nil || m.Size != int64(len(big)) {
		t.Errorf("fault %v, size %d", m.Fault, m.Size)
	}
	if s.tally.Bytes > 10_000 {
		t.Errorf("%d bytes were fetched", s.tally.Bytes)
	}
}

func TestWholeMailIsJudgedByTheSameFields(t *testing.T) {
	mail := "From: a@klarna.example\r\nX-Other: klarna\r\nSUBJECT : hello\r\n world\r\nbroken line\r\n continued klarna\r\nReply-To:\r\n b\r\n\r\nFrom: body@klarna.example\r\n"
	want := "From: a@klarna.example\r\nSUBJECT : hello\r\n world\r\nReply-To:\r\n b\r\n\r\n"
	if got := string(fields([]byte(mail), headerFields)); got != want {
		t.Errorf("got %q", got)
	}
}

func TestNewestUIDs(t *testing.T) {
	for _, c := range []struct {
		set  string
		n    int
		want string
	}{{"", 3, ""}, {"1:3,7", 9, "1:3,7"}, {"1:3,7", 2, "3,7"}, {"1:3,7", 1, "7"}, {"1:4294967295", 2, "4294967294:4294967295"}} {
		set := must(rules.ParseUIDs(c.set))
		if got := newest(set, c.n).String(); got != c.want {
			t.Errorf("newest %d of %s: %s, want %s", c.n, c.set, got, c.want)
		}
	}
}

// Where we stand is written when it changes, and hourly: a thousand mailboxes
// without new mail would keep the disk busy.
func TestPositionThatDoesNotChangeIsRecordedHourly(t *testing.T) {
	server, account := fake(t, fakeimap.Options{})
	add1(t, server, "INBOX", dispute(1), now)
	s := newStory(t, account)
	s.want.SweepEvery = 30 * 24 * time.Hour // each sweep moves the position
	puts := func() (n int) {
		c, err := Dial(t.Context(), account)
		s.must(err)
		defer c.Close()
		s.tally, err = c.Read(t.Context(), "INBOX", s.pos, s.want, func(turn Turn) error {
			n++
			s.pos = turn.Position
			return nil
		})
		s.must(err)
		return n
	}
	if puts() == 0 {
		t.Fatal("the first reading was not recorded")
	}
	s.want.Now = now.Add(59 * time.Minute)
	if n := puts(); n != 0 {
		t.Errorf("the same position was recorded %d times", n)
	}
	s.want.Now = now.Add(time.Hour)
	if n := puts(); n != 1 || !s.pos.ReadAt.Equal(s.want.Now) {
		t.Errorf("after an hour it was recorded %d times, read at %v", n, s.pos.ReadAt)
	}
	add1(t, server, "INBOX", foreign(1), now)
	if n := puts(); n != 1 || s.pos.Seen.String() != "1:2" {
		t.Errorf("a foreign mail was recorded %d times, seen %s", n, s.pos.Seen)
	}
}
