package main

import (
	"context"
	"sync"
	"time"

	"github.com/disputewatch/disputewatch/ingest"
)

// poll is the regular reading of one mailbox. Its first run may be a rescan.
type poll struct {
	*house
	ctx    context.Context // of the daemon: cron's jobs are given none
	box    ingest.Mailbox
	rescan *ingest.Rescan // guarded by cron's chain: one run at a time
	lock   lockout        // guarded by the same
	every  time.Duration  // the time between two runs

	failing failing               // guarded by the same
	behind  func(context.Context) // waits for other daemons, while it fails here
}

// Run reads the mailbox, asks its Stripe account, and wakes the desk where there
// is news: of what time brings the desk knows by itself.
func (p *poll) Run() {
	if p.ctx.Err() != nil || p.lock.holds(p.box.Account.Password, p.now()) {
		return
	}
	if p.failing.is && p.rescan == nil && p.readByAnother() {
		return
	}
	leave, in := p.doors.enter(p.ctx)
	if !in {
		return
	}
	defer leave() // also after a panic
	began, name := time.Now(), p.box.Account.Name
	done := passed{changed: map[string]bool{}}
	gathered := p.gather(p.ctx, []ingest.Mailbox{p.box}, p.rescan)
	defer gathered() // also after a panic
	err := p.read(p.ctx, p.box, p.rescan, &done)
	leave()
	p.health.Tried("mailbox/"+name, err)
	p.lock.note(err, p.now())
	p.note(err)
	if err == nil {
		p.rescan = nil
	}
	for _, s := range p.stripe {
		if s.Account == p.box.Settings.Account && (done.news() || p.lately.due("stripe/"+s.Account, p.now(), p.every/2)) {
			p.health.Tried("stripe of "+name, p.refresh(p.ctx, s, &done))
		}
	}
	p.health.Tried("rules of "+name, gathered())
	if done.news() {
		p.wakeDesk()
	}
	if p.ctx.Err() == nil {
		p.logPass(name, done, time.Since(began))
	}
	if p.lately.due("well", p.now(), wellEvery) {
		p.health.Tried("well", p.complete(p.ctx))
	}
}

// doors let in so many polls at a time: each is a connection to a mail server,
// and servers count them, by user and by address.
type doors chan struct{}

const maxPolls = 32

// enter waits for a door, until ctx ends. To leave twice does no harm.
func (d doors) enter(ctx context.Context) (leave func(), in bool) {
	if ctx.Err() != nil {
		return nil, false
	}
	select {
	case d <- struct{}{}:
		return sync.OnceFunc(func() { <-d }), true
	case <-ctx.Done():
		return nil, false
	}
}

// lately is when things were done last that each poll would do again: a thousand
// mailboxes may share one Stripe account.
type lately struct {
	mu sync.Mutex
	at map[string]time.Time // guarded by mu
}

// due says whether it is time for something that is to be done each so often; then
// it counts as done. A clock that was set back makes it due.
func (l *lately) due(what string, now time.Time, every time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if last, ok := l.at[what]; ok && now.Sub(last).Abs() < every {
		return false
	}
	if l.at == nil {
		l.at = map[string]time.Time{}
	}
	l.at[what] = now
	return true
}

// logPass writes one line a pass.
func (h *house) logPass(mailbox string, p passed, took time.Duration) {
	r := p.report(nil)
	var notices, unknown, unreadable, fetched int
	for _, f := range r.Mailboxes {
		notices, unknown, unreadable, fetched = notices+f.Notices, unknown+f.Unknown, unreadable+f.Unreadable, fetched+f.Fetched
	}
	h.log.Info("passed", "mailbox", mailbox, "fetched", fetched, "notices", notices, "unknown", unknown, "unreadable", unreadable,
		"opened", r.Opened, "changed", r.Changed, "matched", r.Matched, "ms", took.Milliseconds())
}
