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
