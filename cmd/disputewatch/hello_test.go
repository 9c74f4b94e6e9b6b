package main

import (
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

func TestCheckSaysHelloByACardThatIsNoCase(t *testing.T) {
	s := newStory(t, monday)
	code, out, errs := s.command("check", "--say-hello")
	if code != exitDone || !strings.Contains(out, "✓ slack: a sample card stands in "+channel) {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if text := s.said("Sample, nothing to do"); strings.Contains(text, "[I'm on it]") {
		t.Errorf("buttons that nobody serves:\n%s", text)
	}
	if code, _, _ := s.command("check", "--say-hello", "--offline"); code != exitUsage {
		t.Errorf("--offline with --say-hello: exit %d", code)
	}
	s.slack.Kick("klarna-disputes")
	if code, out, _ := s.command("check", "--say-hello"); code != exitFailed || !strings.Contains(out, "✗ slack: a sample card") {
		t.Errorf("exit %d: %s", code, out)
	}
}

func TestButtonsOfTheSampleCanBeTried(t *testing.T) {
	s := newStory(t, monday)
	s.withButtons()
	type result struct {
		code int
		out  string
	}
	ended := make(chan result)
	go func() {
		code, out, _ := s.command("check", "--say-hello")
		ended <- result{code, out}
	}()
	s.awaits("Sample, nothing to do", "[I'm on it]")
	if !s.slack.AwaitSockets(1, 1) {
		t.Fatal("check hears no clicks")
	}
	s.click("dw-claim", "", "U0ANNA")
	if r := <-ended; r.code != exitDone || !strings.Contains(r.out, "✓ slack: the buttons work: “claim” was clicked") {
		t.Errorf("exit %d: %s", r.code, r.out)
	}
	s.heardIn(channel, "<@U0ANNA>", notify.HelloReply)
	if n := len(s.slack.Messages(channel)); n != 2 {
		t.Errorf("%d messages, want the sample and the reply:\n%s", n, fakeslack.Text(s.slack.Messages(channel)[0]))
	}
}
