package notify_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

func TestNewDisputeIsACardAndLaterStepsAreItsThread(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.good()
	card := w.saidOnce("Faulty goods, 124.90 EUR", "Mon 16 Mar", "14 days left", "256947", "77-1042", "from Klarna's mail", "Open Klarna's form")
	w.good()
	w.saidNothing()

	w.set(w.now().AddDate(0, 0, 1))
	w.good()
	nudge := w.saidOnce("unanswered for 1 working day", "13 days left")
	if nudge.Thread != card.TS || nudge.Broadcast {
		t.Errorf("the nudge stands at %q (broadcast %v), the card at %q", nudge.Thread, nudge.Broadcast, card.TS)
	}
	c, err := w.book.Case(t.Context(), id)
	if err != nil || c.Card.TS != card.TS {
		t.Errorf("the case knows its card as %v %v, it is %s", c.Card, err, card.TS)
	}

	w.set(time.Date(2026, 3, 14, 23, 59, 0, 0, w.now().Location()))
	w.good()
	last := w.said()
	if n := len(last); n == 0 || !last[n-1].Broadcast {
		t.Errorf("the last step before the deadline was not broadcast: %s", texts(last))
	}
}

func TestAnsweredCaseIsNotNagged(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.good()
	w.said()
	w.set(w.now().AddDate(0, 0, 1))
	if _, err := w.book.Decide(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.say(id, rules.Event{Type: rules.EventAnswer, By: "anna", Note: "sent the form"})
	w.good()
	w.saidOnce("Answered, says anna.")
	if card := w.fake.Messages(channel)[0]; card.Edited == 0 {
		t.Error("the card was not brought up to date")
	}
}

func TestContradictionIsBroadcast(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.good()
	w.said()
	w.say(id, rules.Event{Type: rules.EventMatch, By: "ingest", Match: &rules.Match{Strength: rules.Exact, Charge: "ch_1", Why: "order reference"}})
	w.say(id, rules.Event{Type: rules.EventStripe, By: "stripe", Stripe: &rules.Reading{
		Dispute: "du_1", Charge: "ch_1", Status: "needs_response", Klarna: true, Live: true, DueBy: w.now().AddDate(0, 0, 9),
		Amount: rules.Money{Minor: 12490, Currency: "EUR"}, ReadAt: w.now(),
	}})
	w.good()
	w.said()
	w.mail(rules.Said{Kind: rules.KindResolved, DisputeID: "256947", Verdict: rules.Genuine, Result: rules.ResultWon}, "")
	w.good()
	if m := w.saidOnce("Klarna says resolved, but Stripe still waits"); !m.Broadcast {
		t.Error("the contradiction was whispered in the thread")
	}
}

// Whoever thought that the case could wait learns that it cannot; the rest of what
// happens is for those who follow its thread.
func TestNewClockIsBroadcastAndOtherNewsIsNot(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.good()
	w.said()
	w.say(id, rules.Event{Type: rules.EventMatch, By: "ingest", Match: &rules.Match{Strength: rules.Exact, Charge: "ch_1", Why: "order reference"}})
	reads := func(status string) {
		w.say(id, rules.Event{Type: rules.EventStripe, By: "stripe", Stripe: &rules.Reading{
			Dispute: "du_1", Charge: "ch_1", Status: status, Klarna: true, Live: true, DueBy: w.now().AddDate(0, 0, 9),
			Amount: rules.Money{Minor: 12490, Currency: "EUR"}, ReadAt: w.now(),
		}})
		w.good()
	}
	reads("warning_needs_response")
	w.said()
	reads("needs_response")
	if m := w.saidOnce("became a chargeback"); !m.Broadcast {
		t.Error("that it became a chargeback was whispered in the thread")
	}
	w.say(id, rules.Event{Type: rules.EventAnswer, By: "anna"})
	w.good()
	if m := w.saidOnce("Answered, says anna"); m.Broadcast {
		t.Error("an answer was broadcast")
	}
	w.say(id, rules.Event{Type: rules.EventReopen, By: "bo"})
	w.good()
	if m := w.saidOnce("Reopened by bo"); !m.Broadcast {
		t.Error("that it is open again was whispered in the thread")
	}
}

func TestStopRequestBesideAChargebackIsBroadcastCallsAndPages(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	var pages []string
	w.desk.Page = func(_ context.Context, p notify.Post) error {
		pages = append(pages, p.Text)
		return nil
	}
	w.desk.Queue = w.book.Queue
	id := w.dispute("256947")
	w.good()
	w.said()
	w.say(id, rules.Event{Type: rules.EventMatch, By: "ingest", Match: &rules.Match{Strength: rules.Exact, Charge: "ch_1", Why: "order reference"}})
	w.say(id, rules.Event{Type: rules.EventStripe, By: "stripe", Stripe: &rules.Reading{
		Dispute: "du_1", Charge: "ch_1", Status: "needs_response", Klarna: true, Live: true, DueBy: w.now().AddDate(0, 0, 9),
		Amount: rules.Money{Minor: 12490, Currency: "EUR"}, ReadAt: w.now(),
	}})
	w.good()
	w.said()
	w.mail(rules.Said{Kind: rules.KindStopRequest, DisputeID: "256947", Verdict: rules.Genuine}, "")
	w.good()
	m := w.saidOnce("Klarna also asks to stop this order")
	if text := fakeslack.Text(m); !m.Broadcast || !strings.Contains(text, "<@"+w.desk.OnCall[0]+">") || !strings.Contains(text, "→ Stop the order.") {
		t.Errorf("broadcast %v:\n%s", m.Broadcast, text)
	}
	if len(pages) != 1 || !strings.Contains(pages[0], "Stop the order.") {
		t.Errorf("paged %q", pages)
	}
}

func TestWhoseClaimIsOverIsCalledBack(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.good()
	w.say(id, rules.Event{Type: rules.EventClaim, By: "Anna", Slack: "U0ANNA", Until: w.now().Add(2 * time.Hour)})
	w.good()
	w.said()
	w.wait(2 * time.Hour)
	w.good()
	w.saidOnce("<@U0ANNA>", "Anna was on it; that time is over")
}
