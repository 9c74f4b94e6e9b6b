package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// cards are the cards that stand in the channel, without what was said under
// them.
func (s *story) cards() []string {
	s.t.Helper()
	var out []string
	for _, m := range s.slack.Messages(channel) {
		if text := fakeslack.Text(m); strings.Contains(text, "At risk: ") {
			out = append(out, text)
		}
	}
	return out
}

// alive are the cases that did not go into another.
func (s *story) alive() []rules.Case {
	s.t.Helper()
	all, err := s.book.Cases(s.t.Context(), casebook.Filter{})
	if err != nil {
		s.t.Fatal(err)
	}
	var out []rules.Case
	for _, c := range all {
		if c.Outcome != "duplicate" {
			out = append(out, c)
		}
	}
	return out
}

func TestMailAndItsDisputeAreOneCardWhicheverIsSeenFirst(t *testing.T) {
	stripe := func(s *story) { s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(20*day)) }
	mail := func(s *story) { s.mail("1@klarna.com", "pass", "New dispute request", request) }
	for name, order := range map[string][2]func(*story){"Stripe first": {stripe, mail}, "the mail first": {mail, stripe}} {
		t.Run(name, func(t *testing.T) {
			s := newStory(t, monday)
			for _, step := range order {
				step(s)
				s.pass()
				s.wait(5 * time.Minute)
			}
			s.wait(3 * time.Hour)
			s.pass()
			cases := s.alive()
			if len(cases) != 1 || cases[0].DisputeID != "256947" || cases[0].Match.Dispute != "du_1" || !cases[0].Match.Sure() {
				t.Errorf("%d cases: %+v", len(cases), cases)
			}
			if cards := s.cards(); len(cards) != 1 || strings.Contains(cards[0], "Stripe alone") {
				t.Errorf("%d cards:\n%s", len(cards), strings.Join(cards, "\n---\n"))
			}
		})
	}
}

func TestScanTellsOfEveryDisputeAtOnce(t *testing.T) {
	s := newStory(t, today())
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(20*day))
	code, out, errs := s.command("scan", "--json")
	if code != exitDone || !strings.Contains(out, `"cases_opened":1`) {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	s.said("Stripe alone shows this dispute")
}

func TestDisputeThatNobodyMailedOpensItsCaseOnceTheMailCouldHaveCome(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(20*day))
	for _, after := range []time.Duration{0, 14 * time.Minute} {
		s.wait(after)
		s.pass()
		s.saidNothing()
	}
	s.wait(time.Minute)
	s.pass()
	s.said("Stripe alone shows this dispute: no mail of Klarna's about it has been read")
	s.wait(time.Hour)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	if cases := s.alive(); len(cases) != 1 || cases[0].DisputeID != "256947" || cases[0].Round.N != 1 {
		t.Errorf("the mail did not join: %+v", cases)
	}
}

func TestDisputeNearItsDeadlineWaitsForNoMail(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(8*day))
	s.pass()
	s.said("Stripe alone shows this dispute")
}

func TestMailboxThatCannotBeReadHoldsNoDisputeBackForLong(t *testing.T) {
	s := newStory(t, monday)
	s.pass()
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(20*day))
	s.write("imap-password", "wrong")
	opened := func() int {
		s.t.Helper()
		if err := s.tryPass(nil); err == nil {
			t.Fatal("the login should have failed")
		}
		return len(s.alive())
	}
	if s.wait(2*time.Hour - time.Second); opened() != 0 {
		t.Error("it did not wait for a mailbox to be read")
	}
	if s.wait(time.Second); opened() != 1 {
		t.Error("it waits for ever")
	}
}

// A shop without order numbers in Stripe: amount, reason and time alone speak for
// a match, and a person must confirm it.
func TestDisputeThatACaseAsksAboutOpensNoSecondOne(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "", "needs_response", 12490, s.now.Add(20*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.said("probable, please check")
	s.wait(day)
	s.pass()
	if cases := s.alive(); len(cases) != 1 {
		t.Fatalf("%d cases", len(cases))
	}
	s.wait(day)
	s.pass()
	if cases := s.alive(); len(cases) != 2 {
		t.Fatalf("nobody answered for two days: %d cases", len(cases))
	}
	if code, _, errs := s.command("link", "256947", "py_1", "--by", "anna"); code != exitDone {
		t.Fatal(errs)
	}
	s.pass()
	if cases := s.alive(); len(cases) != 1 || cases[0].DisputeID != "256947" || cases[0].Match.Dispute != "du_1" {
		t.Errorf("linked: %+v", cases)
	}
}

func TestFewerMailedDisputesThanBeforeAreAnAlarmAndTheirReturnEndsIt(t *testing.T) {
	s := newStory(t, "2026-03-02T08:00:00Z")
	s.house.desk.Wait = func(context.Context, time.Duration) error { return nil } // a message a second is for real people
	n := 0
	come := func(count int, mailed bool) {
		t.Helper()
		for range count {
			n++
			id, order := fmt.Sprint(n), fmt.Sprint("77-", 1000+n)
			s.dispute(id, order, "needs_response", 12490, s.now.Add(7*day))
			if mailed {
				s.mail(id+"@klarna.com", "pass", "New dispute request", asked(fmt.Sprint(256900+n), order, s.now.Add(7*day)))
			}
		}
		s.pass()
		s.wait(3 * day)
		s.pass()
		s.news()
	}
	checked := func() string {
		t.Helper()
		if err := s.house.queueDigest(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.pass()
		return strings.Join(s.news(), "\n")
	}
	const fallen = "Klarna mails fewer of the disputes that Stripe account main shows"
	come(12, true)
	come(4, false)
	if text := checked(); strings.Contains(text, fallen) {
		t.Errorf("four disputes without a mail are an alarm:\n%s", text)
	}
	come(1, false)
	good := s.configText()
	s.write("imap-password", "wrong")
	if err := s.tryPass(nil); err == nil {
		t.Fatal("the login should have failed")
	}
	if err := s.house.health.WatchMailed(t.Context()); err != nil {
		t.Fatal(err)
	}
	if h, err := s.book.Part(t.Context(), "mailed/main"); err != nil || !h.BadSince.IsZero() {
		t.Errorf("said while the mailbox cannot be read: %+v, %v", h, err)
	}
	s.write("imap-password", "secret")
	s.write("config.yaml", good)
	s.pass()
	if text := checked(); !strings.Contains(text, fallen) || !strings.Contains(text, "of the last 5 disputes that Stripe shows 0 were mailed, of the 12 before them 12") {
		t.Errorf("no alarm:\n%s", text)
	}
	if err := s.house.health.WatchMailed(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.pass()
	if text := strings.Join(s.news(), "\n"); strings.Contains(text, fallen) {
		t.Errorf("said twice:\n%s", text)
	}
	const over = "Klarna mails the disputes of Stripe account main again"
	come(15, false) // what lasts does not become what is usual
	if text := checked(); strings.Contains(text, over) {
		t.Errorf("it is called over while it lasts:\n%s", text)
	}
	come(5, true)
	if text := checked(); !strings.Contains(text, over) {
		t.Errorf("nobody hears that it is over:\n%s", text)
	}
}

func TestFirstCardOfADisputeWaitsUntilItsChargeWasLookedFor(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(8*day))
	s.pass()
	s.said("Stripe alone shows this dispute")
	s.house.desk.AwaitCharge = awaitCharge
	s.wait(time.Minute)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	tick := func(p *passed) {
		t.Helper()
		if err := s.house.read(t.Context(), s.house.boxes[0], nil, p); err != nil {
			t.Fatal(err)
		}
		if err := s.house.deliver(t.Context(), p); err != nil { // the desk looks while Stripe is asked
			t.Fatal(err)
		}
	}
	tick(&passed{changed: map[string]bool{}})
	s.saidNothing()
	s.wait(time.Second)
	s.pass()
	if cards := s.cards(); len(s.alive()) != 1 || len(cards) != 1 {
		t.Errorf("%d cases, %d cards:\n%s", len(s.alive()), len(cards), strings.Join(cards, "\n---\n"))
	}

	s.stripe.Break(fakestripe.Fault{Path: "/v1", Status: 500})
	s.mail("2@klarna.com", "pass", "New dispute request", asked("256948", "77-2000", s.now.Add(9*day)))
	s.mail("3@klarna.com", "pass", "High-risk order: stop the shipment", "Please stop the order.\nKlarna dispute ID: 256949\n")
	s.news()
	tick(&passed{changed: map[string]bool{}})
	if news := strings.Join(s.news(), "\n"); strings.Contains(news, "256948") || !strings.Contains(news, "Stop request") {
		t.Errorf("it did not wait, or the stop request did:\n%s", news)
	}
	s.wait(awaitCharge)
	tick(&passed{changed: map[string]bool{}})
	s.said("256948")
}

func TestShowPutsMailAndStripeSideBySide(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "warning_needs_response", 9990, s.now.Add(10*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	code, out, errs := s.command("show", "256947")
	out = strings.Join(strings.Fields(out), " ") // it is wrapped
	for _, want := range []string{
		"answer by Thu 12 Mar 2026 09:00 (", "d overdue), says Stripe Mon 16 Mar 2026 23:59, says Klarna's mail", "amount 124.90 EUR, 99.90 EUR at Stripe", "Mail and Stripe name different amounts: 124.90 EUR in the mail, 99.90 EUR at Stripe",
		"119.90 EUR, with the fee of 20.00 EUR for a lost chargeback (Stripe's list of 2023)", "to do Refund all of the 99.90 EUR in Stripe",
	} {
		if code != exitDone || !strings.Contains(out, want) {
			t.Errorf("exit %d: show lacks %q:\n%s%s", code, want, out, errs)
		}
	}
	if _, out, _ := s.command("show", "256947", "--json"); !strings.Contains(out, `"at_risk":{"minor":11990,"currency":"EUR"`) || !strings.Contains(out, `"todo":"Refund all`) {
		t.Errorf("as JSON:\n%s", out)
	}
}
