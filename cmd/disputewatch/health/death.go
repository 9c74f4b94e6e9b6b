package health

import (
	"context"
	"fmt"
	"strings"

	"github.com/disputewatch/disputewatch/rules"
)

// deathPart is under what the book remembers that processes died.
const deathPart = "death"

// manyDeaths in a row, none of which came after an hour, are told: whatever ends the
// process each time, systemd starts it again for ever.
const manyDeaths = 5

// NoteDeath counts a process that died before this start, by the keys of what it was
// at, and tells people of many.
func (h *Watch) NoteDeath(ctx context.Context, died []string) error {
	if len(died) == 0 {
		return nil
	}
	var boxes []string
	for _, key := range died {
		if name, ok := strings.CutPrefix(key, "mailbox/"); ok {
			boxes = append(boxes, name)
		}
	}
	why := "it ended without having been stopped"
	if len(boxes) > 0 {
		why += ", the last time while it read " + strings.Join(boxes, ", ")
	}
	is, err := h.Book.Bad(ctx, deathPart, why)
	if err != nil || is.Failures < manyDeaths {
		return err
	}
	return h.alarm(ctx, is, fmt.Errorf("%s, %s in a row\nhint: the journal says what ended it. Where that is one mailbox, take it out of the config until it is mended",
		why, rules.Count(is.Failures, "time")))
}

// ForgetDeaths says that a process has stayed up: the deaths before are over.
func (h *Watch) ForgetDeaths(ctx context.Context) error {
	was, err := h.Book.Part(ctx, deathPart)
	if err != nil || was.BadSince.IsZero() {
		return err
	}
	return h.Remember(ctx, deathPart, nil)
}
