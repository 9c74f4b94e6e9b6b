package klarna

import (
	"testing"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/rules"
)

// A name of stripe.com in Klarna's own mail must not hide the dispute in it.
func TestKlarnasMailThatNamesStripeKeepsItsDispute(t *testing.T) {
	m, err := eml.Parse([]byte("From: Klarna <d@klarna.com>\nReply-To: help@stripe.com\nSubject: New dispute request\nDate: Mon, 02 Mar 2026 09:00:00 +0000\n\nDispute ID: 256947\nDeadline: 16 March 2026\n"))
	if err != nil {
		t.Fatal(err)
	}
	n, err := Parse(m, Options{FromKlarna: true})
	if err != nil || n.Kind != rules.KindDisputeRequest || n.DisputeID != "256947" {
		t.Errorf("%s %q: %v", n.Kind, n.DisputeID, err)
	}
}
