package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

// kills is how often the random killer strikes on each kind of store:
// DISPUTEWATCH_KILLS says how often, DISPUTEWATCH_LONG=1 means 300.
func kills(t *testing.T) int {
	t.Helper()
	if text := os.Getenv("DISPUTEWATCH_KILLS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if os.Getenv("DISPUTEWATCH_LONG") == "1" {
		return 300
	}
	return 40
}

func TestKilledAtRandomItLosesAndDoublesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, store func(testing.TB) string) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		k := &killer{world: newWorld(t, store(t)), Rand: rand.New(rand.NewPCG(seed, 0))}
		book, n := k.opened(), kills(t)
		began := time.Now()
		for range n {
			k.strike()
		}
		k.slack.Heal()
		k.drain(book)
		k.verify(book)
		k.settled(book)
		t.Logf("%d kills in %s, %d of them in a pass: %d mails in, %d cases, %d messages, %d posts asked for, %d doubled",
			n, time.Since(began).Round(time.Second), k.midway, k.uids, len(k.want.cards)+int(k.want.unknown),
			len(k.slack.Messages(channel)), len(k.slack.Calls("chat.postMessage")), k.doubled())
	})
}

// killer is a world in which much happens while daemons are killed.
type killer struct {
	*world
	*rand.Rand
	n, midway int
	mailed    []int // disputes that Stripe does not show yet
	disputed  []int // that Stripe has open
	won       []int
}

// strike lets things happen, and kills a daemon that works on them: mostly in
// its first pass, sometimes before it is ready or in a later pass.
func (k *killer) strike() {
	k.Helper()
	k.happen()
	began := k.imap.Logins()
	p := k.start()
	life := 1300 * time.Millisecond
	switch k.IntN(8) {
	case 0:
		life = 60 * time.Millisecond
	case 1, 2:
	default:
		k.until("its first pass", func() bool { return k.imap.Logins() > began })
		life = 60 * time.Millisecond
	}
	end := time.After(time.Duration(k.Int64N(int64(life))))
	for alive := true; alive; {
		select {
		case <-end:
			alive = false
		case <-time.After(time.Duration(k.Int64N(int64(400 * time.Millisecond)))):
			k.happen()
		case <-p.done:
			k.Fatalf("it ended by itself: %v\n%s", p.err, p.said())
		}
	}
	p.kill()
	if k.imap.Logins()-began > p.lines("msg=passed") {
		k.midway++
	}
}

// happen is what a shop, Stripe and Slack do meanwhile.
func (k *killer) happen() {
	k.n++
	switch k.IntN(6) {
	case 0, 1:
		k.dispute(k.n)
		k.mailed = append(k.mailed, k.n)
	case 2:
		k.stopRequest(k.n)
	case 3:
		k.riddle(k.n)
	case 4:
		k.foreign(k.n)
	case 5:
		k.stripeGoesOn()
	}
	if k.IntN(3) == 0 {
		k.slack.Fail(k.fault())
	}
	if k.IntN(8) == 0 {
		k.slack.Heal()
	}
}

// stripeGoesOn shows the dispute of a case, or ends one that it showed. What
// ends before anybody heard of it would not be told, so it waits for the card.
func (k *killer) stripeGoesOn() {
	if i := k.IntN(len(k.mailed) + 1); i < len(k.mailed) && k.stands(reference(k.mailed[i])) {
		k.shown(k.mailed[i])
		k.disputed = append(k.disputed, k.mailed[i])
		k.mailed = slices.Delete(k.mailed, i, i+1)
	}
	if i := k.IntN(2*len(k.disputed) + 1); i < len(k.disputed) {
		k.stripe.SetStatus(fmt.Sprint("du_", k.disputed[i]), "won")
		k.won = append(k.won, k.disputed[i])
		k.disputed = slices.Delete(k.disputed, i, i+1)
	}
}

// fault is a failure of Slack, half of them of the kind that happened.
func (k *killer) fault() fakeslack.Fault {
	kinds := []fakeslack.Kind{fakeslack.Status, fakeslack.Hangup, fakeslack.Cut, fakeslack.Empty, fakeslack.Nothing, fakeslack.NoTS, fakeslack.Limit}
	methods := []string{"chat.postMessage", "chat.postMessage", "chat.update", "conversations.history", "conversations.replies"}
	f := fakeslack.Fault{Method: methods[k.IntN(len(methods))], Kind: kinds[k.IntN(len(kinds))], Happened: k.IntN(2) == 0, Skip: k.IntN(3)}
	switch f.Kind {
	case fakeslack.Status:
		f.Status = 500 + k.IntN(4)
	case fakeslack.Limit:
		f.Retry, f.Happened = "1", false // what Slack refuses it has not done
	}
	return f
}

// settled expects that each dispute that was won closed its case, and was told once.
func (k *killer) settled(book *casebook.Book) {
	k.Helper()
	for _, n := range k.won {
		c, err := book.Case(k.Context(), strconv.Itoa(200000+n))
		k.must(err)
		if c.Outcome != "won" {
			k.Errorf("dispute %d is %s %s", n, c.State, c.Outcome)
		}
	}
}
