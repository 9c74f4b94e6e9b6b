package board_test

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// TestAnswersAreCountedByTheWeekOfTheDeadline lets one week hold every way in
// which a case can end.
func TestAnswersAreCountedByTheWeekOfTheDeadline(t *testing.T) {
	s := newShelf(t)
	today := s.now
	ends := func(id string, after time.Duration, e rules.Event) {
		s.now = today.Add(-10 * day) // Friday 20 February; the deadline is Tuesday the 24th
		s.happens(id, s.mail(id, 4*day))
		s.now = s.now.Add(after)
		s.happens(id, e)
		s.now = today
	}
	answer := rules.Event{Type: rules.EventAnswer, By: "anna"}
	closed := func(outcome string) rules.Event {
		return rules.Event{Type: rules.EventClose, By: "anna", Outcome: outcome}
	}
	resolved := s.mail("", 0)
	resolved.Mail.Kind, resolved.Mail.Result, resolved.Mail.Deadline = rules.KindResolved, rules.ResultWithdrawn, nil
	resolved.Mail.Date = today
	lost := resolved
	said := *resolved.Mail
	said.Result = rules.ResultLost
	lost.Mail = &said

	ends("c-intime", 3*day, answer)
	ends("c-intim2", 1*day, answer)
	ends("c-toolat", 5*day, answer)
	ends("c-lost01", 5*day, closed("lost"))
	ends("c-lost02", 2*day, lost) // Klarna's word ends it; nobody had answered
	joined := closed(rules.Duplicate)
	joined.Other = "c-intime"
	ends("c-double", 5*day, joined)
	ends("c-withdr", 1*day, resolved) // needed no answer
	ends("c-nobody", 6*day, rules.Event{Type: rules.EventClaim, By: "anna", Until: today.Add(day)})
	site := open(t, s.server())
	site.shows("/", "Answered in time: 33 % in 8 weeks", "<svg", `role="img"`, "2/6", "23 Feb",
		`<th scope="row">23 Feb 2026</th><td class="num">2</td><td class="num">4</td><td class="num">33 %</td>`,
		`<th scope="row">2 Mar 2026</th><td class="num">0</td><td class="num">0</td><td class="num">nothing was due</td>`)
}

func TestMoneyAtRiskIsSummedByCurrencyAndTime(t *testing.T) {
	s := newShelf(t)
	with := func(id string, ahead time.Duration, minor int64, currency string) {
		m := s.mail(id, ahead)
		m.Mail.Amount = rules.Money{Minor: minor, Currency: currency}
		s.happens(id, m)
	}
	with("c-over01", -time.Hour, 10050, "EUR")
	with("c-soon01", 30*time.Hour, 2000, "EUR")
	with("c-later1", 30*day, 5, "EUR")
	with("c-yen001", 5*day, 98765432, "JPY")
	with("c-what01", 5*day, 0, "")
	with("c-done01", 5*day, 777700, "EUR")
	s.happens("c-done01", rules.Event{Type: rules.EventAnswer, By: "anna"})
	open(t, s.server()).shows("/",
		"<title>1 overdue · disputewatch</title>",
		`class="late"><strong>1</strong> overdue`, `class="soon"><strong>1</strong> within two days`, "<strong>5</strong> to act on",
		"<strong>120.55 EUR</strong> at risk, and 60.00 EUR of fees", "<strong>98,765,432 JPY</strong> at risk",
		`<th scope="row">EUR</th><td class="num">120.55 EUR</td><td class="num">60.00 EUR</td><td class="num">3</td>`,
		`<th scope="row">JPY</th><td class="num">98,765,432 JPY</td><td class="num">unknown</td><td class="num">1</td>`,
		`<th scope="row">amount unknown</th><td class="num">unknown</td><td class="num">unknown</td><td class="num">1</td>`,
		"At risk: 120.55 EUR", `<th scope="row">overdue</th><td class="num">100.50 EUR</td><td class="num">1</td>`,
		`<th scope="row">2 days</th><td class="num">20.00 EUR</td><td class="num">1</td>`,
		`<th scope="row">later</th><td class="num">0.05 EUR</td><td class="num">1</td>`,
		"At risk: 98,765,432 JPY", "99M")
}
