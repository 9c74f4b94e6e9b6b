package casebook_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// childOf names the store in the environment of a process that this test starts
// to kill it.
const childOf = "CASEBOOK_TEST_CHILD_OF"

// recordUntilKilled records mail after mail from where the book stands, and
// tells on standard output of each one that is safe.
func recordUntilKilled(dsn string) int {
	w := &world{ctx: context.Background()}
	run := func() error {
		b, err := casebook.Open(w.ctx, dsn, w.options(fmt.Sprint("child/", os.Getpid())))
		if err != nil {
			return err
		}
		at, err := b.Positions(w.ctx, "shop", "INBOX")
		if err != nil {
			return err
		}
		p := at[0]
		c, err := b.Claim(w.ctx, fmt.Sprint("mailbox/shop/", os.Getpid()))
		for uid := max(p.UIDNext, 1); err == nil; uid++ {
			batch := w.batch(w.noticeOf(fmt.Sprint(100+uid), uid))
			batch.Position.Seen = p.Seen.With(1, uid)
			if _, err = b.Record(w.ctx, c, batch); err == nil {
				fmt.Println(uid)
			}
		}
		return err
	}
	fmt.Fprintln(os.Stderr, run())
	return 1
}

func TestKilledInTheMiddleLosesAndDoublesNothing(t *testing.T) {
	eachDB(t, func(w *world) {
		var safe uint32
		for kill := range 6 {
			pid, last := w.killedChild(time.Duration(kill) * 700 * time.Microsecond)
			safe = max(safe, last)
			p := w.restingPosition(pid)
			n := int64(p.UIDNext - 1)
			cases, err := w.Cases(w.ctx, casebook.Filter{})
			w.must(err)
			waiting, _, err := w.Outbox(w.ctx)
			w.must(err)
			counts, err := w.MailCounts(w.ctx)
			w.must(err)
			if n < int64(safe) || p.Seen.String() != fmt.Sprintf("1:%d", n) || int64(len(cases)) != n || int64(waiting) != n ||
				len(counts) != 1 || counts[0] != (casebook.MailTally{Mailbox: "shop", Outcome: rules.OutcomeNotice, Mails: n}) {
				w.Fatalf("kill %d: safe %d, position %v, %d cases, %d messages, mails %v", kill, safe, p.Seen, len(cases), waiting, counts)
			}
		}
	})
}

// restingPosition waits until the server has ended the dead child's last
// transaction, which holds the child's claim, and says where it came to.
func (w *world) restingPosition(pid int) rules.Position {
	w.Helper()
	_, err := w.Renew(w.ctx, rules.Claim{Key: fmt.Sprint("mailbox/shop/", pid), Holder: fmt.Sprint("child/", pid), Epoch: 1})
	w.must(err)
	return w.position(w.Book)
}

// killedChild starts a child, kills it a moment after some mails are safe, and
// returns its number and the last mail of which it said so.
func (w *world) killedChild(moment time.Duration) (int, uint32) {
	w.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), childOf+"="+w.dsn)
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	w.must(err)
	w.must(child.Start())
	lines := bufio.NewScanner(out)
	var uid uint32
	for n := 0; lines.Scan(); n++ {
		if _, err := fmt.Sscan(lines.Text(), &uid); err != nil {
			break // the last line may be cut
		}
		if n == 5 {
			time.AfterFunc(moment, func() { _ = child.Process.Kill() })
		}
	}
	_ = child.Wait() // it was killed
	return child.Process.Pid, uid
}

// A daemon is paused within a transaction. The database lets go of its locks,
// another daemon takes its claim over when that has lapsed, and when the first
// one wakes it changes nothing more.
func TestPausedInTheMiddleIsReplacedAndChangesNothing(t *testing.T) {
	w := newWorld(t, "postgres")
	paused := w.another("paused/1")
	c := w.opened(w.noticeOf("256947", 1))
	claim, err := paused.Claim(w.ctx, "mailbox/shop")
	w.must(err)
	paused.EndIdleAfter(300 * time.Millisecond)
	var wake chan bool
	var end chan error
	for asleep := false; !asleep; { // a busy machine may be idle for so long before that
		within := make(chan bool)
		wake, end = make(chan bool), make(chan error, 1)
		go func() { end <- paused.PauseWithin(w.ctx, claim, c.ID, within, wake) }()
		select {
		case <-within:
			asleep = true
		case err := <-end:
			t.Log(err)
		}
	}
	w.wait(61 * time.Second)
	ctx, done := context.WithTimeout(w.ctx, 5*time.Minute)
	defer done()
	_, err = w.Claim(ctx, "mailbox/shop")
	w.must(err)
	before := w.dump()
	close(wake)
	if err := <-end; err == nil {
		t.Error("the paused one finished its change")
	}
	w.same(before, w.dump())
	paused.EndIdleAfter(time.Minute)
	if _, err := paused.SayUnder(w.ctx, claim, c.ID, rules.Event{Type: rules.EventAnswer, By: "anna"}); !lost(err) {
		t.Errorf("and went on: %v", err)
	}
}
