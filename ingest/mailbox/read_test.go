package mailbox

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
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
	server, account := fake(t, fakeimap.Options{})
	add1(t, server, "INBOX", dispute(1), now.Add(-20*day1))
	add1(t, server, "INBOX", dispute(2), now)
	s := newStory(t, account)
	s.must(s.poll())
	s.said("dispute 1", "dispute 2")
	s.want.Since = now
	if err := server.Renumber("INBOX"); err != nil {
		t.Fatal(err)
	}
	s.must(s.poll())
	s.said("dispute 2") // the older one was read more than a week before the last poll
	if !s.tally.UIDValidityChanged {
		t.Error("the change was not told")
	}
	s.must(s.poll())
	s.said()
}
