package health

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// lasting is something wrong that no failed step shows, because every step
// works: what comes in has changed, or does not come, or does not get out.
type lasting struct {
	part  string   // Health.Part under which the book remembers it
	why   string   // "" while nothing is wrong
	hint  string   // what a person can do about it
	mails []string // Message-IDs to look at
	again func(told int) time.Duration
}

// tellLasting tells people of it, again after growing times while it lasts, and
// once when it has ended.
func (h *Watch) tellLasting(ctx context.Context, l lasting) error {
	was, err := h.Book.Part(ctx, l.part)
	if err != nil || l.why == "" && was.BadSince.IsZero() {
		return err
	}
	if l.why == "" {
		was, err = h.Book.Good(ctx, l.part)
		return errors.Join(err, h.alarm(ctx, was, nil))
	}
	if was.BadSince.IsZero() {
		if was, err = h.Book.Bad(ctx, l.part, l.why); err != nil {
			return err
		}
	}
	if h.Now().Sub(was.BadSince) < l.again(was.Told) {
		return nil
	}
	h.Log.Warn("a trouble lasts", "part", l.part, "since", was.BadSince.UTC().Format(time.RFC3339))
	_, err = h.Book.Alarm(ctx, l.part, rules.Message{
		Key:  fmt.Sprintf("alarm/%s/%d/%d", l.part, was.BadSince.Unix(), was.Told),
		Kind: rules.MessageAlarm,
		About: map[string]string{
			rules.AboutPart: l.part, rules.AboutSince: was.BadSince.UTC().Format(time.RFC3339),
			rules.AboutWhy: l.why, rules.AboutHint: l.hint, rules.AboutMails: strings.Join(l.mails, " "),
		},
	})
	return err
}

// daysApart is how long after it began something is told for the nth time that
// nobody mends at night: at once, after a day, 3, 7, 15, …
func daysApart(told int) time.Duration {
	return time.Duration(1<<min(told, 10)-1) * 24 * time.Hour
}
