// Command sandbox starts a pretend world on loopback (a mailbox, Stripe and
// Slack), runs the real disputewatch against it, and tells a story that a
// newcomer can follow: what comes in by mail, what disputewatch says in Slack.
//
// It needs nothing but Go.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	once := flag.Bool("once", false, "play the story through and exit 0 if every promise of it was kept")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := tell(ctx, *once); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(os.Stderr, "sandbox: "+err.Error())
		os.Exit(1)
	}
}

// storyTime bounds the story with --once: a promise that is not kept within it
// is broken. Half a minute is usual, and the first time the daemon is built.
const storyTime = 15 * time.Minute

// tell builds the world, lets the daemon run in it and plays the story.
func tell(ctx context.Context, once bool) (err error) {
	if once {
		var done context.CancelFunc
		ctx, done = context.WithTimeout(ctx, storyTime)
		defer done()
	}
	dir, err := os.MkdirTemp("", "disputewatch-sandbox-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	fmt.Println("building disputewatch …")
	binary, err := build(ctx, dir)
	if err != nil {
		return err
	}
	w, err := newWorld(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	s := &story{world: w, binary: binary, began: time.Now()}
	defer func() { err = errors.Join(err, s.stop()) }()
	if err := s.play(ctx); err != nil {
		return err
	}
	if once {
		fmt.Printf("\nThe story is told: %d promises kept in %s.\n", s.kept, time.Since(s.began).Round(100*time.Millisecond))
		return nil
	}
	fmt.Printf("\nThe story is told. The daemon goes on; its board is at http://%s/ - look around, end with Ctrl-C.\n", w.board)
	return s.follow(ctx)
}
