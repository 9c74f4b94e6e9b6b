package health

import (
	"context"
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// stuckAfter is how long a message may wait to be told. It is longer than the
// longest first reading of a mailbox (readTime and refreshTime), whose cases wait
// for its end.
const stuckAfter = 45 * time.Minute

// WatchOutbox tells whoever can mend it that messages wait and do not get out: a
// channel of its own that was archived stops no pass, and nobody would notice.
func (h *Watch) WatchOutbox(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil
	}
	n, oldest, why, err := h.Book.Stuck(ctx, h.Now().Add(-stuckAfter))
	if err != nil {
		return err
	}
	l := lasting{
		part: "queue", again: AgainAfter,
		hint: "`disputewatch check` tries Slack, its channels and its scopes. If hundreds wait, they go out by themselves, the most urgent first, about one a second.",
	}
	if n > 0 {
		l.why = fmt.Sprintf("%s for more than %d minutes, the oldest since %s", waits(n), int(stuckAfter/time.Minute),
			oldest.In(h.Config.Location()).Format("2 January 15:04"))
		if why != "" {
			l.why += "; what kept it last: " + why
		}
	}
	return h.tellLasting(ctx, l)
}

func waits(n int) string {
	if n == 1 {
		return "1 message has waited"
	}
	return rules.Count(n, "message") + " have waited"
}
