package casebook_test

import (
	"errors"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// unclear opens a case whose first message was tried without a clear end, and
// queues a more urgent step.
func (w *world) unclear() rules.Message {
	w.Helper()
	w.opened(w.noticeOf("256947", 1))
	first, claim, err := w.Take(w.ctx)
	w.must(err)
	w.must(w.Attempt(w.ctx, claim, first.ID))
	w.must(w.Book.Failed(w.ctx, claim, first.ID, w.now().Add(time.Minute), "may have been said"))
	w.wait(time.Second)
	w.queue(rules.Message{Key: "second", Case: first.Case, Kind: rules.MessageStep, Rank: -1})
	return first
}

func TestStepWaitsForTheCardThatMayStandAlready(t *testing.T) {
	eachDB(t, func(w *world) {
		first := w.unclear()
		if m, _, err := w.Take(w.ctx); !errors.Is(err, casebook.ErrEmpty) {
			w.Errorf("took %q, %v: it would be a second card", m.Key, err)
		}
		w.queue(rules.Message{Key: "its page", Case: first.Case, Kind: rules.MessagePage})
		page, claim, err := w.Take(w.ctx)
		w.must(err)
		if page.Key != "its page" {
			w.Errorf("took %q, and a page waits for nothing", page.Key)
		}
		w.must(w.Delivered(w.ctx, claim, page.ID, rules.Place{}))
		w.wait(time.Minute)
		m, claim, err := w.Take(w.ctx)
		w.must(err)
		if m.ID != first.ID {
			w.Errorf("took %q before it is known whether the card stands", m.Key)
		}
		w.must(w.Delivered(w.ctx, claim, m.ID, rules.Place{Channel: "C1", TS: "1.0"}))
		if m, _, err = w.Take(w.ctx); err != nil || m.Key != "second" {
			w.Errorf("then took %q, %v", m.Key, err)
		}
	})
}

func TestStepDoesNotWaitForEverForACardThatCannotBePosted(t *testing.T) {
	eachDB(t, func(w *world) {
		w.unclear()
		w.wait(15 * time.Minute)
		if m, _, err := w.Take(w.ctx); err != nil || m.Key != "second" {
			w.Errorf("took %q, %v", m.Key, err)
		}
	})
}
