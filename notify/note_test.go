package notify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

// lineOf is the value of a card's line.
func lineOf(c notify.Card, label string) string {
	for _, l := range c.Lines {
		if l.Label == label {
			return l.Value
		}
	}
	return ""
}

// A note is for the colleagues: who holds the case now, or has answered it.
func TestCardShowsTheNoteOfWhoSpokeLast(t *testing.T) {
	s := newScene(t)
	promise := func(note string, until time.Time) *rules.Promise {
		return &rules.Promise{Who: "anna", Note: note, Until: until}
	}
	for name, tt := range map[string]struct {
		change func(*rules.Case)
		want   string
	}{
		"nobody": {func(*rules.Case) {}, ""},
		"claimed": {func(c *rules.Case) {
			c.State, c.Claim = rules.Claimed, promise("I call her", s.in(time.Hour))
		}, "I call her"},
		"claimed until now": {func(c *rules.Case) { c.State, c.Claim = rules.Claimed, promise("I call her", s.now) }, ""},
		"snoozed": {func(c *rules.Case) {
			c.State, c.Snooze = rules.Snoozed, promise("she is away", s.in(time.Hour))
			c.Claim = promise("I call her", s.in(time.Hour))
		}, "she is away"},
		"answered by a person": {func(c *rules.Case) {
			c.State = rules.Answered
			c.Answers = []rules.Evidence{{Source: "stripe", Note: "of Stripe's"}, {Source: "person", Who: "anna", Note: "sent the slip", At: s.now}}
		}, "sent the slip"},
		"answered in Stripe since": {func(c *rules.Case) {
			c.State = rules.Answered
			c.Answers = []rules.Evidence{{Source: "person", Who: "anna", Note: "sent the slip"}, {Source: "stripe", Note: "of Stripe's", At: s.now}}
		}, ""},
		"much": {func(c *rules.Case) {
			c.State, c.Claim = rules.Claimed, promise(strings.Repeat("a", 10_000), s.in(time.Hour))
		}, strings.Repeat("a", 599) + "…"},
	} {
		c := s.inStripe("needs_response")
		tt.change(&c)
		if got := lineOf(notify.CardOf(c, s.policy, s.now), "Note"); got != tt.want {
			t.Errorf("%s: the card says %q, want %q", name, got, tt.want)
		}
		if got := lineOf(notify.StepCard(c, step("nudge", ""), s.policy, s.now), "Note"); got != tt.want {
			t.Errorf("%s: the step says %q, want %q", name, got, tt.want)
		}
	}
}

// What a Message-ID holds is the sender's.
func TestAlarmNamesMailsByWhatAMailProgramFinds(t *testing.T) {
	s := newScene(t)
	m := rules.Message{Kind: rules.MessageAlarm, About: map[string]string{
		rules.AboutPart:  "reader",
		rules.AboutMails: "<a@klarna.com> <b\u202e\u00e9@x>\t<" + strings.Repeat("c", 10_000) + ">",
	}}
	want := "a@klarna.com, b@x, " + strings.Repeat("c", 100)
	if got := lineOf(notify.AlarmCard(m, s.policy, s.now), "Mails"); got != want {
		t.Errorf("it names %q", got)
	}
}
