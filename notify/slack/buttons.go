package slack

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/disputewatch/disputewatch/notify"
)

// Buttons hears what people click, through Socket Mode: a connection that we
// open, so that no address of ours is public. Slack takes up to ten of an app and
// gives each click to one of them: any of several daemons may serve it. Its
// fields are set once, before Run.
type Buttons struct {
	Client   *Client
	AppToken func() (string, error) // xapp-…, read anew for each connection
	Listener notify.Listener
	Log      *slog.Logger
	// Report is told when clicks are heard (nil), and why they have not been for
	// longer than a hiccup; may be nil.
	Report func(ctx context.Context, err error)
	// Wait passes the time between two connections; nil waits by the clock.
	Wait func(ctx context.Context, d time.Duration) error
	// Silence is how long a connection may go without a ping; 0 is 30 s.
	Silence time.Duration

	mu   sync.Mutex
	seen map[string]bool // ids of clicks that were served; guarded by mu
	ring []string        // the same, oldest first; guarded by mu
}

// The time between two connections: none after one that lived for steady, then
// doubled from first to cap, and a quarter more at random, so that many daemons
// do not come back at once. A hiccup shorter than worth is not reported.
const (
	steady    = 30 * time.Second
	firstWait = time.Second
	capWait   = time.Minute
	worth     = 16 * time.Second
)

// Run hears clicks until ctx ends, and returns when those in hand are served. It
// comes back after each end of a connection.
func (b *Buttons) Run(ctx context.Context) {
	var hands sync.WaitGroup
	defer hands.Wait()
	for n := 0; ctx.Err() == nil; n++ {
		began := time.Now()
		err := b.connect(ctx, &hands)
		if ctx.Err() != nil {
			return
		}
		n = inARow(n, time.Since(began))
		wait := until(n, err)
		switch {
		case wait >= worth:
			b.report(ctx, worse(err))
		case err != nil:
			b.Log.Warn("buttons were not connected", "err", err)
		}
		if b.wait(ctx, wait+rand.N(wait/4+1)) != nil {
			return
		}
	}
}

// inARow is n, the connections before this one that did not last, or none where
// this one did.
func inARow(n int, lived time.Duration) int {
	if lived >= steady {
		return 0
	}
	return n
}

// until is how long to wait before the connection after the nth that failed.
func until(n int, err error) time.Duration {
	var refused *notify.Refused
	var later *notify.Later
	switch {
	case errors.As(err, &refused):
		return capWait // a person has to act
	case errors.As(err, &later):
		return max(later.After, firstWait)
	case n == 0:
		return 0
	}
	return min(firstWait<<min(n-1, 10), capWait)
}

// worse gives a connection that ends each time without a reason one.
func worse(err error) error {
	if err == nil {
		return errors.New("slack ends each connection at once\nhint: more than ten daemons, or another program, may use the same app token")
	}
	return err
}

func (b *Buttons) report(ctx context.Context, err error) {
	if b.Report != nil {
		b.Report(ctx, err)
	}
}

func (b *Buttons) wait(ctx context.Context, d time.Duration) error {
	if b.Wait != nil {
		return b.Wait(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// remembered bounds how many clicks are known again.
const remembered = 1000

// fresh says that a click was not served yet, and remembers it.
func (b *Buttons) fresh(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.seen[id] {
		return false
	}
	if b.seen == nil {
		b.seen = map[string]bool{}
	}
	b.seen[id] = true
	if b.ring = append(b.ring, id); len(b.ring) > remembered {
		delete(b.seen, b.ring[0])
		b.ring = b.ring[1:]
	}
	return true
}

// The time that a click in hand may take, and may still take when the daemon is
// told to stop.
const (
	clickTime = 45 * time.Second
	stopTime  = 5 * time.Second
)

// inHand is the time for one click.
func inHand(ctx context.Context) (context.Context, func()) {
	hand, cancel := context.WithTimeout(context.WithoutCancel(ctx), clickTime)
	undo := context.AfterFunc(ctx, func() {
		t := time.AfterFunc(stopTime, cancel)
		context.AfterFunc(hand, func() { t.Stop() })
	})
	return hand, func() {
		undo()
		cancel()
	}
}

// serve does what was clicked. Whatever goes wrong ends here, and the person is
// told.
func (b *Buttons) serve(ctx context.Context, h heard) {
	ctx, done := inHand(ctx)
	defer done()
	defer func() {
		if p := recover(); p != nil {
			b.Log.Error("click panicked", "case", h.Case, "verb", h.Verb, "panic", p)
			b.reply(ctx, h, notify.NotDone)
		}
	}()
	if h.Verb == notify.Answer && !h.form {
		if err := b.Client.openForm(ctx, h); err != nil {
			b.Log.Warn("form was not opened", "case", h.Case, "err", err)
			b.reply(ctx, h, "The form could not be opened. Click once more; or on the command line: disputewatch answer "+h.Case)
		}
		return
	}
	h.ByName = b.Client.name(ctx, h.user)
	reply, err := b.Listener.Clicked(ctx, h.Click)
	if err != nil {
		b.Log.Error("click was not done", "case", h.Case, "verb", h.Verb, "err", err)
		reply = notify.NotDone
	}
	b.reply(ctx, h, reply)
}

// replyTries is how often a reply is tried while Slack asks to wait, within the time
// of the click.
const replyTries = 5

// reply tells the person in the thread of what was clicked: there the others see
// it too, and wonder less. It waits where Slack asks to; else it is said once, and
// lost if Slack does not take it.
func (b *Buttons) reply(ctx context.Context, h heard, text string) {
	if text == "" || h.At.TS == "" {
		return
	}
	post := notify.Post{
		ID: "reply/" + h.ID, Channel: h.At.Channel, Thread: h.At.TS, Mentions: []string{h.By},
		Text: text, Card: notify.Card{Lines: []notify.Line{{Value: text}}},
	}
	_, err := b.Client.Post(ctx, post)
	var later *notify.Later
	for n := 1; n < replyTries && errors.As(err, &later) && b.wait(ctx, later.After) == nil; n++ {
		_, err = b.Client.Post(ctx, post)
	}
	if err != nil {
		b.Log.Warn("click was not replied to", "case", h.Case, "err", fmt.Errorf("reply: %w", err))
	}
}
