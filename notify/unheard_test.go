package notify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// unheard opens a case that was answered before its first word got out: nobody
// has heard of it.
func (w *world) unheard(status string) string {
	w.t.Helper()
	id := w.dispute("256947")
	w.say(id, exactly())
	e := w.stripe(status)
	e.Stripe.RefundedSince = e.Stripe.Amount.Minor
	w.say(id, e)
	w.good()
	w.saidNothing()
	w.wait(5 * 24 * time.Hour)
	return id
}

func TestCaseNobodyHeardOfIsToldAtOnceWhenItMustBeAnsweredAfterAll(t *testing.T) {
	for _, tt := range []struct{ name, was, is string }{
		{"an inquiry became a chargeback", "warning_needs_response", "needs_response"},
		{"Stripe took the answer back", "under_review", "needs_response"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "2026-03-02 09:00")
			id := w.unheard(tt.was)
			w.say(id, w.stripe(tt.is))
			w.good()
			w.saidOnce("Faulty goods", "Submit the evidence in Stripe")
			w.good()
			w.saidNothing()
		})
	}
}

func TestWhatContradictsACaseNobodyHeardOfIsSaidWithItsCard(t *testing.T) {
	for _, tt := range []struct {
		name string
		kind rules.Kind
		v    rules.Verdict
		is   string
		want string
	}{
		{"Klarna asks again", rules.KindFollowUp, rules.Genuine, "Answered: Faulty goods", "Klarna asks again, but Stripe shows the dispute as under_review"},
		{"somebody asks again", rules.KindFollowUp, rules.Unverified, "Answered: Faulty goods", "An unverified mail asks again, but Stripe shows the dispute as under_review"},
		{"Klarna asks to stop the order", rules.KindStopRequest, rules.Genuine, "Stop request", "Stop the order. Then answer Klarna by replying to that very mail"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "2026-03-02 09:00")
			w.unheard("under_review")
			w.mail(rules.Said{Kind: tt.kind, DisputeID: "256947", Verdict: tt.v}, "")
			w.good()
			w.saidOnce(tt.is, tt.want)
		})
	}
}

// The stop of the order comes before what the dispute asks, also on the card.
func TestCardLeadsWithTheStopRequestUntilItIsRepliedTo(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.inStripe("needs_response")
	w.good()
	card := func() string { return fakeslack.Text(w.fake.Messages(channel)[0]) }
	w.wait(time.Hour)
	w.say(id, rules.Event{Type: rules.EventMail, By: "ingest", Mail: &rules.MailSaid{
		Said: rules.Said{Kind: rules.KindStopRequest, Verdict: rules.Genuine}, Date: w.now(), Mailbox: "onboarding",
	}})
	w.good()
	const both = "→ Stop the order. Then answer Klarna by replying to that very mail in mailbox onboarding; a fresh mail only delays it. Of the dispute: Submit the evidence"
	if !strings.Contains(card(), both) {
		t.Errorf("the card says\n%s", card())
	}
	w.say(id, w.stripe("under_review"))
	w.good()
	if !strings.Contains(card(), "→ Stop the order.") || strings.Contains(card(), "Of the dispute") {
		t.Errorf("answered in Stripe, the card says\n%s", card())
	}
	c, err := w.book.Case(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	open := c
	open.Answers = nil
	for _, c := range []rules.Case{c, open} {
		rows := notify.DigestCard(notify.Digest{Cases: []rules.Case{c}}, w.desk.Policy, w.now()).Lists[0].Rows
		if !strings.Contains(rows[0], "Klarna's stop request waits for a reply") {
			t.Errorf("the digest says %q", rows)
		}
	}
	w.say(id, rules.Event{Type: rules.EventReply, By: "anna", Mail: &rules.MailSaid{Date: w.now()}})
	w.good()
	if strings.Contains(card(), "Stop the order") {
		t.Errorf("after the reply the card says\n%s", card())
	}
}

// Slack was away while the case was answered and opened again: people hear of it
// once.
func TestCaseThatBeganAnewBeforeItsFirstWordIsToldOnce(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.say(id, rules.Event{Type: rules.EventAnswer, By: "anna"})
	w.wait(time.Minute)
	w.say(id, rules.Event{Type: rules.EventReopen, By: "anna"})
	w.good()
	w.saidOnce("Faulty goods")
}
