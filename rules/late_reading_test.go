package rules_test

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// sent is a mail that was written some time ago and is read now.
func (s *story) sent(ago time.Duration, k rules.Kind, result rules.Result) rules.Event {
	s.t.Helper()
	e := s.mail(k, rules.Genuine, "")
	e.Mail.Date, e.Mail.Result = s.now.Add(-ago), result
	return e
}

const day = 24 * time.Hour

// A poll, or a daemon that was down, reads at once what Klarna wrote one after
// the other, and its folders one after the other: by its own date each mail is
// newer than the one before.
func TestMailsThatAreReadAtOnceCountInTheOrderInWhichTheyWereWritten(t *testing.T) {
	for _, tt := range []struct {
		name    string
		end     rules.Kind
		result  rules.Result
		asks    rules.Kind
		after   time.Duration // the end
		verdict rules.Verdict
		state   rules.State
	}{
		{"asked again after a receipt", rules.KindEvidenceReceived, "", rules.KindFollowUp, 5 * day, rules.Genuine, rules.Open},
		{"asked again three minutes after a receipt", rules.KindEvidenceReceived, "", rules.KindFollowUp, 3 * time.Minute, rules.Genuine, rules.Open},
		{"an appeal is open after a loss", rules.KindResolved, rules.ResultLost, rules.KindAppealOpen, time.Minute, rules.Genuine, rules.Open},
		{"a receipt after the question", rules.KindEvidenceReceived, "", rules.KindFollowUp, -time.Minute, rules.Genuine, rules.Answered},
		{"a loss after the question", rules.KindResolved, rules.ResultLost, rules.KindFollowUp, -time.Minute, rules.Genuine, rules.Closed},
		{"nobody proved who asks again", rules.KindResolved, rules.ResultWon, rules.KindFollowUp, 5 * day, rules.Unverified, rules.Closed},
	} {
		for _, order := range []string{"the end is read first", "the question is read first"} {
			t.Run(tt.name+", "+order, func(t *testing.T) {
				s := newStory(t, monday)
				s.happens(s.sent(10*day, rules.KindDisputeRequest, ""))
				end, asks := s.sent(8*day, tt.end, tt.result), s.sent(8*day-tt.after, tt.asks, "")
				asks.Mail.Verdict = tt.verdict
				if order == "the end is read first" {
					s.happens(end)
					s.happens(asks)
				} else {
					s.happens(asks)
					s.happens(end)
				}
				s.is(tt.state)
			})
		}
	}
}

func TestAppealInTheSecondOfALossIsOpen(t *testing.T) {
	s := newStory(t, monday)
	s.happens(s.sent(10*day, rules.KindDisputeRequest, ""))
	s.happens(s.sent(8*day, rules.KindResolved, rules.ResultLost))
	s.happens(s.sent(8*day, rules.KindAppealOpen, ""))
	s.is(rules.Open)
}

func TestReceiptThatWasOvertakenIsSaidAndEndsNothing(t *testing.T) {
	s := newStory(t, monday)
	s.happens(s.sent(10*day, rules.KindDisputeRequest, ""))
	s.happens(s.sent(2*day, rules.KindFollowUp, ""))
	s.now = s.now.Add(time.Minute)
	s.told = nil
	s.happens(s.sent(8*day, rules.KindEvidenceReceived, ""))
	s.is(rules.Open)
	s.said("mail")
}

func TestMailFromBeforeAPersonsWordIsOld(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.happens(rules.Event{Type: rules.EventClose, By: "anna", Outcome: "settled"})
	s.now = s.now.Add(time.Hour)
	s.happens(s.sent(2*time.Hour, rules.KindFollowUp, ""))
	s.is(rules.Closed)
}

func TestStopRequestThatCameAfterTheReplyAsksAgain(t *testing.T) {
	s := newStory(t, monday)
	s.happens(s.sent(5*time.Hour, rules.KindStopRequest, ""))
	s.happens(s.reply(s.now.Add(-4 * time.Hour))) // found now
	s.is(rules.Answered)
	s.happens(s.sent(3*time.Hour, rules.KindStopRequest, ""))
	s.is(rules.Open)
}

// The clock of whoever replied may be wrong.
func TestReplyFromTheFutureMakesNoMailOld(t *testing.T) {
	s := newStory(t, monday)
	s.happens(s.sent(time.Hour, rules.KindStopRequest, ""))
	s.happens(s.reply(s.now.Add(9 * day)))
	s.is(rules.Answered)
	s.now = s.now.Add(day)
	s.happens(s.sent(0, rules.KindStopRequest, ""))
	s.is(rules.Open)
}

func TestUndatedMailThatAsksAgainIsNotOld(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.happens(rules.Event{Type: rules.EventAnswer, By: "anna"})
	s.told = nil
	e := s.mail(rules.KindFollowUp, rules.Unverified, "")
	e.Mail.Date = time.Time{}
	s.now = s.now.Add(time.Hour)
	s.happens(e)
	s.said("contradiction")
}

func TestUndatedEndIsNotOld(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	e := s.mail(rules.KindResolved, rules.Genuine, "")
	e.Mail.Date = time.Time{}
	s.happens(e)
	s.is(rules.Closed)
}

// Slack tells of a click to the fraction of a second, a mail's Date does not.
func TestMailOfTheSecondInWhichAPersonAnsweredIsNotOld(t *testing.T) {
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	sent := s.now.Add(time.Hour)
	s.now = sent.Add(200 * time.Millisecond)
	s.happens(rules.Event{Type: rules.EventAnswer, By: "anna"})
	e := s.mail(rules.KindFollowUp, rules.Genuine, "")
	e.Mail.Date = sent // 700 ms past that second, in truth
	s.now = s.now.Add(time.Minute)
	s.happens(e)
	s.is(rules.Open)
}

// Stripe mails whoever asked for it, also that evidence came in and that a dispute
// was won. What such a mail says is not read: Stripe itself is asked.
func TestStripesOwnNoticeAsksForNothing(t *testing.T) {
	for status, was := range map[string]rules.State{"under_review": rules.Answered, "won": rules.Closed} {
		s := newStory(t, monday)
		s.request("2026-03-16 23:59")
		s.matched(rules.Exact)
		s.stripe(status, "")
		s.told = nil
		s.now = s.now.Add(time.Hour)
		s.happens(s.mail(rules.KindStripeNotice, rules.Genuine, ""))
		s.is(was)
		s.said()
	}
	s := newStory(t, monday)
	s.request("2026-03-16 23:59")
	s.happens(rules.Event{Type: rules.EventAnswer, By: "anna"})
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
