package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
	"github.com/robfig/cron/v3"
	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/notify/board"
	"github.com/disputewatch/disputewatch/rules"
)

func (c *command) runCommand() *cobra.Command {
	var rescan string
	cmd := &cobra.Command{
		Use: "run", Short: "the daemon: poll, match, decide and tell, until it is stopped", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.daemon(cmd.Context(), rescan, cmd.Flags().Changed("rescan"))
		},
	}
	rescanFlag(cmd, &rescan)
	return cmd
}

// daemon runs under one config after another: each SIGHUP reads the file anew,
// and a file without a fault takes the place of the one before.
func (c *command) daemon(ctx context.Context, since string, rescans bool) error {
	log := slog.New(slog.NewTextHandler(c.stderr, nil))
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	cfg, err := c.load(config.Options{Secrets: true})
	if err != nil {
		return err
	}
	var rescan *ingest.Rescan
	if rescans {
		if rescan, err = rescanSince(cfg, since, time.Now()); err != nil {
			return err
		}
	}
	for ctx.Err() == nil && cfg != nil {
		under, stop := context.WithCancel(ctx)
		reloaded := make(chan *config.Config, 1)
		go func() {
			reloaded <- c.awaitReload(under, hangups, log)
			stop()
		}()
		err := c.serve(under, cfg, rescan, log)
		stop()
		if cfg = <-reloaded; err != nil {
			return err
		}
		rescan = nil
	}
	return nil
}

// awaitReload waits for a SIGHUP that finds a config without a fault. It is nil
// when ctx ends first.
func (c *command) awaitReload(ctx context.Context, hangups <-chan os.Signal, log *slog.Logger) *config.Config {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-hangups:
		}
		tellSystemd(log, daemon.SdNotifyReloading)
		cfg, err := c.load(config.Options{Secrets: true})
		if err == nil {
			log.Info("config reloaded")
			return cfg
		}
		log.Error("config not reloaded, the old one stays", "err", err)
		tellSystemd(log, daemon.SdNotifyReady)
	}
}

// serve opens what it needs under one config, in reading order, and runs until
// ctx ends.
func (c *command) serve(ctx context.Context, cfg *config.Config, rescan *ingest.Rescan, log *slog.Logger) error {
	return c.withBook(ctx, cfg, false, func(book *casebook.Book) error {
		if err := bury(ctx, book, log); err != nil {
			return err
		}
		ctx, alone, err := onlyDaemon(ctx, cfg, book, log)
		if err != nil {
			return err
		}
		defer alone()
		h, err := build(cfg, book, log, time.Now)
		if err != nil {
			return err
		}
		closeBoard, err := h.serveBoard(cfg.Listen)
		if err != nil {
			return err
		}
		defer closeBoard()
		defer h.serveClicks(ctx)()
		return errors.Join(h.watch(ctx, rescan), takenOver(ctx))
	})
}

// serveBoard serves the board and the metrics on a loopback address; "" is
// neither.
func (h *house) serveBoard(addr string) (func(), error) {
	if addr == "" {
		return func() {}, nil
	}
	l, err := board.Listen(addr)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	var served sync.WaitGroup
	served.Go(func() {
		if err := h.board().Serve(ctx, l); err != nil {
			h.log.Error("board stopped", "err", err)
		}
	})
	h.log.Info("board opened", "address", "http://"+l.Addr().String()+"/")
	return func() {
		stop()
		served.Wait()
	}, nil
}

func (h *house) board() *board.Server {
	s := &board.Server{
		Book: boardBook{h.book}, Policy: h.policy, Now: h.now, Metrics: h.metrics,
		Outbox: h.book.Outbox, Log: h.log, Parts: []string{"slack"},
		MailTallies: boardBook{h.book}.tallies, Look: func(ctx context.Context) ([]board.Strange, error) {
			return boardBook{h.book}.strange(ctx, h.now().Add(-lookBack))
		},
	}
	for _, m := range h.config.Mailboxes {
		s.Parts = append(s.Parts, "mailbox/"+m.Name)
		s.Stale = max(s.Stale, missedPolls*interval(m.Schedule, h.now()))
	}
	for _, a := range h.config.Stripe {
		s.Parts = append(s.Parts, "stripe/"+a.Name)
	}
	return s
}

// How often the desk looks for what has fallen due between two polls, and how
// old a reading of Stripe may be before it looks (DESIGN.md, "Failing": 10
// minutes).
const (
	deskEvery    = 15 * time.Second
	refreshEvery = 8 * time.Minute
)

// watch polls each mailbox on its schedule, and at once, and lets the desk work
// between the polls, until ctx ends. What is in hand then is finished.
func (h *house) watch(ctx context.Context, rescan *ingest.Rescan) error {
	if err := h.tellGaps(ctx); err != nil {
		return err
	}
	log := cron.PrintfLogger(slog.NewLogLogger(h.log.Handler(), slog.LevelError))
	timer := cron.New(cron.WithLocation(h.policy.Calendar.Location), cron.WithLogger(log))
	// Skip is outermost: the other way round a panic would leave it locked and
	// the mailbox would never be read again.
	chain := cron.NewChain(cron.SkipIfStillRunning(cron.DiscardLogger), cron.Recover(log))
	var first sync.WaitGroup
	for i, box := range h.boxes {
		poll := &poll{house: h, ctx: ctx, box: box, rescan: rescan}
		job := chain.Then(poll)
		if _, err := timer.AddJob(h.config.Mailboxes[i].Schedule, job); err != nil {
			return fmt.Errorf("schedule %s: %w", box.Account.Name, err)
		}
		first.Go(job.Run)
	}
	timer.Start()
	h.log.Info("watching", "mailboxes", len(h.boxes), "version", version)
	h.tell(daemon.SdNotifyReady)
	var dog sync.WaitGroup
	dog.Go(func() { h.feedWatchdog(ctx) })
	tick := time.NewTicker(deskEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-tick.C:
			h.desking(ctx)
		}
	}
	h.log.Info("stopping")
	h.tell(daemon.SdNotifyStopping)
	<-timer.Stop().Done()
	first.Wait()
	dog.Wait()
	h.log.Info("stopped")
	return nil
}

// poll is the regular reading of one mailbox. Its first run may be a rescan.
type poll struct {
	*house
	ctx    context.Context // of the daemon: cron's jobs are given none
	box    ingest.Mailbox
	rescan *ingest.Rescan // guarded by cron's chain: one run at a time
}

// Run is one pass over the mailbox, its Stripe account, and the desk.
func (p *poll) Run() {
	if p.ctx.Err() != nil {
		return
	}
	began, name := time.Now(), p.box.Account.Name
	done := passed{changed: map[string]bool{}}
	err := p.read(p.ctx, p.box, p.rescan, &done)
	p.logTroubles("mailbox/"+name, err)
	if err == nil {
		p.rescan = nil
	}
	for _, s := range p.stripe {
		if s.Account == p.box.Settings.Account {
			p.logTroubles("stripe of "+name, p.refresh(p.ctx, s, &done))
		}
	}
	p.logTroubles("desk of "+name, errors.Join(p.decide(p.ctx), p.deliver(p.ctx, &done)))
	p.logPass(name, done, time.Since(began))
	p.logTroubles("end of "+name, p.complete(p.ctx))
}

// logPass writes one line a pass.
func (h *house) logPass(mailbox string, p passed, took time.Duration) {
	r := p.report(nil)
	var notices, unknown, unreadable, fetched int
	for _, f := range r.Mailboxes {
		notices, unknown, unreadable, fetched = notices+f.Notices, unknown+f.Unknown, unreadable+f.Unreadable, fetched+f.Fetched
	}
	h.log.Info("passed", "mailbox", mailbox, "fetched", fetched, "notices", notices, "unknown", unknown, "unreadable", unreadable,
		"opened", r.Opened, "changed", r.Changed, "matched", r.Matched, "told", r.Told, "ms", took.Milliseconds())
}

// desking tells what has fallen due since the last poll. Stripe is asked first
// where its last reading is old: no escalation goes out on an old one.
func (h *house) desking(ctx context.Context) {
	defer func() {
		if p := recover(); p != nil {
			h.log.Error("desk panicked", "panic", p)
		}
	}()
	p := passed{changed: map[string]bool{}}
	errs := []error{h.refreshOld(ctx, &p), h.decide(ctx), h.queueDigest(ctx), h.deliver(ctx, &p), h.complete(ctx)}
	h.logTroubles("desk", errors.Join(errs...))
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

// checkSchedule says what is wrong with a schedule: it cannot be read, or it
// never comes, such as 30 February.
func checkSchedule(text string) error {
	s, err := cron.ParseStandard(text)
	if err != nil {
		return err
	}
	if s.Next(time.Now()).IsZero() {
		return errors.New("this day never comes")
	}
	return nil
}

// interval is the longest time between two of the next polls on a schedule.
func interval(schedule string, now time.Time) time.Duration {
	s, err := cron.ParseStandard(schedule)
	if err != nil {
		return 0 // the config was checked: unreachable, and then no alarm
	}
	var longest time.Duration
	at := s.Next(now)
	for range 8 {
		next := s.Next(at)
		longest = max(longest, next.Sub(at))
		at = next
	}
	return longest
}

// silence says how a mailbox's silence reads to a person.
func silence(h rules.Health, now time.Time) string {
	if h.GoodAt.IsZero() {
		return "it was never read"
	}
	return fmt.Sprintf("it was last read %s ago", now.Sub(h.GoodAt).Round(time.Minute))
}
