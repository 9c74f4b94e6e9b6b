package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

// story is the daemon in its world, and what was seen of it so far.
type story struct {
	*world
	binary string
	began  time.Time
	kept   int // promises

	daemon *exec.Cmd
	exited chan error
	log    lockedBuffer
	seen   map[string]int // message ts → how often it was printed
}

const day = 24 * time.Hour

// play is the story. Each scene is something that happens and what people must
// see of it.
func (s *story) play(ctx context.Context) error {
	s.scene("The mailbox holds six mails that are none of our business.")
	for _, name := range []string{"newsletter", "invoice", "order", "payout", "team", "carrier"} {
		if err := s.deliver("other-"+name, 0); err != nil {
			return err
		}
	}
	if err := s.start(); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{
		s.dispute, s.reminder, s.spoof, s.riddle, s.poison, s.escalation, s.stopRequest, s.claim, s.reply, s.restart, s.answer,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) dispute(ctx context.Context) error {
	s.scene("Klarna mails a dispute: goods not received, order 77-1042.")
	if err := s.deliver("request", 14*day); err != nil {
		return err
	}
	return s.promise(ctx, "A card tells what, how much, until when, and which Stripe charge it is.",
		said("77-1042", "124.90 EUR", "256947", "py_1042"))
}

func (s *story) reminder(ctx context.Context) error {
	s.scene("Klarna reminds us; now the deadline is in three days.")
	if err := s.deliver("reminder", 3*day); err != nil {
		return err
	}
	return s.promise(ctx, "The same case is told of the reminder, in its thread; no second card.", all(said("reminder"), cards("Order: 77-1042", 1)))
}

func (s *story) spoof(ctx context.Context) error {
	s.scene("Somebody who is not Klarna sends a dispute with a link.")
	if err := s.deliver("spoof", 1*day); err != nil {
		return err
	}
	return s.promise(ctx, "People are warned of phishing; no case is opened and no link is shown.", all(said("Phishing"), never("evil.example/login"), never("999001")))
}

func (s *story) riddle(ctx context.Context) error {
	s.scene("Klarna writes something about a dispute that nobody can make sense of.")
	if err := s.deliver("riddle", 0); err != nil {
		return err
	}
	return s.promise(ctx, "It is put before a person, as a case of its own.", said("not understood"))
}

func (s *story) poison(ctx context.Context) error {
	s.scene("A mail comes in that cannot be opened: 300 parts, one inside the other.")
	if err := s.deliver("poison", 0); err != nil {
		return err
	}
	return s.promise(ctx, "It is set aside and told once; it is in nobody's way.", said("could not be read"))
}

func (s *story) escalation(ctx context.Context) error {
	s.scene("Nobody answers the dispute.")
	return s.promise(ctx, "disputewatch comes back to it, in the thread.", said("nswered"))
}

func (s *story) stopRequest(ctx context.Context) error {
	s.scene("Klarna asks to stop the shipment of order 77-1050.")
	if err := s.deliver("stop", 0); err != nil {
		return err
	}
	return s.promise(ctx, "Whoever is on call is named at once.", said("77-1050", "<@"+onCall+">"))
}

func (s *story) claim(ctx context.Context) error {
	s.scene("Anna, who is on call, clicks “I'm on it” on its card.")
	if err := s.click("dw-claim"); err != nil {
		return err
	}
	return s.promise(ctx, "The card says at once who is on it.", said("77-1050", "State: Anna is on it until"))
}

func (s *story) reply(ctx context.Context) error {
	s.scene("She replies to Klarna's mail, clicks “Answered” and says how in the form.")
	if err := s.click("dw-answer"); err != nil {
		return err
	}
	form, ok := s.slack.AwaitView(1)
	if !ok {
		return errors.New("no form was opened\n" + s.log.String())
	}
	if err := s.slack.Submit(form, onCall, map[string]string{"how": "reply", "note": "the parcel was stopped"}); err != nil {
		return err
	}
	return s.promise(ctx, "The case counts as answered, because she says so.", said("Answered: Stop request", "as Anna says"))
}

// click clicks on the card of the stop request.
func (s *story) click(action string) error {
	for _, m := range s.slack.Messages(channel) {
		if m.Thread == "" && strings.Contains(fakeslack.Text(m), "77-1050") {
			return s.slack.Click(channel, m.TS, action, "", onCall)
		}
	}
	return errors.New("the card of the stop request is gone")
}

func (s *story) restart(ctx context.Context) error {
	s.scene("The daemon is stopped and started again.")
	if err := s.stop(); err != nil {
		return err
	}
	if err := s.start(); err != nil {
		return err
	}
	logins := s.imap.Logins()
	return s.promise(ctx, "It goes on where it stood and repeats nothing.", func(messages []fakeslack.Message) bool {
		return s.imap.Logins() >= logins+2 && noneTwice(messages)
	})
}

func (s *story) answer(ctx context.Context) error {
	s.scene("Somebody submits the evidence in Stripe: the dispute is under review.")
	if !s.stripe.ChangeDispute("du_1042", func(d *fakestripe.Dispute) { d.Status, d.Submissions = "under_review", 1 }) {
		return errors.New("the dispute is gone")
	}
	return s.promise(ctx, "The case counts as answered, because Stripe says so.", said("under_review"))
}

// scene prints what happens.
func (s *story) scene(text string) {
	fmt.Printf("\n── %s\n", text)
}

// promise waits until people see in Slack what was promised, and prints the
// channel as it grows.
func (s *story) promise(ctx context.Context, text string, kept func([]fakeslack.Message) bool) error {
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	for {
		s.show()
		if kept(s.slack.Messages(channel)) {
			s.kept++
			fmt.Printf("   ✓ %s\n", text)
			return nil
		}
		select {
		case <-look.C:
		case err := <-s.exited:
			s.daemon = nil
			return fmt.Errorf("the daemon ended: %w\n%s", err, s.log.String())
		case <-ctx.Done():
			return fmt.Errorf("broken promise: %s\nthe daemon said:\n%s", text, s.log.String())
		}
	}
}

// versions lists messages, and before each that was changed what was posted: a card
// that names somebody may be brought up to date, without the name, between two looks.
func versions(messages []fakeslack.Message) (out []fakeslack.Message) {
	for _, m := range messages {
		if m.Posted != nil {
			out = append(out, *m.Posted)
		}
		out = append(out, m)
	}
	return out
}

// show prints the messages that are new or were changed.
func (s *story) show() {
	if s.seen == nil {
		s.seen = map[string]int{}
	}
	for _, m := range versions(s.slack.Messages(channel)) {
		if n, known := s.seen[m.TS]; known && n >= m.Edited {
			continue
		}
		where := channel
		switch {
		case m.Edited > 0:
			where += ", card brought up to date"
		case m.Thread != "" && m.Thread != m.TS:
			where += ", in the thread"
		}
		s.seen[m.TS] = m.Edited
		fmt.Printf("   ┌ %s\n", where)
		for line := range strings.Lines(fakeslack.Text(m)) {
			fmt.Printf("   │ %s", strings.TrimRight(line, "\n")+"\n")
		}
	}
}

// follow prints the channel until the user has seen enough.
func (s *story) follow(ctx context.Context) error {
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	for {
		s.show()
		select {
		case <-look.C:
		case err := <-s.exited:
			s.daemon = nil
			return fmt.Errorf("the daemon ended: %w\n%s", err, s.log.String())
		case <-ctx.Done():
			return nil
		}
	}
}

// start runs the real binary under the config.
func (s *story) start() error {
	s.daemon = exec.Command(s.binary, "run", "--config", filepath.Join(s.dir, "config.yaml"))
	s.daemon.Stdout, s.daemon.Stderr = &s.log, &s.log
	s.daemon.Env = append(os.Environ(), "CREDENTIALS_DIRECTORY=")
	if err := s.daemon.Start(); err != nil {
		s.daemon = nil
		return err
	}
	s.exited = make(chan error, 1)
	go func(d *exec.Cmd) { s.exited <- d.Wait() }(s.daemon)
	fmt.Printf("   disputewatch runs; its board is at http://%s/\n", s.board)
	return nil
}

// stopTime is how long the daemon may take to stop after SIGTERM; on a machine with
// little else to do it takes a fifth of a second.
const stopTime = time.Minute

// stop ends the daemon as systemd would, and expects it to end well and soon.
func (s *story) stop() error {
	if s.daemon == nil {
		return nil
	}
	d := s.daemon
	s.daemon = nil
	if err := d.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-s.exited:
		if err != nil {
			return fmt.Errorf("the daemon did not end well: %w\n%s", err, s.log.String())
		}
		return nil
	case <-time.After(stopTime):
		return errors.Join(fmt.Errorf("the daemon did not stop within %s", stopTime), d.Process.Kill())
	}
}

// said is kept when one message holds all of the words.
func said(words ...string) func([]fakeslack.Message) bool {
	return func(messages []fakeslack.Message) bool {
		for _, m := range versions(messages) {
			text := fakeslack.Text(m)
			missing := false
			for _, w := range words {
				missing = missing || !strings.Contains(text, w)
			}
			if !missing {
				return true
			}
		}
		return false
	}
}

// noneTwice is kept while no two messages read the same.
func noneTwice(messages []fakeslack.Message) bool {
	read := map[string]bool{}
	for _, m := range messages {
		text := m.Thread + fakeslack.Text(m)
		if read[text] {
			return false
		}
		read[text] = true
	}
	return true
}

// never is kept as long as no message holds the words.
func never(words string) func([]fakeslack.Message) bool {
	return func(messages []fakeslack.Message) bool { return !said(words)(messages) }
}

// cards is kept while n messages of the channel itself, not of threads, hold
// the words.
func cards(words string, n int) func([]fakeslack.Message) bool {
	return func(messages []fakeslack.Message) bool {
		found := 0
		for _, m := range messages {
			if (m.Thread == "" || m.Thread == m.TS) && strings.Contains(fakeslack.Text(m), words) {
				found++
			}
		}
		return found == n
	}
}

func all(promises ...func([]fakeslack.Message) bool) func([]fakeslack.Message) bool {
	return func(messages []fakeslack.Message) bool {
		for _, kept := range promises {
			if !kept(messages) {
				return false
			}
		}
		return true
	}
}

// lockedBuffer keeps what the daemon writes.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
