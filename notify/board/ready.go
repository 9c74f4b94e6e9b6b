package board

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// partPass is the part that stands for the whole pass.
const partPass = "pass"

const (
	// stale is how old the last complete pass may be where nobody says: three
	// intervals of the default schedule.
	stale = 15 * time.Minute
	// stuck is how long a message may wait in the outbox. It is queued when it is
	// due, so a wait means that Slack does not take it.
	stuck = 15 * time.Minute
)

// live says that the process answers; it asks nobody.
func live(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprintln(w, "alive")
}

// readiness is whether the program does its work, and if not, why.
type readiness struct {
	Ready    bool           `json:"ready"`
	Reasons  []string       `json:"reasons"`
	LastPass time.Time      `json:"last_complete_pass,omitzero"`
	Waiting  int            `json:"outbox_waiting"`
	Oldest   time.Time      `json:"outbox_oldest,omitzero"`
	Parts    []rules.Health `json:"parts"`
}

// readyz answers 200 while the work is done and 503 with the reasons while it
// is not; ?json answers with everything that is known.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	state := s.ready(r.Context())
	code := http.StatusOK
	if !state.Ready {
		code = http.StatusServiceUnavailable
	}
	if r.URL.Query().Has("json") {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		if err := json.NewEncoder(w).Encode(state); err != nil {
			s.log().Warn("answer was cut off", "err", err)
		}
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(code)
	if state.Ready {
		fmt.Fprintln(w, "ready")
		return
	}
	fmt.Fprintln(w, strings.Join(state.Reasons, "\n"))
}

// ready gathers what speaks against readiness: a part that is broken or never
// worked, a pass that is too old, an outbox that does not empty, a book that
// cannot be read.
func (s *Server) ready(ctx context.Context) readiness {
	r := readiness{Reasons: []string{}, Parts: []rules.Health{}}
	health, err := s.Book.Health(ctx)
	if err != nil {
		s.log().Error("health could not be read", "err", err)
		r.Reasons = append(r.Reasons, "book: cannot be read")
		return r
	}
	now := s.Now()
	r.Parts = s.counted(health)
	r.LastPass = s.lastPass(health)
	for _, h := range r.Parts {
		if why := s.broken(h); why != "" {
			r.Reasons = append(r.Reasons, h.Part+": "+why)
		}
	}
	if why := s.stalePass(r.LastPass, now); why != "" {
		r.Reasons = append(r.Reasons, partPass+": "+why)
	}
	if s.Outbox != nil {
		r.Waiting, r.Oldest, err = s.Outbox(ctx)
		switch {
		case err != nil:
			s.log().Error("outbox could not be read", "err", err)
			r.Reasons = append(r.Reasons, "outbox: cannot be read")
		case r.Waiting > 0 && now.Sub(r.Oldest) > stuck:
			r.Reasons = append(r.Reasons, fmt.Sprintf("outbox: %s not told, the oldest since %s", rules.Count(r.Waiting, "message"), s.moment(r.Oldest)))
		}
	}
	r.Ready = len(r.Reasons) == 0
	return r
}

// counted is the parts that count: those of the config, each with what the book
// knows of it.
func (s *Server) counted(health []rules.Health) []rules.Health {
	if s.Parts == nil {
		return slices.Clone(health)
	}
	var out []rules.Health
	for _, part := range s.Parts {
		i := slices.IndexFunc(health, func(h rules.Health) bool { return h.Part == part })
		if i < 0 {
			out = append(out, rules.Health{Part: part})
			continue
		}
		out = append(out, health[i])
	}
	if i := slices.IndexFunc(health, func(h rules.Health) bool { return h.Part == partPass }); i >= 0 && !slices.Contains(s.Parts, partPass) {
		out = append(out, health[i])
	}
	return out
}

// broken says what is wrong with a part, "" while it works.
func (s *Server) broken(h rules.Health) string {
	switch {
	case !h.BadSince.IsZero():
		why := "broken since " + s.moment(h.BadSince)
		if h.Error != "" {
			why += ": " + rules.Plain(h.Error, 300)
		}
		return why
	case h.GoodAt.IsZero() && h.Part != partPass:
		return "has not worked yet"
	}
	return ""
}

// stalePass says that no complete pass ended lately: silence is a fault.
func (s *Server) stalePass(last, now time.Time) string {
	limit := s.Stale
	if limit == 0 {
		limit = stale
	}
	switch {
	case last.IsZero():
		return "none was complete yet"
	case now.Sub(last) > limit:
		return "the last complete one ended " + s.moment(last) + ", " + ago(last, now)
	}
	return ""
}
