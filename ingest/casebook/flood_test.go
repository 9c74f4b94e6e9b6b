package casebook_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// flooded records n disputes at once, each second of them past its date.
func (w *world) flooded(first, n int) {
	w.Helper()
	var mails []rules.Mail
	for i := range n {
		m := w.noticeOf(fmt.Sprint(first+i), uint32(first+i))
		if i%2 == 1 {
			m.Event.Mail.Deadline = &rules.MailDeadline{At: w.now().Add(-time.Hour), Text: "today"}
		}
		mails = append(mails, m)
	}
	w.record(mails...)
}

func none(rules.Case) bool { return false }

func summaries(keys []string) int {
	n := 0
	for _, k := range keys {
		if strings.HasPrefix(k, "summary/") {
			n++
		}
	}
	return n
}

func TestManyNewCasesAreOneSummaryAndOnlyTheAnswerableKeepTheirWord(t *testing.T) {
	eachDB(t, func(w *world) {
		w.flooded(100, 10)
		n, err := w.Summarise(w.ctx, 10, none)
		w.must(err)
		if n != 0 {
			w.Errorf("ten cases were summarised")
		}
		w.flooded(110, 2)
		for want, daemons := 12, 0; daemons < 2; want, daemons = 0, daemons+1 {
			n, err := w.Summarise(w.ctx, 10, none)
			w.must(err)
			if n != want {
				w.Errorf("summarised %d, want %d", n, want)
			}
		}
		keys := w.deliver()
		if len(keys) != 7 || !strings.HasPrefix(keys[0], "summary/") || summaries(keys) != 1 {
			w.Errorf("told %v", keys)
		}
		// What was dropped speaks again when its next step falls due.
		w.wait(24 * time.Hour)
		_, err = w.Decide(w.ctx)
		w.must(err)
		n, err = w.Summarise(w.ctx, 10, none)
		w.must(err)
		if keys := w.deliver(); n != 0 || len(keys) != 12 {
			w.Errorf("a day later %d were summarised, told %v", n, keys)
		}
	})
}

func TestTwoDaemonsMakeOneSummary(t *testing.T) {
	eachDB(t, func(w *world) {
		w.flooded(100, 12)
		two := w.another("two/2")
		var both sync.WaitGroup
		both.Go(func() { _, err := w.Summarise(w.ctx, 10, none); w.must(err) })
		both.Go(func() { _, err := two.Summarise(w.ctx, 10, none); w.must(err) })
		both.Wait()
		if keys := w.deliver(); summaries(keys) != 1 || len(keys) != 7 {
			w.Errorf("told %v", keys)
		}
	})
}

func TestSummaryLeavesAloneWhatMayHaveBeenSaid(t *testing.T) {
	eachDB(t, func(w *world) {
		w.flooded(100, 12)
		m, claim, err := w.Take(w.ctx)
		w.must(err)
		w.must(w.Attempt(w.ctx, claim, m.ID))
		n, err := w.Summarise(w.ctx, 10, none)
		w.must(err)
		if n != 11 {
			w.Errorf("summarised %d cases beside one whose word is under way, want 11", n)
		}
		w.must(w.Delivered(w.ctx, claim, m.ID, rules.Place{Channel: "C1", TS: "1.0"}))
	})
}

func TestCasesThatAreLeftAreNotCountedNorSummarised(t *testing.T) {
	eachDB(t, func(w *world) {
		w.flooded(100, 12)
		first := true
		n, err := w.Summarise(w.ctx, 10, func(rules.Case) bool { was := first; first = false; return was })
		w.must(err)
		if n != 11 {
			w.Errorf("summarised %d, want 11", n)
		}
		w.flooded(200, 12)
		n, err = w.Summarise(w.ctx, 10, func(rules.Case) bool { return true })
		w.must(err)
		if n != 0 {
			w.Errorf("summarised %d that were to be left", n)
		}
	})
}

func TestHeldSeesALivingClaimOnly(t *testing.T) {
	eachDB(t, func(w *world) {
		claim, err := w.Claim(w.ctx, "gather/shop")
		w.must(err)
		other, err := w.Claim(w.ctx, "gather/other")
		w.must(err)
		for i, step := range []struct {
			do   func()
			want bool
		}{
			{func() {}, true},
			{func() { w.wait(-time.Hour) }, false}, // it was made under a clock since set back
			{func() { w.wait(time.Hour) }, true},
			{func() { w.wait(61 * time.Second) }, false},
			{func() { claim, err = w.Claim(w.ctx, "gather/shop"); w.must(err) }, true},
			{func() { w.must(w.Release(w.ctx, claim)) }, false},
		} {
			step.do()
			_, err = w.Renew(w.ctx, other) // which is held all the time
			w.must(err)
			two := w.another("two/2")
			held, err := two.Held(w.ctx, "gather/shop")
			w.must(err)
			all, err := two.HeldOf(w.ctx, "gather/shop", "gather/other", "gather/nobody")
			w.must(err)
			if held != step.want || all["gather/shop"] != step.want || !all["gather/other"] || all["gather/nobody"] {
				w.Errorf("step %d: held %v, of all %v", i, held, all)
			}
		}
	})
}

func TestCopiesOfACardStandInOtherChannels(t *testing.T) {
	eachDB(t, func(w *world) {
		c, other := w.opened(w.noticeOf("256947", 1)), w.opened(w.noticeOf("256948", 2))
		w.deliver()
		w.queue(rules.Message{Key: "mail", Kind: rules.MessageForged, Rank: -1})
		for i, at := range []rules.Place{{Channel: "C1", TS: "2.0"}, {Channel: "C2", TS: "3.0"}, {Channel: "C2", TS: "4.0"}, {Channel: "C2"}, {Channel: "C2", TS: "5.0"}} {
			of, kind := c.ID, rules.MessageStep
			switch i {
			case 2:
				of = other.ID
			case 4:
				kind = rules.MessagePage
			}
			w.queue(rules.Message{Key: fmt.Sprint("at", i), Kind: kind, Case: of, Rank: -2})
			m, claim, err := w.Take(w.ctx)
			w.must(err)
			w.must(w.Attempt(w.ctx, claim, m.ID))
			w.must(w.Delivered(w.ctx, claim, m.ID, at))
		}
		w.queue(rules.Message{Key: "waits", Kind: rules.MessageStep, Case: c.ID})
		c, err := w.Case(w.ctx, c.ID)
		w.must(err)
		got, err := w.Copies(w.ctx, c)
		w.must(err)
		if want := "[{C2 3.0}]"; fmt.Sprint(got) != want {
			w.Errorf("copies %v, want %s", got, want)
		}
	})
}

func TestNextDueIsTheEarliestOfCasesAndMessages(t *testing.T) {
	eachDB(t, func(w *world) {
		want := func(at time.Time) {
			w.Helper()
			got, err := w.NextDue(w.ctx)
			w.must(err)
			if !got.Equal(at) {
				w.Errorf("next due %v, want %v", got, at)
			}
		}
		want(time.Time{})
		over := w.opened(w.noticeOf("1", 9))
		w.say(over.ID, rules.Event{Type: rules.EventClose, By: "anna", Outcome: "won"}) // which is never asked again
		w.opened(w.noticeOf("256947", 1))
		nudge, err := w.NextDue(w.ctx)
		w.must(err)
		if nudge.IsZero() {
			w.Fatal("the case wants never to be asked")
		}
		w.queue(rules.Message{Key: "sooner", NextAt: w.now().Add(time.Second)})
		want(w.now().Add(time.Second))
		w.wait(time.Second)
		want(nudge)
	})
}
