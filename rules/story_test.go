package rules_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// story is one case and the words that were told of it, in order.
type story struct {
	t    *testing.T
	p    rules.Policy
	c    rules.Case
	now  time.Time
	told []string
}

// newStory begins at a local time in Berlin, the zone of the tests.
func newStory(t *testing.T, local string) *story {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	s := &story{t: t, p: rules.Default(zone), c: rules.Case{ID: "c-abc123"}}
	s.now = s.at(local)
	return s
}

func (s *story) at(local string) time.Time {
	s.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", local, s.p.Calendar.Location)
	if err != nil {
		s.t.Fatal(err)
	}
	return at
}

func (s *story) is(want rules.State) {
	s.t.Helper()
	if got := s.c.StateAt(s.now); got != want {
		s.t.Fatalf("state %q, want %q (answers %v, outcome %q)", got, want, s.c.Answers, s.c.Outcome)
	}
}

// change applies an event and says nothing yet.
func (s *story) change(e rules.Event) {
	s.t.Helper()
	c, err := rules.Apply(s.c, withTime(e, s.now))
	if err != nil {
		s.t.Fatal(err)
	}
	s.c = c
}

// happens applies an event and lets the rules speak.
func (s *story) happens(e rules.Event) {
	s.t.Helper()
	s.change(e)
	s.decide()
}

// decide tells all that is due and returns when to ask again.
func (s *story) decide() time.Time {
	s.t.Helper()
	due, next := rules.Decide(s.c, s.p, s.now)
	for _, esc := range due {
		s.told = append(s.told, wordOf(esc))
		s.change(rules.Event{Type: rules.EventTold, Told: &esc})
	}
	if len(due) > 0 {
		if again, _ := rules.Decide(s.c, s.p, s.now); len(again) > 0 {
			s.t.Fatalf("asked again at once, it tells %v once more", again)
		}
		if s.c.Card.TS == "" {
			s.change(rules.Event{Type: rules.EventPosted, Card: &rules.Place{Channel: "C1", TS: "1"}})
		}
	}
	return next
}

// until lets time pass, asking only when the rules want to be asked.
func (s *story) until(local string) {
	s.t.Helper()
	end := s.at(local)
	for range 10000 {
		next := s.decide()
		if next.IsZero() || next.After(end) {
			break
		}
		if next.Before(s.now) {
			s.t.Fatalf("wants to be asked again in the past: %v at %v", next, s.now)
		}
		s.now = next
	}
	s.now = end
	s.decide()
}

// said expects exactly these words since the last look.
func (s *story) said(want ...string) {
	s.t.Helper()
	if !slices.Equal(s.told, want) {
		s.t.Fatalf("at %s: told %v, want %v", s.now.In(s.p.Calendar.Location).Format("Mon 2006-01-02 15:04"), s.told, want)
	}
	s.told = nil
}

// warned expects one more warning that holds these words.
func (s *story) warned(words string) {
	s.t.Helper()
	if !slices.ContainsFunc(s.c.Warnings, func(w string) bool { return strings.Contains(w, words) }) {
		s.t.Errorf("no warning says %q: %q", words, s.c.Warnings)
	}
}

// deadline expects that the case must be answered by then.
func (s *story) deadline(want string) {
	s.t.Helper()
	if d := s.c.Deadline(); !d.At.Equal(s.at(want)) {
		s.t.Errorf("a %s until %v, want %s", s.c.Stage, d.At, want)
	}
}

// calls expects one word alone, which calls whom a stop request would call.
func (s *story) calls(word string) {
	s.t.Helper()
	due, _ := rules.Decide(s.c, s.p, s.now)
	if len(due) != 1 || wordOf(due[0]) != word || !due[0].Page || !slices.Equal(due[0].Mention, []string{"on_call"}) || due[0].Rank != 0 {
		s.t.Errorf("told %+v", due)
	}
}

// wordOf is the step that is told, or the name of the fact.
func wordOf(e rules.Escalation) string {
	if e.News != nil {
		return e.News.Name
	}
	return e.Step
}

func (s *story) mail(k rules.Kind, v rules.Verdict, deadline string) rules.Event {
	s.t.Helper()
	m := &rules.MailSaid{Said: rules.Said{Kind: k, Verdict: v, DisputeID: "256947"}, Date: s.now, Mailbox: "onboarding"}
	m.Assumed = s.p.Assumed(k, "", s.now, s.now)
	if deadline != "" {
		m.Deadline = &rules.MailDeadline{At: s.at(deadline), Text: deadline}
	}
	return rules.Event{Type: rules.EventMail, Mail: m}
}

// sent is a mail that was written some time ago and is read now.
func (s *story) sent(ago time.Duration, k rules.Kind, result rules.Result) rules.Event {
	s.t.Helper()
	e := s.mail(k, rules.Genuine, "")
	e.Mail.Date, e.Mail.Result = s.now.Add(-ago), result
	return e
}

const day = 24 * time.Hour

// reply is one that was sent at a time, found now.
func (s *story) reply(sent time.Time) rules.Event {
	return rules.Event{Type: rules.EventReply, By: "anna", Mail: &rules.MailSaid{Date: sent}}
}

func (s *story) request(deadline string) {
	s.t.Helper()
	s.happens(s.mail(rules.KindDisputeRequest, rules.Genuine, deadline))
}

func match(strength rules.Strength) rules.Event {
	return rules.Event{Type: rules.EventMatch, Match: &rules.Match{Strength: strength, Charge: "ch_1", Dispute: "du_1", Why: "order_reference"}}
}

func (s *story) matched(strength rules.Strength) {
	s.t.Helper()
	s.happens(match(strength))
}

// link is what anna says that the case is about.
func link(to rules.Match) rules.Event {
	to.Strength = rules.Exact
	return rules.Event{Type: rules.EventLink, By: "anna", Match: &to}
}

func (s *story) reading(status, due string, change ...func(*rules.Reading)) rules.Event {
	s.t.Helper()
	r := &rules.Reading{Dispute: "du_1", Charge: "ch_1", Status: status, Amount: rules.Money{Minor: 12490, Currency: "EUR"}, ReadAt: s.now, Klarna: true}
	if due != "" {
		r.DueBy = s.at(due)
	}
	for _, f := range change {
		f(r)
	}
	return rules.Event{Type: rules.EventStripe, Stripe: r}
}

func (s *story) stripe(status, due string, change ...func(*rules.Reading)) {
	s.t.Helper()
	s.happens(s.reading(status, due, change...))
}

// word is anna's, which holds until a time, or as long as it may.
func (s *story) word(typ rules.EventType, until string) rules.Event {
	s.t.Helper()
	e := rules.Event{Type: typ, By: "anna", Outcome: "settled"}
	if until != "" {
		e.Until = s.at(until)
	}
	return e
}

// requested is a dispute that a genuine mail told of on Monday.
func requested(t *testing.T, deadline string) *story {
	t.Helper()
	s := newStory(t, monday)
	s.request(deadline)
	return s
}

// stopRequested is a stop request that a genuine mail told of on Monday: it is due on
// Tuesday, 10:00.
func stopRequested(t *testing.T) *story {
	t.Helper()
	s := newStory(t, monday)
	s.happens(s.mail(rules.KindStopRequest, rules.Genuine, ""))
	return s
}

// found is a dispute whose charge was surely found, due on 16 March.
func found(t *testing.T) *story {
	t.Helper()
	s := requested(t, "2026-03-16 23:59")
	s.matched(rules.Exact)
	return s
}

// Monday 2 March 2026, 10:00: office hours.
const monday = "2026-03-02 10:00"

func withTime(e rules.Event, at time.Time) rules.Event { e.At = at; return e }

// younger is another case, as its events left it by now.
func (s *story) younger(events ...rules.Event) rules.Case {
	s.t.Helper()
	c := rules.Case{ID: "c-young1"}
	for _, e := range events {
		var err error
		if c, err = rules.Apply(c, withTime(e, s.now)); err != nil {
			s.t.Fatal(err)
		}
	}
	return c
}

func merged(from rules.Case) rules.Event {
	return rules.Event{Type: rules.EventMerge, Other: from.ID, From: &from}
}
