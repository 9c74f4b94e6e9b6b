package health

import (
	"context"
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Gaps notices from stored times that a mailbox was not read for a while
// because nothing ran.
func (h *Watch) Gaps(ctx context.Context) (gaps []rules.Message, err error) {
	parts, err := h.Book.Health(ctx)
	if err != nil {
		return nil, err
	}
	now := h.Now()
	for _, part := range parts {
		gap := h.Allowed(part.Part, now)
		if gap == 0 || part.GoodAt.IsZero() || now.Sub(part.GoodAt) <= gap {
			continue
		}
		h.Log.Warn("polls were missed", "part", part.Part, "last", part.GoodAt.UTC().Format(time.RFC3339))
		gaps = append(gaps, rules.Message{
			Key:  fmt.Sprintf("alarm/gap/%s/%d", part.Part, part.GoodAt.Unix()),
			Kind: rules.MessageAlarm, About: map[string]string{
				rules.AboutPart: part.Part, rules.AboutSince: part.GoodAt.UTC().Format(time.RFC3339),
				rules.AboutWhy: "disputewatch did not run: " + silence(part, now), rules.AboutEnded: now.UTC().Format(time.RFC3339),
			},
		})
	}
	return gaps, nil
}
