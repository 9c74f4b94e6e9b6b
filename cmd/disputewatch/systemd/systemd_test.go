package systemd

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// lines hands on what is logged.
type lines chan string

func (l lines) Write(b []byte) (int, error) {
	l <- string(b)
	return len(b), nil
}

func TestWatchdogIsFedWhileNoStepIsPastItsDeadline(t *testing.T) {
	address := &net.UnixAddr{Name: filepath.Join(t.TempDir(), "notify"), Net: "unixgram"}
	systemd, err := net.ListenUnixgram("unixgram", address)
	if err != nil {
		t.Fatal(err)
	}
	defer systemd.Close()
	if err := systemd.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	t.Setenv("NOTIFY_SOCKET", address.Name)
	t.Setenv("WATCHDOG_USEC", "30000")
	t.Setenv("WATCHDOG_PID", strconv.Itoa(os.Getpid()))
	hears := func() string {
		t.Helper()
		b := make([]byte, 100)
		n, err := systemd.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		return string(b[:n])
	}
	mark, err := net.DialUnix("unixgram", nil, address)
	if err != nil {
		t.Fatal(err)
	}
	defer mark.Close()

	var s Steps
	log := make(lines)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.FeedWatchdog(ctx, slog.New(slog.NewTextHandler(log, nil)))
	}()
	_, done := s.Within(ctx, time.Hour)
	defer done()
	if got := hears(); got != "WATCHDOG=1" {
		t.Errorf("systemd heard %q", got)
	}
	_, ends := s.Within(ctx, -2*grace)
	for _, word := range []string{"before", "after"} {
		select {
		case line := <-log:
			if !strings.Contains(line, "a step hangs") {
				t.Errorf("logged %s", line)
			}
		case <-time.After(time.Minute):
			t.Fatal("nobody says that a step hangs")
		}
		if _, err := mark.Write([]byte(word)); err != nil {
			t.Fatal(err)
		}
	}
	for hears() != "before" { // what was sent before it hung
	}
	if got := hears(); got != "after" {
		t.Errorf("fed while a step hangs: %q", got)
	}
	go func() {
		for range log { // it may hang for one turn more
		}
	}()
	ends()
	if got := hears(); got != "WATCHDOG=1" {
		t.Errorf("after its end systemd heard %q", got)
	}
	stop()
	<-ended
	close(log)
}

func TestNobodyFeedsTheWatchdogOfAnotherProcess(t *testing.T) {
	t.Setenv("WATCHDOG_USEC", "30000")
	t.Setenv("WATCHDOG_PID", "1")
	new(Steps).FeedWatchdog(t.Context(), slog.New(slog.DiscardHandler)) // returns
}

func TestStepHasTheTimeThatItIsGiven(t *testing.T) {
	var s Steps
	ctx, done := s.Within(t.Context(), time.Hour)
	if until, ok := ctx.Deadline(); !ok || time.Until(until) > time.Hour {
		t.Errorf("until %s", until)
	}
	_, other := s.Within(t.Context(), 2*time.Hour)
	defer other()
	now := time.Now()
	if s.Overdue(now.Add(time.Hour)) || !s.Overdue(now.Add(time.Hour+2*grace)) {
		t.Error("a step hangs once its time and a minute have passed")
	}
	if done(); ctx.Err() == nil || s.Overdue(now.Add(time.Hour+2*grace)) {
		t.Error("what has ended goes on")
	}
}
