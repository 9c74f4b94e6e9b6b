package health

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

// bookPart is under what it is tried whether the book can be written.
const bookPart = "book"

const (
	// UnwrittenFor is how long the book cannot be written before people are told: a
	// database that is started anew is back by then.
	UnwrittenFor = 10 * time.Minute
	// tryTime bounds a try. SQLite waits for another program for 15 s.
	tryTime = 30 * time.Second
)

// unwritten is that the book cannot be written. It belongs to one loop.
type unwritten struct {
	since time.Time // zero while it can
	told  int
}

// WatchBook tries whether the book can be written. While it cannot, because its
// disk is full or its database is away, no mail is recorded and no alarm can wait
// in the outbox: it is said without one, again after growing times, and once when
// it has ended. Each daemon says it for itself. While it can be written, written is called.
func (h *Watch) WatchBook(ctx context.Context, written func(context.Context)) {
	within, done := context.WithTimeout(ctx, tryTime)
	_, err := h.Book.Good(within, bookPart)
	if err == nil {
		written(within)
	}
	done()
	now, was := h.Now(), h.unwritten
	lasts := now.Sub(was.since)
	about := map[string]string{rules.AboutPart: bookPart, rules.AboutSince: was.since.UTC().Format(time.RFC3339)}
	switch {
	case ctx.Err() != nil:
		return
	case err == nil:
		h.unwritten = unwritten{}
		about[rules.AboutEnded] = now.UTC().Format(time.RFC3339)
	case was.since.IsZero():
		h.unwritten.since = now
		return
	case lasts < UnwrittenFor || lasts < AgainAfter(was.told):
		return
	default:
		h.unwritten.told++
		about[rules.AboutWhy], about[rules.AboutHint] = Apart(err)
	}
	if err == nil && was.told == 0 {
		return
	}
	said := h.Say(ctx, rules.Message{
		ID: fmt.Sprintf("%s/%d/%d", bookPart, was.since.Unix(), h.unwritten.told), Kind: rules.MessageAlarm, About: about,
	})
	if said != nil && !errors.As(said, new(*notify.Ambiguous)) {
		h.unwritten = was // it is tried again
	}
	h.Tried(bookPart, said)
}
