package main

import (
	"errors"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/holder"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

// twins is several daemons on one PostgreSQL.
type twins struct {
	*world
	book    *casebook.Book
	daemons []*process
}

func newTwins(t *testing.T, n int) *twins {
	t.Helper()
	w := &twins{world: newWorld(t, shared.postgres(t))}
	w.book = w.opened()
	for range n {
		w.daemons = append(w.daemons, w.start())
	}
	for _, p := range w.daemons {
		w.until("all watch", func() bool { return p.lines("watching") > 0 })
	}
	return w
}

// holding is the daemon that holds the work named key. What the gate holds back may
// be the goodbye to one that is done with it: then another comes for it.
func (w *twins) holding(key string) *process {
	w.Helper()
	var by string
	w.until("somebody holds "+key, func() bool {
		by = w.holder(key)
		return by != ""
	})
	for _, p := range w.daemons {
		if p.calledIn(by) {
			return p
		}
	}
	w.Fatalf("%s is held by %s", key, by)
	return nil
}

// holder is who holds the work named key, "" for nobody.
func (w *twins) holder(key string) string {
	w.Helper()
	claim, err := w.book.Claim(w.Context(), key)
	if held := (*casebook.HeldError)(nil); errors.As(err, &held) {
		return held.Holder
	}
	w.must(err)
	w.must(w.book.Release(w.Context(), claim))
	return ""
}

// calledIn says that a claim's holder is the process.
func (p *process) calledIn(by string) bool {
	return strings.HasSuffix(holder.Name(by), "/"+strconv.Itoa(p.cmd.Process.Pid))
}

// paused is the daemon that holds the work named key, paused while it does. What it
// holds runs out: by the clock in the long run, else at once.
func (w *twins) paused(key string) *process {
	w.Helper()
	p := w.holding(key)
	p.pause()
	if by := w.holder(key); !p.calledIn(by) {
		w.Fatalf("it was paused when it had let go of %s, which %q holds", key, by)
	}
	if os.Getenv("DISPUTEWATCH_LONG") != "1" {
		_, err := w.book.Bury(w.Context(), p.calledIn)
		w.must(err)
	}
	return p
}

// goesOn wakes a daemon that was paused, and waits until it has been at work: its poll
// in hand, and another.
func (w *twins) goesOn(p *process) {
	w.Helper()
	passed := p.lines("msg=passed")
	w.must(p.cmd.Process.Signal(syscall.SIGCONT))
	w.until("it works again", func() bool { return p.lines("msg=passed") > passed+1 })
}

// settle ends all daemons and holds what they did against the mails.
func (w *twins) settle() {
	w.Helper()
	for _, p := range w.daemons {
		select {
		case <-p.done:
		default:
			p.stop()
		}
	}
	w.drain(w.book)
	w.verify(w.book)
}

var fetchedForm = regexp.MustCompile(`fetched=([0-9]+)`)

// fetched is how many mails the daemons fetched.
func (w *twins) fetched() (n int) {
	w.Helper()
	for _, p := range w.daemons {
		for _, m := range fetchedForm.FindAllStringSubmatch(p.said(), -1) {
			got, err := strconv.Atoi(m[1])
			w.must(err)
			n += got
		}
	}
	return n
}

func TestDaemonsOnOneBookReadEachMailOnceAndTellEachStepOnce(t *testing.T) {
	t.Parallel()
	w := newTwins(t, 3)
	for n := 1; n <= 12; n += 4 {
		w.dispute(n)
		w.stopRequest(n + 1)
		w.riddle(n + 2)
		w.foreign(n + 3)
		w.until("all is told", func() bool { return w.told(w.book) })
		w.shown(n)
		w.until("Stripe is asked", func() bool {
			c, err := w.book.Case(t.Context(), strconv.Itoa(200000+n))
			w.must(err)
			return c.Stripe != nil
		})
		before := w.heard("Stripe: won")
		w.stripe.SetStatus("du_"+strconv.Itoa(n), "won")
		w.until("its news is told", func() bool { return w.heard("Stripe: won") > before })
	}
	w.settle()
	if n := w.heard("Stripe: won"); n != 3 {
		for _, m := range w.slack.Messages(channel) {
			t.Log(m.TS, m.Thread, fakeslack.Text(m))
		}
		t.Errorf("Stripe's news was told %d times, want 3", n)
	}
	if n, want := w.fetched(), int(w.want.notices+w.want.unknown); n != want {
		t.Errorf("%d mails were fetched, of %d", n, want)
	}
}

func TestDaemonThatIsKilledIsReplacedByTheOneThatStartsAgain(t *testing.T) {
	t.Parallel()
	w := newTwins(t, 2)
	reached := w.gate.holdAfter(0)
	w.dispute(1)
	w.until("one reads the mailbox", closed(reached))
	w.holding("mailbox/onboarding").kill()
	w.gate.open()
	again := w.start()
	w.daemons = append(w.daemons, again)
	w.until("all is told", func() bool { return w.told(w.book) })
	w.settle()
	again.buried()
}

// buried expects that the daemon, which has ended, freed what a dead one held: else
// that one's claims would have been waited for.
func (p *process) buried() {
	p.w.Helper()
	if p.lines("took over from a process that died") == 0 {
		p.w.Error("nothing was freed of the process that was killed")
	}
}

// long skips a test that must outlive a claim by the clock.
func long(t *testing.T) {
	t.Helper()
	if os.Getenv("DISPUTEWATCH_LONG") != "1" {
		t.Skip("it takes over a minute: DISPUTEWATCH_LONG=1 runs it")
	}
	t.Parallel()
}

// claimTime is a claim's 60 s, the next look of another's desk, and some time to tell.
const claimTime = 60*time.Second + deskEvery + 15*time.Second

func TestDaemonThatIsKilledIsReplacedByItsTwinsWithinAClaimsTime(t *testing.T) {
	long(t)
	w := newTwins(t, 3)
	reached := w.gate.holdAfter(0)
	w.dispute(1)
	w.until("one reads the mailbox", closed(reached))
	w.holding("mailbox/onboarding").kill()
	w.gate.open()
	w.within(claimTime, "a twin takes over", func() bool { return w.told(w.book) })
	w.settle()
}

// The mail in the midst of which it is paused is longer than all else that its server
// says.
func TestDaemonThatIsPausedWhileItReadsChangesNothingAfterwards(t *testing.T) {
	t.Parallel()
	w := newTwins(t, 2)
	w.until("one is at the server", closed(w.gate.holdAfter(0)))
	w.longDispute(1, 32<<10)
	w.stopRequest(2)
	w.until("one reads the long mail", closed(w.gate.holdAfter(16<<10)))
	paused := w.paused("mailbox/onboarding")
	w.gate.open()
	w.within(claimTime, "a twin takes over", func() bool { return w.told(w.book) })
	w.goesOn(paused)
	if paused.lines("lost by") == 0 {
		t.Error("it did not notice that its work was taken over")
	}
	w.settle()
}

func TestDaemonThatIsPausedWhileItPostsChangesNothingAfterwards(t *testing.T) {
	t.Parallel()
	w := newTwins(t, 2)
	stall := w.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Stall, Happened: true})
	w.dispute(1)
	w.until("one posts", closed(stall.Reached()))
	cases, err := w.book.Cases(t.Context(), casebook.Filter{})
	w.must(err)
	paused := w.paused("messages/" + cases[0].ID)
	stall.Release()
	w.within(claimTime, "a twin takes over", func() bool { return w.told(w.book) })
	w.goesOn(paused)
	w.settle()
}
