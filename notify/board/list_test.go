package board_test

import (
	"net/http"
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
	board.shows("/", "Stop requests and investigations: 1", "order-stop", "Later: 2", "order-sooner", "order-later", "Answered or over: 1", "order-answered")
	board.shows("/?state=all", "order-stop", "order-answered", "order-closed")
	board.shows("/?state=closed", "order-closed", "withdrawn")
	board.hides("/?state=unfinished", "order-answered")
}

func TestQuietBoardSaysThatEverythingWorks(t *testing.T) {
	board := open(t, newShelf(t).server())
	board.shows("/", "<title>0 to act on · disputewatch</title>", "Everything works", "reached 1 minute ago",
		`class="calm"><strong>0</strong> overdue`, "There are no cases.")
	if code, _ := board.get("/icon.svg"); code != http.StatusOK {
		t.Errorf("the icon: %d", code)
	}
}

func TestSumsAreWrittenWithTheirThousandsApart(t *testing.T) {
	s := newShelf(t)
	m := s.mail("10001 EUR", 5*day) // words of the mail stay as they are
	m.Mail.Amount.Minor = 123456789
	s.happens("c-rich01", m, matched("ch_1"), s.reading("ch_1", "warning_needs_response", 6*day))
	s.cases[0].Stripe.Amount.Minor = 123456789
	six := s.mail("six", 5*day)
	six.Mail.Amount.Minor = 12345678
	s.happens("c-rich02", six)
	board := open(t, s.server())
	board.shows("/", "10001 EUR", "1,234,567.89 EUR", "Refund all of the 1,234,567.89 EUR", ">123,456.78 EUR")
	board.shows("/?q=1,234,567.89", "1 of 2")
	board.shows("/cases.csv", "1234567.89 EUR")
}

func TestDatesFarAwayHaveTheirYear(t *testing.T) {
	s := newShelf(t)
	s.happens("c-near01", s.mail("near", 179*day))
	s.happens("c-far001", s.mail("far", 181*day))
	open(t, s.server()).shows("/", "Fri 28 Aug, 10:00", "Sun 30 Aug 2026, 10:00")
}

func TestCasePageTellsTheHistoryWithReasons(t *testing.T) {
	s := newShelf(t)
	s.happens("c-story1", s.mail("77-1042", 9*day), matched("ch_1"), s.reading("ch_1", "needs_response", 11*day))
	due, _ := rules.Decide(s.cases[0], s.policy, s.now)
	s.happens("c-story1",
		rules.Event{Type: rules.EventTold, Told: &due[0]},
		rules.Event{Type: rules.EventClaim, By: "anna", Until: s.now.Add(8 * time.Hour), Note: "asked the carrier"})
	open(t, s.server()).shows("/case/c-story1",
		"Goods not received", "77-1042", "9 days left", "from Klarna&#39;s mail", "Another date", "from Stripe",
		"124.90 EUR", "Submit the evidence in Stripe before", "once",
		"ch_1, sure: the order reference fits", "anna until",
		"Next:", "nudge", "Tue 3 Mar, 09:00", "because: unanswered 1wd", "History",
		"A mail came: dispute request", "proved to be Klarna&#39;s: DKIM of mail.klarna.example",
		"Looked for the charge", "Read in Stripe", "Told: step new", "Because: opened", `data-label="Who">disputewatch`, "Claimed", "Note: asked the carrier", `data-label="Who">anna`)
}
