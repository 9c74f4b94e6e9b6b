package main

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// digested is the digest of the story's day.
func (s *story) digested() string {
	s.t.Helper()
	if err := s.house.queueDigest(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.pass()
	all := s.slack.Messages(channel)
	for i := range all {
		if text := fakeslack.Text(all[len(all)-1-i]); strings.HasPrefix(text, "Klarna disputes: ") {
			return text
		}
	}
	s.t.Fatal("no digest came")
	return ""
}

func TestDigestTellsTheWeekOnItsFirstWorkingDay(t *testing.T) {
	s := newStory(t, "2026-02-26T08:00:00Z") // a Thursday, 9:00 in Berlin
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(20*day))
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	if text := s.digested(); strings.Contains(text, "The week since") {
		t.Errorf("Thursday's digest tells the week:\n%s", text)
	}
	s.wait(2 * day)
	s.stripeSays("du_1", "lost")
	if text := s.digested(); strings.Contains(text, "closed") {
		t.Errorf("Saturday's line is more than one:\n%s", text)
	}
	s.wait(2 * day)
	text := s.digested()
	for _, want := range []string{
		"Since Thu 26 Feb: 1 new, 0 answered, 1 closed (lost 1)", "The week since Mon 23 Feb",
		"1 came in, 124.90 EUR", "0 answered in time", "1 lost, 124.90 EUR", "nobody answered, as far as is known",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("Monday's digest lacks %q:\n%s", want, text)
		}
	}
}

func TestDigestCountsMailsThatWereNotUnderstoodUntilSomebodyClosesThem(t *testing.T) {
	s := newStory(t, monday)
	s.mail("1@klarna.com", "pass", "About your dispute", "There is something about one of your disputes. Kindly see the portal.")
	s.mail("2@klarna.com", "pass", "New dispute request", request)
	s.pass()
	const counts = "1 mail that was not understood"
	if text := s.digested(); !strings.Contains(text, counts) || strings.Contains(text, "could not be opened: ") {
		t.Errorf("it does not count it:\n%s", text)
	}
	cases, err := s.book.Cases(t.Context(), casebook.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if c.Kind != rules.KindUnknownKlarna {
			continue
		}
		if _, err := s.book.Say(t.Context(), c.ID, rules.Event{Type: rules.EventClose, At: s.now, By: "anna"}); err != nil {
			t.Fatal(err)
		}
	}
	s.wait(day)
	if text := s.digested(); strings.Contains(text, counts) {
		t.Errorf("it counts what was closed:\n%s", text)
	}
}

func TestDigestNamesWhatNobodyHasTouchedForADay(t *testing.T) {
	s := newStory(t, "2026-03-03T08:00:00Z")
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	if text := s.digested(); strings.Contains(text, "Without any action") {
		t.Errorf("a case of this minute counts as forgotten:\n%s", text)
	}
	s.wait(day + time.Minute)
	id := s.one().ID
	if text := s.digested(); !strings.Contains(text, "Without any action for more than 24 hours: 1 ("+id+")") {
		t.Errorf("nobody is told of a day without action:\n%s", text)
	}
	if _, err := s.book.Say(t.Context(), id, rules.Event{Type: rules.EventClaim, At: s.now, By: "anna", Until: s.now.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	s.wait(day - time.Minute)
	if text := s.digested(); strings.Contains(text, "Without any action") {
		t.Errorf("a case that somebody had in hand today counts as forgotten:\n%s", text)
	}
}

// digestDays are the first lines of all digests.
func (s *story) digestDays() (all []string) {
	for _, m := range s.slack.Messages(channel) {
		if text := fakeslack.Text(m); strings.HasPrefix(text, "Klarna disputes: ") {
			all = append(all, text)
		}
	}
	return all
}

// Slack takes nothing from Friday's digest to Monday's, which tells of it all, and
// of the week.
func TestDaysWithoutSlackEndInOneDigestAndOneAlarm(t *testing.T) {
	s := newStory(t, "2026-02-26T08:00:00Z") // a Thursday, 9:00 in Berlin
	s.digested()
	s.slack.Fail(fakeslack.Fault{Kind: fakeslack.Refuse, Code: "token_revoked", Times: -1})
	for range 4 * 8 {
		s.wait(day / 8)
		s.house.desking(t.Context())
	}
	s.slack.Heal()
	s.wait(10 * time.Minute)
	before := len(s.slack.Messages(channel))
	text := s.digested()
	for _, want := range []string{"Since Thu 26 Feb: ", "The week since Mon 23 Feb"} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q:\n%s", want, text)
		}
	}
	s.pass()
	if n := len(s.digestDays()); n != 2 {
		t.Errorf("%d digests:\n%s", n, strings.Join(s.digestDays(), "\n---\n"))
	}
	var alarms []string
	for _, m := range s.slack.Messages(channel)[before:] {
		if text := fakeslack.Text(m); strings.Contains(text, "does not work") || strings.Contains(text, "works again") || strings.Contains(text, "do not get out") {
			alarms = append(alarms, text)
		}
	}
	if len(alarms) != 1 || !strings.Contains(alarms[0], "Slack works again") || !strings.Contains(alarms[0], "What was wrong: ") {
		t.Errorf("alarms when all is well:\n%s", strings.Join(alarms, "\n---\n"))
	}
}

func TestWeekAfterAHolidayOnMondayTellsOfEachDay(t *testing.T) {
	s := newStory(t, "2026-03-30T07:00:00Z")                                      // a Monday, 9:00 in Berlin
	s.write("config.yaml", s.configText()+"calendar: {holidays: [2026-04-06]}\n") // Easter Monday
	s.restart()
	s.digested()
	for range 8 {
		s.wait(day)
		s.digested()
	}
	text := s.digestDays()[8]
	if !strings.Contains(text, "The week since Mon 30 Mar") {
		t.Errorf("Tuesday's digest:\n%s", text)
	}
}
