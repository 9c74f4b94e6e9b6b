package health

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
)

// troubles are the causes of failure that were logged and have not ended. A log
// says once that something broke and once that it is over; in between it says
// so again at times, for whoever looks only at its end.
type troubles struct {
	mu    sync.Mutex
	known map[string]*trouble // by cause; guarded by mu
}

type trouble struct {
	since, said time.Time
	met         map[string]bool // who met it when last at work: a mailbox, the desk
}

// saidAgain is how often a trouble is logged that lasts.
const saidAgain = time.Hour

// Tried logs what failed for someone who has been at work, where that is
// news, and what fails for nobody any more. Who found that another process is at the
// work has learned nothing of what keeps himself from it.
func (h *Watch) Tried(who string, err error) {
	h.troubles.mu.Lock()
	defer h.troubles.mu.Unlock()
	now, met, tried := h.Now(), map[string]bool{}, true
	for _, e := range Each(err) {
		if Elsewhere(e) {
			tried = false
		}
		if Elsewhere(e) || errors.Is(e, context.Canceled) {
			continue
		}
		cause := causeOf(e)
		met[cause] = true
		t := h.troubles.meet(cause, who, now)
		switch {
		case t.said.IsZero():
			h.Log.Error("step failed", "err", e)
		case now.Sub(t.said) >= saidAgain:
			h.Log.Error("step still fails", "since", t.since.UTC().Format(time.RFC3339), "err", e)
		default:
			continue
		}
		t.said = now
	}
	for cause, t := range h.troubles.known {
		if !tried || !t.met[who] || met[cause] {
			continue
		}
		if delete(t.met, who); len(t.met) == 0 {
			delete(h.troubles.known, cause)
			h.Log.Info("works again", "what", cause, "after", now.Sub(t.since).Round(time.Second))
		}
	}
}

// meet notes who met a cause. The caller holds mu.
func (t *troubles) meet(cause, who string, now time.Time) *trouble {
	if t.known == nil {
		t.known = map[string]*trouble{}
	}
	known := t.known[cause]
	if known == nil {
		known = &trouble{since: now, met: map[string]bool{}}
		t.known[cause] = known
	}
	known.met[who] = true
	return known
}

// messageID is that of a message in the outbox.
var messageID = regexp.MustCompile(`\bo-[0-9a-z]{16}\b`)

// causeOf is what stays the same when something fails for the same reason: the
// database's own words whatever it was asked for, and so those of a connection to a
// server; otherwise all but the hint and which message it was; and without numbers,
// which are times, ports and counts.
func causeOf(err error) string {
	text, prefix := err.Error(), ""
	var fault *casebook.FaultError
	if errors.As(err, &fault) {
		text, prefix = fault.Err.Error(), "book: "
	}
	var call *url.Error
	if errors.As(err, &call) {
		if to, err := url.Parse(call.URL); err == nil {
			text, prefix = call.Err.Error(), to.Host+": "
		}
	}
	text, _, _ = strings.Cut(text, "\n")
	text = messageID.ReplaceAllString(text, "#")
	var b strings.Builder
	b.WriteString(prefix)
	number := false
	for _, r := range text {
		digit := r >= '0' && r <= '9'
		switch {
		case !digit:
			b.WriteRune(r)
		case !number:
			b.WriteByte('#')
		}
		number = digit
	}
	return b.String()
}
