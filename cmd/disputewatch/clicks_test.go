package main

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// withButtons gives a story an app token, and its Slack a person.
func (s *story) withButtons() {
	s.t.Helper()
	s.write("slack-app-token", fakeslack.AppToken)
	s.write("config.yaml", strings.Replace(s.configText(), "  bot_token_file:", "  app_token_file: slack-app-token\n  bot_token_file:", 1))
	s.restart()
	s.slack.Person("U0ANNA", "Anna")
	s.slack.Person("U0BO", "Bo")
}

// carded is a story of today with one case whose card has buttons, which nobody
// serves.
func carded(t *testing.T, prepare func(*story)) *story {
	t.Helper()
	s := newStory(t, today())
	s.withButtons()
	prepare(s)
	s.mail("1@klarna.com", "pass", "New dispute request", strings.Replace(request, "16 March 2026", s.now.Add(14*day).Format("2 January 2006"), 1))
	s.pass()
	s.said("77-1042", "[I'm on it]")
	return s
}

// clickable is one whose buttons are served. Its time must not move.
func clickable(t *testing.T, prepare func(*story)) *story {
	t.Helper()
	s := carded(t, prepare)
	s.serve()
	return s
}

// serve serves the clicks until the end of the test, or until end is called, which waits
// for those in hand.
func (s *story) serve() (end func()) {
	s.t.Helper()
	ctx, stop := context.WithCancel(s.t.Context())
	var desk sync.WaitGroup
	desk.Go(func() { s.house.loop(ctx, deskEvery, s.house.wake, s.house.desking) })
	closeClicks := s.house.serveClicks(ctx)
	end = sync.OnceFunc(func() {
		closeClicks()
		stop()
		desk.Wait()
	})
	s.t.Cleanup(end)
	if !s.slack.AwaitSockets(1, 1) {
		s.t.Fatal("the clicks are not served")
	}
	return end
}

// click clicks on the case's card.
func (s *story) click(action, value, user string) {
	s.t.Helper()
	if err := s.slack.Click(channel, s.slack.Messages(channel)[0].TS, action, value, user); err != nil {
		s.t.Fatal(err)
	}
}

// awaits waits for a message with all of the words: the card, or a reply to it.
func (s *story) awaits(words ...string) string {
	s.t.Helper()
	m, ok := s.slack.AwaitMessage(channel, func(m fakeslack.Message) bool {
		for _, w := range words {
			if !strings.Contains(fakeslack.Text(m), w) {
				return false
			}
		}
		return true
	})
	if !ok {
		s.t.Fatalf("nobody said %q; people said %q; what stands there:\n%s", words, s.trail(), strings.Join(s.news(), "\n---\n"))
	}
	return fakeslack.Text(m)
}

// trail is what people said of the only case.
func (s *story) trail() string {
	s.t.Helper()
	history, err := s.book.History(s.t.Context(), s.one().ID)
	if err != nil {
		s.t.Fatal(err)
	}
	var words []string
	for _, e := range history {
		if personal(e.Type) {
			words = append(words, strings.TrimSpace(string(e.Type)+" "+e.By+" "+e.Note))
		}
	}
	return strings.Join(words, "|")
}

func TestClickClaimsACaseAndItsCardChangesAtOnce(t *testing.T) {
	s := clickable(t, func(s *story) { s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(10*day)) })
	s.slack.Twice()
	s.click("dw-claim", "", "U0ANNA")
	s.awaits("Open in Stripe", "State: Anna is on it until")
	s.awaits("Anna is on it.", "About: ")
	if c := s.one(); c.Claim.Slack != "U0ANNA" || c.Claim.Who != "Anna" {
		t.Errorf("claim %+v", c.Claim)
	}
	s.click("dw-answer", "", "U0ANNA")
	v, ok := s.slack.AwaitView(1)
	if !ok {
		t.Fatal("no form was opened")
	}
	if err := s.slack.Submit(v, "U0ANNA", map[string]string{"how": "stripe", "note": "with the tracking"}); err != nil {
		t.Fatal(err)
	}
	s.awaits("Answered: ", "[Reopen]", "Note: evidence submitted in Stripe: with the tracking")
	s.awaits("Answered, says Anna.", "Note: evidence submitted in Stripe: with the tracking")
	s.click("dw-reopen", "", "U0BO")
	s.awaits("→ Submit the evidence in Stripe", "[I'm on it]")
	if got := s.trail(); got != "claim Anna|answer Anna evidence submitted in Stripe: with the tracking|reopen Bo" {
		t.Errorf("trail %q", got)
	}
}

func TestSecondClickOfTheSamePersonIsOneWord(t *testing.T) {
	s := carded(t, func(*story) {})
	end := s.serve()
	for range 3 {
		s.click("dw-claim", "", "U0ANNA")
		s.awaits("State: Anna is on it until")
	}
	end()
	if got := s.trail(); got != "claim Anna" {
		t.Errorf("trail %q", got)
	}
}

func TestCaseThatSomebodyIsOnMayBeTakenOver(t *testing.T) {
	s := clickable(t, func(*story) {})
	s.click("dw-claim", "", "U0ANNA")
	s.awaits("State: Anna is on it until")
	s.click("dw-claim", "", "U0BO")
	s.awaits("State: Bo is on it until")
	if got := s.trail(); got != "claim Anna|claim Bo" {
		t.Errorf("trail %q", got)
	}
}

func TestLateClickIsAnsweredKindlyAndTheOldCardMended(t *testing.T) {
	s := clickable(t, func(*story) {})
	if _, err := s.book.Say(t.Context(), s.one().ID, rules.Event{Type: rules.EventClose, At: s.now, By: "bo", Outcome: "not a dispute"}); err != nil {
		t.Fatal(err)
	}
	s.click("dw-claim", "", "U0ANNA")
	s.awaits("<@U0ANNA>", "Not done: the case is closed (not a dispute); reopen it first.")
	s.awaits("Closed, not a dispute", "[Reopen]")
	if got := s.trail(); got != "close bo" {
		t.Errorf("trail %q", got)
	}
}

func TestNotADisputeClosesAndSnoozeRests(t *testing.T) {
	s := clickable(t, func(*story) {})
	s.click("dw-snooze", "3d", "U0ANNA")
	s.awaits("State: snoozed by Anna until " + s.now.In(s.house.policy.Calendar.Location).AddDate(0, 0, 3).Format("Mon 2 Jan 2006, 15:04"))
	s.click("dw-close", "", "U0ANNA")
	s.awaits("Closed, not a dispute")
	if got := s.trail(); got != "snooze Anna|close Anna not a dispute" {
		t.Errorf("trail %q", got)
	}
}

func TestChosenChargeIsConfirmedByStripe(t *testing.T) {
	s := clickable(t, func(s *story) {
		for _, id := range []string{"py_1", "py_2"} {
			s.stripe.AddCharge(fakestripe.Charge{ID: id, Amount: 12490, Created: s.now.AddDate(0, 0, -9), Metadata: map[string]string{"order_id": "77-1042"}})
		}
	})
	s.awaits("by “Choose charge” below", "[Choose charge: py_")
	s.stripe.Break(fakestripe.Fault{HangUp: true})
	s.click("dw-link", "py_2", "U0ANNA")
	s.awaits("<@U0ANNA>", "could not be done just now")
	s.stripe.Mend()
	s.click("dw-link", "py_2", "U0ANNA")
	s.awaits("Charge: py_2: confirmed by Anna")
	if c := s.one(); c.Match.Strength != rules.Exact || c.Match.Charge != "py_2" {
		t.Errorf("match %+v", c.Match)
	}
}

func TestContactInAnInquiryOnlyLetsTheCaseRest(t *testing.T) {
	due := func(s *story) { s.dispute("1", "77-1042", "warning_needs_response", 12490, s.now.Add(12*day)) }
	s := clickable(t, due)
	s.click("dw-answer", "", "U0ANNA")
	v, ok := s.slack.AwaitView(1)
	if !ok {
		t.Fatal("no form was opened")
	}
	if err := s.slack.Submit(v, "U0ANNA", map[string]string{"how": "contact"}); err != nil {
		t.Fatal(err)
	}
	s.awaits("<@U0ANNA>", "no answer yet, so the case rests until")
	c := s.one()
	if c.State != rules.Snoozed || !c.Snooze.Until.Equal(c.Stripe.DueBy.AddDate(0, 0, -5)) {
		t.Errorf("%s until %v, Stripe's date is %v", c.State, c.Snooze, c.Stripe.DueBy)
	}
}

// Nobody is reminded any more of what counts as answered.
func TestContactAnswersNoDispute(t *testing.T) {
	s := carded(t, func(s *story) { s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(12*day)) })
	k, of := &clicks{s.house}, s.one()
	contact := notify.Click{ID: "1", Case: of.ID, Verb: notify.Answer, How: notify.HowContact, By: "U0ANNA", ByName: "Anna", At: of.Card}
	hears := func(want string) {
		t.Helper()
		reply, err := k.Clicked(t.Context(), contact)
		if err != nil || !strings.Contains(reply, want) {
			t.Errorf("%q, %v: want %q", reply, err, want)
		}
		if s.one().State != rules.Open {
			t.Errorf("the case is %s", s.one().State)
		}
	}
	hears("a chargeback is answered by evidence in Stripe")
	byMail := of
	byMail.Stage, byMail.Stripe = rules.StageUnknown, nil
	if w, no := k.word(byMail, contact); no != "" || w.verb != rules.EventSnooze || !w.until.Equal(byMail.Deadline().At.AddDate(0, 0, -5)) {
		t.Errorf("by mail alone: %+v, %q", w, no)
	}
	byMail.Stage = rules.StageStopRequest
	if _, no := k.word(byMail, contact); !strings.Contains(no, "Klarna waits for a reply to that very mail") {
		t.Errorf("of a stop request: %q", no)
	}
}

func TestWhatCannotBeMeantIsSaidInWords(t *testing.T) {
	s := carded(t, func(*story) {})
	k := &clicks{s.house}
	id := s.one().ID
	for want, n := range map[string]notify.Click{
		"this case is not in the book": {Case: "c-nothing", Verb: notify.Claim},
		"This is a sample":             {Case: notify.SampleCase, Verb: notify.Close},
		"does not know that button":    {Case: id, Verb: "dance"},
		"say how it was answered":      {Case: id, Verb: notify.Answer, How: "by magic"},
		`"next year" is no time`:       {Case: id, Verb: notify.Snooze, Until: "next year"},
		"the case is open":             {Case: id, Verb: notify.Reopen},
		"Not linked to py_gone":        {Case: id, Verb: notify.Choose, Charge: "py_gone"},
		"Done: Anna is on it until":    {Case: id, Verb: notify.Claim, At: rules.Place{Channel: "C-other", TS: "1.1"}},
		"that is after the deadline":   {Case: id, Verb: notify.Snooze, Until: notify.ThreeDays},
	} {
		n.ID, n.By, n.ByName = want, "U0ANNA", "Anna"
		if n.Until == notify.ThreeDays {
			s.now = s.now.Add(13 * day)
		}
		reply, err := k.Clicked(t.Context(), n)
		if n.Until == notify.ThreeDays {
			s.now = s.now.Add(-13 * day)
		}
		if err != nil || !strings.Contains(reply, want) {
			t.Errorf("%+v: %q %v, want %q", n, reply, err, want)
		}
	}
}

func TestClickThatComesAgainByAnotherDaemonIsOneWord(t *testing.T) {
	s := carded(t, func(*story) {})
	id := s.one().ID
	n := notify.Click{ID: "click/1", Case: id, Verb: notify.Claim, By: "U0ANNA", ByName: "Anna", At: s.one().Card}
	for range 2 {
		k := &clicks{s.house}
		if reply, err := k.Clicked(t.Context(), n); err != nil || reply != "" {
			t.Errorf("%q %v", reply, err)
		}
		s.now = s.now.Add(time.Hour)
	}
	if got := s.trail(); got != "claim Anna" {
		t.Errorf("trail %q", got)
	}
}

func TestSameWordAfterAnotherIsANewOne(t *testing.T) {
	s := carded(t, func(*story) {})
	k := &clicks{s.house}
	for i, v := range []notify.Verb{notify.Close, notify.Reopen, notify.Close} {
		n := notify.Click{ID: string(rune('a' + i)), Case: s.one().ID, Verb: v, By: "U0ANNA", ByName: "Anna", At: s.one().Card}
		if reply, err := k.Clicked(t.Context(), n); err != nil || reply != "" {
			t.Errorf("%q %v", reply, err)
		}
	}
	if c := s.one(); c.State != rules.Closed {
		t.Errorf("the case is %s; people said %s", c.State, s.trail())
	}
}

func TestObservingDaemonServesNoClicks(t *testing.T) {
	s := newStory(t, today())
	if s.house.buttons() != nil {
		t.Error("clicks are served without an app token")
	}
	s.withButtons()
	if s.house.buttons() == nil {
		t.Error("clicks are not served")
	}
	s.house.config.Observe = true
	if s.house.buttons() != nil {
		t.Error("clicks are served although nothing is said")
	}
}

func TestClickShowsOnTheCardHoweverBusyTheDeskIs(t *testing.T) {
	s := carded(t, func(*story) {})
	k := &clicks{house: s.house} // no desk is at work
	n := notify.Click{ID: "click/1", Case: s.one().ID, Verb: notify.Claim, By: "U0ANNA", ByName: "Anna", At: s.one().Card}
	if reply, err := k.Clicked(t.Context(), n); err != nil || reply != "" {
		t.Errorf("%q %v", reply, err)
	}
	s.said("edited: ", "State: Anna is on it until")
	s.pass()
	s.said("thread: ", "Anna is on it.")
}

func TestDaemonServesClicks(t *testing.T) {
	s := newStory(t, today())
	s.withButtons()
	s.mail("1@klarna.com", "pass", "New dispute request", strings.Replace(request, "16 March 2026", s.now.Add(14*day).Format("2 January 2006"), 1))
	if err := s.book.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan int)
	var log strings.Builder
	go func() {
		ended <- run(ctx, []string{"run", "--config", s.configFile()}, strings.NewReader(""), &log, &log)
	}()
	s.awaits("77-1042", "[I'm on it]")
	if !s.slack.AwaitSockets(1, 1) {
		t.Fatal("the daemon does not serve clicks")
	}
	s.click("dw-claim", "", "U0ANNA")
	s.awaits("State: Anna is on it until")
	stop()
	if code := <-ended; code != exitDone {
		t.Errorf("exit %d:\n%s", code, log.String())
	}
	if text := log.String(); !strings.Contains(text, "buttons connected") || strings.Contains(text, "Anna") || strings.Contains(text, "ERROR") {
		t.Errorf("log:\n%s", text)
	}
}

func TestCheckTriesTheButtons(t *testing.T) {
	s := newStory(t, monday)
	s.withButtons()
	if code, out, errs := s.command("check"); code != exitDone || !strings.Contains(out, "✓ slack: app token") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	s.slack.SetAppToken("xapp-new")
	if code, out, _ := s.command("check"); code != exitFailed || !strings.Contains(out, "✗ slack: app token: invalid_auth") || !strings.Contains(out, "xapp-…") {
		t.Errorf("exit %d: %s", code, out)
	}
}
