package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

// instant is a point of a pass at which a daemon stalls and is killed.
type instant struct {
	name string
	// second says that the cards stand already: what is told then is Stripe's news.
	second bool
	// hold stalls the world; reached says that the daemon has come there, and
	// free lets the world go on.
	hold func(w *world) (reached func() bool, free func())
}

// instants are the steps of a pass, in their order.
func instants() []instant {
	all := []instant{}
	for eighth := range 8 {
		all = append(all, instant{name: fmt.Sprintf("mails, %d of 8 read", eighth), hold: holdMails(eighth)})
	}
	all = append(
		all,
		instant{name: "disputes are listed", hold: holdStripe("/v1/disputes")},
		instant{name: "a channel is looked up", hold: holdSlack(fakeslack.Fault{Method: "conversations.list", Kind: fakeslack.Stall})},
		instant{name: "a card is posted, before Slack has it", hold: holdSlack(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Stall})},
		instant{name: "a card is posted, when Slack has it", hold: holdSlack(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Stall, Happened: true})},
		instant{name: "the second card is posted, when Slack has it", hold: holdSlack(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Stall, Happened: true, Skip: 1})},
		instant{name: "a card is looked for", hold: holdLook},
	)
	for _, happened := range []bool{false, true} {
		when := map[bool]string{false: "before Slack has it", true: "when Slack has it"}[happened]
		all = append(
			all,
			instant{name: "news is told, " + when, second: true, hold: holdSlack(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Stall, Happened: happened})},
			instant{name: "a card is changed, " + when, second: true, hold: holdSlack(fakeslack.Fault{Method: "chat.update", Kind: fakeslack.Stall, Happened: happened})},
		)
	}
	return all
}

// wholeReading is about how many bytes the server says when it hands out the
// mails of these tests.
const wholeReading = 5300

func holdMails(eighth int) func(*world) (func() bool, func()) {
	return func(w *world) (func() bool, func()) {
		reached := w.gate.holdAfter(int64(wholeReading * eighth / 8))
		return closed(reached), w.gate.open
	}
}

func holdStripe(path string) func(*world) (func() bool, func()) {
	return func(w *world) (func() bool, func()) {
		w.stripe.Forget()
		w.stripe.Break(fakestripe.Fault{Path: path, Stall: make(chan struct{})})
		stalled := func(r fakestripe.Request) bool { return strings.HasPrefix(r.Path, path) && r.Status == 0 }
		return func() bool { return slices.ContainsFunc(w.stripe.Requests(), stalled) }, w.stripe.Mend
	}
}

func holdSlack(f fakeslack.Fault) func(*world) (func() bool, func()) {
	return func(w *world) (func() bool, func()) {
		failing := w.slack.Fail(f)
		return closed(failing.Reached()), failing.Release
	}
}

// holdLook cuts a post that Slack took, and stalls the look for it.
func holdLook(w *world) (func() bool, func()) {
	w.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Hangup, Happened: true})
	return holdSlack(fakeslack.Fault{Method: "conversations.history", Kind: fakeslack.Stall})(w)
}

func closed(c <-chan struct{}) func() bool {
	return func() bool {
		select {
		case <-c:
			return true
		default:
			return false
		}
	}
}

func TestKilledAtAnyStepOfAPassItLosesAndDoublesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, store func(testing.TB) string) {
		for _, m := range instants() {
			t.Run(m.name, func(t *testing.T) {
				t.Parallel()
				killedAt(newWorld(t, store(t)), m)
			})
		}
	})
}

func killedAt(w *world, m instant) {
	w.Helper()
	w.dispute(1)
	w.shown(1)
	w.stopRequest(2)
	w.riddle(3)
	w.foreign(4)
	book := w.opened()
	if m.second {
		first := w.start()
		w.until("all is told", func() bool { return w.told(book) })
		first.kill()
	}
	reached, free := m.hold(w)
	if m.second {
		w.stripe.SetStatus("du_1", "won")
	}
	p := w.start()
	w.until("the daemon is there", reached)
	p.kill()
	free()
	p = w.start()
	if m.second {
		w.until("the news is told", func() bool { return w.heard("Stripe: won") == 1 })
	}
	w.until("all is told", func() bool { return w.told(book) })
	p.stop()
	p.buried()
	w.drain(book)
	w.verify(book)
	if m.second && w.heard("Stripe: won") != 1 {
		w.Errorf("the news was told %d times", w.heard("Stripe: won"))
	}
}

// heard counts the replies in threads that hold a word.
func (w *world) heard(word string) (n int) {
	for _, m := range w.slack.Messages(channel) {
		if m.Thread != "" && strings.Contains(fakeslack.Text(m), word) {
			n++
		}
	}
	return n
}
