package notify_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/casebook/booktest"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// in wants exactly one message in a channel, with all of the words in it.
func (w *world) in(name string, n int, words ...string) {
	w.t.Helper()
	ms := w.fake.Messages(name)
	if len(ms) != n {
		w.t.Fatalf("%d messages in %s, want %d: %s", len(ms), name, n, texts(ms))
	}
	got := fakeslack.Text(ms[n-1])
	for _, word := range words {
		if !strings.Contains(got, word) {
			w.t.Errorf("%q is missing in %s:\n%s", word, name, got)
		}
	}
}

// closings are the ways in which a channel takes nothing any more.
func closings() map[string]func(*fakeslack.Server, string) {
	return map[string]func(*fakeslack.Server, string){
		"is_archived":    func(s *fakeslack.Server, name string) { s.Archive(name) },
		"not_in_channel": func(s *fakeslack.Server, name string) { s.Kick(name) },
		"channel_not_found": func(s *fakeslack.Server, name string) {
			s.Private(name)
			s.Kick(name)
		},
	}
}

// The hint says: name another channel in the config. That must help the cases
// that are open.
func TestOpenCaseMovesToTheChannelOfTheConfigWhenItsOwnIsClosed(t *testing.T) {
	for code, closeChannel := range closings() {
		t.Run(code, func(t *testing.T) {
			w := newWorld(t, "2026-03-02 09:00")
			id := w.dispute("256947")
			w.good()
			closeChannel(w.fake, channel)
			w.fake.Channel("disputes-2", true)
			w.desk.Channel = "#disputes-2"
			w.wait(day)
			if err := w.pass(); err == nil || !strings.Contains(err.Error(), code) {
				t.Errorf("pass: %v", err)
			}
			w.in("disputes-2", 1, "Faulty goods", "Told now: unanswered for 1 working day", "Klarna asks for", "its earlier card, which cannot be reached ("+code+")")
			card := w.fake.Messages("disputes-2")[0]
			if c, err := w.book.Case(t.Context(), id); err != nil || c.Card.TS != card.TS {
				t.Fatalf("the card is %s, the case says %v %v", card.TS, c.Card, err)
			}
			w.wait(day)
			w.good()
			w.in("disputes-2", 2, "unanswered for 1 working day")
			if nudge := w.fake.Messages("disputes-2")[1]; nudge.Thread != card.TS {
				t.Errorf("the nudge stands in thread %q", nudge.Thread)
			}
			w.say(id, rules.Event{Type: rules.EventAnswer, By: "anna"})
			w.good()
			if card = w.fake.Messages("disputes-2")[0]; !strings.Contains(fakeslack.Text(card), "Answered") {
				t.Errorf("the new card says\n%s", fakeslack.Text(card))
			}
		})
	}
}

func TestStepWhoseOwnChannelIsClosedIsSaidInTheThread(t *testing.T) {
	for _, closeChannel := range closings() {
		w := newWorld(t, "2026-03-02 09:00")
		w.fake.Channel("leads", true)
		id := w.dispute("256947")
		w.good()
		card := w.said()[0]
		closeChannel(w.fake, "leads")
		w.queue(rules.Message{Key: id + "/1/lead/0", Kind: rules.MessageStep, Case: id, Escalation: &rules.Escalation{
			Case: id, Round: 1, Step: "lead", Reason: "48h before the deadline", Channel: "#leads", Mention: []string{"on_call"},
		}})
		if w.pass() == nil {
			t.Error("nobody hears that #leads is closed")
		}
		if m := w.saidOnce("<@U0ONCALL>", "48 hours before the deadline", "belongs into #leads, where nothing can be said ("); m.Thread != card.TS {
			t.Errorf("it stands in thread %q", m.Thread)
		}
	}
}

func TestCaseOfAMailboxWhoseChannelIsClosedIsToldWhereAllAre(t *testing.T) {
	for _, closeChannel := range closings() {
		w := newWorld(t, "2026-03-02 09:00")
		w.fake.Channel("nordics", true)
		closeChannel(w.fake, "nordics")
		w.desk.Channels = map[string]string{"onboarding": "#nordics"}
		w.dispute("256947")
		if w.pass() == nil {
			t.Error("nobody hears that #nordics is closed")
		}
		w.saidOnce("Faulty goods", "belongs into #nordics, where nothing can be said (")
		w.wait(day)
		w.good()
		w.saidOnce("unanswered for 1 working day")
	}
}

func TestAlarmWhoseChannelIsClosedIsToldWhereCasesAre(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.fake.Channel("ops", true)
	w.fake.Archive("ops")
	w.desk.Alarms = "#ops"
	w.queue(rules.Message{Key: "alarm/1", Kind: rules.MessageAlarm, About: map[string]string{rules.AboutPart: "mailbox/onboarding"}})
	if w.pass() == nil {
		t.Error("nobody hears that #ops is closed")
	}
	w.saidOnce("Mailbox onboarding does not work", "belongs into #ops")
}

// Slack does not say whether it takes a reply to what was deleted.
func TestReplyToAThreadThatIsGoneIsANewCard(t *testing.T) {
	for _, code := range []string{"thread_not_found", "message_not_found", "cannot_reply_to_message", "restricted_action_thread_locked"} {
		w := newWorld(t, "2026-03-02 09:00")
		id := w.dispute("256947")
		w.good()
		w.said()
		w.wait(day)
		w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Refuse, Code: code})
		w.pass()
		card := w.saidOnce("Faulty goods", "Klarna asks for", "its earlier card, which cannot be reached ("+code+")")
		if c, err := w.book.Case(t.Context(), id); err != nil || c.Card.TS != card.TS || card.Thread != "" {
			t.Errorf("%s: the card is %s in thread %q, the case says %v %v", code, card.TS, card.Thread, c.Card, err)
		}
	}
}

// What may have been said there cannot be looked for either.
func TestStepThatMayStandInAClosedChannelIsSaidInTheOther(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.dispute("256947")
	w.good()
	w.wait(day)
	for _, method := range []string{"chat.postMessage", "conversations.history"} {
		w.fake.Fail(fakeslack.Fault{Method: method, Kind: fakeslack.Hangup})
	}
	if w.pass() == nil {
		t.Fatal("it was said")
	}
	w.fake.Kick(channel)
	w.fake.Channel("disputes-2", true)
	w.desk.Channel = "#disputes-2"
	w.wait(time.Hour)
	w.pass()
	w.in("disputes-2", 1, "unanswered for 1 working day", "cannot be reached (not_in_channel)")
}

func TestOvertakenStepIsNotLookedForInAClosedChannelForEver(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.good()
	w.wait(day)
	for _, method := range []string{"chat.postMessage", "conversations.history"} {
		w.fake.Fail(fakeslack.Fault{Method: method, Kind: fakeslack.Hangup})
	}
	w.pass()
	w.fake.Kick(channel)
	w.say(id, rules.Event{Type: rules.EventAnswer, By: "anna"})
	w.wait(time.Hour)
	w.pass()
	waiting, _, err := w.book.Outbox(t.Context())
	if err != nil || waiting != 1 { // that it was answered
		t.Errorf("%d wait: %v", waiting, err)
	}
}

func TestRefreshOfAFinishedCardInAClosedChannelIsGivenUp(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.good()
	w.fake.Archive(channel)
	wait := func(want int) {
		t.Helper()
		w.wait(time.Hour)
		w.pass()
		if waiting, _, err := w.book.Outbox(t.Context()); err != nil || waiting != want {
			t.Errorf("%d wait, want %d: %v", waiting, want, err)
		}
	}
	w.say(id, rules.Event{Type: rules.EventClaim, By: "anna", Until: w.now().Add(day)})
	wait(2) // the news and the card: the channel may be opened again
	w.say(id, rules.Event{Type: rules.EventClose, By: "anna", Outcome: "settled"})
	wait(2) // the news
}

func TestCopyOfACardInAClosedChannelKeepsNoRefreshWaiting(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.desk.Copies = w.book.Copies
	w.fake.Channel("leads", true)
	id := w.dispute("256947")
	w.good()
	w.queue(rules.Message{Key: id + "/1/lead/0", Kind: rules.MessageStep, Case: id, Escalation: &rules.Escalation{
		Case: id, Round: 1, Step: "lead", Reason: "48h before the deadline", Channel: "#leads",
	}})
	w.good()
	w.fake.Archive("leads")
	w.say(id, rules.Event{Type: rules.EventClaim, By: "anna", Until: w.now().Add(day)})
	w.good()
}

// under gives the world another policy and an empty book.
func (w *world) under(p rules.Policy) {
	w.t.Helper()
	var err error
	w.book, err = casebook.Open(w.t.Context(), booktest.SQLite(w.t, w.t.TempDir()+"/cases.db"), casebook.Options{Policy: p, Now: w.now, Holder: "test/1"})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { w.book.Close() })
	w.desk.Outbox, w.desk.Policy = outbox{w.book}, p
}

func TestCaseThatOpensLateIsToldInEachChannelAndItsCardStandsInItsOwn(t *testing.T) {
	for range 8 { // ids are random: the order must not be
		w := newWorld(t, "2026-03-15 09:00")
		w.fake.Channel("leads", true)
		p := w.desk.Policy
		p.Dispute = slices.Clone(p.Dispute)
		i := slices.IndexFunc(p.Dispute, func(s rules.Step) bool { return s.Name == "last" })
		p.Dispute[i].Channel = "#leads"
		w.under(p)
		id := w.dispute("256947")
		w.good()
		card := w.saidOnce("Faulty goods", "<@U0ONCALL>")
		w.in("leads", 1, "Faulty goods", "<@U0ONCALL>")
		if c, err := w.book.Case(t.Context(), id); err != nil || c.Card.TS != card.TS {
			t.Fatalf("the card is %s, the case says %v %v", card.TS, c.Card, err)
		}
	}
}
