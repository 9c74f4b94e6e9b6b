package health

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// diary is a log under a clock that the test moves.
type diary struct {
	*Watch
	*testing.T
	text strings.Builder
	at   time.Time
}

func newDiary(t *testing.T) *diary {
	d := &diary{T: t, at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	d.Watch = &Watch{Log: slog.New(slog.NewTextHandler(&d.text, nil)), Now: func() time.Time { return d.at }}
	return d
}

// logged expects what was logged since the last look, as many lines as words.
func (d *diary) logged(words ...string) {
	d.Helper()
	lines := strings.Split(strings.TrimSpace(d.text.String()), "\n")
	if d.text.Len() == 0 {
		lines = nil
	}
	d.text.Reset()
	if len(lines) != len(words) {
		d.Fatalf("logged %q, want %q", lines, words)
	}
	for i, w := range words {
		if !strings.Contains(lines[i], w) {
			d.Errorf("logged %q, want %q", lines[i], w)
		}
	}
}

func TestTroubleIsLoggedWhenItBeginsEachHourAndWhenItEnds(t *testing.T) {
	d := newDiary(t)
	for poll := range 240 { // an hour, each time from another port
		d.Tried("desk", fmt.Errorf("read tcp 127.0.0.1:%d: timed out", 40000+poll))
		d.at = d.at.Add(15 * time.Second)
	}
	d.logged("step failed")
	d.Tried("desk", errors.New("read tcp 127.0.0.1:9: timed out"))
	d.logged("step still fails")
	d.Tried("desk", nil)
	d.logged("works again")
	d.Tried("desk", nil)
	d.logged()
	d.Tried("desk", errors.New("read tcp 127.0.0.1:9: timed out"))
	d.logged("step failed")
}

func TestTroubleOfTwoEndsWithTheSecond(t *testing.T) {
	d := newDiary(t)
	d.Tried("a", errors.New("x"))
	d.Tried("b", errors.New("x"))
	d.Tried("b", errors.Join(errors.New("x"), errors.New("y")))
	d.logged("err=x", "err=y")
	d.Tried("a", nil)
	d.logged()
	d.Tried("b", errors.New("y"))
	d.logged("what=x")
}

func TestTroubleDoesNotEndBecauseAnotherDaemonIsAtTheWork(t *testing.T) {
	d := newDiary(t)
	d.Tried("a", errors.New("x"))
	d.logged("step failed")
	d.Tried("a", fmt.Errorf("mailbox: %w", &casebook.HeldError{Key: "mailbox/onboarding", Holder: "other/1"}))
	d.logged()
	d.Tried("a", errors.New("x"))
	d.logged()
	d.Tried("a", nil)
	d.logged("works again")
}

// Slack is out of reach for an hour, whichever message is tried and whatever is asked.
func TestServerOutOfReachIsOneTroubleWhateverItIsAskedFor(t *testing.T) {
	d := newDiary(t)
	calls := []string{
		"tell step o-5i2ua42jektbbdcd: channel #klarna-disputes: conversations.list",
		"slack: bot token: auth.test",
		"tell digest o-zv3z8xprud6jm4fm: chat.postMessage",
	}
	for i := range 200 {
		call := calls[i%len(calls)]
		method := call[strings.LastIndex(call, " ")+1:]
		d.Tried("desk", fmt.Errorf("%s: no answer: %w", call, &url.Error{
			Op: "Post", URL: "https://slack.com/api/" + method, Err: fmt.Errorf("dial tcp 198.51.100.7:%d: timed out", i),
		}))
		d.at = d.at.Add(15 * time.Second)
	}
	d.logged("step failed")
	d.Tried("desk", errors.New("tell step o-5i2ua42jektbbdcd: too long"))
	d.logged("step failed", "works again")
	d.Tried("desk", errors.New("tell step o-zv3z8xprud6jm4fm: too long"))
	d.logged()
}

func TestHintIsToldApartFromWhatIsWrong(t *testing.T) {
	why, hint := Apart(errors.Join(errors.New("a: no\nhint: do it"), errors.New("b: no\nhint: do that")))
	if why != "a: no; b: no" || hint != "do it; do that" {
		t.Errorf("%q, %q", why, hint)
	}
}

func TestSilenceIsToldInTheUnitThatPeopleUse(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		16 * time.Minute: "16 minutes", 119 * time.Minute: "119 minutes", 2 * time.Hour: "2 hours", 47 * time.Hour: "47 hours", 50 * time.Hour: "2 days",
	} {
		if got := silence(rules.Health{GoodAt: now.Add(-d)}, now); got != "it was last read "+want+" ago" {
			t.Errorf("%s: %s", d, got)
		}
	}
	if got := silence(rules.Health{}, now); got != "it was never read" {
		t.Error(got)
	}
}

func TestTroubleThatLastsIsToldEverMoreRarely(t *testing.T) {
	for told, hours := range []time.Duration{0, 1, 2, 4, 8, 16, 48, 72, 96} {
		if got := AgainAfter(told); got != hours*time.Hour {
			t.Errorf("told %d times, it is told again %s after it began", told, got)
		}
	}
}
