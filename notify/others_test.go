package notify_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

func (w *world) queue(m rules.Message) {
	w.t.Helper()
	if _, err := w.book.Queue(w.t.Context(), m); err != nil {
		w.t.Fatal(err)
	}
}

func TestMailsOfTheirOwnAreToldOnce(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	for _, kind := range []rules.MessageKind{rules.MessageUnreadable, rules.MessageForged} {
		for range 2 {
			w.queue(rules.Message{Key: string(kind) + "/1", Kind: kind, About: map[string]string{rules.AboutMailbox: "onboarding", rules.AboutUID: "7"}})
		}
	}
	w.good()
	fresh := w.said()
	if len(fresh) != 2 || !strings.Contains(texts(fresh), "A mail could not be read") || !strings.Contains(texts(fresh), "Phishing") {
		t.Errorf("said:\n%s", texts(fresh))
	}
}

func TestForgedMailIsWarnedOfWithoutALink(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.queue(rules.Message{Key: "forged/1", Kind: rules.MessageForged, About: map[string]string{
		rules.AboutWhy: "see https://klarna.evil.example/pay from anna@shop.example", rules.AboutDomain: "evil.example",
	}})
	w.good()
	m := w.saidOnce("Phishing", "evil.example")
	if strings.Contains(string(m.Blocks), `"link"`) || strings.Contains(fakeslack.Text(m), "anna@") {
		t.Errorf("a link or an address got through: %s", m.Blocks)
	}
}

func TestAlarmGoesToThoseWhoCanMendIt(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.fake.Channel("ops", true)
	w.desk.Alarms, w.desk.Ops = "#ops", []string{"U0OPS"}
	w.queue(rules.Message{Key: "alarm/1", Kind: rules.MessageAlarm, About: map[string]string{rules.AboutPart: "mailbox/onboarding"}})
	w.good()
	w.saidNothing()
	if ms := w.fake.Messages("ops"); len(ms) != 1 || !strings.Contains(fakeslack.Text(ms[0]), "<@U0OPS>") {
		t.Errorf("in #ops: %s", texts(ms))
	}
}

func TestDigestComesAlsoWhenNothingIsOpen(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	asked := ""
	w.desk.Digest = func(_ context.Context, day string) (notify.Digest, error) {
		asked = day
		return notify.Digest{Mailboxes: []notify.Mailbox{{Name: "onboarding", ReadAt: w.now()}}}, nil
	}
	w.queue(rules.Message{Key: "digest/2026-03-02", Kind: rules.MessageDigest, About: map[string]string{rules.AboutDay: "2026-03-02"}})
	w.good()
	w.saidOnce("nothing is open", "Mailbox onboarding: last read")
	if asked != "2026-03-02" {
		t.Errorf("gathered the digest of %q", asked)
	}
}

func TestObservingSaysNothingAndLeavesNothingWaiting(t *testing.T) {
	w := newWorld(t, "2026-03-07 23:00")
	w.desk.Observe = true
	p := w.pager()
	w.stopRequest()
	w.queue(rules.Message{Key: "alarm/1", Kind: rules.MessageAlarm, About: map[string]string{}})
	w.good()
	w.saidNothing()
	waiting, _, err := w.book.Outbox(t.Context())
	if err != nil || waiting != 0 || len(p.calls) != 0 || len(w.fake.Calls("")) != 0 {
		t.Errorf("%d wait (%v), %d pages, %d calls of Slack", waiting, err, len(p.calls), len(w.fake.Calls("")))
	}
}

func TestStepWithAChannelOfItsOwnBringsTheWholeCard(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.fake.Channel("leads", true)
	id := w.dispute("256947")
	w.good()
	card := w.said()[0]
	w.queue(rules.Message{Key: id + "/1/lead/0", Kind: rules.MessageStep, Case: id, Escalation: &rules.Escalation{
		Case: id, Round: 1, Step: "lead", Reason: "48h before the deadline", Channel: "#leads",
	}})
	w.good()
	ms := w.fake.Messages("leads")
	if len(ms) != 1 || ms[0].Thread != "" || !strings.Contains(fakeslack.Text(ms[0]), "Klarna asks for") {
		t.Fatalf("in #leads: %s", texts(ms))
	}
	if c, err := w.book.Case(t.Context(), id); err != nil || c.Card.TS != card.TS {
		t.Errorf("the case's card moved to %v (%v)", c.Card, err)
	}
}

func TestMailboxHasItsOwnChannel(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.fake.Channel("nordics", true)
	w.desk.Channels = map[string]string{"onboarding": "#nordics"}
	w.dispute("256947")
	w.good()
	w.saidNothing()
	if n := len(w.fake.Messages("nordics")); n != 1 {
		t.Errorf("%d messages in the mailbox's channel", n)
	}
}

func TestOwnerIsMentionedByHisName(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.good()
	w.say(id, rules.Event{Type: rules.EventClaim, By: "U0ANNA", Until: w.now().AddDate(0, 0, 1)})
	w.good()
	w.said()
	w.set(time.Date(2026, 3, 9, 23, 59, 0, 0, w.now().Location()))
	w.good()
	w.saidOnce("7 days before the deadline", "<@U0ANNA>")
}

func TestUnknownKindIsAnErrorAndNotSilence(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.queue(rules.Message{Key: "x/1", Kind: "tomorrow"})
	if err := w.pass(); err == nil || !strings.Contains(err.Error(), `"tomorrow"`) {
		t.Errorf("pass: %v", err)
	}
}

func TestDeletedCardIsNotChasedForEver(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.good()
	w.fake.Delete(channel, w.said()[0].TS)
	w.seen = 0
	w.say(id, rules.Event{Type: rules.EventClaim, By: "anna", Until: w.now().AddDate(0, 0, 1)})
	w.good()
	w.saidOnce("anna is on it")
	waiting, _, err := w.book.Outbox(t.Context())
	if err != nil || waiting != 0 {
		t.Errorf("%d wait: %v", waiting, err)
	}
}

func TestFiveHundredAtOnceGoOutAtSlacksPaceMostUrgentFirst(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.fake.Pace(channel, 10, time.Second)
	const n = 500
	for i := range n {
		at := time.Date(2026, 3, 10, 9, 0, 0, 0, w.now().Location()).Add(time.Duration(i*37%n) * time.Hour)
		w.mail(rules.Said{Kind: rules.KindDisputeRequest, DisputeID: fmt.Sprint(100000 + i), Verdict: rules.Genuine}, at.Format("2006-01-02 15:04"))
	}
	began := w.now()
	w.good()
	fresh := w.said()
	if len(fresh) != n {
		t.Fatalf("said %d messages, want %d", len(fresh), n)
	}
	last := ""
	for _, m := range fresh {
		_, at, _ := strings.Cut(fakeslack.Text(m), "\nKlarna dispute: ")
		var i int
		if _, err := fmt.Sscan(at, &i); err != nil {
			t.Fatal(err)
		}
		if rank := fmt.Sprintf("%03d", (i-100000)*37%n); rank < last {
			t.Fatalf("case %d went out after a less urgent one", i)
		} else {
			last = rank
		}
	}
	limited := len(w.fake.Calls("chat.postMessage")) - n
	if took := w.now().Sub(began); took > n*time.Second || limited > 0 {
		t.Errorf("took %s of Slack's time, was limited %d times", took, limited)
	}
	w.once()
}

func TestCardInAChannelOfItsStepIsBroughtUpToDateToo(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.fake.Channel("leads", true)
	w.fake.Channel("bosses", true)
	w.desk.Copies = w.book.Copies
	id := w.dispute("256947")
	w.good()
	for i, channel := range []string{"#leads", "#leads", "#bosses"} {
		w.queue(rules.Message{Key: fmt.Sprint("lead", i), Kind: rules.MessageStep, Case: id, Escalation: &rules.Escalation{
			Case: id, Round: 1, Step: "lead", N: i, Reason: "48h before the deadline", Channel: channel,
		}})
		w.wait(time.Second)
	}
	w.good()
	w.fake.Delete("leads", w.fake.Messages("leads")[0].TS)
	w.say(id, rules.Event{Type: rules.EventClaim, By: "anna", Until: w.now().Add(day)})
	w.good()
	for _, name := range []string{"leads", "bosses"} {
		copies := w.fake.Messages(name)
		if len(copies) != 1 || !strings.Contains(fakeslack.Text(copies[0]), "anna is on it") {
			t.Errorf("in #%s:\n%s", name, texts(copies))
		}
	}
	if card := w.fake.Messages(channel)[0]; !strings.Contains(fakeslack.Text(card), "anna is on it") {
		t.Errorf("the card:\n%s", fakeslack.Text(card))
	}
}
