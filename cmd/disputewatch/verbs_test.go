package main

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

// opened is a story of today with one case, Klarna's dispute 256947.
func opened(t *testing.T) *story {
	t.Helper()
	s := newStory(t, today())
	s.mail("1@klarna.com", "pass", "New dispute request", strings.Replace(request, "16 March 2026", s.now.Add(14*day).Format("2 January 2006"), 1))
	s.pass()
	s.said("77-1042")
	return s
}

// says runs a verb, which must succeed, and returns the case after it.
func (s *story) says(args ...string) rules.Case {
	s.t.Helper()
	if code, out, errs := s.command(args...); code != exitDone {
		s.t.Fatalf("%v: exit %d: %s%s", args, code, out, errs)
	}
	return s.one()
}

func TestPersonsWordIsKeptWithNameAndNote(t *testing.T) {
	s := opened(t)
	if c := s.says("claim", "256947", "--by", "anna", "--note", "asking the carrier"); c.Claim == nil || c.Claim.Who != "anna" {
		t.Errorf("claim %+v", c.Claim)
	}
	if c := s.says("snooze", "256947", "--by", "anna", "--until", "4h"); c.State != rules.Snoozed {
		t.Errorf("state %s", c.State)
	}
	if c := s.says("answer", "256947", "--by", "bo", "--note", "sent by form"); c.State != rules.Answered {
		t.Errorf("state %s", c.State)
	}
	if c := s.says("reopen", "256947", "--by", "anna"); c.State != rules.Open {
		t.Errorf("state %s", c.State)
	}
	if c := s.says("close", "256947", "--by", "anna", "--note", "not a dispute"); c.State != rules.Closed || c.Outcome != "not a dispute" {
		t.Errorf("%s %s", c.State, c.Outcome)
	}
	if code, _, errs := s.command("claim", "256947", "--by", "anna"); code != exitFailed || !strings.Contains(errs, "reopen it first") {
		t.Errorf("a claim on a closed case: exit %d: %s", code, errs)
	}
	history, err := s.book.History(t.Context(), s.one().ID)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, e := range history {
		switch e.Type {
		case rules.EventClaim, rules.EventSnooze, rules.EventAnswer, rules.EventReopen, rules.EventClose:
			words = append(words, e.By+" "+e.Note)
		}
	}
	if got := strings.Join(words, "|"); got != "anna asking the carrier|anna |bo sent by form|anna |anna not a dispute" {
		t.Errorf("audit trail %q", got)
	}
}

func TestLinkIsConfirmedByStripeAndStays(t *testing.T) {
	s := opened(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_9", Amount: 12490, Created: s.now.AddDate(0, 0, -3)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_9", Charge: "py_9", Created: s.now, DueBy: s.now.Add(10 * day)})
	s.stripe.AddCharge(fakestripe.Charge{ID: "ch_card", Method: "card", Amount: 12490, Created: s.now})
	s.fails(exitFailed, "py_nothing", "link", "256947", "py_nothing", "--by", "anna")
	s.fails(exitFailed, "ch_card", "link", "256947", "ch_card", "--by", "anna")
	c := s.says("link", "256947", "py_9", "--by", "anna")
	if c.Match.Strength != rules.Exact || c.Match.Charge != "py_9" || c.Match.By != "anna" {
		t.Errorf("match %+v", c.Match)
	}
	s.pass()
	if c := s.one(); c.Match.By != "anna" || c.Stripe == nil || c.Stripe.Dispute != "du_9" {
		t.Errorf("match %+v, stripe %+v", c.Match, c.Stripe)
	}
}

func TestVerbWithoutItsWordsIsAUsageError(t *testing.T) {
	s := newStory(t, monday)
	s.fails(exitUsage, "until when", "snooze", "256947")
	s.fails(exitUsage, "link: want ID CHARGE", "link", "256947")
	s.fails(exitFailed, "claim 1", "claim", "1")
}

// However long claims last, an answer that Stripe does not see is believed for one
// working day.
func TestAnswerIsBelievedForOneWorkingDay(t *testing.T) {
	p := rules.Default(time.UTC)
	friday := time.Date(2026, 3, 6, 15, 0, 0, 0, time.UTC)
	for _, lapses := range []rules.Span{{N: 4, Unit: "h"}, {N: 5, Unit: "wd"}} {
		p.ClaimLapses = lapses
		if e := (word{verb: rules.EventAnswer, at: friday}).event(p); !e.Until.Equal(friday.AddDate(0, 0, 3)) {
			t.Errorf("claims last %s: an answer until %v", lapses, e.Until)
		}
		if e := (word{verb: rules.EventClaim, at: friday}).event(p); !e.Until.Equal(p.Calendar.Add(friday, lapses)) {
			t.Errorf("claims last %s: a claim until %v", lapses, e.Until)
		}
	}
}

func TestClaimThatLapsesIsSaidInTheCasesThread(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.said("77-1042")
	until := s.house.policy.Calendar.Add(s.now, s.house.policy.ClaimLapses)
	if _, err := s.book.Say(t.Context(), "256947", rules.Event{Type: rules.EventClaim, At: s.now, By: "anna", Until: until}); err != nil {
		t.Fatal(err)
	}
	s.pass()
	s.said("anna is on it")
	s.now = until.Add(-time.Minute)
	s.pass()
	s.saidNothing()
	s.now = until
	s.pass()
	s.said("anna was on it; that time is over")
	if c := s.one(); c.StateAt(s.now) != rules.Open {
		t.Errorf("%s", c.StateAt(s.now))
	}
	s.pass()
	s.saidNothing()
}

func TestLinkThatJoinsTwoCasesSaysSo(t *testing.T) {
	s := opened(t)
	s.stripe.AddCharge(fakestripe.Charge{ID: "py_9", Amount: 12490, Created: s.now.AddDate(0, 0, -3)})
	s.stripe.AddDispute(fakestripe.Dispute{ID: "du_9", Charge: "py_9", Created: s.now, DueBy: s.now.Add(10 * day)})
	elder := s.says("link", "256947", "py_9", "--by", "anna")
	other := strings.NewReplacer("256947", "256948", "77-1042", "88-2000", "16 March 2026", s.now.Add(14*day).Format("2 January 2006")).Replace(request)
	s.now = s.now.Add(time.Minute) // the younger one
	s.mail("2@klarna.com", "pass", "New dispute request", other)
	s.pass()
	code, out, errs := s.command("link", "256948", "du_9", "--by", "anna")
	if code != exitDone || !strings.Contains(out, "is the same dispute and was joined with it: "+elder.ID+" is open") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
}
