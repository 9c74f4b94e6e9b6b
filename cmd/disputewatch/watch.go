package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/systemd"
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
	systemd.Tell(h.log, systemd.Ready+"\nSTATUS=reading the mailboxes")
	running.Go(func() { h.steps.FeedWatchdog(ctx, h.log) })
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
