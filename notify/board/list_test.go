package board_test

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

const day = 24 * time.Hour

func TestCasesStandByUrgency(t *testing.T) {
	s := newShelf(t)
	s.happens("c-later1", s.mail("order-later", 12*day))
	s.happens("c-sooner", s.mail("order-sooner", 3*day))
	s.happens("c-closed", s.mail("order-closed", day), rules.Event{Type: rules.EventClose, By: "anna", Outcome: "withdrawn"})
	s.happens("c-answer", s.mail("order-answered", day), rules.Event{Type: rules.EventAnswer, By: "anna"})
	stop := s.mail("order-stop", 20*day)
	stop.Mail.Kind = rules.KindStopRequest
	s.happens("c-stopit", stop)
	board := open(t, s.server())
	board.shows("/", "order-stop", "order-sooner", "3 days left", "order-later", "12 days left", "order-answered")
	board.hides("/", "order-closed")
	board.shows("/?state=all", "order-stop", "order-answered", "order-closed")
	board.shows("/?state=closed", "order-closed", "withdrawn")
	board.hides("/?state=unfinished", "order-answered")
}

func TestCasePageTellsTheHistoryWithReasons(t *testing.T) {
	s := newShelf(t)
	s.happens("c-story1", s.mail("77-1042", 9*day), matched("ch_1"), s.reading("ch_1", "needs_response", 11*day))
	due, _ := rules.Decide(s.cases[0], s.policy, s.now)
	s.happens("c-story1",
		rules.Event{Type: rules.EventTold, Told: &due[0]},
		rules.Event{Type: rules.EventClaim, By: "anna", Until: s.now.Add(8 * time.Hour), Note: "asked the carrier"})
	open(t, s.server()).shows("/case/c-story1",
		"Goods not received", "77-1042", "Submit the evidence in Stripe before", "once",
		"9 days left", "from Klarna&#39;s mail", "Another date", "from Stripe",
		"ch_1, sure: the order reference fits", "anna until",
		"Next:", "nudge", "Tue 3 Mar 2026, 09:00", "because: unanswered 1wd", "History",
		"A mail came: dispute request", "proved to be Klarna&#39;s: DKIM of mail.klarna.example",
		"Looked for the charge", "Read in Stripe", "Told: step new", "Because: opened", "Claimed", "Note: asked the carrier")
}
