package main

import "testing"

// Both mails were read before Stripe was asked for the first time.
func TestMailThatEndsWhatStripeHoldsOpenIsToldAsAContradiction(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(20*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.mail("2@klarna.com", "pass", "Dispute resolved in your favour", "The dispute is resolved in your favour.\nDispute ID: 256947\nMerchant Reference 1: 77-1042\n")
	s.pass()
	s.said("answer by", "Closed, but Stripe still waits for an answer: open again.", "Submit the evidence in Stripe")
	if cases := s.alive(); len(cases) != 1 || cases[0].Finished() {
		t.Errorf("%+v", cases)
	}
}

// The dispute was answered in Stripe before its mail was read, and so was never
// told.
func TestKlarnaThatAsksAboutWhatWasAnsweredInSilenceIsHeard(t *testing.T) {
	s := newStory(t, monday)
	s.dispute("1", "77-1042", "under_review", 12490, s.now.Add(20*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.saidNothing()
	s.wait(3 * day)
	s.mail("2@klarna.com", "pass", "We need more information about your dispute", "Please send us more information before 16 March 2026.\nDispute ID: 256947\nMerchant Reference 1: 77-1042\n")
	s.pass()
	s.said("channel: ", "Klarna asks again, but Stripe shows the dispute as under_review.", "256947")
	s.wait(day)
	s.pass()
	s.saidNothing()
}
