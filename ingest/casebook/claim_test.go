package casebook_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

func lost(err error) bool {
	var e *casebook.LostError
	return errors.As(err, &e)
}

func TestClaimIsHeldByOneUntilItLapses(t *testing.T) {
	eachDB(t, func(w *world) {
		two := w.another("two/2")
		_, err := two.Claim(w.ctx, "mailbox/other")
		w.must(err)
		first, err := w.Claim(w.ctx, "mailbox/shop")
		w.must(err)
		var held *casebook.HeldError
		if _, err := two.Claim(w.ctx, "mailbox/shop"); !errors.As(err, &held) || held.Holder != "one/1" || !held.Until.Equal(first.Until) {
			w.Fatalf("a second claim: %v", err)
		}
		w.wait(50 * time.Second)
		first, err = w.Renew(w.ctx, first)
		w.must(err)
		w.wait(50 * time.Second)
		if _, err := two.Claim(w.ctx, "mailbox/shop"); !errors.As(err, &held) {
			w.Fatalf("a claim on renewed work: %v", err)
		}
		w.wait(11 * time.Second)
		second, err := two.Claim(w.ctx, "mailbox/shop")
		w.must(err)
		if second.Epoch <= first.Epoch {
			w.Errorf("epoch %d after %d", second.Epoch, first.Epoch)
		}
		if _, err := w.Renew(w.ctx, first); !lost(err) {
			w.Errorf("renewed a lost claim: %v", err)
		}
	})
}

func TestReleasedWorkIsFreeAtOnce(t *testing.T) {
	eachDB(t, func(w *world) {
		two := w.another("two/2")
		first, err := w.Claim(w.ctx, "stripe/main")
		w.must(err)
		w.must(w.Release(w.ctx, first))
		second, err := two.Claim(w.ctx, "stripe/main")
		w.must(err)
		w.must(w.Release(w.ctx, first)) // once more, too late
		if _, err := w.Claim(w.ctx, "stripe/main"); err == nil {
			w.Error("a late release let go of another's claim")
		}
		if second.Epoch != first.Epoch+1 {
			w.Errorf("epochs %d, %d", first.Epoch, second.Epoch)
		}
	})
}

// In a container each process has the same name.
func TestClaimOfAnEarlierProcessOfTheSameNameIsLost(t *testing.T) {
	eachDB(t, func(w *world) {
		late, err := w.Claim(w.ctx, "mailbox/shop")
		w.must(err)
		_, err = w.Claim(w.ctx, "stripe/main") // which is as old
		w.must(err)
		w.wait(61 * time.Second)
		again, two := w.another("one/1"), w.another("two/2")
		_, err = again.Claim(w.ctx, "mailbox/shop")
		w.must(err)
		if _, err := w.Renew(w.ctx, late); !lost(err) {
			w.Errorf("renewed by the earlier one: %v", err)
		}
		w.must(w.Release(w.ctx, late))
		if _, err := two.Claim(w.ctx, "mailbox/shop"); err == nil {
			w.Error("the earlier one let go of it")
		}
	})
}

// A daemon that was paused for longer than its claim finds, whatever it does
// next, that nothing of it counts.
func TestLateHolderChangesNothing(t *testing.T) {
	eachDB(t, func(w *world) {
		two := w.another("two/2")
		c := w.opened(w.noticeOf("256947", 1))
		late, err := w.Claim(w.ctx, "mailbox/shop")
		w.must(err)
		m, lateMessage, err := w.Take(w.ctx)
		w.must(err)
		w.must(w.Attempt(w.ctx, lateMessage, m.ID))
		w.wait(61 * time.Second)
		_, err = two.Claim(w.ctx, "mailbox/shop")
		w.must(err)
		if again, _, err := two.Take(w.ctx); err != nil || again.ID != m.ID {
			w.Fatalf("the message of the paused one: %v, %v", again.Key, err)
		}

		before := w.dump()
		closing := rules.Event{Type: rules.EventClose, By: "anna", Outcome: "won"}
		place := rules.Place{Channel: "C1", TS: "1"}
		_, recordErr := w.Record(w.ctx, late, w.batch(w.noticeOf("300", 2)))
		_, sayErr := w.SayUnder(w.ctx, late, c.ID, closing)
		_, openErr := w.OpenCase(w.ctx, late, []string{"stripe:du_1"}, rules.Event{Type: rules.EventStripe, Stripe: &rules.Reading{Dispute: "du_1"}})
		for what, err := range map[string]error{
			"Record": recordErr, "SayUnder": sayErr, "OpenCase": openErr,
			"Attempt":   w.Attempt(w.ctx, lateMessage, m.ID),
			"Delivered": w.Delivered(w.ctx, lateMessage, m.ID, place),
			"Failed":    w.Book.Failed(w.ctx, lateMessage, m.ID, w.now(), "late"),
			"Drop":      w.Drop(w.ctx, lateMessage, m.ID, "late"),
		} {
			if !lost(err) {
				w.Errorf("%s by a late holder: %v", what, err)
			}
		}
		w.same(before, w.dump())
	})
}

func TestClaimMadeUnderAClockSinceSetBackHasLapsed(t *testing.T) {
	eachDB(t, func(w *world) {
		two := w.another("two/2")
		w.wait(24 * time.Hour)
		_, err := w.Claim(w.ctx, "mailbox/shop")
		w.must(err)
		w.wait(-24 * time.Hour)
		_, err = two.Claim(w.ctx, "mailbox/shop")
		w.must(err)
	})
}

func TestHealthNotedUnderAClockSinceSetBackIsOfNow(t *testing.T) {
	eachDB(t, func(w *world) {
		w.wait(-time.Hour)
		for _, part := range []string{"good", "bad"} {
			_, err := w.Good(w.ctx, part)
			w.must(err)
			w.wait(time.Hour)
		}
		old, err := w.Part(w.ctx, "good")
		w.must(err)
		w.wait(24 * time.Hour)
		_, err = w.Book.Bad(w.ctx, "bad", "it broke")
		w.must(err)
		_, err = w.Alarm(w.ctx, "bad", rules.Message{Key: "alarm/bad", Kind: rules.MessageAlarm})
		w.must(err)
		_, err = w.Good(w.ctx, "fine")
		w.must(err)
		w.wait(-24 * time.Hour)
		w.must(w.SetBack(w.ctx))
		for part, want := range map[string]rules.Health{
			"good": old,
			"fine": {Part: "fine", GoodAt: w.now()},
			"bad":  {Part: "bad", GoodAt: w.now().Add(-time.Hour), BadSince: w.now(), Failures: 1, Error: "it broke"},
		} {
			if is, err := w.Part(w.ctx, part); err != nil || is != want {
				w.Errorf("%+v, want %+v; %v", is, want, err)
			}
		}
	})
}

func TestHeldWorkIsRenewedUntilItIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		o := casebook.Options{Policy: rules.Default(time.UTC), Now: time.Now, Holder: "one/1"}
		b, err := casebook.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "cases.db"), o)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		held, stop, _, err := b.Hold(ctx, "daemon")
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Minute)
		if err := held.Err(); err != nil {
			t.Fatalf("after ten minutes: %v", err)
		}
		var taken *casebook.HeldError
		if _, err := b.Claim(ctx, "daemon"); !errors.As(err, &taken) {
			t.Fatalf("claimed although it is held: %v", err)
		}
		stop()
		if _, err := b.Claim(ctx, "daemon"); err != nil {
			t.Errorf("stopped work is not free: %v", err)
		}
	})
}

func TestHeldWorkEndsWhenItsClaimIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		o := casebook.Options{Policy: rules.Default(time.UTC), Now: time.Now, Holder: "one/1"}
		b, err := casebook.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "cases.db"), o)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		held, stop, claim, err := b.Hold(ctx, "daemon")
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		if err := b.Release(ctx, claim); err != nil { // as if it had lapsed
			t.Fatal(err)
		}
		time.Sleep(21 * time.Second)
		if held.Err() == nil || !lost(context.Cause(held)) {
			t.Errorf("work goes on: %v, %v", held.Err(), context.Cause(held))
		}
	})
}

// The database is gone for longer than a claim lasts: by then somebody else may
// be at the work.
func TestHeldWorkEndsWhenItsClaimCannotBeRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		o := casebook.Options{Policy: rules.Default(time.UTC), Now: time.Now, Holder: "one/1"}
		b, err := casebook.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "cases.db"), o)
		if err != nil {
			t.Fatal(err)
		}
		held, stop, _, err := b.Hold(ctx, "daemon")
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(50 * time.Second)
		if held.Err() != nil {
			t.Error("it ended while nobody else could have the work")
		}
		time.Sleep(15 * time.Second)
		if !lost(context.Cause(held)) {
			t.Errorf("work goes on: %v", context.Cause(held))
		}
	})
}
