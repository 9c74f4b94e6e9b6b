package health

import (
	"context"
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// When a mailbox counts as silent for longer than its own history allows: a
// forwarding that broke, or an address that Klarna no longer writes to, is no
// error anywhere. Mails that come independently of each other leave a gap of
// seven times their mean once in a thousand times (e⁻⁷); those that come in
// bunches, around weekends and sales, have shown their longest gap before. So
// both must be exceeded, and a floor, below which nobody would look.
const (
	silenceMails = 60                 // the newest of Klarna's mails, whose gaps are the history
	silenceLeast = 12                 // fewer say nothing
	silenceMean  = 7                  // times the mean gap
	silenceMost  = 2                  // times the longest gap
	silenceFloor = 5 * 24 * time.Hour // a long weekend
	SilenceEvery = time.Hour          // it is looked for so often, and whenever mail has come
)

// allowedSilence is for how long a mailbox may stay without a mail of Klarna's,
// by when those before came, the newest first; 0 where the history is too short.
func allowedSilence(came []time.Time) time.Duration {
	if len(came) < silenceLeast {
		return 0
	}
	newest, oldest := came[0], came[len(came)-1]
	mean := newest.Sub(oldest) / time.Duration(len(came)-1)
	longest := time.Duration(0)
	for i := range came[1:] {
		longest = max(longest, came[i].Sub(came[i+1]))
	}
	return max(silenceFloor, silenceMean*mean, silenceMost*longest)
}

// WatchSilence tells whoever can mend it that a mailbox, which has just been read
// well, gets nothing of Klarna's any more.
func (h *Watch) WatchSilence(ctx context.Context, mailbox string) error {
	if ctx.Err() != nil {
		return nil
	}
	came, err := h.Book.Arrivals(ctx, mailbox, silenceMails)
	if err != nil {
		return err
	}
	l := lasting{
		part: "silence/" + mailbox, again: daysApart,
		hint: "Send a mail to the address that Klarna writes to and see whether it arrives in this mailbox. Look for new filters and forwardings, and at the notification address in Klarna's and Stripe's settings.",
	}
	if allowed := allowedSilence(came); allowed > 0 {
		if quiet := h.Now().Sub(came[0]); quiet > allowed {
			l.why = fmt.Sprintf("the last mail of Klarna's came %s ago; by the %d before it, %s at most are to be expected",
				inDays(quiet), len(came)-1, inDays(allowed))
		}
	}
	return h.tellLasting(ctx, l)
}

func inDays(d time.Duration) string { return rules.Count(int(d/(24*time.Hour)), "day") }
