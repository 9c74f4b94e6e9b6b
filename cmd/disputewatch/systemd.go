package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// tell tells systemd something, where it listens.
func (h *house) tell(state string) { tellSystemd(h.log, state) }

func tellSystemd(log *slog.Logger, state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		log.Warn("systemd was not told", "err", err)
	}
}

// grace is what a step may take to end after its deadline.
const grace = time.Minute

// steps are the steps of passes that are running, each with the time by which
// it must have ended.
type steps struct {
	mu   sync.Mutex
	ends map[*time.Time]struct{} // guarded by mu
}

// overdue says whether a step is past its deadline and did not end: something
// hangs that nobody can cancel.
func (s *steps) overdue(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for end := range s.ends {
		if now.After(*end) {
			return true
		}
	}
	return false
}

// within gives a step its deadline, and the watchdog the knowledge of it.
func (h *house) within(ctx context.Context, d time.Duration) (context.Context, func()) {
	ctx, cancel := context.WithTimeout(ctx, d)
	end := time.Now().Add(d + grace)
	h.steps.mu.Lock()
	defer h.steps.mu.Unlock()
	if h.steps.ends == nil {
		h.steps.ends = map[*time.Time]struct{}{}
	}
	h.steps.ends[&end] = struct{}{}
	return ctx, func() {
		cancel()
		h.steps.mu.Lock()
		defer h.steps.mu.Unlock()
		delete(h.steps.ends, &end)
	}
}

// feedWatchdog tells systemd's watchdog that we live, while no step is past its
// deadline. A pass that failed is one that ended.
func (h *house) feedWatchdog(ctx context.Context) {
	every, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		h.log.Warn("watchdog cannot be fed", "err", err)
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
			if h.steps.overdue(now) {
				h.log.Error("a step hangs past its deadline: the watchdog is not fed")
				continue
			}
			h.tell(daemon.SdNotifyWatchdog)
		}
	}
}
