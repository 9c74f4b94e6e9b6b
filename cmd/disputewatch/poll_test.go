package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
	"github.com/disputewatch/disputewatch/rules"
)

// poll is the daemon's regular reading of the story's mailbox.
func (s *story) poll() *poll {
	return &poll{house: s.house, ctx: s.t.Context(), box: s.house.boxes[0], every: 5 * time.Minute}
}

// part is what the book remembers of the mailbox.
func (s *story) part() rules.Health {
	s.t.Helper()
	h, err := s.book.Part(s.t.Context(), "mailbox/onboarding")
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

func TestRefusedPasswordIsNotGivenToTheServerAtEachPoll(t *testing.T) {
	s := newStory(t, monday)
	server, err := fakeimap.Start(fakeimap.Options{Security: "none"}) // Dovecot takes its time to refuse
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	p := s.poll()
	p.box.Account.Port, p.box.Account.Security, p.box.Account.Username = server.Port(), "none", "shop"
	s.write("imap-password", "wrong")
	for range 12 {
		p.Run()
		s.wait(5 * time.Minute)
	}
	if n := s.part().Failures; n != 5 { // after 0, 5, 10, 20 and 40 minutes
		t.Errorf("the server was asked %d times within the hour, want 5", n)
	}
	s.write("imap-password", "secret")
	p.Run()
	if !s.part().GoodAt.Equal(s.now) {
		t.Error("the mended password was not tried at the next poll")
	}
}

func TestPollWaitsWhileAsManyAsMayAreAtTheirServers(t *testing.T) {
	s := newStory(t, monday)
	p := s.poll()
	for range maxPolls {
		s.house.doors <- struct{}{}
	}
	var done context.CancelFunc
	p.ctx, done = context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer done()
	p.Run()
	if h := s.part(); !h.GoodAt.IsZero() || h.Failures > 0 {
		t.Errorf("it went to its server beside %d others: %+v", maxPolls, h)
	}
	p.ctx = t.Context()
	<-s.house.doors
	p.Run()
	if !s.part().GoodAt.Equal(s.now) {
		t.Error("it was not read when there was room")
	}
	if n := len(s.house.doors); n != maxPolls-1 {
		t.Errorf("%d are at their servers, want %d", n, maxPolls-1)
	}
}

// A thousand mailboxes end a poll each minute: nearly none brings anything, and
// the desk looks by itself for what time brings.
func TestPollWakesTheDeskForNewsAlone(t *testing.T) {
	s := newStory(t, monday)
	p := s.poll()
	woken := func() bool {
		s.wait(time.Minute)
		p.Run()
		select {
		case <-s.house.wake:
			return true
		default:
			return false
		}
	}
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	if !woken() {
		t.Error("the desk does not know of a new case")
	}
	if woken() {
		t.Error("the desk was woken for nothing")
	}
}

func TestReadingThatPanicsIsToldAndGoesOnAfterwards(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.dispute("9", "77-9", "needs_response", 12490, s.now.AddDate(0, 0, 12))
	p, asked := s.poll(), s.house.stripe[0].MailRead
	s.house.intake.Progress = func(string, string, int, int) { panic("anna@shop.example") }
	s.house.stripe[0].MailRead = func(context.Context) (time.Time, error) { panic("anna@shop.example") }
	for range health.MissedPolls {
		p.Run()
		s.wait(5 * time.Minute)
	}
	if err := s.house.deliver(t.Context(), &passed{}); err != nil {
		t.Fatal(err)
	}
	told := strings.Join(s.news(), "\n")
	for _, word := range []string{"Mailbox onboarding", "Stripe account main", "please report"} {
		if !strings.Contains(told, word) || strings.Contains(told, "anna@") {
			t.Errorf("%q is missing, or too much is told:\n%s", word, told)
		}
	}
	s.house.intake.Progress, s.house.stripe[0].MailRead = nil, asked
	p.Run()
	if n := len(s.house.doors); n > 0 || !s.part().GoodAt.Equal(s.now) {
		t.Errorf("%d doors are taken; the mailbox: %+v", n, s.part())
	}
}

// A database that keeps its connections and answers nothing.
func TestBookThatNeverAnswersStarvesTheWatchdog(t *testing.T) {
	s := newStory(t, monday)
	s.pass()
	asked, answer := make(chan struct{}, 100), make(chan struct{})
	mute, err := casebook.Open(t.Context(), s.house.config.Store, casebook.Options{Policy: s.house.policy, Holder: "shop/2", Now: func() time.Time {
		asked <- struct{}{}
		<-answer
		return s.now
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mute.Close() })
	s.over(mute)
	for name, step := range map[string]func(context.Context) error{
		"deciding": s.house.deciding, "looking ahead": s.house.wakeInTime, "looking whether all is well": s.house.complete,
	} {
		ended := make(chan error)
		go func() { ended <- step(t.Context()) }()
		<-asked
		if s.house.steps.Overdue(time.Now()) || !s.house.steps.Overdue(time.Now().Add(time.Hour)) {
			t.Errorf("%s may hang for ever, and the watchdog is fed", name)
		}
		answer <- struct{}{}
		for over := false; !over; {
			select {
			case err := <-ended:
				over = true
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
			case answer <- struct{}{}:
			}
		}
		for len(asked) > 0 {
			<-asked
		}
	}
}

// Whoever waits for a reminder does not read the log.
func TestDecidingThatPanicsIsTold(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.said("77-1042")
	whole, policy := s.house.book, s.house.policy
	policy.Calendar.Location = nil
	broken, err := casebook.Open(t.Context(), s.house.config.Store, casebook.Options{Policy: policy, Now: s.clock, Holder: "shop/2"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { broken.Close() })
	desking := func() string {
		s.wait(deskEvery)
		s.house.desking(t.Context())
		return strings.Join(s.news(), "\n")
	}
	s.over(broken)
	told := ""
	for range health.MissedPolls {
		told += desking()
	}
	if !strings.Contains(told, "Deciding what is due does not work") {
		t.Errorf("nobody was told that nothing is decided:\n%s", told)
	}
	s.over(whole)
	if told := desking(); !strings.Contains(told, "Deciding what is due works again") {
		t.Errorf("nobody was told that it is over:\n%s", told)
	}
}

// The line of one of two machines is broken. Whoever is first at a mailbox holds it
// until the connection has failed, which may take a minute.
func TestDaemonThatCannotReachAMailboxLetsTheOthersReadItFirst(t *testing.T) {
	dsn := shared.postgres(t)
	s := newStory(t, monday)
	s.moved(dsn)
	other, err := casebook.Open(t.Context(), dsn, casebook.Options{Now: s.clock, Holder: "other/1"})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	nothing := func() {}
	reads := func() { _, err := other.Good(t.Context(), "mailbox/onboarding"); must(err) }
	takes := func() { _, err := other.Claim(t.Context(), "mailbox/onboarding"); must(err) }
	p := s.poll()
	run := func(what string, before, meanwhile func(), waits bool, failures int) {
		t.Helper()
		waited := false
		p.behind = func(context.Context) {
			waited = true
			meanwhile()
		}
		s.wait(5 * time.Second)
		before()
		p.Run()
		if h := s.part(); waited != waits || h.Failures != failures {
			t.Errorf("%s: it waited: %v, and failed %d times in a row, want %v and %d", what, waited, h.Failures, waits, failures)
		}
	}
	good := p.box.Account.Port
	run("all is well", nothing, nothing, false, 0)
	p.box.Account.Port = 1 // nobody listens
	run("the first that fails", nothing, nothing, false, 1)
	run("nobody reads it", nothing, nothing, true, 2)
	run("another reads it meanwhile", nothing, reads, true, 0)
	run("another was faster", reads, nothing, true, 0)
	run("another is at it", nothing, takes, true, 0)
	s.wait(triedAgain)
	run("it is time to try again", nothing, reads, true, 1)
	run("the other has gone", nothing, nothing, true, 2)
	p.box.Account.Port = good
	run("the line is mended", nothing, nothing, true, 0)
	run("another is at it, and all is well", takes, nothing, false, 0)
	s.wait(time.Minute) // its claim
	run("all is well again", nothing, nothing, false, 0)
	for _, err := range []error{&casebook.LostError{Key: "mailbox/onboarding"}, &casebook.FaultError{Err: io.ErrUnexpectedEOF}} {
		if p.note(fmt.Errorf("read mailbox: %w", err)); p.failing.is {
			t.Errorf("%v is taken for a mailbox out of reach", err)
		}
	}
	p.box.Account.Port = 1
	run("it fails once more", nothing, nothing, false, 1)
	p.rescan = &ingest.Rescan{}
	run("it is to read again what nobody else is", nothing, nothing, false, 2)
}
