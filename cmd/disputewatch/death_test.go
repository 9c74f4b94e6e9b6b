package main

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/robfig/cron/v3"
)

// Whatever ends it does so each time that it reads the mailbox.
func TestDaemonThatDiesAgainAndAgainSaysSoBeforeItReadsOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "cases.db"))
	book := w.opened()
	w.imap.Stall(true)
	defer w.imap.Stall(false)
	for n := range 5 {
		p := w.start()
		// What the one before held is freed by then: it is looked at afterwards.
		w.until("it took over", func() bool { return n == 0 || p.lines("took over from a process that died") == 1 })
		w.until("it reads", func() bool {
			held, err := book.Held(t.Context(), "mailbox/onboarding")
			w.must(err)
			return held
		})
		if w.stands("again and again") {
			t.Fatalf("told after %d deaths", n)
		}
		p.kill()
	}
	p := w.start()
	w.until("people are told", func() bool { return w.stands("ends again and again") && w.stands("while it read onboarding, 5 times") })
	p.kill()
}

func TestWhatOthersBroughtIsToldBeforeAMailboxIsReadThatMayEndTheProcess(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	var others sync.WaitGroup
	others.Go(s.poll().Run)
	told := ""
	s.house.readLast(t.Context(), &others, []cron.Job{cron.FuncJob(func() { told = strings.Join(s.news(), "\n") })})
	if !strings.Contains(told, "77-1042") {
		t.Errorf("told before: %q", told)
	}
	others.Wait()
}

func TestOneDeathIsForgottenOnceTheProcessStaysUp(t *testing.T) {
	s := newStory(t, monday)
	for range 5 { // starts after a proper end
		if err := s.house.noteDeath(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.house.deliver(t.Context(), &passed{}); err != nil {
		t.Fatal(err)
	}
	s.saidNothing()
	s.house.died = []string{"daemon", "mailbox/onboarding"}
	for n := range 5 {
		s.saidNothing()
		if err := s.house.noteDeath(t.Context()); err != nil {
			t.Fatalf("death %d: %v", n, err)
		}
		if err := s.house.deliver(t.Context(), &passed{}); err != nil {
			t.Fatal(err)
		}
	}
	s.said("ends again and again", "while it read onboarding", "out of the config")
	if err := s.house.health.ForgetDeaths(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.house.deliver(t.Context(), &passed{}); err != nil {
		t.Fatal(err)
	}
	s.said("stays up again")
	if err := s.house.noteDeath(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.house.deliver(t.Context(), &passed{}); err != nil {
		t.Fatal(err)
	}
	s.saidNothing()
}
