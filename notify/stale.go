package notify

import (
	"context"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// fresh is for how long after its queueing it is not looked whether a message was
// repeated: nearly all are told within that.
const fresh = time.Minute

// stale says why a message that waited, for Slack took none, need not be told any
// more; "" where it must: what stands in the channel when Slack is back is what is
// true then, once.
func (d *Desk) stale(ctx context.Context, m rules.Message) (string, error) {
	if m.Kind == rules.MessageAlarm && m.Attempts > 0 && aboutTelling(m) {
		return "overtaken: if Slack takes it now, it is true no more; if not, it is told anew", nil
	}
	if d.Repeated == nil || d.Now().Sub(m.QueuedAt) < fresh {
		return "", nil
	}
	repeated, err := d.Repeated(ctx, m)
	if err != nil || !repeated {
		return "", err
	}
	return "overtaken: a younger message says the same", nil
}

// aboutTelling says that an alarm is of Slack itself, or of messages that do not
// get out.
func aboutTelling(m rules.Message) bool {
	part := m.About[rules.AboutPart]
	return (part == "slack" || part == "queue") && m.About[rules.AboutEnded] == ""
}
