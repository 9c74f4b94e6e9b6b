package rules_test

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

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
	s := requested(t, "2026-03-16 23:59")
	s.happens(s.word(rules.EventClose, ""))
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
	s := requested(t, "2026-03-16 23:59")
	s.happens(s.word(rules.EventAnswer, ""))
	s.told = nil
	e := s.mail(rules.KindFollowUp, rules.Unverified, "")
	e.Mail.Date = time.Time{}
	s.now = s.now.Add(time.Hour)
	s.happens(e)
	s.said("contradiction")
}

func TestUndatedEndIsNotOld(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	e := s.mail(rules.KindResolved, rules.Genuine, "")
	e.Mail.Date = time.Time{}
	s.happens(e)
	s.is(rules.Closed)
}

// Slack tells of a click to the fraction of a second, a mail's Date does not.
func TestMailOfTheSecondInWhichAPersonAnsweredIsNotOld(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	sent := s.now.Add(time.Hour)
	s.now = sent.Add(200 * time.Millisecond)
	s.happens(s.word(rules.EventAnswer, ""))
	e := s.mail(rules.KindFollowUp, rules.Genuine, "")
	e.Mail.Date = sent // 700 ms past that second, in truth
	s.now = s.now.Add(time.Minute)
	s.happens(e)
	s.is(rules.Open)
}

func TestOldMailReadLateDoesNotReopen(t *testing.T) {
	s := requested(t, "2026-03-16 23:59")
	s.now = s.at("2026-03-05 10:00")
	e := s.mail(rules.KindResolved, rules.Genuine, "")
	s.happens(e)
	old := s.mail(rules.KindReminder, rules.Genuine, "")
	old.Mail.Date = s.at("2026-03-04 10:00")
	s.happens(old)
	s.is(rules.Closed)
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

// What nobody proved has no say beside Klarna's word, and is no measure of what is
// new.
func TestFirstProvedMailIsNotOld(t *testing.T) {
	s := newStory(t, monday)
	e := s.mail(rules.KindReminder, rules.Unverified, "2026-03-16 23:59")
	e.Mail.ReasonText = "a lie"
	s.happens(e)
	e = s.sent(day, rules.KindDisputeRequest, "")
	e.Mail.Deadline, e.Mail.ReasonText = &rules.MailDeadline{At: s.at("2026-03-20 12:00")}, "Return"
	s.happens(e)
	s.deadline("2026-03-20 12:00")
	if s.c.ReasonText != "Return" {
		t.Errorf("the reason is %q", s.c.ReasonText)
	}
}

func TestNewestOfMailsThatNobodyProvedHasTheLastWord(t *testing.T) {
	s := newStory(t, monday)
	for _, m := range []struct {
		ago  time.Duration
		text string
	}{{3 * time.Hour, "first"}, {time.Hour, "newest"}, {2 * time.Hour, "read late"}} {
		e := s.sent(m.ago, rules.KindReminder, "")
		e.Mail.Verdict, e.Mail.ReasonText = rules.Unverified, m.text
		s.happens(e)
	}
	if s.c.ReasonText != "newest" {
		t.Errorf("the reason is %q", s.c.ReasonText)
	}
}
