package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/holder"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/systemd"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/notify/board"
)

func (c *command) runCommand() *cobra.Command {
	var rescan string
	cmd := &cobra.Command{
		Use: "run", Short: "the daemon: poll, match, decide and tell, until it is stopped", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, log := cmd.Context(), systemd.Log(c.stderr)
			err := c.daemon(ctx, log, rescan, cmd.Flags().Changed("rescan"))
			if err == nil || ctx.Err() != nil {
				return err
			}
			if untold := c.tellDown(ctx, err, time.Now()); untold != nil {
				log.Error("nobody was told that it does not come up", "err", untold)
			}
			return err
		},
	}
	rescanFlag(cmd, &rescan)
	return cmd
}

// daemon runs under one config after another: each SIGHUP reads the file anew,
// and a file without a fault takes the place of the one before. Where it turns out
// that nothing can be begun under it (its port is taken), the one before goes on.
func (c *command) daemon(ctx context.Context, log *slog.Logger, since string, rescans bool) error {
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	// Only the end of the process is told as one: a reload is none, and systemd
	// would wait for it.
	defer context.AfterFunc(ctx, func() { systemd.Tell(log, systemd.Stopping) })()
	cfg, err := c.load(config.Options{Secrets: true, CheckVocabulary: wiring.CheckVocabulary})
	if err != nil {
		return err
	}
	var rescan *ingest.Rescan
	if rescans {
		if rescan, err = rescanSince(cfg, since, time.Now()); err != nil {
			return err
		}
	}
	metrics := board.NewMetrics() // counts go on over a reload
	var before *config.Config     // the last one under which all could be opened
	for ctx.Err() == nil && cfg != nil {
		under, stop := context.WithCancel(ctx)
		begun := false
		reloaded := make(chan *config.Config, 1)
		go func() {
			reloaded <- c.awaitReload(under, hangups, metrics, log)
			stop()
		}()
		err := c.serve(under, cfg, served{rescan, metrics, log, func() {
			if begun = true; cfg != before {
				metrics.Reloaded(nil, time.Now())
			}
		}})
		stop()
		next := <-reloaded
		if begun {
			before = cfg
		}
		switch {
		case ctx.Err() != nil && !begun && err != nil:
			log.Info("stopped while it started", "err", err)
			return nil
		case err == nil || next != nil && !begun: // the next came while this one was being opened
			cfg = next
		case before == nil || before == cfg || ctx.Err() != nil:
			return err
		default:
			metrics.Reloaded(err, time.Now())
			log.Error("config not reloaded, the old one stays", "err", err)
			cfg = before
		}
		rescan = nil
	}
	return nil
}

// awaitReload waits for a SIGHUP that finds a config without a fault. It is nil
// when ctx ends first.
func (c *command) awaitReload(ctx context.Context, hangups <-chan os.Signal, metrics *board.Metrics, log *slog.Logger) *config.Config {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-hangups:
		}
		systemd.Tell(log, systemd.Reloading)
		cfg, err := c.load(config.Options{Secrets: true, CheckVocabulary: wiring.CheckVocabulary})
		if err == nil {
			log.Info("config reloaded")
			return cfg
		}
		metrics.Reloaded(err, time.Now())
		log.Error("config not reloaded, the old one stays", "err", err)
		systemd.Tell(log, systemd.Ready)
	}
}

// awaitCharge is longer than Stripe needs to list 10,000 disputes, and short beside
// any time of a ladder.
const awaitCharge = time.Minute

// awaitReading is longer than it takes until Stripe is asked by a daemon that begins, or
// goes on after a sleep, and has answered.
const awaitReading = lookEvery + 90*time.Second

// served is what a daemon has under any config.
type served struct {
	rescan  *ingest.Rescan // of the first config; nil: none
	metrics *board.Metrics
	log     *slog.Logger
	begun   func() // called when all that the config names is open
}

// serve opens what it needs under one config, in reading order, and runs until
// ctx ends.
func (c *command) serve(ctx context.Context, cfg *config.Config, with served) error {
	return c.withBook(ctx, cfg, false, func(book *casebook.Book) error {
		died, err := holder.Bury(ctx, book, with.log)
		if err != nil {
			return err
		}
		ctx, alone, err := holder.Alone(ctx, cfg.Store, book, with.log)
		if err != nil {
			return err
		}
		defer alone()
		h, err := build(cfg, book, with.log, time.Now)
		if err != nil {
			return err
		}
		h.metrics, h.died = with.metrics, died
		h.metrics.Expect(names(cfg.Mailboxes), h.stepNames())
		h.desk.AwaitCharge, h.desk.AwaitReading = awaitCharge, awaitReading // here the desk tells while a pass is under way
		closeBoard, err := h.serveBoard(cfg.Listen)
		if err != nil {
			return err
		}
		defer closeBoard()
		defer h.serveClicks(ctx)()
		if err := h.begin(ctx); err != nil {
			return err
		}
		with.begun()
		return errors.Join(h.watch(ctx, with.rescan), holder.TakenOver(ctx))
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
		s.Stale = max(s.Stale, health.MissedPolls*interval(m.Schedule, h.now()))
	}
	for _, a := range h.config.Stripe {
		s.Parts = append(s.Parts, "stripe/"+a.Name)
	}
	return s
}
