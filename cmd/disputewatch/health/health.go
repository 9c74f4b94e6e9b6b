// Package health is what a daemon knows of itself: which of its parts work, since when
// one does not, what fails in silence because every step works, and whom that is told.
package health

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// Watch is what a daemon watches about itself. Its fields are set before it is used;
// several goroutines may use it.
type Watch struct {
	Config *config.Config
	Book   *casebook.Book
	Log    *slog.Logger
	Now    func() time.Time
	Began  time.Time // set before the daemon's loops begin

	// Allowed is how long a part may stay unread; 0 for what is none of the mailboxes.
	Allowed func(part string, now time.Time) time.Duration
	// Gathering says that a mailbox is being read for the first time or again.
	Gathering func(ctx context.Context, mailbox string) (bool, error)
	// Say tells people past the book.
	Say func(context.Context, rules.Message) error

	troubles  troubles  // that are known, for the log
	unwritten unwritten // of the loop that calls WatchBook

	beatMu sync.Mutex
	beatAt time.Time // when the heartbeat was sent last; guarded by beatMu
}

// MissedPolls is how many polls of a mailbox may be missed before people are
// told, and within how many intervals each mailbox must have been read for a pass
// to count as complete; SlackFresh is within what time Slack must have answered
// (DESIGN.md, "Failing").
const (
	MissedPolls  = 3
	stripeFresh  = 15 * time.Minute
	SlackFresh   = time.Hour
	heartbeatGap = time.Minute
)

// alarm tells whoever can mend it that a part has been failing for a while:
// after three failures in a row, then again when the time since it broke has
// doubled, and once more when it works again.
func (h *Watch) alarm(ctx context.Context, was rules.Health, cause error) error {
	now := h.Now()
	about := map[string]string{rules.AboutPart: was.Part, rules.AboutSince: was.BadSince.UTC().Format(time.RFC3339)}
	key := fmt.Sprintf("alarm/%s/%d/%d", was.Part, was.BadSince.Unix(), was.Told)
	switch {
	case was.BadSince.IsZero() || cause == nil && was.Told == 0:
		return nil
	case cause == nil:
		key += "/ended"
		about[rules.AboutEnded] = now.UTC().Format(time.RFC3339)
		about[rules.AboutWhy], _ = Apart(errors.New(was.Error)) // what was told of it may have been overtaken
	case was.Failures < MissedPolls || now.Sub(was.BadSince) < AgainAfter(was.Told):
		return nil
	default:
		about[rules.AboutWhy], about[rules.AboutHint] = Apart(cause)
	}
	if cause == nil {
		_, err := h.Book.Queue(ctx, rules.Message{Key: key, Kind: rules.MessageAlarm, About: about})
		return err
	}
	_, err := h.Book.Alarm(ctx, was.Part, rules.Message{Key: key, Kind: rules.MessageAlarm, About: about})
	return err
}

// AgainAfter is how long after it broke a part is told of for the nth time: at
// once, after an hour, two, four, … at most daily.
func AgainAfter(told int) time.Duration {
	if told == 0 {
		return 0
	}
	if told > 5 {
		return time.Duration(told-4) * 24 * time.Hour
	}
	return time.Hour << (told - 1)
}

// rememberTime bounds the note of how a part works; it is written although the
// pass was told to stop.
const rememberTime = 5 * time.Second

// Remember writes down that a part works, or what is wrong with it, and returns
// err. A pass that was told to stop says nothing about its parts, nor does one whose work
// another process is at, or has taken over.
func (h *Watch) Remember(ctx context.Context, part string, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) || Elsewhere(err) || Lost(err) {
		return err
	}
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), rememberTime)
	defer done()
	return errors.Join(err, h.note(ctx, part, err))
}

// note keeps how a part works and raises or ends its alarm.
func (h *Watch) note(ctx context.Context, part string, cause error) error {
	if cause == nil {
		was, err := h.Book.Good(ctx, part)
		return errors.Join(err, h.alarm(ctx, was, nil))
	}
	is, err := h.Book.Bad(ctx, part, cause.Error())
	return errors.Join(err, h.alarm(ctx, is, cause))
}
