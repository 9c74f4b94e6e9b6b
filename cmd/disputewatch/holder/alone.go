package holder

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
)

// daemonClaim is held by the one daemon of a SQLite book.
const daemonClaim = "daemon"

// Bury frees what processes held that have died: a daemon that starts again
// after kill -9 goes on at once, and does not wait for a dead one's claims. It
// returns what they were at.
func Bury(ctx context.Context, book *casebook.Book, log *slog.Logger) (keys []string, err error) {
	gone, err := book.Bury(ctx, Dead)
	for h, at := range gone {
		log.Warn("took over from a process that died", "holder", Name(h))
		keys = append(keys, at...)
	}
	return keys, err
}

// takenError says that another daemon works on the same SQLite book.
type takenError struct{ store, holder string }

func (e *takenError) Error() string {
	return fmt.Sprintf("%s is in use by another daemon: %s\nhint: stop one of the two; several daemons share a PostgreSQL store", e.store, e.holder)
}

// Alone refuses a second daemon on one SQLite book and names the first. On
// PostgreSQL any number may run. The context that it returns ends, with a
// *takenError as its cause, when another daemon has taken the book over; a book
// that could not be written for longer than a claim lasts is claimed anew, for
// then nobody else could write it either.
func Alone(ctx context.Context, store string, book *casebook.Book, log *slog.Logger) (context.Context, func(), error) {
	if !strings.HasPrefix(store, "sqlite:") {
		return ctx, func() {}, nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	g := &guard{store: store, book: book, log: log}
	held, stop, err := g.claim(ctx)
	if err != nil {
		cancel(err)
		return ctx, nil, err
	}
	var watching sync.WaitGroup
	watching.Go(func() { cancel(g.watch(ctx, held, stop)) })
	return ctx, func() {
		cancel(context.Canceled)
		watching.Wait()
	}, nil
}

// guard keeps the daemon's claim.
type guard struct {
	store string
	book  *casebook.Book
	log   *slog.Logger
}

// claimLook is how often it is looked whether another one's claim has run out.
const claimLook = time.Second

// claim takes the claim. A holder that runs, or that renews it meanwhile, is a
// *takenError; one of which that cannot be known, after a reboot or from within
// a container, is waited for until its claim runs out.
func (g *guard) claim(ctx context.Context) (context.Context, func(), error) {
	var first *casebook.HeldError
	look := time.NewTicker(claimLook)
	defer look.Stop()
	for {
		held, stop, _, err := g.book.Hold(ctx, daemonClaim)
		var other *casebook.HeldError
		if !errors.As(err, &other) {
			return held, stop, err
		}
		renewed := first != nil && (other.Holder != first.Holder || other.Until.After(first.Until))
		if renewed || Alive(other.Holder) {
			return nil, nil, &takenError{g.store, Name(other.Holder)}
		}
		if first == nil {
			first = other
			g.log.Warn("waiting for another daemon that may have died", "holder", Name(other.Holder), "until", other.Until.Format(time.RFC3339))
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-look.C:
		}
	}
}

// watch keeps the claim until ctx ends, and says why it does not any more.
func (g *guard) watch(ctx context.Context, held context.Context, stop func()) error {
	for {
		<-held.Done()
		stop()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		g.log.Warn("the book could not be claimed for a minute")
		var err error
		if held, stop, err = g.again(ctx); err != nil {
			return err
		}
		g.log.Info("the book is claimed again")
	}
}

// claimAgain is how often a claim that lapsed is tried for.
const claimAgain = 5 * time.Second

// again takes a claim that lapsed because the book could not be written.
func (g *guard) again(ctx context.Context) (context.Context, func(), error) {
	look := time.NewTicker(claimAgain)
	defer look.Stop()
	for {
		held, stop, err := g.claim(ctx)
		var taken *takenError
		if err == nil || errors.As(err, &taken) {
			return held, stop, err
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-look.C:
		}
	}
}

// TakenOver is why a daemon must end whose book another one has taken.
func TakenOver(ctx context.Context) error {
	var taken *takenError
	if errors.As(context.Cause(ctx), &taken) {
		return taken
	}
	return nil
}
