package main

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
)

// The machine sleeps for a night, or the daemon was paused: when it goes on, the desk
// may be faster than whoever asks Stripe.
func TestStepThatFellDueInASleepWaitsUntilStripeWasAsked(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(12*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.mail("2@klarna.com", "pass", "High-risk order: stop the shipment", "Please stop the order.\nKlarna dispute ID: 256949\nMerchant Reference 1: 77-9\n")
	s.dispute("2", "77-9", "under_review", 9900, s.now.Add(12*day))
	s.pass()
	s.news()
	s.house.desk.AwaitReading = awaitReading
	s.wait(day)
	s.stripeSays("du_1", "under_review") // somebody answered it in the evening
	s.mail("3@klarna.com", "pass", "Reminder to respond", "Deadline: 12 March 2026\nDispute ID: 256947\n")
	if err := s.house.read(t.Context(), s.house.boxes[0], nil, &passed{changed: map[string]bool{}}); err != nil {
		t.Fatal(err)
	}
	s.house.desking(t.Context())
	news := strings.Join(s.news(), "\n")
	if !strings.Contains(news, "thread: Stop request") || !strings.Contains(news, "reminder") {
		t.Errorf("a stop request waited, or what a mail said:\n%s", news)
	}
	if strings.Contains(news, "Told now: unanswered for 1 working day") {
		t.Errorf("the dispute did not wait:\n%s", news)
	}
	s.house.keepFresh(t.Context())
	s.wait(lookEvery)
	s.house.desking(t.Context())
	news = strings.Join(s.news(), "\n")
	if !strings.Contains(news, "the evidence is with Klarna") || strings.Contains(news, "Told now: unanswered for 1 working day") {
		t.Errorf("what was answered is nagged about:\n%s", news)
	}
}

func TestStepDoesNotWaitForEverForAStripeThatDoesNotAnswer(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(12*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.house.desk.AwaitReading = awaitReading
	s.stripe.Break(fakestripe.Fault{Path: "/v1", Status: 500})
	s.wait(day)
	s.house.desking(t.Context())
	s.house.keepFresh(t.Context())
	s.wait(awaitReading - time.Second)
	s.house.desking(t.Context())
	if news := strings.Join(s.news(), "\n"); strings.Contains(news, "thread: ") {
		t.Errorf("it did not wait:\n%s", news)
	}
	s.wait(lookEvery)
	s.house.desking(t.Context())
	s.said("thread: ", "77-1042", "does not answer")
}
