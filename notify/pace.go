package notify

import (
	"context"
	"errors"
	"time"
)

// Slack takes about one message a second in a channel and allows short bursts
// (docs.slack.dev, "Rate limits", chat.postMessage).
const (
	burst    = 5
	interval = time.Second
	// longPause is the longest silence that Deliver waits out itself.
	longPause = 2 * time.Minute
	// longestSilence is more than Slack asks for.
	longestSilence = 2 * time.Hour
)

// spoken is what a pass has said in a channel.
type spoken struct {
	n    int
	last time.Time
}

// pace waits until the channel may be spoken to again.
func (p *pass) pace(ctx context.Context, channel string) error {
	s := p.spoken[channel]
	if rest := s.last.Add(interval).Sub(p.desk.Now()); s.n >= burst && rest > 0 {
		if err := p.desk.wait(ctx, rest); err != nil {
			return err
		}
	}
	p.spoken[channel] = spoken{s.n + 1, p.desk.Now()}
	return nil
}

// pause keeps the silence that Slack asked for. What is too long to wait for is
// not waited for: the pass goes on, for the sake of the pages, and hush puts off
// what is for Slack. False ends the pass.
func (p *pass) pause(ctx context.Context, err error) bool {
	var later *Later
	if !errors.As(err, &later) {
		return true
	}
	after := max(later.After, time.Second)
	p.desk.mu.Lock()
	p.desk.silent = p.desk.Now().Add(after)
	p.desk.mu.Unlock()
	if end, ok := ctx.Deadline(); after > longPause || ok && time.Until(end) < after {
		p.fault("later", err)
		return true
	}
	return p.desk.wait(ctx, after) == nil
}

// hush says that the silence which Slack asked for is not over.
func (d *Desk) hush() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if rest := d.silent.Sub(d.Now()); rest > 0 && rest < longestSilence { // else the clock was set back
		return &Later{After: rest, Err: errors.New("the silence that Slack asked for is not over")}
	}
	return nil
}

func (d *Desk) wait(ctx context.Context, after time.Duration) error {
	if d.Wait != nil {
		return d.Wait(ctx, after)
	}
	t := time.NewTimer(after)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
