package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

const day = 24 * time.Hour

// Monday 2 March 2026, 09:00 in Berlin.
const monday = "2026-03-02T08:00:00Z"

const request = `Please respond before 16 March 2026.

Dispute reason: Goods not received
Dispute ID: 256947
Merchant Reference 1: 77-1042
Amount: 124.90 EUR
`

func TestDisputeMailReachesSlackWithItsChargeAndItsDeadline(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(12*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.said("77-1042", "124.90 EUR", "256947", "py_1")
	s.pass()
	s.saidNothing()
}

func TestMailInALanguageThatNobodyTaughtIsPutBesideTheChargeWhoseOrderItHolds(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "KX-77120", "needs_response", 12490, s.now.Add(12*day))
	s.mail("1@klarna.com", "pass", "Új vita: válaszoljon", "Tisztelt Kereskedő!\nA vásárló vitatja a KX-77120 számú rendelést. Kérjük, válaszoljon március 16-ig.\n")
	s.pass()
	s.said("not understood", "py_1", "confirm", "the mail holds its order reference")
	if c := s.one(); c.Kind != rules.KindUnknownKlarna || c.Match.Strength != rules.Probable {
		t.Errorf("%s, %+v", c.Kind, c.Match)
	}
}

func TestUnansweredDisputeReachesTheLeadBeforeTheDeadline(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(20*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.said("77-1042")
	s.wait(13 * day)
	s.pass()
	s.said("thread: ", "<@U0ONCALL1>")
	s.restart()
	s.pass()
	s.saidNothing()
}

func TestReminderUpdatesTheCaseInItsThread(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.said("channel: ", "77-1042")
	s.wait(2 * time.Hour)
	s.mail("2@klarna.com", "pass", "Reminder to respond", "Deadline: 12 March 2026\nDispute ID: 256947\n")
	s.pass()
	s.said("thread: ", "eminder")
	if at := s.one().Deadline().At; at.In(s.house.policy.Calendar.Location).Format(time.DateOnly) != "2026-03-12" {
		t.Errorf("deadline %v", at)
	}
}

func TestStripesUnderReviewEndsTheLadder(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(12*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.stripeSays("du_1", "under_review")
	s.wait(time.Hour)
	s.pass()
	s.said("under_review")
	s.wait(11 * day)
	s.pass()
	for _, m := range s.slack.Messages(channel) {
		if text := fakeslack.Text(m); strings.Contains(text, "U0ONCALL1") {
			t.Errorf("an answered case escalated: %s", text)
		}
	}
	if st := s.one().State; st != rules.Answered {
		t.Errorf("state %s", st)
	}
}

func TestKlarnasResolvedEndsACaseThatStripeDoesNotKnow(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.wait(day)
	s.mail("2@klarna.com", "pass", "Dispute resolved", "Dispute ID: 256947\nThe dispute has been resolved in your favour.\n")
	s.pass()
	s.said("thread: ", "won")
	if c := s.one(); c.State != rules.Closed || c.Outcome != "won" {
		t.Errorf("%s %s", c.State, c.Outcome)
	}
}

func TestKlarnasResolvedAgainstStripeIsAContradictionThatIsSaid(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(12*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.wait(time.Hour)
	s.mail("2@klarna.com", "pass", "Dispute resolved", "Dispute ID: 256947\nThe dispute has been resolved in your favour.\n")
	s.pass()
	s.said("thread: ", "Stripe still waits")
	if c := s.one(); c.State != rules.Open {
		t.Errorf("%s %s", c.State, c.Outcome)
	}
}

func TestMailNobodyUnderstandsIsPutBeforeAPerson(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "About your dispute", "There is something about one of your disputes. Kindly see the portal.")
	s.pass()
	s.said("channel: ", "not understood")
}

func TestForgedMailShowsNoLinkAndOpensNothing(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "fail", "New dispute request", request+"\nRespond: https://klarna.evil.example/login\n")
	s.pass()
	text := s.said("Phishing")
	if strings.Contains(text, "evil.example/login") {
		t.Errorf("a link is shown: %s", text)
	}
	if n := len(s.last.mail.Opened); n != 0 {
		t.Errorf("%d cases opened", n)
	}
}

func TestRescanTellsNothingTwice(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.mail("2@klarna.com", "pass", "Stop request", "Please stop the shipment of this high-risk order and reply to this e-mail.\nMerchant Reference 1: 77-9\n")
	s.raw("From: a@b.example\nSubject: Lunch?\nMessage-ID: <l@b.example>\n\nYes.\n")
	s.pass()
	s.news()
	if err := s.tryPass(&ingest.Rescan{}); err != nil {
		t.Fatal(err)
	}
	s.saidNothing()
}

func TestStripeThatIsDownKeepsNobodyFromHearingOfTheMail(t *testing.T) {
	s := newStory(t, monday)
	s.write("stripe-key", "wrong")
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	if err := s.tryPass(nil); err == nil {
		t.Fatal("nobody said that Stripe refused the key")
	}
	s.said("channel: ", "77-1042")
}

func TestSlackThatIsDownIsToldLater(t *testing.T) {
	s := newStory(t, monday)
	s.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Hangup, Times: -1})
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	if err := s.tryPass(nil); err == nil {
		t.Fatal("nobody said that Slack did not answer")
	}
	s.saidNothing()
	s.slack.Heal()
	s.wait(time.Hour)
	s.pass()
	s.said("channel: ", "77-1042")
}

func TestPostThatFailsAfterSlackTookItIsNotDoubled(t *testing.T) {
	s := newStory(t, monday)
	s.slack.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Hangup, Happened: true})
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	if err := s.tryPass(nil); err != nil {
		t.Log(err)
	}
	s.wait(time.Hour)
	s.pass()
	if n := len(s.slack.Messages(channel)); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

func TestDigestComesEveryDayOnceAlsoWhenNothingIsOpen(t *testing.T) {
	s := newStory(t, monday)
	s.pass()
	for range 3 {
		if err := s.house.queueDigest(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.pass()
	}
	s.said("othing is open", "onboarding")
	s.saidNothing()
	s.wait(day - time.Hour) // 08:00 on the next day
	if err := s.house.queueDigest(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.pass()
	s.saidNothing()
	s.wait(time.Hour)
	if err := s.house.queueDigest(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.pass()
	s.said("onboarding")
}

func TestDateThatCanBeReadInTwoWaysSaysSoWhereverItIsShown(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "New dispute request", strings.Replace(request, "16 March 2026", "10/04/2026", 1))
	s.pass()
	s.said("answer by Fri 10 Apr, 39 days left (ambiguous)")
	if err := s.house.queueDigest(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.pass()
	s.said("39 days left (ambiguous) · ")
	for words, args := range map[string][]string{
		"d ambiguous ":                        {"cases"},
		"2026-04-10T23:59:59+02:00,mail,true": {"cases", "--csv"},
		`"ambiguous":true`:                    {"cases", "--json"},
		"says Klarna's mail, AMBIGUOUS":       {"rules"},
		"AMBIGUOUS":                           {"show", "256947"},
	} {
		if code, out, errs := s.command(args...); code != exitDone || !strings.Contains(out, words) {
			t.Errorf("%v: exit %d: no %q in:\n%s%s", args, code, words, out, errs)
		}
	}
}

func TestMailboxThatCannotBeReadIsAnAlarmAndItsEndIsTold(t *testing.T) {
	s := newStory(t, monday)
	s.pass()
	s.write("imap-password", "wrong")
	for range 2 {
		s.wait(5 * time.Minute)
		if err := s.tryPass(nil); err == nil {
			t.Fatal("the login should have failed")
		}
	}
	s.saidNothing()
	s.wait(5 * time.Minute)
	if err := s.tryPass(nil); err == nil {
		t.Fatal("the login should have failed")
	}
	s.said("Mailbox onboarding does not work")
	s.wait(5 * time.Minute)
	if err := s.tryPass(nil); err == nil {
		t.Fatal("the login should have failed")
	}
	s.saidNothing()
	s.write("imap-password", "secret")
	s.pass()
	s.said("Mailbox onboarding works again")
}

func TestPassThatIsToldToStopSaysNothingOfItsParts(t *testing.T) {
	s := newStory(t, monday)
	s.pass()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := s.house.health.Remember(ctx, "slack", ctx.Err()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if is, err := s.book.Part(t.Context(), "slack"); err != nil || is.GoodAt.IsZero() || !is.BadSince.IsZero() {
		t.Errorf("%+v, %v", is, err)
	}
}

func TestDaemonThatDidNotRunForAWhileSaysSo(t *testing.T) {
	s := newStory(t, monday)
	s.write("imap-password", "wrong")
	if err := s.tryPass(nil); err == nil {
		t.Fatal("the login should have failed")
	}
	s.write("imap-password", "secret")
	for range 2 { // nothing was read before the first
		s.wait(10 * time.Minute)
		s.restart()
		if err := s.house.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.pass()
		s.saidNothing()
	}
	s.wait(7 * day)
	s.restart()
	if err := s.house.begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.pass()
	s.said("onboarding", "did not run")
}

func TestEscalationOnAnOldReadingOfStripeSaysSo(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(20*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	if text := s.said("77-1042"); strings.Contains(text, "does not answer") {
		t.Errorf("a fresh reading is called old: %s", text)
	}
	s.stripe.AddKey("rk_test_story", fakestripe.Key{Revoked: true})
	s.wait(12*day + 16*time.Hour) // 48 hours before the mail's date
	if err := s.tryPass(nil); err == nil {
		t.Fatal("Stripe took a wrong key")
	}
	news := strings.Join(s.news(), "\n")
	if !strings.Contains(news, "does not answer") || !strings.Contains(news, "U0ONCALL1") {
		t.Errorf("the last warning does not say how old its reading is:\n%s", news)
	}
}

// Whoever has a mail of Klarna's about a dispute of his own can have our order's
// number in it: it becomes the same case, and answers nothing.
func TestMailOfAnotherNumberDoesNotAnswerWhatStripeHoldsOpen(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(12*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.news()
	s.wait(time.Hour)
	s.mail("2@klarna.com", "pass", "We received your response", "We have received your evidence for the dispute.\nDispute ID: 999777\nMerchant Reference 1: 77-1042\n")
	s.pass()
	s.said("thread: ", "Stripe still waits for one")
	if code, out, errs := s.command("show", "256947"); code != exitDone || !strings.Contains(out, "open") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if c, err := s.book.Case(t.Context(), "256947"); err != nil || c.State != rules.Open || len(c.Answers) != 0 {
		t.Errorf("%s, answers %v, %v", c.State, c.Answers, err)
	}
}

// The mail names its dispute in words that we know, and its date and order in
// words that only its user knows.
func TestTaughtWordsReachTheCasesThatAreThereByARescan(t *testing.T) {
	s := newStory(t, monday)
	s.write("config.yaml", s.configText()+"vocabulary: "+filepath.Join(s.dir, "words.txt")+"\n")
	s.write("words.txt", "")
	s.restart()
	const half = "Dispute ID: 256947\nDispute reason: Goods not received\nFlumtag: 16 March 2026\nHaendlerzeichen: 77-1042\n"
	s.mail("1@klarna.com", "pass", "New dispute request", half)
	s.pass()
	s.said("channel: ", "assumed")
	id := s.one().ID
	file := filepath.Join(s.dir, "mail.eml")
	s.write("mail.eml", "From: Klarna <d@klarna.com>\r\nTo: "+shopUser+"\r\nSubject: New dispute request\r\nMessage-ID: <1@klarna.com>\r\nDate: "+s.now.Format(time.RFC1123Z)+"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"+strings.ReplaceAll(half, "\n", "\r\n"))
	if code, out, errs := s.command("teach", file, "--set", "deadline=2026-03-16", "--set", "merchant_reference_1=77-1042"); code != exitDone {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	s.restart()
	s.wait(time.Hour)
	if err := s.tryPass(&ingest.Rescan{}); err != nil {
		t.Fatal(err)
	}
	s.said("thread: ", "read again")
	c := s.one()
	if d := c.Deadline(); c.ID != id || c.MerchantReference1 != "77-1042" || d.Source != rules.SourceMail || d.At.Format(time.DateOnly) != "2026-03-16" {
		t.Errorf("%s: reference %q, deadline %+v", c.ID, c.MerchantReference1, d)
	}
	if err := s.tryPass(&ingest.Rescan{}); err != nil {
		t.Fatal(err)
	}
	s.saidNothing()
	if n := s.last.mail.Folders[0].Fetched; n != 0 {
		t.Errorf("%d mails were fetched again", n)
	}
}
