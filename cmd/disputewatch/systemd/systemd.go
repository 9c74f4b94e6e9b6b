// Package systemd is what stands between the daemon and systemd: what it is told, its
// watchdog, which is fed while no step hangs, and the journal's priorities.
package systemd

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// What systemd is told, sd_notify(3).
const (
	Ready     = daemon.SdNotifyReady
	Reloading = daemon.SdNotifyReloading
	Stopping  = daemon.SdNotifyStopping
)

// Tell tells systemd something, where it listens.
func Tell(log *slog.Logger, state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		log.Warn("systemd was not told", "err", err)
	}
}

// grace is what a step may take to end after its deadline.
const grace = time.Minute

// Steps are the steps of passes that are running, each with the time by which
// it must have ended.
type Steps struct {
	mu   sync.Mutex
	ends map[*time.Time]struct{} // guarded by mu
}

// Overdue says whether a step is past its deadline and did not end: something
// hangs that nobody can cancel.
func (s *Steps) Overdue(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for end := range s.ends {
		if now.After(*end) {
			return true
		}
	}
	return false
}

// Within gives a step its deadline, and the watchdog the knowledge of it.
func (s *Steps) Within(ctx context.Context, d time.Duration) (context.Context, func()) {
	ctx, cancel := context.WithTimeout(ctx, d)
	end := time.Now().Add(d + grace)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ends == nil {
		s.ends = map[*time.Time]struct{}{}
	}
	s.ends[&end] = struct{}{}
	return ctx, func() {
		cancel()
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.ends, &end)
	}
}

// FeedWatchdog tells systemd's watchdog that we live, while no step is past its
// deadline. A pass that failed is one that ended.
func (s *Steps) FeedWatchdog(ctx context.Context, log *slog.Logger) {
	every, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		log.Warn("watchdog cannot be fed", "err", err)
	}
	if err != nil || every == 0 {
		return
	}
	tick := time.NewTicker(every / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			if s.Overdue(now) {
				log.Error("a step hangs past its deadline: the watchdog is not fed")
				continue
			}
			Tell(log, daemon.SdNotifyWatchdog)
		}
	}
}
