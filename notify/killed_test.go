package notify_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// broken is a book whose next call of one kind does not come to its end, as when
// the process is killed there.
type broken struct {
	outbox
	call string
}

var errKilled = errors.New("killed")

func (b *broken) Attempt(ctx context.Context, c rules.Claim, id string) error {
	if err := b.outbox.Attempt(ctx, c, id); err != nil || b.call != "attempt" {
		return err
	}
	return errKilled
}

func (b *broken) Settle(ctx context.Context, c rules.Claim, id string, e notify.End) error {
	if b.call != "" {
		return errKilled
	}
	return b.outbox.Settle(ctx, c, id, e)
}

func TestKilledAtAnyMomentTheStoryGoesOn(t *testing.T) {
	for _, moment := range []string{"attempt", "settle"} {
		t.Run("at "+moment, func(t *testing.T) {
			w := newWorld(t, "2026-03-02 09:00")
			id := w.dispute("256947")
			killed := &broken{outbox{w.book}, moment}
			w.desk.Outbox = killed
			if err := w.pass(); err == nil {
				t.Fatal("the death went unnoticed")
			}
			killed.call = ""
			w.good()
			w.wait(61 * time.Second) // the claim of the dead runs out
			w.good()
			card := w.saidOnce("Faulty goods")
			if c, err := w.book.Case(t.Context(), id); err != nil || c.Card.TS != card.TS {
				t.Errorf("the card is %s, the case says %v %v", card.TS, c.Card, err)
			}
			w.once()
		})
	}
}

func TestTwoDesksTellOnce(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	const n = 20
	for i := range n {
		w.dispute(fmt.Sprint(100000 + i))
	}
	other := &notify.Desk{
		Outbox: outbox{w.book}, Policy: w.desk.Policy, Now: w.desk.Now, Channel: channel, Slack: w.client(),
	}
	frozen := func(context.Context, time.Duration) error { return nil }
	w.desk.Wait, other.Wait = frozen, frozen
	var wg sync.WaitGroup
	for _, d := range []*notify.Desk{w.desk, other} {
		wg.Go(func() {
			if _, err := d.Deliver(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.good()
	if fresh := w.said(); len(fresh) != n {
		t.Errorf("said %d messages, want %d", len(fresh), n)
	}
	w.once()
}

// locked is a book whose outbox is locked for a minute, as where it is written anew,
// when an attempt is to be recorded. Meanwhile the claim runs out.
type locked struct {
	outbox
	meanwhile func()
}

func (l locked) Attempt(ctx context.Context, c rules.Claim, id string) error {
	if end, bound := ctx.Deadline(); bound && time.Until(end) < time.Minute {
		return context.DeadlineExceeded
	}
	err := l.outbox.Attempt(ctx, c, id)
	l.meanwhile()
	return err
}

func TestMessageWhoseAttemptIsRecordedTooLateIsNotSaidBesideAnotherDesk(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.dispute("256947")
	w.desk.Outbox = locked{outbox{w.book}, func() {
		w.wait(61 * time.Second)
		other := &notify.Desk{Outbox: outbox{w.book}, Policy: w.desk.Policy, Now: w.desk.Now, Channel: channel, Slack: w.client()}
		if _, err := other.Deliver(t.Context()); err != nil {
			t.Error(err)
		}
	}}
	_ = w.pass() // what it says of the lock is no matter
	w.desk.Outbox = outbox{w.book}
	w.settles()
	w.saidOnce("Faulty goods")
	w.once()
}

func TestStopInTheMiddleOfAPostIsRecorded(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.dispute("256947")
	stall := w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Stall, Happened: true})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := w.desk.Deliver(ctx)
		done <- err
	}()
	<-stall.Reached()
	stop()
	<-done
	stall.Release()
	w.good() // at once: the claim was given back
	w.saidOnce("Faulty goods")
	if waiting, _, err := w.book.Outbox(t.Context()); err != nil || waiting != 0 {
		t.Errorf("%d wait: %v", waiting, err)
	}
}

func TestStepThatWasSaidAndThenOvertakenIsAdopted(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Hangup, Happened: true})
	w.fake.Fail(fakeslack.Fault{Method: "conversations.history", Kind: fakeslack.Hangup})
	w.pass()
	w.say(id, rules.Event{Type: rules.EventAnswer, By: "anna"})
	w.settles()
	card := w.saidOnce("Faulty goods")
	if c, err := w.book.Case(t.Context(), id); err != nil || c.Card.TS != card.TS {
		t.Errorf("the card is %s, the case says %v %v", card.TS, c.Card, err)
	}
}

func TestStepOfAnEarlierRoundGivesWay(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.good()
	w.said()
	w.set(w.now().AddDate(0, 0, 1))
	if _, err := w.book.Decide(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.say(id, rules.Event{Type: rules.EventAnswer, By: "anna"})
	w.say(id, rules.Event{Type: rules.EventReopen, By: "bert"})
	w.good()
	if got := texts(w.said()); strings.Contains(got, "unanswered for") || !strings.Contains(got, "Reopened by bert") {
		t.Errorf("said:\n%s", got)
	}
}

func TestFirstWordIsSaidAlsoInALaterRound(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Refuse, Code: "invalid_metadata_format"})
	w.pass()
	w.say(id, rules.Event{Type: rules.EventAnswer, By: "anna"})
	w.say(id, rules.Event{Type: rules.EventReopen, By: "bert"})
	w.settles()
	w.saidOnce("Faulty goods")
}

func TestLossThatNobodyHeardOfIsTold(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Refuse, Code: "invalid_metadata_format"})
	w.pass()
	w.say(id, rules.Event{Type: rules.EventClose, By: "anna", Outcome: "lost"})
	w.settles()
	w.saidOnce("Closed, lost")
}

// stalled is a book that is being asked for the next message when the time of
// the pass runs out.
type stalled struct{ outbox }

func (stalled) Take(ctx context.Context) (rules.Message, rules.Claim, error) {
	<-ctx.Done()
	return rules.Message{}, rules.Claim{}, fmt.Errorf("take a message from book: %w", ctx.Err())
}

func TestPassWhoseTimeRunsOutBlamesNobody(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.desk.Outbox = stalled{outbox{w.book}}
	ctx, done := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer done()
	if _, err := w.desk.Deliver(ctx); err != nil {
		t.Errorf("a pass that lasted its time ended with %v", err)
	}
}
