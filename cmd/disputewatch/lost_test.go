package main

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/holder"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// lapse lets all claims on a book run out, as they do while their holder is paused.
func lapse(t *testing.T, book *casebook.Book) {
	t.Helper()
	if _, err := book.Bury(t.Context(), func(string) bool { return true }); err != nil {
		t.Error(err)
	}
}

func TestReadingThatAnotherDaemonHasTakenOverSaysNothingOfTheMailbox(t *testing.T) {
	for name, failure := range map[string]error{
		"it goes on":                    nil,
		"its own time has run out, too": context.DeadlineExceeded,
	} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, monday)
			s.mail("1@klarna.com", "pass", "New dispute request", request)
			box := s.house.boxes[0]
			box.Account.Password = func() (string, error) {
				lapse(t, s.book)
				return "secret", failure
			}
			if err := s.house.read(t.Context(), box, nil, &passed{changed: map[string]bool{}}); !health.Lost(err) {
				t.Errorf("it did not notice: %v", err)
			}
			if h := s.part(); h != (rules.Health{Part: "mailbox/onboarding"}) {
				t.Errorf("the book remembers %+v", h)
			}
		})
	}
}

func TestWorkThatEndsBecauseItsClaimIsLostSaysSo(t *testing.T) {
	for name, work := range map[string]struct {
		time time.Duration
		end  func(context.Context) error
	}{
		"cancelled": {time.Hour, context.Context.Err}, // as when the daemon stops
		"left off":  {time.Hour, func(context.Context) error { return nil }},
		"too late":  {time.Second, context.Context.Err},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := casebook.Options{Policy: rules.Default(time.UTC), Now: time.Now, Holder: holder.Self()}
				book, err := casebook.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "cases.db"), o)
				if err != nil {
					t.Fatal(err)
				}
				defer book.Close()
				c := &claims{book: book, log: slog.New(slog.NewTextHandler(io.Discard, nil))}
				ctx, done := context.WithTimeout(t.Context(), work.time)
				defer done()
				err = c.under(ctx, "mailbox/onboarding", func(ctx context.Context, _ rules.Claim) error {
					lapse(t, book)
					<-ctx.Done()
					return work.end(ctx)
				})
				if !health.Lost(err) {
					t.Errorf("it ended with %v", err)
				}
			})
		})
	}
}
