package board

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// ErrNoCase is what [Book.Case] returns for an id that it does not know.
var ErrNoCase = errors.New("no such case")

// Book is what the board needs of the case book.
type Book interface {
	// Cases lists all cases that are kept, in any order.
	Cases(ctx context.Context) ([]rules.Case, error)
	// Case is one case by its id or by Klarna's dispute id, or ErrNoCase.
	Case(ctx context.Context, id string) (rules.Case, error)
	// History lists all events of a case, by its id, the oldest first.
	History(ctx context.Context, id string) ([]rules.Event, error)
	// Health lists what is known of each part: mailbox/NAME, stripe/NAME,
	// slack, and pass for the whole.
	Health(ctx context.Context) ([]rules.Health, error)
}

// MailTally counts the mails of one mailbox that had one end.
type MailTally struct {
	Mailbox string
	Outcome rules.Outcome
	Mails   int64
}

// Strange is a mail that a person must look at: it could not be read, was not
// understood, or is forged.
type Strange struct {
	ID              string // by which it is dismissed
	Mailbox, Folder string
	UID             uint32
	MessageID       string    // "" where the mail has none
	Date            time.Time // its own; zero where it could not be read
	Outcome         rules.Outcome
	Verdict         rules.Verdict
	Why             string   // what could not be read, or why it is forged
	Case            string   // the case that it opened, if any
	Charges         []string // of a forged one: those that it names and that exist
}

// Server answers for the board. All fields are set before Handler is called and
// stay as they are.
type Server struct {
	Book   Book
	Policy rules.Policy
	Now    func() time.Time
	// Metrics are what was counted; nil: there is no /metrics.
	Metrics *Metrics
	// Outbox tells how many messages wait, and since when the oldest does; nil:
	// the board says nothing of it.
	Outbox func(ctx context.Context) (waiting int, oldest time.Time, err error)
	// MailTallies and Look may be nil: the board then says nothing of mails.
	MailTallies func(ctx context.Context) ([]MailTally, error)
	Look        func(ctx context.Context) ([]Strange, error)

	// Parts are those that the config names: mailbox/NAME, stripe/NAME, slack.
	// One of them that never worked yet is not ready; a part of the book that is
	// not among them is left over from an older config and counts for nothing.
	// Nil: every part of the book counts.
	Parts []string
	// Stale is how old the last complete pass may be: three intervals of the
	// slowest mailbox. Zero: 15 minutes, three intervals of the default schedule.
	Stale time.Duration
	// Log gets the errors that a visitor cannot act on; nil: nobody does.
	Log *slog.Logger
}

// Bounds of one answer. A page is a few queries of a local book; a visitor who
// reads slower than a minute has gone.
const (
	answerTime = 20 * time.Second
	headerTime = 5 * time.Second
	writeTime  = time.Minute
	idleTime   = 2 * time.Minute
	stopTime   = 5 * time.Second
)

// Serve answers on l until ctx ends, then lets the running answers finish for
// at most five seconds. It closes l.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       headerTime,
		WriteTimeout:      writeTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.log().Handler(), slog.LevelWarn),
	}
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		late, done := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer done()
		stopped <- errors.Join(srv.Shutdown(late), srv.Close())
	})
	err := srv.Serve(l)
	if stop() || !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	if err := <-stopped; err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// Handler answers the board's paths. It may be called once for each Server.
func (s *Server) Handler() http.Handler {
	p := &pages{Server: s, templates: parse()}
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", p.list)
	mux.HandleFunc("/case/{id}", p.one)
	mux.HandleFunc("/cases.csv", p.csv)
	mux.HandleFunc("/style.css", asset("style.css", "text/css; charset=utf-8"))
	mux.HandleFunc("/icon.svg", asset("icon.svg", "image/svg+xml"))
	mux.HandleFunc("/refresh.js", asset("refresh.js", "text/javascript; charset=utf-8"))
	mux.HandleFunc("/livez", live)
	mux.HandleFunc("/readyz", s.readyz)
	if s.Metrics != nil {
		mux.HandleFunc("/metrics", s.metrics)
	}
	mux.HandleFunc("/", p.nothing)
	return s.guard(mux)
}

func (s *Server) log() *slog.Logger {
	if s.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return s.Log
}

// zone is where the shop's clocks are.
func (s *Server) zone() *time.Location {
	if s.Policy.Calendar.Location == nil {
		return time.UTC
	}
	return s.Policy.Calendar.Location
}
