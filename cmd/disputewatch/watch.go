package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/robfig/cron/v3"

	"github.com/disputewatch/disputewatch/ingest"
)

// How often the desk looks for what has fallen due when nobody wakes it, how
// often the age of Stripe's readings is looked at, and how old they may be
// (DESIGN.md, "Failing": 10 minutes). A thousand mailboxes end their polls in each
// minute: whether all is well is asked once a second by them all.
const (
	deskEvery    = 15 * time.Second
	lookEvery    = 30 * time.Second
	refreshEvery = 8 * time.Minute
	wellEvery    = time.Second
)

// watch reads each mailbox on its schedule, and at once, keeps Stripe's readings
// fresh and lets the desk tell, until ctx ends. Each has a loop of its own: four
// hundred cards to post keep no stop request from being read. What is in hand
// at the end is finished.
func (h *house) watch(ctx context.Context, rescan *ingest.Rescan) error {
	h.health.Began = h.now()
	log := cron.PrintfLogger(slog.NewLogLogger(h.log.Handler(), slog.LevelError))
	timer := cron.New(cron.WithLocation(h.policy.Calendar.Location), cron.WithLogger(log))
	// Skip is outermost: the other way round a panic would leave it locked and
	// the mailbox would never be read again.
	chain := cron.NewChain(cron.SkipIfStillRunning(cron.DiscardLogger), cron.Recover(log))
	var running, others sync.WaitGroup
	var suspects []cron.Job
	for i, box := range h.boxes {
		every := interval(h.config.Mailboxes[i].Schedule, h.now())
		job := chain.Then(&poll{house: h, ctx: ctx, box: box, rescan: rescan, every: every, behind: behind(every)})
		schedule, err := scheduleOf(h.config.Mailboxes[i].Schedule, i, len(h.boxes), h.now())
		if err != nil {
			return fmt.Errorf("schedule %s: %w", box.Account.Name, err)
		}
		timer.Schedule(schedule, job)
		if slices.Contains(h.died, "mailbox/"+box.Account.Name) {
			suspects = append(suspects, job)
		} else {
			others.Go(job.Run)
		}
	}
	running.Go(others.Wait)
	running.Go(func() { h.readLast(ctx, &others, suspects) })
	timer.Start()
	h.log.Info("watching", "mailboxes", len(h.boxes), "version", release())
	h.tell(daemon.SdNotifyReady + "\nSTATUS=reading the mailboxes")
	running.Go(func() { h.feedWatchdog(ctx) })
	running.Go(func() { h.loop(ctx, lookEvery, nil, h.keepFresh) })
	running.Go(func() { h.loop(ctx, lookEvery, nil, h.followClock(timer, &running, time.Since)) })
	running.Go(func() { h.loop(ctx, retainLook, atOnce(), h.retain) })
	running.Go(func() { h.stayUp(ctx) })
	running.Go(func() { h.loop(ctx, lookEvery, nil, h.watchBook) })
	h.loop(ctx, deskEvery, h.wake, h.desking)
	h.log.Info("stopping")
	running.Wait() // also for who starts the timer anew; a poll that it starts now ends at once
	<-timer.Stop().Done()
	h.log.Info("stopped")
	return nil
}

// loop does its work every so often, and when it is woken, until ctx ends. A
// panic in one turn is logged and ends that turn alone.
func (h *house) loop(ctx context.Context, every time.Duration, wake <-chan struct{}, work func(context.Context)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-wake:
		}
		h.turn(ctx, work)
	}
}

// turn does one turn of work.
func (h *house) turn(ctx context.Context, work func(context.Context)) {
	defer func() {
		if p := recover(); p != nil {
			h.log.Error("step panicked", "panic", p)
		}
	}()
	work(ctx)
}

// atOnce wakes a loop for its first turn.
func atOnce() <-chan struct{} {
	wake := make(chan struct{}, 1)
	wake <- struct{}{}
	return wake
}

// wakeDesk lets the desk tell now what has fallen due.
func (h *house) wakeDesk() {
	select {
	case h.wake <- struct{}{}:
	default: // it will look anyway
	}
}

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

// desking tells what has fallen due: in a daemon the desk alone talks to Slack,
// at the pace that Slack allows.
func (h *house) desking(ctx context.Context) {
	p := passed{changed: map[string]bool{}}
	err := errors.Join(h.deciding(ctx), h.deliver(ctx, &p))
	if p.told > 0 {
		h.log.Info("told", "messages", p.told)
	}
	h.health.Tried("desk", errors.Join(err, h.wakeInTime(ctx)))
}

// deciding queues what the desk is to tell. A book that does not answer must not
// keep the desk for ever while the watchdog is fed.
func (h *house) deciding(ctx context.Context) error {
	ctx, done := h.within(ctx, decideTime)
	defer done()
	return errors.Join(h.decide(ctx), h.health.WatchPolls(ctx), h.summarise(ctx, nil), h.queueDigest(ctx), h.freshen(ctx))
}

// wakeInTime has the desk look at the moment at which something falls due, where
// that comes before its next regular look.
func (h *house) wakeInTime(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil
	}
	ctx, done := h.within(ctx, bookTime)
	defer done()
	at, err := h.book.NextDue(ctx)
	if err != nil || at.IsZero() {
		return err
	}
	if in := at.Sub(h.now()); in < deskEvery {
		time.AfterFunc(in, h.wakeDesk)
	}
	return nil
}

// keepFresh asks each Stripe account that was not asked for a while, whatever
// the mailboxes' schedules are: no escalation goes out on an old reading.
func (h *house) keepFresh(ctx context.Context) {
	p := passed{changed: map[string]bool{}}
	err := h.refreshOld(ctx, &p)
	if len(p.changed)+len(p.mail.Opened) > 0 {
		h.wakeDesk()
	}
	h.health.Tried("stripe", errors.Join(err, h.complete(ctx)))
}

// refreshOld asks each Stripe account that was not asked for a while.
func (h *house) refreshOld(ctx context.Context, p *passed) error {
	parts, err := h.book.Health(ctx)
	if err != nil {
		return err
	}
	asked := map[string]time.Time{}
	for _, part := range parts {
		asked[part.Part] = part.GoodAt
	}
	var errs []error
	for _, s := range h.stripe {
		if h.now().Sub(asked["stripe/"+s.Account]) >= refreshEvery {
			errs = append(errs, h.refresh(ctx, s, p))
		}
	}
	return errors.Join(errs...)
}
