package rules_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestReminderForAnAnsweredCaseOpensItAgainUnlessStripeKnowsBetter(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.happens(s.word(rules.EventAnswer, ""))
	s.is(rules.Answered)
	s.told = nil
	s.now = s.at("2026-03-04 10:00")
	s.happens(s.mail(rules.KindReminder, rules.Genuine, ""))
	s.is(rules.Open)

	s = found(t)
	s.stripe("under_review", "")
	s.told = nil
	s.now = s.at("2026-03-04 10:00")
	s.happens(s.mail(rules.KindReminder, rules.Genuine, ""))
	s.is(rules.Answered)
	s.said("contradiction")
}

// Stripe mails whoever asked for it, also that evidence came in and that a dispute
// was won. What such a mail says is not read: Stripe itself is asked.
func TestStripesOwnNoticeAsksForNothing(t *testing.T) {
	for status, was := range map[string]rules.State{"under_review": rules.Answered, "won": rules.Closed} {
		s := found(t)
		s.stripe(status, "")
		s.told = nil
		s.now = s.now.Add(time.Hour)
		s.happens(s.mail(rules.KindStripeNotice, rules.Genuine, ""))
		s.is(was)
		s.said()
	}
	s := requested(t, "2026-03-16 23:59")
	s.happens(s.word(rules.EventAnswer, ""))
	s.told = nil
	s.now = s.now.Add(time.Hour)
	s.happens(s.mail(rules.KindStripeNotice, rules.Genuine, ""))
	s.is(rules.Answered)
	s.said()

	s = newStory(t, monday) // nor does it make a mail of Klarna's old
	s.happens(s.sent(3*time.Hour, rules.KindDisputeRequest, ""))
	s.happens(s.sent(time.Hour, rules.KindStripeNotice, ""))
	s.happens(s.sent(2*time.Hour, rules.KindResolved, rules.ResultWon))
	s.is(rules.Closed)
}

func TestKlarnasResolvedClosesWhereNoStripeDisputeSpeaksAgainstIt(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.told = nil
	s.happens(s.sent(0, rules.KindResolved, rules.ResultWon))
	s.is(rules.Closed)
	s.said("closed")
	if s.c.Outcome != "won" {
		t.Errorf("outcome %q", s.c.Outcome)
	}
}

func TestKlarnasResolvedAgainstAnOpenStripeDisputeIsAContradiction(t *testing.T) {
	s := found(t)
	s.stripe("needs_response", "2026-03-14 12:00")
	s.told = nil
	s.happens(s.mail(rules.KindResolved, rules.Genuine, ""))
	s.is(rules.Open)
	s.said("contradiction")
	s.until("2026-03-03 10:00")
	s.said("nudge")
}

func TestEndsThatMailAndStripeTellDifferentlyAreSaid(t *testing.T) {
	for _, tt := range []struct {
		mail   rules.Result
		stripe string
		differ bool
	}{
		{rules.ResultWon, "lost", true},
		{rules.ResultLost, "won", true},
		{rules.ResultLost, "warning_closed", true},
		{rules.ResultWon, "won", false},
		{rules.ResultLost, "lost", false},
		{rules.ResultWithdrawn, "warning_closed", false},
		{rules.ResultUnknown, "lost", false},
		{rules.ResultLost, "under_review", false}, // it may yet be lost there
	} {
		for _, mailFirst := range []bool{true, false} {
			s := found(t)
			e := s.sent(0, rules.KindResolved, tt.mail)
			if mailFirst {
				s.happens(e)
			}
			s.stripe(tt.stripe, "2026-03-16 23:59")
			if !mailFirst {
				s.told = nil
				s.happens(e)
				if said := slices.Contains(s.told, "contradiction"); said != tt.differ {
					t.Errorf("%s and %s: told %v", tt.mail, tt.stripe, s.told)
				}
			}
			odd := func() bool {
				return slices.ContainsFunc(s.c.Oddities(), func(o string) bool { return strings.Contains(o, "different ends") })
			}
			if odd() != tt.differ || s.c.Disagrees() != tt.differ {
				t.Errorf("%s and %s, the mail first %v: %q", tt.mail, tt.stripe, mailFirst, s.c.Oddities())
			}
			s.c.Match.Strength = rules.Probable
			if s.c.Disagrees() || odd() {
				t.Errorf("%s and %s: of a guess", tt.mail, tt.stripe)
			}
		}
	}
}

// Klarna decides for the customer whom the shop has given his money back.
func TestInquiryThatARefundEndedMayBeCalledLost(t *testing.T) {
	for refunded, differ := range map[int64]bool{12490: false, 5000: true} {
		s := found(t)
		s.stripe("warning_closed", "", func(r *rules.Reading) {
			r.Amount, r.RefundedMinor = rules.Money{Minor: 12490, Currency: "EUR"}, refunded
		})
		s.happens(s.sent(0, rules.KindResolved, rules.ResultLost))
		if said := slices.Contains(s.told, "contradiction"); said != differ || s.c.Disagrees() != differ {
			t.Errorf("%d refunded: told %v", refunded, s.told)
		}
	}
}

// Else the case would count as one that asks for nothing, and join an old dispute
// of the same order.
func TestOpenAppealSaysNotThatTheCaseHasEnded(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	e := s.mail(rules.KindAppealOpen, rules.Genuine, "2026-03-26 23:59")
	e.Mail.Result = rules.ResultLost
	s.happens(e)
	if s.c.Result != "" || s.c.Finished() {
		t.Errorf("result %q, finished %v", s.c.Result, s.c.Finished())
	}
}
