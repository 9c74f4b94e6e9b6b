package main

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
)

func (s *story) lines(text string, want ...string) {
	s.t.Helper()
	for _, w := range want {
		if !strings.Contains(text, w) {
			s.t.Errorf("the digest lacks %q:\n%s", w, text)
		}
	}
}

func TestWeeksDigestCountsOrdersWithoutTrackingAndThoseCapturedAtOnce(t *testing.T) {
	s := newStory(t, "2026-03-02T08:00:00Z") // a Monday
	for i, c := range []fakestripe.Charge{{Tracking: "T1", Carrier: "DHL"}, {CaptureMethod: "manual"}, {}, {Created: s.now.AddDate(0, 0, -8)}} {
		c.ID, c.Amount = "py_"+string(rune('a'+i)), 1000
		if c.Created.IsZero() {
			c.Created = s.now.AddDate(0, 0, -2)
		}
		s.stripe.AddCharge(c)
	}
	s.lines(s.digested(), "Klarna orders captured last week without tracking: 2 of 3", "Klarna orders captured at once: 2 of 3; Klarna allows it for some kinds of shops only")

	s.wait(7 * day)
	s.write("config.yaml", s.configText()+"automatic_capture: allowed\n")
	s.restart()
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_new", Amount: 1000, Created: s.now.Add(-time.Hour)})
	text := s.digested()
	if s.lines(text, "without tracking: 1 of 1"); strings.Contains(text, "captured at once") {
		t.Errorf("what is allowed is told:\n%s", text)
	}

	s.wait(7 * day)
	s.stripe.Break(fakestripe.Fault{Path: "/v1/charges", Status: 403, Code: "more_permissions_required"})
	s.lines(s.digested(), "without tracking: not counted, stripe main: list charges: HTTP 403")
}

func TestDigestSaysWhatStripeAndTheMailsSayOfEachOther(t *testing.T) {
	s := newStory(t, "2026-03-03T08:00:00Z")
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(13*day+5*time.Hour))
	s.dispute("2", "77-1043", "needs_response", 5000, s.now.Add(3*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.mail("2@klarna.com", "pass", "New dispute request", asked("256948", "77-2000", s.now.Add(9*day)))
	s.lines(s.digested(), "Stripe and the mails: Stripe shows 2 Klarna disputes, 1 of them mailed; 1 mail without a dispute yet")
	if text := s.digested(); strings.Contains(text, "disagree") {
		t.Errorf("nothing disagrees:\n%s", text)
	}
	s.stripe.ChangeDispute("du_1", func(d *fakestripe.Dispute) { d.Amount = 9990 })
	s.wait(day)
	s.lines(s.digested(), "Mail and Stripe disagree: c-")
}
