package rules_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Its 24 hours would become a week, and nobody would be woken.
func TestUnverifiedMailDoesNotQuietAStopRequest(t *testing.T) {
	for _, first := range verdicts {
		s := newStory(t, monday)
		s.happens(s.mail(rules.KindStopRequest, first, ""))
		s.happens(s.word(rules.EventClaim, "2026-03-02 12:00"))
		s.now = s.at("2026-03-02 10:30")
		s.happens(s.mail(rules.KindDisputeRequest, rules.Unverified, ""))
		s.is(rules.Claimed)
		s.deadline("2026-03-03 10:00")
		s.warned("it stays a stop request")
		if s.c.Stage != rules.StageStopRequest {
			t.Errorf("after one that is %s: stage %s", first, s.c.Stage)
		}
		s.happens(s.mail(rules.KindDisputeRequest, rules.Genuine, ""))
		if s.c.Stage != rules.StageUnknown {
			t.Errorf("after a genuine dispute mail: stage %s", s.c.Stage)
		}
	}
}

// A stop request's clock of 24 hours would begin anew behind what was assumed.
func TestUnverifiedStopRequestPutsOffNothingThatWasAssumed(t *testing.T) {
	for _, deadline := range []string{"", "2026-04-30 12:00"} {
		s := newStory(t, monday)
		s.happens(s.mail(rules.KindReminder, rules.Genuine, "")) // 72 hours
		s.now = s.at("2026-03-05 09:00")
		s.happens(s.mail(rules.KindStopRequest, rules.Unverified, deadline))
		s.deadline("2026-03-05 10:00")
		if s.c.Stage != rules.StageStopRequest {
			t.Errorf("stage %s", s.c.Stage)
		}
	}
}

func TestUnverifiedStopRequestOnWhatIsOverHasAClockOfItsOwn(t *testing.T) {
	for _, deadline := range []string{"", "2026-03-05 12:00"} {
		s := requested(t, deadline)
		s.happens(s.word(rules.EventAnswer, ""))
		s.now = s.at("2026-04-01 10:00")
		s.happens(s.mail(rules.KindStopRequest, rules.Unverified, ""))
		s.deadline("2026-04-02 10:00")
	}
}

func TestUnverifiedMailEndsNoDeadlineByADayThatHasPassed(t *testing.T) {
	s := requested(t, "2026-03-23 12:00")
	s.now = s.at("2026-03-20 10:00")
	s.happens(s.mail(rules.KindReminder, rules.Unverified, "2026-02-01 12:00"))
	s.deadline("2026-03-23 12:00")
	s.warned("a deadline that has passed")
	s.happens(s.mail(rules.KindReminder, rules.Genuine, "2026-02-01 12:00"))
	s.deadline("2026-02-01 12:00")
}

// Else nobody would be told any more when the proved date comes.
func TestUnverifiedMailsEarlierDateStandsBesideTheProvedOne(t *testing.T) {
	s := requested(t, "2026-03-23 12:00")
	s.now = s.at("2026-03-03 10:00")
	s.happens(s.mail(rules.KindReminder, rules.Unverified, "2026-03-05 12:00"))
	s.happens(s.mail(rules.KindReminder, rules.Unverified, "2026-03-04 12:00"))
	s.happens(s.mail(rules.KindReminder, rules.Unverified, "2026-03-04 12:00"))
	d := s.c.Deadline()
	if !d.At.Equal(s.at("2026-03-04 12:00")) || !d.Other.Equal(s.at("2026-03-23 12:00")) || d.OtherSource != rules.SourceMail {
		t.Errorf("deadline %+v", d)
	}
	s.warned("both dates are watched")
	s.until("2026-03-31 12:00")
	s.told = nil
	s.until("2026-04-06 11:59")
	if len(s.told) == 0 {
		t.Error("two weeks after the false date all is quiet")
	}
	s.matched(rules.Exact)
	s.now = s.at("2026-03-04 11:00")
	for due, want := range map[string]string{"2026-03-10 12:00": "2026-03-23 12:00", "2026-03-25 12:00": "2026-03-25 12:00", "2026-03-02 12:00": "2026-03-23 12:00"} {
		s.stripe("needs_response", due)
		if last := s.c.Deadline().Last(); !last.Equal(s.at(want)) {
			t.Errorf("Stripe says %s: the last date is %v, want %s", due, last, want)
		}
	}
	s.happens(s.mail(rules.KindReminder, rules.Genuine, "2026-03-04 11:30"))
	if !s.c.MailDeadline.Later.IsZero() {
		t.Error("Klarna's own word does not count")
	}
}

func TestUnverifiedMailClosesNothingAndPushesNothingLater(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
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
	s.deadline("2026-03-16 23:59")
	s.warned("names a later deadline")
	s.happens(s.mail(rules.KindReminder, rules.Unverified, "2026-03-10 23:59"))
	s.deadline("2026-03-10 23:59")
	e := s.mail(rules.KindReminder, rules.Unverified, "")
	e.Mail.MerchantReference1 = "evil"
	s.c.MerchantReference1 = "10001"
	s.happens(e)
	if s.c.MerchantReference1 != "10001" {
		t.Errorf("an unverified mail replaced a reference: %q", s.c.MerchantReference1)
	}
}

func TestUnverifiedMailPutsOffNothingThatWasAssumedOfAGenuineOne(t *testing.T) {
	for first, want := range map[rules.Verdict]string{rules.Genuine: "2026-03-05 10:00", rules.Unverified: "2026-03-14 22:00"} {
		s := newStory(t, monday)
		s.happens(s.mail(rules.KindReminder, first, ""))
		s.happens(s.mail(rules.KindReminder, rules.Unverified, "2026-03-14 22:00"))
		s.deadline(want)
	}
}

// It was written after Klarna's mail and read before it.
func TestUnverifiedMailMakesNoGenuineOneOld(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	sent := s.now.Add(time.Hour)
	s.now = s.now.Add(2 * time.Hour)
	s.happens(s.mail(rules.KindReminder, rules.Unverified, ""))
	e := s.mail(rules.KindFollowUp, rules.Genuine, "2026-03-09 12:00")
	e.Mail.Date = sent
	s.happens(e)
	s.deadline("2026-03-09 12:00")
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

func TestWhatAnUnverifiedMailAsksIsNotSaidToBeKlarnas(t *testing.T) {
	for _, k := range []rules.Kind{rules.KindReminder, rules.KindFollowUp, rules.KindAppealOpen, rules.KindInvestigation} {
		s := found(t)
		s.stripe("needs_response", "2026-03-16 23:59")
		s.now = s.now.Add(time.Hour)
		s.change(s.mail(k, rules.Unverified, ""))
		if n := s.c.News; len(n) != 1 || !strings.Contains(n[0].Text, "not proved") {
			t.Errorf("%s: %+v", k, n)
		}
	}
}

func TestUnverifiedMailThatRepeatsTheDateWarnsOfNothing(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.now = s.now.Add(time.Hour)
	s.happens(s.mail(rules.KindReminder, rules.Unverified, "2026-03-16 23:59"))
	if len(s.c.Warnings) > 0 {
		t.Errorf("warned: %q", s.c.Warnings)
	}
}

func TestUnverifiedStopRequestTakesNoDateAway(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.c.Assumed = time.Time{}
	s.now = s.now.Add(time.Hour)
	e := s.mail(rules.KindStopRequest, rules.Unverified, "")
	e.Mail.Assumed = time.Time{}
	s.happens(e)
	s.deadline("2026-03-16 23:59")
}

// It is overdue, not done with.
func TestUnverifiedStopRequestPutsOffNoDateThatHasPassed(t *testing.T) {
	s := requested(t, "2026-03-05 12:00")
	s.now = s.at("2026-03-06 12:00")
	s.happens(s.mail(rules.KindStopRequest, rules.Unverified, ""))
	s.deadline("2026-03-05 12:00")
}

func TestUnverifiedMailHasNoSayBesideKlarnas(t *testing.T) {
	s := newStory(t, monday)
	for _, m := range []struct {
		verdict rules.Verdict
		text    string
	}{{rules.Genuine, "Return"}, {rules.Genuine, "Faulty goods"}, {rules.Unverified, "a lie"}} {
		s.now = s.now.Add(time.Hour)
		e := s.mail(rules.KindReminder, m.verdict, "")
		e.Mail.ReasonText = m.text
		s.happens(e)
	}
	if s.c.ReasonText != "Faulty goods" {
		t.Errorf("the reason is %q", s.c.ReasonText)
	}
}

func TestGenuineMailThatNamesAnotherOrderIsNotCalledUnverified(t *testing.T) {
	s := newStory(t, monday)
	for _, ref := range []string{"10001", "10002"} {
		e := s.mail(rules.KindReminder, rules.Genuine, "")
		e.Mail.MerchantReference1 = ref
		s.happens(e)
	}
	if s.c.MerchantReference1 != "10002" || len(s.c.Warnings) > 0 {
		t.Errorf("reference %s, warned %q", s.c.MerchantReference1, s.c.Warnings)
	}
}
