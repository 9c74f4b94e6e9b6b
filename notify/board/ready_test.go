package board_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify/board"
	"github.com/disputewatch/disputewatch/rules"
)

func TestReadyWhileTheWorkIsDone(t *testing.T) {
	s := newShelf(t)
	srv := s.server()
	srv.Parts = []string{"mailbox/onboarding", "stripe/main", "slack"}
	srv.Outbox = func(context.Context) (int, time.Time, error) { return 1, s.now.Add(-time.Minute), nil }
	if code, body := open(t, srv).get("/readyz"); code != http.StatusOK || body != "ready\n" {
		t.Errorf("status %d: %s", code, body)
	}
}

func TestNotReadySaysEveryReason(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*shelf, *board.Server)
		says   string
	}{
		"a part is broken": {func(s *shelf, _ *board.Server) {
			s.health[0].BadSince, s.health[0].Error = s.now.Add(-time.Hour), "login as payments@shop.example: authentication failed"
		}, "mailbox/onboarding: broken since Mon 2 Mar 2026, 08:00: login as [address]: authentication failed"},
		"the last pass is too old": {
			func(s *shelf, _ *board.Server) { s.health[1].GoodAt = s.now.Add(-16 * time.Minute) },
			"pass: the last complete one ended Mon 2 Mar 2026, 08:44, 16 minutes ago",
		},
		"three intervals are shorter": {func(_ *shelf, b *board.Server) { b.Stale = 30 * time.Second }, "pass: the last complete one ended"},
		"no pass yet":                 {func(s *shelf, _ *board.Server) { s.health = nil }, "pass: none was complete yet"},
		"a mailbox never worked": {
			func(_ *shelf, b *board.Server) { b.Parts = []string{"mailbox/onboarding", "mailbox/second"} },
			"mailbox/second: has not worked yet",
		},
		"the outbox is stuck": {func(s *shelf, b *board.Server) {
			b.Outbox = func(context.Context) (int, time.Time, error) { return 2, s.now.Add(-16 * time.Minute), nil }
		}, "outbox: 2 messages not told, the oldest since Mon 2 Mar 2026, 08:44"},
		"the outbox cannot be read": {func(_ *shelf, b *board.Server) {
			b.Outbox = func(context.Context) (int, time.Time, error) { return 0, time.Time{}, errBroken }
		}, "outbox: cannot be read"},
		"the book cannot be read": {func(s *shelf, _ *board.Server) { s.broken = errBroken }, "book: cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			srv := s.server()
			c.change(s, srv)
			site := open(t, srv)
			code, body := site.get("/readyz")
			if code != http.StatusServiceUnavailable || !strings.Contains(body, c.says) {
				t.Errorf("status %d, want 503 and %q: %s", code, c.says, body)
			}
			if code, body := site.get("/livez"); code != http.StatusOK || body != "alive\n" {
				t.Errorf("livez: status %d: %s", code, body)
			}
			if s.broken == nil {
				site.shows("/", "Something is broken", c.says)
				site.hides("/", "Everything works")
			}
		})
	}
}

func TestPartOfAnOlderConfigCountsForNothing(t *testing.T) {
	s := newShelf(t)
	s.health = append(s.health, rules.Health{Part: "mailbox/removed", BadSince: s.now.Add(-100 * day)})
	srv := s.server()
	srv.Parts = []string{"mailbox/onboarding"}
	site := open(t, srv)
	if code, body := site.get("/readyz"); code != http.StatusOK {
		t.Errorf("status %d: %s", code, body)
	}
	site.hides("/", "removed")
}

func TestReadinessIsAlsoJSON(t *testing.T) {
	s := newShelf(t)
	s.health[2].BadSince, s.health[2].Failures = s.now, 3
	code, body := open(t, s.server()).get("/readyz?json")
	var got struct {
		Ready    bool           `json:"ready"`
		Reasons  []string       `json:"reasons"`
		LastPass time.Time      `json:"last_complete_pass"`
		Parts    []rules.Health `json:"parts"`
	}
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	if code != http.StatusServiceUnavailable || got.Ready || len(got.Reasons) != 1 || len(got.Parts) != 4 || !got.LastPass.Equal(s.now.Add(-time.Minute)) {
		t.Errorf("status %d: %+v", code, got)
	}
}
