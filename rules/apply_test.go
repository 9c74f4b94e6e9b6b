package rules_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func (s *story) is(want rules.State) {
	s.t.Helper()
	if got := s.c.StateAt(s.now); got != want {
		s.t.Fatalf("state %q, want %q (answers %v, outcome %q)", got, want, s.c.Answers, s.c.Outcome)
	}
}

func TestStripeUnderReviewEndsTheLadder(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.matched(rules.Exact)
	s.stripe("needs_response", "2026-03-14 12:00")
	s.told = nil
	s.stripe("under_review", "")
	s.is(rules.Answered)
	s.said("answered")
	s.until("2026-04-30 12:00")
	s.said()
}

func TestOnlyASureMatchAnswers(t *testing.T) {
	for _, strength := range []rules.Strength{rules.Probable, rules.Ambiguous, rules.NoMatch} {
		s := newStory(t, monday)
		s.request("2026-03-16 23:59")
		s.matched(strength)
		s.stripe("won", "")
		s.is(rules.Open)
		s.stripe("under_review", "2026-03-30 12:00")
		s.is(rules.Open)
		if d := s.c.Deadline(); !d.At.Equal(s.at("2026-03-16 23:59")) || !d.Other.IsZero() {
			t.Errorf("%s: deadline %+v was moved by a match that is not sure", strength, d)
		}
	}
}

// The table of DOMAIN.md §5, one row a status.
func TestEachStripeStatusMeansWhatTheTableSays(t *testing.T) {
	refunded := func(minor int64) func(*rules.Reading) {
		return func(r *rules.Reading) { r.RefundedSince, r.RefundedMinor = minor, minor }
	}
	submitted := func(r *rules.Reading) { r.Submissions = 1 }
	staged := func(r *rules.Reading) { r.HasEvidence = true }
	for _, tt := range []struct {
		name, status string
		change       func(*rules.Reading)
		state        rules.State
		outcome      string
	}{
		{"an inquiry waits", "warning_needs_response", staged, rules.Open, ""},
		{"evidence on an inquiry is ignored", "warning_needs_response", submitted, rules.Open, ""},
		{"a partial refund does not settle", "warning_needs_response", refunded(12489), rules.Open, ""},
		{"a full refund during the inquiry waits for its end", "warning_needs_response", refunded(12490), rules.Answered, ""},
		{"an inquiry under review waits", "warning_under_review", staged, rules.Answered, ""},
		{"an inquiry that is over", "warning_closed", staged, rules.Closed, "inquiry_closed"},
		{"a chargeback waits", "needs_response", staged, rules.Open, ""},
		{"a refund after the escalation settles nothing", "needs_response", refunded(12490), rules.Open, ""},
		{"submitted evidence answers a chargeback", "needs_response", submitted, rules.Answered, ""},
		{"evidence is with Klarna", "under_review", staged, rules.Answered, ""},
		{"won", "won", staged, rules.Closed, "won"},
		{"lost", "lost", staged, rules.Closed, "lost"},
		{"prevented", "prevented", staged, rules.Closed, "prevented"},
		{"an unknown status is never an answer", "klarna_thinks", submitted, rules.Open, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStory(t, monday)
			s.t = t
			s.request("2026-03-16 23:59")
			s.matched(rules.Exact)
			s.stripe(tt.status, "2026-03-20 12:00", tt.change)
			s.is(tt.state)
			if s.c.Outcome != tt.outcome {
				t.Errorf("outcome %q, want %q", s.c.Outcome, tt.outcome)
			}
		})
	}
}

func TestKlarnasResolvedClosesWhereNoStripeDisputeSpeaksAgainstIt(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	e := s.mail(rules.KindResolved, rules.Genuine, "")
	e.Mail.Result = rules.ResultWon
	s.told = nil
	s.happens(e)
	s.is(rules.Closed)
	s.said("closed")
	if s.c.Outcome != "won" {
		t.Errorf("outcome %q", s.c.Outcome)
	}
}

func TestKlarnasResolvedAgainstAnOpenStripeDisputeIsAContradiction(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.matched(rules.Exact)
	s.stripe("needs_response", "2026-03-14 12:00")
	s.told = nil
	s.happens(s.mail(rules.KindResolved, rules.Genuine, ""))
	s.is(rules.Open)
	s.said("contradiction")
	s.until("2026-03-03 10:00")
	s.said("nudge")
}

func TestStripeOpensACaseAgainThatAMailClosed(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.happens(s.mail(rules.KindResolved, rules.Genuine, ""))
	s.is(rules.Closed)
	s.told = nil
	s.matched(rules.Exact)
	s.stripe("needs_response", "2026-03-20 12:00")
	s.is(rules.Open)
	s.said("contradiction")
}

func TestChargeOfACaseThatIsOverIsNoNews(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.happens(s.mail(rules.KindResolved, rules.Genuine, ""))
	s.told = nil
	s.matched(rules.Exact)
	s.stripe("won", "2026-03-20 12:00")
	s.said("closed") // how was not known before
}

func TestUnverifiedMailClosesNothingAndPushesNothingLater(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.told = nil
	s.now = s.now.Add(time.Hour)
	lie := s.mail(rules.KindResolved, rules.Unverified, "")
	lie.Mail.Result = rules.ResultWon
	s.happens(lie)
	s.is(rules.Open)
	s.said("unproved")
	if s.c.Result != "" {
		t.Errorf("Klarna says: %s", s.c.Result)
	}
	s.happens(s.mail(rules.KindReminder, rules.Unverified, "2026-03-30 23:59"))
	if d := s.c.Deadline(); !d.At.Equal(s.at("2026-03-16 23:59")) {
		t.Errorf("an unverified mail moved the deadline to %v", d.At)
	}
	s.happens(s.mail(rules.KindReminder, rules.Unverified, "2026-03-10 23:59"))
	if d := s.c.Deadline(); !d.At.Equal(s.at("2026-03-10 23:59")) {
		t.Errorf("the nearer deadline was not taken: %v", d.At)
	}
	e := s.mail(rules.KindReminder, rules.Unverified, "")
	e.Mail.MerchantReference1 = "evil"
	s.c.MerchantReference1 = "10001"
	s.happens(e)
	if s.c.MerchantReference1 != "10001" {
		t.Errorf("an unverified mail replaced a reference: %q", s.c.MerchantReference1)
	}
}

func TestInquiryThatBecomesAChargebackStartsTheClockAnew(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-10 23:59")
	s.matched(rules.Exact)
	s.stripe("warning_needs_response", "2026-03-12 12:00", func(r *rules.Reading) { r.RefundedSince = 12490 })
	s.is(rules.Answered)
	s.told = nil
	s.now = s.at("2026-03-09 10:00")
	s.stripe("needs_response", "2026-03-23 12:00")
	s.is(rules.Open)
	s.said("stage")
	if s.c.Stage != rules.StageChargeback || s.c.Round.Reason != rules.RoundStageChanged {
		t.Errorf("stage %s, round %+v", s.c.Stage, s.c.Round)
	}
	if d := s.c.Deadline(); d.Source != rules.SourceStripe || !d.At.Equal(s.at("2026-03-23 12:00")) {
		t.Errorf("deadline %+v", d)
	}
	s.until("2026-03-21 12:00")
	s.said("nudge", "nudge", "nudge", "nudge", "nudge", "week", "nudge", "nudge", "nudge", "nudge", "last")
}

// Evidence is ignored in an inquiry, and Stripe counts it on under the same id.
func TestWhatWasSubmittedToAnInquiryAnswersNoChargeback(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-10 23:59")
	s.matched(rules.Exact)
	submitted := func(n int64) func(*rules.Reading) { return func(r *rules.Reading) { r.Submissions = n } }
	s.stripe("warning_needs_response", "2026-03-12 12:00", submitted(1))
	s.stripe("needs_response", "2026-03-23 12:00", submitted(1))
	s.is(rules.Open)
	s.stripe("needs_response", "2026-03-23 12:00", submitted(2))
	s.is(rules.Answered)
}

func TestRefundInAnotherCurrencyThanTheDisputeSettlesNothing(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-10 23:59")
	s.matched(rules.Exact)
	refunded := func(currency string) func(*rules.Reading) {
		return func(r *rules.Reading) {
			r.RefundedSince, r.Authorized = 12490, rules.Money{Minor: 140000, Currency: currency}
		}
	}
	s.stripe("warning_needs_response", "2026-03-12 12:00", refunded("SEK"))
	s.is(rules.Open)
	s.stripe("warning_needs_response", "2026-03-12 12:00", refunded("EUR"))
	s.is(rules.Answered)
}

func TestEarlierOfTwoDeadlinesWarnsAndTheLaterIsShown(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.matched(rules.Exact)
	s.stripe("needs_response", "2026-03-14 12:00")
	d := s.c.Deadline()
	if d.Source != rules.SourceStripe || !d.At.Equal(s.at("2026-03-14 12:00")) || d.OtherSource != rules.SourceMail || !d.Last().Equal(s.at("2026-03-16 23:59")) {
		t.Errorf("deadline %+v", d)
	}
}

func TestAssumedDeadlineSaysSoAndGivesWayToARealOne(t *testing.T) {
	s := newStory(t, monday)
	s.request("")
	if d := s.c.Deadline(); d.Source != rules.SourceAssumed || !d.At.Equal(s.at("2026-03-09 10:00")) {
		t.Fatalf("deadline %+v", d)
	}
	s.matched(rules.Exact)
	s.stripe("warning_needs_response", "2026-03-23 12:00")
	if d := s.c.Deadline(); d.Source != rules.SourceStripe {
		t.Fatalf("deadline %+v", d)
	}
	s.told = nil
	s.until("2026-03-16 12:00")
	last := s.told[len(s.told)-1]
	if last != "week" {
		t.Errorf("a week before the real deadline it told %v", s.told)
	}
}

func TestReminderForAnAnsweredCaseOpensItAgainUnlessStripeKnowsBetter(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.happens(rules.Event{Type: rules.EventAnswer, By: "anna"})
	s.is(rules.Answered)
	s.told = nil
	s.now = s.at("2026-03-04 10:00")
	s.happens(s.mail(rules.KindReminder, rules.Genuine, ""))
	s.is(rules.Open)

	s = newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.matched(rules.Exact)
	s.stripe("under_review", "")
	s.told = nil
	s.now = s.at("2026-03-04 10:00")
	s.happens(s.mail(rules.KindReminder, rules.Genuine, ""))
	s.is(rules.Answered)
	s.said("contradiction")
}

func TestOldMailReadLateDoesNotReopen(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.now = s.at("2026-03-05 10:00")
	e := s.mail(rules.KindResolved, rules.Genuine, "")
	s.happens(e)
	old := s.mail(rules.KindReminder, rules.Genuine, "")
	old.Mail.Date = s.at("2026-03-04 10:00")
	s.happens(old)
	s.is(rules.Closed)
}

func TestPersonsAnswerNeedsStripesAgreementInTheEnd(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.matched(rules.Exact)
	s.stripe("needs_response", "2026-03-14 12:00")
	s.happens(rules.Event{Type: rules.EventAnswer, By: "anna", Until: s.at("2026-03-03 10:00")})
	s.stripe("needs_response", "2026-03-14 12:00")
	s.is(rules.Answered)
	s.now = s.at("2026-03-03 10:00")
	s.told = nil
	s.stripe("needs_response", "2026-03-14 12:00")
	s.is(rules.Open)
	s.said("contradiction")
}

func TestDisputeThatArrivesLostIsToldOnce(t *testing.T) {
	s := newStory(t, monday)
	s.c.Keys = []string{"stripe:du_1"}
	s.stripe("lost", "")
	s.is(rules.Closed)
	s.said("lost")
	s.until("2026-05-01 10:00")
	s.said()
}

func TestWordWithoutANameIsRefused(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	for _, typ := range []rules.EventType{rules.EventClaim, rules.EventAnswer, rules.EventSnooze, rules.EventClose} {
		got, err := rules.Apply(s.c, rules.Event{Type: typ, At: s.now, Until: s.now.Add(time.Hour)})
		var refused *rules.RefusedError
		if !errors.As(err, &refused) {
			t.Errorf("%s without a name: %v", typ, err)
		}
		if got.State != s.c.State {
			t.Errorf("%s without a name changed the case", typ)
		}
	}
}

func TestClosedCaseRefusesAClaim(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.happens(rules.Event{Type: rules.EventClose, By: "anna", Outcome: "not a dispute"})
	if _, err := rules.Apply(s.c, rules.Event{Type: rules.EventClaim, At: s.now, By: "bo", Until: s.now.Add(time.Hour)}); err == nil {
		t.Error("a closed case was claimed")
	}
}

func TestPersonsLinkIsNotOverruledByARule(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.happens(rules.Event{Type: rules.EventLink, By: "anna", Match: &rules.Match{Strength: rules.Exact, Charge: "ch_9", Why: "anna says so"}})
	s.matched(rules.Exact)
	if s.c.Match.Charge != "ch_9" || s.c.Match.By != "anna" {
		t.Errorf("match %+v", s.c.Match)
	}
}

func TestYoungerCaseBringsWhatTheElderLacks(t *testing.T) {
	s := newStory(t, monday)
	s.request("")
	younger := rules.Case{ID: "c-young1", Keys: []string{"mail:<2@x>"}}
	younger, err := rules.Apply(younger, withTime(s.mail(rules.KindReminder, rules.Genuine, "2026-03-05 12:00"), s.now))
	if err != nil {
		t.Fatal(err)
	}
	s.happens(rules.Event{Type: rules.EventMerge, Other: younger.ID, From: &younger, Keys: younger.Keys})
	if d := s.c.Deadline(); !d.At.Equal(s.at("2026-03-05 12:00")) {
		t.Errorf("deadline %+v", d)
	}
}

func TestApplyLeavesTheGivenCaseAlone(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	before := s.c
	before.Keys = append([]string(nil), s.c.Keys...)
	_, err := rules.Apply(s.c, rules.Event{Type: rules.EventMail, At: s.now, Keys: []string{"klarna:1"}, Mail: &rules.MailSaid{Said: rules.Said{Kind: rules.KindReminder}, MessageID: "<new@x>"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.c.Thread) != len(before.Thread) || len(s.c.Keys) != len(before.Keys) {
		t.Error("the given case was changed")
	}
}

func TestStripeOpensACaseAgainThatAPersonClosed(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.matched(rules.Exact)
	s.happens(rules.Event{Type: rules.EventClose, By: "anna", Outcome: "not a dispute"})
	s.is(rules.Closed)
	s.told = nil
	s.stripe("needs_response", "2026-03-20 12:00")
	s.is(rules.Open)
	s.said("contradiction")
}

func TestCaseWithACardThatIsLostIsToldInItsThreadAlone(t *testing.T) {
	s := newStory(t, monday)
	s.request("")
	s.matched(rules.Exact)
	s.told = nil
	e := rules.Event{Type: rules.EventStripe, At: s.now.Add(time.Hour), Stripe: &rules.Reading{Dispute: "du_1", Charge: "ch_1", Status: "warning_needs_response", DueBy: s.at("2026-03-20 12:00")}}
	c, err := rules.Apply(s.c, e) // the deadline moved later: a new round, in which nothing was told
	if err != nil || len(c.Told) != 0 {
		t.Fatalf("%+v: %v", c.Told, err)
	}
	e.Stripe = &rules.Reading{Dispute: "du_1", Charge: "ch_1", Status: "lost"}
	if s.c, err = rules.Apply(c, e); err != nil {
		t.Fatal(err)
	}
	s.now = e.At
	s.decide()
	s.said("stage")
}

func TestWhatAnUnverifiedMailAsksIsNotSaidToBeKlarnas(t *testing.T) {
	for _, k := range []rules.Kind{rules.KindReminder, rules.KindFollowUp, rules.KindAppealOpen, rules.KindInvestigation} {
		s := newStory(t, monday)
		s.request("2026-03-16 23:59")
		s.matched(rules.Exact)
		s.stripe("needs_response", "2026-03-16 23:59")
		s.now = s.now.Add(time.Hour)
		c, err := rules.Apply(s.c, withTime(s.mail(k, rules.Unverified, ""), s.now))
		if err != nil {
			t.Fatal(err)
		}
		if n := len(c.News); n != 1 || !strings.Contains(c.News[0].Text, "not proved") {
			t.Errorf("%s: %+v", k, c.News)
		}
	}
}

func TestWhatHappensAtOneMomentIsOneMessage(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.now = s.now.Add(time.Hour)
	c, err := rules.Apply(s.c, withTime(s.mail(rules.KindReminder, rules.Genuine, "2026-03-09 23:59"), s.now))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.News) != 1 || c.News[0].Name != "reminder" || c.News[0].Text != "Klarna sent a reminder. The deadline came nearer." {
		t.Errorf("%+v", c.News)
	}
}

func TestOlderMailReadLateReplacesNoNewerWord(t *testing.T) {
	s := newStory(t, monday)
	newer := s.mail(rules.KindReminder, rules.Genuine, "2026-03-12 23:59")
	newer.Mail.MerchantReference1 = "77-1042"
	s.happens(newer)
	older := s.mail(rules.KindDisputeRequest, rules.Genuine, "2026-03-10 23:59")
	older.Mail.Date = s.now.Add(-48 * time.Hour)
	older.Mail.MerchantReference1, older.Mail.Reason = "typo", rules.ReasonReturn
	s.happens(older)
	if d := s.c.Deadline(); !d.At.Equal(s.at("2026-03-12 23:59")) || s.c.MerchantReference1 != "77-1042" {
		t.Errorf("deadline %v, reference %s", d.At, s.c.MerchantReference1)
	}
	if s.c.Reason != rules.ReasonReturn {
		t.Errorf("what only the older mail says was lost")
	}
}

func TestSnoozeWakesOnANewMailAndOnANearerDeadline(t *testing.T) {
	snoozed := func() *story {
		s := newStory(t, monday)
		s.request("2026-03-30 23:59")
		s.matched(rules.Exact)
		s.happens(rules.Event{Type: rules.EventSnooze, By: "anna", Until: s.at("2026-03-20 10:00")})
		s.is(rules.Snoozed)
		s.now = s.at("2026-03-03 10:00")
		return s
	}
	s := snoozed()
	s.happens(s.mail(rules.KindReminder, rules.Unverified, ""))
	s.is(rules.Open)
	s = snoozed()
	s.stripe("warning_needs_response", "2026-03-14 12:00")
	s.is(rules.Open)
}

func TestWordOfAnOldRoundCountsNotInTheNewOne(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-10 23:59")
	late := rules.Escalation{Case: s.c.ID, Round: s.c.Round.N, Step: "week"}
	s.matched(rules.Exact)
	s.stripe("warning_needs_response", "")
	s.now = s.at("2026-03-04 10:00")
	s.stripe("needs_response", "2026-03-20 12:00") // a new round
	c, err := rules.Apply(s.c, rules.Event{Type: rules.EventTold, At: s.now, Told: &late})
	if err != nil {
		t.Fatal(err)
	}
	for _, told := range c.Told {
		if told.Step == "week" {
			t.Errorf("the new round will never tell week: %+v", c.Told)
		}
	}
}

func TestYoungerCaseThatStillAsksOpensAnAnsweredElderAgain(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.happens(rules.Event{Type: rules.EventAnswer, By: "anna"})
	s.now = s.at("2026-03-04 10:00")
	younger, err := rules.Apply(rules.Case{ID: "c-young1"}, withTime(s.mail(rules.KindFollowUp, rules.Genuine, ""), s.now))
	if err != nil {
		t.Fatal(err)
	}
	s.happens(rules.Event{Type: rules.EventMerge, Other: younger.ID, From: &younger})
	s.is(rules.Open)
}

func TestReplyAnswersAStopRequestUnlessKlarnaHasWrittenSince(t *testing.T) {
	s := newStory(t, monday)
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	s.happens(s.reply(s.now.Add(-time.Second)))
	s.is(rules.Open)
	s.happens(s.reply(time.Time{}))
	s.is(rules.Open)
	s.happens(s.reply(s.now))
	s.is(rules.Answered)
}

func TestReplyToAClosedCaseChangesNothing(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.happens(rules.Event{Type: rules.EventClose, By: "anna", Outcome: "settled"})
	was := s.c
	s.happens(s.reply(s.now))
	if s.is(rules.Closed); s.c.Facts != was.Facts || len(s.c.Warnings) != 0 {
		t.Errorf("news %v, warnings %v", s.c.News, s.c.Warnings)
	}
}

func TestStopRequestForAKnownDisputeKeepsItsOwnDate(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.now = s.at("2026-03-03 10:00")
	s.told = nil
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, "2026-03-04 18:00"))
	s.said("stop_request")
	if d := s.c.Deadline(); d.Source != rules.SourceMail || !d.At.Equal(s.at("2026-03-04 18:00")) || s.c.Lane() != rules.LaneStopRequest {
		t.Errorf("%s, deadline %+v", s.c.Stage, d)
	}
}

func TestStopRequestLongAfterADisputeIsNotOverdueAtOnce(t *testing.T) {
	s := newStory(t, monday)
	s.request("") // 7 days are assumed
	s.now = s.at("2026-03-12 10:00")
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	if d := s.c.Deadline(); d.Source != rules.SourceAssumed || !d.At.Equal(s.at("2026-03-13 10:00")) {
		t.Errorf("deadline %+v", d)
	}
}

func TestUnverifiedMailPutsOffNothingThatWasAssumedOfAGenuineOne(t *testing.T) {
	for _, tt := range []struct {
		first rules.Verdict
		moves bool
	}{{rules.Genuine, false}, {rules.Unverified, true}} {
		s := newStory(t, monday)
		mail := func(v rules.Verdict, d *rules.MailDeadline) rules.Event {
			return rules.Event{Type: rules.EventMail, Mail: &rules.MailSaid{
				Said: rules.Said{Kind: rules.KindReminder, DisputeID: "256947", Verdict: v}, Date: s.now, Deadline: d, Assumed: s.now.Add(72 * time.Hour),
			}}
		}
		s.happens(mail(tt.first, nil))
		before := s.c.Deadline()
		s.happens(mail(rules.Unverified, &rules.MailDeadline{At: s.now.Add(300 * time.Hour)}))
		if moved := s.c.Deadline().At.After(before.At); moved != tt.moves {
			t.Errorf("after a mail that is %s: from %v to %v", tt.first, before.At, s.c.Deadline().At)
		}
	}
}

// It turns out to be a stop request, whose clock would begin anew.
func TestSecondReadingThatIsNotProvedPutsNothingOff(t *testing.T) {
	s := newStory(t, monday)
	due := s.now.Add(20 * time.Hour)
	s.happens(rules.Event{Type: rules.EventMail, Mail: &rules.MailSaid{
		Said: rules.Said{Kind: rules.KindReminder, DisputeID: "256947", Verdict: rules.Genuine}, Date: s.now, Deadline: &rules.MailDeadline{At: due},
	}})
	s.now = s.now.Add(time.Hour)
	s.happens(rules.Event{Type: rules.EventReread, Was: rules.KindReminder, Mail: &rules.MailSaid{
		Said: rules.Said{Kind: rules.KindStopRequest, DisputeID: "256947", Verdict: rules.Unverified}, Date: s.now, Assumed: s.now.Add(24 * time.Hour),
	}})
	if d := s.c.Deadline(); s.c.Stage != rules.StageStopRequest || d.At.After(due) {
		t.Errorf("stage %s, deadline %v, was %v", s.c.Stage, d.At, due)
	}
}

// Its 24 hours would become a week, and nobody would be woken.
func TestUnverifiedMailMakesNoStopRequestAMereDispute(t *testing.T) {
	for _, first := range []rules.Verdict{rules.Genuine, rules.Unverified} {
		s := newStory(t, monday)
		s.happens(s.mail(rules.KindStopRequest, first, ""))
		due := s.c.Deadline().At
		s.now = s.now.Add(time.Hour)
		s.happens(s.mail(rules.KindDisputeRequest, rules.Unverified, ""))
		if d := s.c.Deadline(); s.c.Lane() != rules.LaneStopRequest || !d.At.Equal(due) {
			t.Errorf("after a %s one: stage %s, until %v, was %v", first, s.c.Stage, d.At, due)
		}
		s.happens(s.mail(rules.KindDisputeRequest, rules.Genuine, ""))
		if s.c.Lane() != rules.LaneDispute {
			t.Errorf("after a genuine dispute mail: stage %s", s.c.Stage)
		}
	}
}

// A genuine reminder left 72 hours, of which 10 are left: a stop request brings
// 24 of its own.
func TestUnverifiedStopRequestPutsOffNothingThatWasAssumedOfAGenuineMail(t *testing.T) {
	s := newStory(t, monday)
	s.happens(s.mail(rules.KindReminder, rules.Genuine, ""))
	due := s.c.Deadline().At
	s.now = due.Add(-10 * time.Hour)
	s.happens(s.mail(rules.KindStopRequest, rules.Unverified, "2026-04-30 12:00"))
	if d := s.c.Deadline(); s.c.Stage != rules.StageStopRequest || !d.At.Equal(due) {
		t.Errorf("stage %s, until %v, was %v", s.c.Stage, d.At, due)
	}
}

// Else whatever Klarna wrote until then would be an old mail, and its dates and
// words would not count.
func TestMailFromTheFutureDoesNotMakeTheNextOneOld(t *testing.T) {
	for _, tt := range []struct{ first, future rules.Verdict }{
		{rules.Genuine, rules.Unverified}, {rules.Unverified, rules.Unverified}, {rules.Genuine, rules.Genuine}, {"", rules.Unverified},
	} {
		s := newStory(t, monday)
		if tt.first != "" {
			s.happens(s.mail(rules.KindDisputeRequest, tt.first, "2026-03-16 23:59"))
		}
		s.now = s.now.Add(time.Hour)
		e := s.mail(rules.KindReminder, tt.future, "")
		e.Mail.Date = s.now.AddDate(70, 0, 0)
		s.happens(e)
		e = s.mail(rules.KindFollowUp, rules.Genuine, "2026-03-09 12:00")
		e.Mail.Date, e.Mail.MerchantReference1 = s.now.Add(time.Minute), "10001"
		s.now = s.now.Add(2 * time.Minute)
		s.happens(e)
		if d := s.c.Deadline(); !d.At.Equal(s.at("2026-03-09 12:00")) || s.c.MerchantReference1 != "10001" {
			t.Errorf("%s, then %s of the future: until %v, reference %q", tt.first, tt.future, d.At, s.c.MerchantReference1)
		}
	}
}

// It was written after Klarna's mail and read before it.
func TestUnverifiedMailMakesNoGenuineOneOld(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	sent := s.now.Add(time.Hour)
	s.now = s.now.Add(2 * time.Hour)
	s.happens(s.mail(rules.KindReminder, rules.Unverified, ""))
	e := s.mail(rules.KindFollowUp, rules.Genuine, "2026-03-09 12:00")
	e.Mail.Date = sent
	s.happens(e)
	if d := s.c.Deadline(); !d.At.Equal(s.at("2026-03-09 12:00")) {
		t.Errorf("until %v", d.At)
	}
}

// The charge that it leads to could answer the case, or close it.
func TestUnverifiedMailNamesNoOtherOrder(t *testing.T) {
	const warning = "An unverified mail names another order; the first one stays."
	lure := rules.Said{MerchantReference1: "evil", MerchantReference2: "evil", OrderNumber: "evil", StripeIDs: []string{"ch_evil"}}
	for name, tt := range map[string]struct {
		first, want rules.Said
		warned      bool
	}{
		"after a genuine one":                 {rules.Said{Verdict: rules.Genuine, MerchantReference1: "10001"}, rules.Said{MerchantReference1: "10001"}, true},
		"after a genuine one with an id":      {rules.Said{Verdict: rules.Genuine, StripeIDs: []string{"ch_1"}}, rules.Said{StripeIDs: []string{"ch_1"}}, false},
		"after a genuine one without a name":  {rules.Said{Verdict: rules.Genuine}, lure, false},
		"after an unverified one":             {rules.Said{Verdict: rules.Unverified, MerchantReference1: "10001", OrderNumber: "10001"}, rules.Said{MerchantReference1: "10001", OrderNumber: "10001"}, true},
		"after one that names the same order": {rules.Said{Verdict: rules.Genuine, MerchantReference1: "evil"}, rules.Said{MerchantReference1: "evil"}, false},
	} {
		s := newStory(t, monday)
		e := s.mail(rules.KindDisputeRequest, tt.first.Verdict, "")
		e.Mail.Said = tt.first
		s.happens(e)
		e = s.mail(rules.KindReminder, rules.Unverified, "")
		e.Mail.Said, e.Mail.Verdict = lure, rules.Unverified
		s.happens(e)
		got := rules.Said{MerchantReference1: s.c.MerchantReference1, MerchantReference2: s.c.MerchantReference2, OrderNumber: s.c.OrderNumber, StripeIDs: s.c.StripeIDs}
		if !reflect.DeepEqual(got, tt.want) || slices.Contains(s.c.Warnings, warning) != tt.warned {
			t.Errorf("%s: %+v, warnings %q", name, got, s.c.Warnings)
		}
	}
}

// Else the case would count as one that asks for nothing, and join an old dispute
// of the same order.
func TestOpenAppealSaysNotThatTheCaseHasEnded(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	e := s.mail(rules.KindAppealOpen, rules.Genuine, "2026-03-26 23:59")
	e.Mail.Result = rules.ResultLost
	s.happens(e)
	if s.c.Result != "" || s.c.Finished() {
		t.Errorf("result %q, finished %v", s.c.Result, s.c.Finished())
	}
}

func TestFirstMailIsTheEarliestThatCounts(t *testing.T) {
	on := func(s *story, day int, v rules.Verdict) rules.Event {
		e := s.mail(rules.KindReminder, v, "")
		e.Mail.Date = s.now.AddDate(0, 0, day)
		return e
	}
	for name, tt := range map[string]struct {
		mails []rules.Verdict // of the days -1, -2, …
		want  int
	}{
		"read backwards":                  {[]rules.Verdict{rules.Genuine, rules.Genuine}, -2},
		"an unproved one after it":        {[]rules.Verdict{rules.Genuine, rules.Unverified}, -1},
		"the first that is proved":        {[]rules.Verdict{rules.Unverified, rules.Genuine}, -2},
		"unproved ones, among themselves": {[]rules.Verdict{rules.Unverified, rules.Unverified}, -2},
	} {
		s := newStory(t, monday)
		for i, v := range tt.mails {
			s.happens(on(s, -1-i, v))
		}
		if want := s.now.AddDate(0, 0, tt.want); !s.c.FirstMail.Equal(want) {
			t.Errorf("%s: %v, want %v", name, s.c.FirstMail, want)
		}
	}
	s := newStory(t, monday)
	s.happens(on(s, -5, rules.Unverified))
	s.happens(on(s, -1, rules.Genuine))
	younger := s.c
	if want := s.now.AddDate(0, 0, -1); !younger.FirstMail.Equal(want) {
		t.Errorf("an unproved one before it: %v", younger.FirstMail)
	}
	for name, elder := range map[string]rules.Event{
		"Stripe's own": {Type: rules.EventStripe, Stripe: &rules.Reading{Dispute: "du_1", Charge: "ch_1", Status: "needs_response"}},
		"a later mail": on(s, 0, rules.Genuine),
		"an old book":  on(s, 0, rules.Genuine),
	} {
		s := newStory(t, monday)
		s.happens(elder)
		if name == "an old book" {
			s.c.FirstMail = time.Time{}
		}
		known := !s.c.FirstMail.IsZero() || s.c.LastMail.IsZero()
		s.happens(rules.Event{Type: rules.EventMerge, Other: "c-young1", From: &younger})
		if s.c.FirstMail.IsZero() == known || known && !s.c.FirstMail.Equal(younger.FirstMail) {
			t.Errorf("%s: %v", name, s.c.FirstMail)
		}
	}
}

// It was answered in Stripe before anybody heard of it.
func TestKlarnaThatAsksAboutACaseWithoutACardIsHeard(t *testing.T) {
	for _, verdict := range verdicts {
		s := newStory(t, monday)
		s.change(s.mail(rules.KindDisputeRequest, rules.Genuine, ""))
		s.change(rules.Event{Type: rules.EventMatch, Match: &rules.Match{Strength: rules.Exact, Charge: "ch_1", Dispute: "du_1"}})
		s.stripe("under_review", "2026-03-16 12:00")
		s.said()
		s.now = s.at("2026-03-05 10:00")
		s.happens(s.mail(rules.KindFollowUp, verdict, "2026-03-12 12:00"))
		s.said("contradiction")
		s.is(rules.Answered)
		s.now = s.at("2026-03-06 10:00")
		s.happens(s.mail(rules.KindFollowUp, verdict, "2026-03-12 12:00")) // now it has a card
		s.said("contradiction")
	}
}
