package casebook_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

func (w *world) queue(m rules.Message) bool {
	w.Helper()
	queued, err := w.Queue(w.ctx, m)
	w.must(err)
	return queued
}

func TestMessageIsQueuedOnceForItsKey(t *testing.T) {
	eachDB(t, func(w *world) {
		m := rules.Message{Key: "digest/2026-03-02", Kind: rules.MessageDigest, About: map[string]string{rules.AboutDay: "2026-03-02"}}
		if !w.queue(m) || w.queue(m) {
			w.Error("queued not once")
		}
		got, _, err := w.Take(w.ctx)
		w.must(err)
		if got.Key != m.Key || got.Kind != m.Kind || got.About[rules.AboutDay] != "2026-03-02" || got.ID == "" || !got.QueuedAt.Equal(w.now()) {
			w.Errorf("took %+v", got)
		}
		w.deliver()
		if w.queue(m) {
			w.Error("queued again after it was told")
		}
	})
}

func TestMostUrgentGoesOutFirstAndTheOlderOfEquals(t *testing.T) {
	eachDB(t, func(w *world) {
		for i, rank := range []int{30, 10, 20, 10} {
			w.queue(rules.Message{Key: fmt.Sprint(i), Rank: rank})
			w.wait(time.Second)
		}
		w.queue(rules.Message{Key: "not yet", NextAt: w.now().Add(time.Hour)})
		waiting, oldest, err := w.Outbox(w.ctx)
		w.must(err)
		if waiting != 5 || !oldest.Equal(start) {
			w.Errorf("%d wait, since %v", waiting, oldest)
		}
		if got := fmt.Sprint(w.deliver()); got != "[1 3 2 0]" {
			w.Errorf("order %s", got)
		}
		w.wait(time.Hour)
		if got := fmt.Sprint(w.deliver()); got != "[not yet]" {
			w.Errorf("later %s", got)
		}
	})
}

func TestTwoBooksTakeEachMessageOnce(t *testing.T) {
	eachDB(t, func(w *world) {
		const messages, takers = 60, 4
		for i := range messages {
			w.queue(rules.Message{Key: fmt.Sprint(i), Rank: i % 7})
		}
		var mu sync.Mutex
		taken := map[string]int{}
		var all sync.WaitGroup
		for i := range takers {
			b := w.another(fmt.Sprintf("taker/%d", i))
			all.Go(func() {
				for {
					m, c, err := b.Take(w.ctx)
					if errors.Is(err, casebook.ErrEmpty) {
						return
					}
					if err == nil {
						err = b.Attempt(w.ctx, c, m.ID)
					}
					if err == nil {
						err = b.Delivered(w.ctx, c, m.ID, rules.Place{Channel: "C1", TS: m.Key})
					}
					if err != nil {
						w.Error(err)
						return
					}
					mu.Lock()
					taken[m.Key]++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		for key, n := range taken {
			if n != 1 {
				w.Errorf("message %s was told %d times", key, n)
			}
		}
		// A taker that met only others' work went home; what is left is free.
		if left := len(w.deliver()); len(taken)+left != messages {
			w.Errorf("%d told, %d left, of %d", len(taken), left, messages)
		}
	})
}

func TestCrashBetweenAttemptAndDeliveryIsVisible(t *testing.T) {
	eachDB(t, func(w *world) {
		w.queue(rules.Message{Key: "a"})
		m, c, err := w.Take(w.ctx)
		w.must(err)
		if !m.TriedAt.IsZero() || m.Attempts != 0 {
			w.Errorf("tried before anybody did: %+v", m)
		}
		tried := w.now()
		w.must(w.Attempt(w.ctx, c, m.ID))
		// Here the process dies. Another takes over when the claim has lapsed.
		w.wait(61 * time.Second)
		two := w.another("two/2")
		m, c, err = two.Take(w.ctx)
		w.must(err)
		if !m.TriedAt.Equal(tried) || m.Attempts != 1 {
			w.Errorf("tried at %v, %d times", m.TriedAt, m.Attempts)
		}
		// A second try that is known to have failed does not hide the first.
		w.must(two.Attempt(w.ctx, c, m.ID))
		w.must(two.Failed(w.ctx, c, m.ID, w.now().Add(time.Minute), "rate limited"))
		if _, _, err := two.Take(w.ctx); !errors.Is(err, casebook.ErrEmpty) {
			w.Errorf("taken before its time: %v", err)
		}
		w.wait(time.Minute)
		m, _, err = two.Take(w.ctx)
		w.must(err)
		if !m.TriedAt.Equal(tried) || m.Attempts != 2 || m.Error != "rate limited" {
			w.Errorf("after two tries: %+v", m)
		}
	})
}

func TestOneMessageOfACaseIsOutAtATime(t *testing.T) {
	eachDB(t, func(w *world) {
		w.opened(w.noticeOf("256947", 1))
		first, claim, err := w.Take(w.ctx)
		w.must(err)
		w.queue(rules.Message{Key: "second", Case: first.Case, Kind: rules.MessageStep, Rank: -1})
		w.queue(rules.Message{Key: "of another", Rank: 999_999})
		two := w.another("two/2")
		other, _, err := two.Take(w.ctx)
		w.must(err)
		if other.Key != "of another" {
			w.Errorf("took %s while the case's first message is out", other.Key)
		}
		w.must(w.Attempt(w.ctx, claim, first.ID))
		if err := w.Attempt(w.ctx, claim, other.ID); !lost(err) {
			w.Errorf("a claim on one message served another: %v", err)
		}
		w.must(w.Delivered(w.ctx, claim, first.ID, rules.Place{Channel: "C1", TS: "1.0"}))
		second, _, err := two.Take(w.ctx)
		w.must(err)
		if second.Key != "second" {
			w.Errorf("took %s", second.Key)
		}
	})
}

func TestFirstDeliveredStepIsTheCardAndLaterOnesAreNot(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("256947", 1))
		m, claim, err := w.Take(w.ctx)
		w.must(err)
		w.must(w.Attempt(w.ctx, claim, m.ID))
		w.must(w.Delivered(w.ctx, claim, m.ID, rules.Place{Channel: "C1", TS: "1.0"}))
		if err := w.Delivered(w.ctx, claim, m.ID, rules.Place{Channel: "C1", TS: "2.0"}); !lost(err) {
			w.Errorf("delivered twice: %v", err)
		}
		w.queue(rules.Message{Key: "later", Case: c.ID, Kind: rules.MessageStep})
		w.deliver()
		got, err := w.Case(w.ctx, c.ID)
		w.must(err)
		if got.Card != (rules.Place{Channel: "C1", TS: "1.0"}) {
			w.Errorf("card %+v", got.Card)
		}
	})
}

// Somebody answers in the moment in which the card is being posted.
func TestCardThatMissedAChangeIsBroughtUpToDate(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("256947", 1))
		m, claim, err := w.Take(w.ctx)
		w.must(err)
		w.must(w.Attempt(w.ctx, claim, m.ID))
		w.say(c.ID, rules.Event{Type: rules.EventAnswer, By: "anna"})
		w.must(w.Delivered(w.ctx, claim, m.ID, rules.Place{Channel: "C1", TS: "1.0"}))
		next, _, err := w.Take(w.ctx)
		w.must(err)
		if next.Kind != rules.MessageCard || next.Case != c.ID {
			w.Errorf("next is %s", next.Key)
		}
	})
}

func TestMessageThatFailsPutsOffNoOther(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("256947", 1))
		m, claim, err := w.Take(w.ctx)
		w.must(err)
		w.queue(rules.Message{Key: "page", Case: c.ID, Kind: rules.MessagePage, Rank: 999_999})
		w.must(w.Attempt(w.ctx, claim, m.ID))
		w.must(w.Book.Failed(w.ctx, claim, m.ID, w.now().Add(time.Hour), "rate limited"))
		if got := fmt.Sprint(w.deliver()); got != "[page]" {
			w.Errorf("told %s", got)
		}
		if c := w.caseOf(c.ID); c.Card.TS != "" {
			w.Errorf("the page is the card: %+v", c.Card)
		}
	})
}

// It was taken, and then its case went into another, which tells it all.
func TestMessageThatWasDroppedInHandIsNotSaid(t *testing.T) {
	eachDB(t, func(w *world) {
		w.say(w.opened(w.noticeOf("1", 1)).ID, exactly("ch_1", "du_1"))
		w.deliver()
		w.wait(time.Minute)
		younger := w.opened(w.noticeOf("2", 2))
		m, claim, err := w.Take(w.ctx)
		w.must(err)
		if m.Case != younger.ID {
			w.Fatalf("took %s", m.Key)
		}
		w.say(younger.ID, exactly("ch_1", "du_1"))
		before := w.dump()
		for what, err := range map[string]error{
			"Attempt":   w.Attempt(w.ctx, claim, m.ID),
			"Delivered": w.Delivered(w.ctx, claim, m.ID, rules.Place{Channel: "C1", TS: "1"}),
			"Failed":    w.Book.Failed(w.ctx, claim, m.ID, w.now(), "late"),
			"Drop":      w.Drop(w.ctx, claim, m.ID, "late"),
		} {
			if !lost(err) {
				w.Errorf("%s: %v", what, err)
			}
		}
		w.same(before, w.dump())
	})
}

func TestRefreshOfOneCardTakesNoOthersPlace(t *testing.T) {
	eachDB(t, func(w *world) {
		one, two := w.opened(w.noticeOf("1", 1)), w.opened(w.noticeOf("2", 2))
		w.deliver()
		for _, c := range []rules.Case{one, two, one} {
			w.say(c.ID, rules.Event{Type: rules.EventClaim, By: "anna", Until: w.now().Add(time.Hour)})
			w.wait(time.Second)
		}
		refreshed := map[string]int{}
		for _, key := range w.deliver() {
			if key, ok := strings.CutPrefix(key, "card/"); ok {
				id, _, _ := strings.Cut(key, "/")
				refreshed[id]++
			}
		}
		if refreshed[one.ID] != 1 || refreshed[two.ID] != 1 {
			w.Errorf("refreshed %v", refreshed)
		}
	})
}

func TestMessagePutOffUnderAClockSinceSetBackIsDue(t *testing.T) {
	eachDB(t, func(w *world) {
		w.queue(rules.Message{Key: "a"})
		w.wait(300 * 24 * time.Hour)
		m, c, err := w.Take(w.ctx)
		w.must(err)
		w.must(w.Book.Failed(w.ctx, c, m.ID, w.now().Add(10*time.Minute), "rate limited"))
		w.wait(-300 * 24 * time.Hour)
		if got := fmt.Sprint(w.deliver()); got != "[a]" {
			w.Errorf("told %s", got)
		}
	})
}

func TestDroppedMessageIsNotTold(t *testing.T) {
	eachDB(t, func(w *world) {
		w.queue(rules.Message{Key: "a"})
		m, c, err := w.Take(w.ctx)
		w.must(err)
		w.must(w.Drop(w.ctx, c, m.ID, "overtaken"))
		if got := w.deliver(); got != nil {
			w.Errorf("told %v", got)
		}
	})
}

func TestHealthRemembersSinceWhenAPartIsBroken(t *testing.T) {
	eachDB(t, func(w *world) {
		_, err := w.Bad(w.ctx, "mailbox/shop", "authentication failed")
		w.must(err)
		w.wait(time.Minute)
		h, err := w.Bad(w.ctx, "mailbox/shop", "connection refused")
		w.must(err)
		if !h.BadSince.Equal(start) || h.Failures != 2 || h.Error != "connection refused" || h.Told != 0 {
			w.Errorf("%+v", h)
		}
		alarm := rules.Message{Key: "alarm/mailbox/shop/1", Kind: rules.MessageAlarm}
		for _, want := range []bool{true, false} {
			if queued, err := w.Alarm(w.ctx, "mailbox/shop", alarm); queued != want || err != nil {
				w.Errorf("alarm: %v, %v", queued, err)
			}
		}
		was, err := w.Good(w.ctx, "mailbox/shop")
		w.must(err)
		if !was.BadSince.Equal(start) || was.Told != 1 || !was.GoodAt.Equal(w.now()) {
			w.Errorf("good: %+v", was)
		}
		all, err := w.Health(w.ctx)
		w.must(err)
		if len(all) != 1 || all[0] != (rules.Health{Part: "mailbox/shop", GoodAt: w.now()}) {
			w.Errorf("%+v", all)
		}
	})
}

func TestLapsedClaimCountsAsOpen(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("256947", 1))
		w.say(c.ID, rules.Event{Type: rules.EventClaim, By: "anna", Until: w.now().Add(time.Hour)})
		for _, want := range []string{"map[claimed:1 closed:0]", "map[closed:0 open:1]"} {
			counts, err := w.CaseCounts(w.ctx)
			w.must(err)
			if got := fmt.Sprint(counts); got != want {
				w.Errorf("counts %s, want %s", got, want)
			}
			w.wait(2 * time.Hour)
		}
	})
}

func TestNewestTokenIsKept(t *testing.T) {
	eachDB(t, func(w *world) {
		for _, secret := range []string{"", "first", "second"} {
			if secret != "" {
				w.must(w.KeepToken(w.ctx, "mailbox/shop", secret))
			}
			if got, err := w.Token(w.ctx, "mailbox/shop"); got != secret || err != nil {
				w.Errorf("kept %q, %v; want %q", got, err, secret)
			}
		}
	})
}

func TestTokenThatNobodyRotatesAnyMoreIsForgotten(t *testing.T) {
	eachDB(t, func(w *world) {
		w.must(w.RotateToken(w.ctx, "oauth2/old", "", "idle"))
		w.must(w.RotateToken(w.ctx, "oauth2/new", "", "first"))
		w.wait(time.Hour)
		w.must(w.RotateToken(w.ctx, "oauth2/new", "first", "second"))
		n, err := w.ForgetTokens(w.ctx, w.now().Add(-time.Minute))
		w.must(err)
		for name, want := range map[string]string{"oauth2/old": "", "oauth2/new": "second"} {
			if got, err := w.Token(w.ctx, name); got != want || err != nil || n != 1 {
				w.Errorf("%s: %q, %v; %d forgotten", name, got, err, n)
			}
		}
	})
}

func TestTokenThatAnotherRotatedMeanwhileStays(t *testing.T) {
	eachDB(t, func(w *world) {
		var lost *casebook.LostError
		w.must(w.RotateToken(w.ctx, "oauth2/2", "", "second")) // of another mailbox of the same account
		w.must(w.RotateToken(w.ctx, "oauth2/1", "", "second"))
		if err := w.RotateToken(w.ctx, "oauth2/1", "", "late"); !errors.As(err, &lost) {
			w.Errorf("a second start: %v", err)
		}
		w.must(w.RotateToken(w.ctx, "oauth2/1", "second", "third"))
		if err := w.RotateToken(w.ctx, "oauth2/1", "second", "late"); !errors.As(err, &lost) || strings.Contains(err.Error(), "second") {
			w.Errorf("a late one: %v", err)
		}
		for name, want := range map[string]string{"oauth2/1": "third", "oauth2/2": "second"} {
			if got, err := w.Token(w.ctx, name); got != want || err != nil {
				w.Errorf("%s: kept %q, %v", name, got, err)
			}
		}
	})
}

func TestMessageIsRepeatedByAYoungerOneThatSaysAllOfIt(t *testing.T) {
	eachDB(t, func(w *world) {
		step := func(name string, n int, mention ...string) rules.Message {
			return rules.Message{Key: fmt.Sprint(name, n), Case: "c-abc123", Kind: rules.MessageStep, Escalation: &rules.Escalation{Step: name, N: n, Round: 1, Mention: mention}}
		}
		digest := func(day string) rules.Message {
			return rules.Message{Key: "digest/" + day, Kind: rules.MessageDigest, About: map[string]string{rules.AboutDay: day}}
		}
		alarm := func(key, part string) rules.Message {
			return rules.Message{Key: key, Kind: rules.MessageAlarm, About: map[string]string{rules.AboutPart: part}}
		}
		// What was not said says nothing, and what another case is told says nothing here.
		dropped, other := step("last", 2, "on_call"), step("last", 3, "on_call")
		dropped.QueuedAt, other.QueuedAt, other.Case = w.now().Add(time.Hour), w.now().Add(time.Hour), "c-other1"
		w.queue(dropped)
		m, claim, err := w.Take(w.ctx)
		w.must(err)
		w.must(w.Drop(w.ctx, claim, m.ID, "overtaken"))
		w.queue(other)
		for _, m := range []rules.Message{
			step("nudge", 0), step("last", 0, "on_call"), step("nudge", 1), step("last", 1), step("nudge", 2),
			digest("2026-03-02"), digest("2026-03-03"),
			alarm("alarm/a/1", "mailbox/a"), alarm("alarm/b/1", "mailbox/b"), alarm("alarm/a/1/ended", "mailbox/a"),
		} {
			w.queue(m)
			w.wait(time.Second)
		}
		var repeated []string
		for range 10 {
			m, claim, err := w.Take(w.ctx)
			w.must(err)
			yes, err := w.Repeated(w.ctx, m)
			w.must(err)
			if yes {
				repeated = append(repeated, m.Key)
			}
			if m.Case != "" {
				w.must(w.Drop(w.ctx, claim, m.ID, "there is no such case"))
			} else {
				w.must(w.Delivered(w.ctx, claim, m.ID, rules.Place{Channel: "C1", TS: "1.0"}))
			}
		}
		if got := fmt.Sprint(repeated); got != "[nudge0 nudge1 digest/2026-03-02 alarm/a/1]" {
			t.Errorf("repeated %s", got)
		}
		for most, want := range map[int]int{10: 3, 2: 2} {
			if n, err := w.ToldSince(w.ctx, rules.MessageAlarm, w.now().Add(-time.Minute), most); err != nil || n != want {
				t.Errorf("told %d alarms of %d at most: %v", n, most, err)
			}
		}
		days, err := w.Digests(w.ctx, w.now().Add(-time.Minute))
		w.must(err)
		if got := fmt.Sprint(days); got != "[2026-03-02 2026-03-03]" {
			t.Errorf("digests %s", got)
		}
	})
}

func TestOnlyWhatWasToldSinceCountsAsTold(t *testing.T) {
	eachDB(t, func(w *world) {
		queue := func(n int) {
			w.queue(rules.Message{Key: fmt.Sprint("digest", n), Kind: rules.MessageDigest, About: map[string]string{rules.AboutDay: fmt.Sprint(n)}})
			w.queue(rules.Message{Key: fmt.Sprint("alarm", n), Kind: rules.MessageAlarm, About: map[string]string{rules.AboutPart: fmt.Sprint(n)}})
		}
		queue(1)
		w.deliver()
		w.wait(24 * time.Hour)
		since := w.now()
		queue(2)
		w.deliver()
		queue(3)
		for range 2 {
			m, claim, err := w.Take(w.ctx)
			w.must(err)
			w.must(w.Drop(w.ctx, claim, m.ID, "overtaken"))
		}
		queue(4)
		if n, err := w.ToldSince(w.ctx, rules.MessageAlarm, since, 10); n != 1 || err != nil {
			w.Errorf("%d alarms were told: %v", n, err)
		}
		if days, err := w.Digests(w.ctx, since); fmt.Sprint(days) != "[2]" || err != nil {
			w.Errorf("digests of %v: %v", days, err)
		}
		waiting, oldest, err := w.Outbox(w.ctx)
		if waiting != 2 || !oldest.Equal(since) || err != nil {
			w.Errorf("%d wait, since %v: %v", waiting, oldest, err)
		}
	})
}
