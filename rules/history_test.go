package rules_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/disputewatch/disputewatch/rules"
)

// history is a case that anything may happen to, in any order.
type history struct {
	*rapid.T
	p    rules.Policy
	c    rules.Case
	now  time.Time
	told map[string]bool // case/round/step/n, the outbox's keys
	said time.Time       // when anything was told last
	next time.Time
	word bool // a word waits to be said, as the case's card where it has none
	sum  int  // the round in which a summary told of it
}

var (
	mailKinds = []rules.Kind{
		rules.KindDisputeRequest, rules.KindReminder, rules.KindFollowUp, rules.KindResolved,
		rules.KindEvidenceReceived, rules.KindAppealOpen, rules.KindStopRequest, rules.KindInvestigation, rules.KindUnknownKlarna,
	}
	verdicts = []rules.Verdict{rules.Genuine, rules.Unverified}
	statuses = []string{"warning_needs_response", "warning_under_review", "warning_closed", "needs_response", "under_review", "won", "lost", "prevented", "something_new"}
)

func (h *history) mail() rules.Event {
	kind := rapid.SampledFrom(mailKinds).Draw(h.T, "kind")
	date := h.now.Add(-time.Duration(rapid.IntRange(-9999, 72).Draw(h.T, "hours old")) * time.Hour)
	m := &rules.MailSaid{
		Said: rules.Said{Kind: kind, Verdict: rapid.SampledFrom(verdicts).Draw(h.T, "verdict"), Result: rules.ResultUnknown},
		Date: date, Mailbox: "onboarding", Assumed: h.p.Assumed(kind, "", date, h.now),
	}
	if rapid.Bool().Draw(h.T, "dated") {
		m.Deadline = &rules.MailDeadline{At: h.now.Add(time.Duration(rapid.IntRange(-48, 600).Draw(h.T, "hours left")) * time.Hour)}
	}
	return rules.Event{Type: rules.EventMail, Mail: m}
}

func (h *history) event() rules.Event {
	hours := func(label string) time.Time {
		return h.now.Add(time.Duration(rapid.IntRange(1, 100).Draw(h.T, label)) * time.Hour)
	}
	switch rapid.IntRange(0, 14).Draw(h.T, "event") {
	case 0, 1, 2:
		return h.mail()
	case 13:
		e := h.mail()
		e.Type, e.Was = rules.EventReread, rapid.SampledFrom(mailKinds).Draw(h.T, "taken before for")
		return e
	case 3:
		return rules.Event{Type: rules.EventMatch, Match: &rules.Match{Strength: rapid.SampledFrom([]rules.Strength{rules.Exact, rules.Probable, rules.NoMatch}).Draw(h.T, "strength"), Charge: "ch_1", Dispute: "du_1"}}
	case 4, 5:
		r := &rules.Reading{Dispute: "du_1", Charge: "ch_1", Status: rapid.SampledFrom(statuses).Draw(h.T, "status"), Amount: rules.Money{Minor: 100, Currency: "EUR"}, ReadAt: h.now}
		if rapid.Bool().Draw(h.T, "due") {
			r.DueBy = hours("due by").Add(100 * time.Hour)
		}
		return rules.Event{Type: rules.EventStripe, Stripe: r}
	case 6:
		return rules.Event{Type: rules.EventClaim, By: "anna", Until: hours("claimed for")}
	case 7:
		return rules.Event{Type: rules.EventSnooze, By: "anna", Until: hours("snoozed for")}
	case 8:
		return rules.Event{Type: rules.EventAnswer, By: "anna", Until: hours("answer holds")}
	case 9:
		return rules.Event{Type: rules.EventReply, By: "anna", Mail: &rules.MailSaid{Date: h.now.Add(-time.Duration(rapid.IntRange(0, 72).Draw(h.T, "hours ago")) * time.Hour)}}
	case 10:
		return rules.Event{Type: rules.EventLink, By: "anna", Match: &rules.Match{Strength: rules.Exact, Charge: rapid.SampledFrom([]string{"ch_1", "ch_2"}).Draw(h.T, "charge")}}
	case 11:
		return rules.Event{Type: rules.EventMissing}
	case 12:
		younger, err := rules.Apply(rules.Case{ID: "c-young1"}, withTime(h.mail(), h.now))
		if err != nil {
			h.Fatal(err)
		}
		return rules.Event{Type: rules.EventMerge, Other: younger.ID, From: &younger}
	}
	return rules.Event{
		Type: rapid.SampledFrom([]rules.EventType{rules.EventReopen, rules.EventClose}).Draw(h.T, "word"), By: "anna", Outcome: "no dispute",
		Until: h.p.Assumed(rules.KindDisputeRequest, "", h.now, h.now),
	}
}

// happen applies an event, or shows that a refused one changed nothing.
func (h *history) happen(e rules.Event) {
	e.At = h.now
	before, err := json.Marshal(h.c)
	if err != nil {
		h.Fatal(err)
	}
	c, err := rules.Apply(h.c, e)
	after, _ := json.Marshal(h.c)
	if string(before) != string(after) {
		h.Fatalf("%s changed the case that it was given", e.Type)
	}
	if err != nil {
		kept, _ := json.Marshal(c)
		if string(kept) != string(before) {
			h.Fatalf("a refused %s changed the case", e.Type)
		}
		return
	}
	if (e.Type == rules.EventMail || e.Type == rules.EventReread) && e.Mail.Verdict != rules.Genuine {
		h.unproved(c)
	}
	if e.Type == rules.EventMerge && e.From.Verdict != rules.Genuine {
		h.undated(c)
	}
	if e.Type == rules.EventReread && c.Finished() != h.c.Finished() {
		h.Fatalf("a second reading ended the case, or opened it again")
	}
	if e.Type == rules.EventStripe || e.Type == rules.EventMatch && !h.c.Match.Sure() {
		h.truth(c)
	}
	h.bothAsked(c)
	h.c = c
	h.decide()
}

// truth: while a surely matched dispute waits at Stripe nothing but a person's word
// ends or answers its case, and nothing that Stripe shows of a dispute ends a stop
// request that was not replied to.
func (h *history) truth(c rules.Case) {
	s := c.Stripe
	if s == nil || !c.Match.Sure() {
		return
	}
	held := slices.ContainsFunc(c.Answers, func(a rules.Evidence) bool { return a.Source == "person" && a.Holds.After(h.now) })
	if s.Status == "needs_response" && c.Finished() && !held && c.Lane() == rules.LaneDispute {
		h.Fatalf("%s at Stripe, and the case is %s (%s), answered by %+v", s.Status, c.State, c.Outcome, c.Answers)
	}
	if h.c.Lane() == rules.LaneStopRequest && !h.c.Finished() && c.Finished() {
		h.Fatalf("a stop request that nobody replied to is %s, as Stripe shows %s", c.State, s.Status)
	}
}

// bothAsked: a dispute and a stop request about one order do not hide each other.
// What Stripe waits for has its stage and its date, and what Stripe ended is over
// once the stop request is done with.
func (h *history) bothAsked(c rules.Case) {
	if c.Beneath != nil && c.Lane() != rules.LaneStopRequest {
		h.Fatalf("a dispute waits beneath a %s", c.Stage)
	}
	s := c.Stripe
	if s == nil || !c.Match.Sure() {
		return
	}
	switch s.Status {
	case "won", "lost", "prevented", "warning_closed":
		if c.Lane() == rules.LaneStopRequest && c.State == rules.Answered {
			h.Fatalf("%s at Stripe, and the case is %s by %+v", s.Status, c.State, c.Answers)
		}
	case "needs_response", "warning_needs_response":
		if c.Finished() {
			return
		}
		if c.Stage != rules.StageInquiry && c.Stage != rules.StageChargeback || !s.DueBy.IsZero() && c.Deadline().At.After(s.DueBy) {
			h.Fatalf("%s at Stripe until %v, and the case is a %s until %+v", s.Status, s.DueBy, c.Stage, c.Deadline())
		}
	}
}

// unproved: a mail without proof ends nothing and quiets no case.
func (h *history) unproved(c rules.Case) {
	if h.c.OpenedAt.IsZero() {
		return
	}
	if c.Finished() && !h.c.Finished() {
		h.Fatalf("an unverified mail ended the case")
	}
	if h.c.Lane() == rules.LaneStopRequest && c.Lane() != rules.LaneStopRequest {
		h.Fatalf("an unverified mail made a %s a quiet case", h.c.Stage)
	}
	h.undated(c)
}

// undated: nor does it, or a younger case without proof, move a real deadline later,
// or end the watch sooner.
func (h *history) undated(c rules.Case) {
	was, is := h.c.Deadline(), c.Deadline()
	if was.At.IsZero() || h.c.Finished() || was.Source == rules.SourceAssumed && h.c.Verdict != rules.Genuine {
		return
	}
	if is.At.After(was.At) {
		h.Fatalf("an unverified mail moved the deadline from %v to %v", was.At, is.At)
	}
	if was.Source == rules.SourceAssumed || c.Stage != h.c.Stage {
		return // an assumption gives way; another lane has a clock of its own, and a louder one
	}
	if is.Last().Before(was.Last()) {
		h.Fatalf("an unverified mail moved the end of the watch from %v to %v", was.Last(), is.Last())
	}
}

// decide tells what is due and holds the promises of Decide.
func (h *history) decide() {
	due, next := rules.Decide(h.c, h.p, h.now)
	h.explained(due, next)
	for _, e := range due {
		key, _ := json.Marshal([]any{e.Round, e.Step, e.N})
		if h.told[string(key)] {
			h.Fatalf("told twice: %s", key)
		}
		h.told[string(key)], h.said = true, h.now
		var err error
		if h.c, err = rules.Apply(h.c, rules.Event{Type: rules.EventTold, At: h.now, Told: &e}); err != nil {
			h.Fatal(err)
		}
		h.word = true
	}
	again, next2 := rules.Decide(h.c, h.p, h.now)
	if len(again) > 0 || !next2.Equal(next) && len(due) == 0 {
		h.Fatalf("asking again tells %v, next %v instead of %v", again, next2, next)
	}
	h.next = next2
	h.watched()
	h.heard()
	if !h.next.IsZero() && !h.next.After(h.now) {
		h.Fatalf("wants to be asked at %v, which is not after %v", h.next, h.now)
	}
}

// deliver says what waits. A word on a case that was finished meanwhile is dropped,
// unless it is news: then nobody has heard of it.
func (h *history) deliver() {
	if h.word && h.c.Card.TS == "" && !h.c.Answerable(h.now) && rapid.Bool().Draw(h.T, "in a summary") {
		h.sum, h.word = h.c.Round.N, false
	}
	if h.word && h.c.Card.TS == "" && !h.c.Finished() {
		h.c, _ = rules.Apply(h.c, rules.Event{Type: rules.EventPosted, At: h.now, Card: &rules.Place{Channel: "C", TS: "1"}})
		h.decide()
	}
	h.word = false
}

// heard: of an unfinished case people have heard, or a word on it waits, if its
// ladder tells every case that opens.
func (h *history) heard() {
	opens := slices.ContainsFunc(h.ladder(), func(s rules.Step) bool { return s.When.Anchor == rules.OnOpened && len(s.If.Verdicts) == 0 })
	if opens && !h.c.Finished() && h.c.Card.TS == "" && !h.word && h.sum != h.c.Round.N {
		h.Fatalf("nobody has heard of it: round %+v, told %+v", h.c.Round, h.c.Told)
	}
}

// watched: an unanswered case has a future step or was just told. Any ladder
// that the config takes keeps that until the deadline, and tells at least once
// where there is none; one whose nudges repeat keeps it beyond.
func (h *history) watched() {
	if h.c.Finished() || !h.next.IsZero() {
		return
	}
	deadline := h.c.Deadline()
	until := later(deadline.Last(), h.c.Round.At).Add(24 * time.Hour)
	just := !h.said.Before(h.c.Round.At)
	if h.nudged() && h.now.Before(until) || !just && (deadline.At.IsZero() || h.now.Before(deadline.At)) {
		h.Fatalf("unanswered and unwatched at %v, deadline %+v, round %+v, told %+v, claim %+v, snooze %+v, ladder %+v",
			h.now, deadline, h.c.Round, h.c.Told, h.c.Claim, h.c.Snooze, h.p.Dispute)
	}
}

// nudged says that the case's ladder has a nudge for all cases that repeats
// daily at least.
func (h *history) nudged() bool {
	return slices.ContainsFunc(h.ladder(), func(s rules.Step) bool {
		return s.When.Anchor == rules.Unanswered && s.Repeat == rules.Span{N: 1, Unit: "wd"} && len(s.If.Verdicts) == 0
	})
}

func (h *history) ladder() []rules.Step {
	if h.c.Lane() == rules.LaneStopRequest {
		return h.p.StopRequest
	}
	return h.p.Dispute
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// somePolicy draws a calendar, with closed weeks, and ladders that the config
// would take.
func somePolicy(t *rapid.T) rules.Policy {
	zone, err := time.LoadLocation(rapid.SampledFrom([]string{"Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC"}).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	p := rules.Default(zone)
	for i := range p.Calendar.Days {
		p.Calendar.Days[i] = rapid.Bool().Draw(t, "office day")
	}
	p.Calendar.Days[rapid.IntRange(1, 3).Draw(t, "a day at least")] = true
	p.Calendar.Days[rapid.IntRange(4, 6).Draw(t, "and another")] = true
	p.Calendar.Opens = time.Duration(rapid.IntRange(0, 12).Draw(t, "opens")) * time.Hour
	p.Calendar.Closes = p.Calendar.Opens + time.Duration(rapid.IntRange(1, 12).Draw(t, "for hours"))*time.Hour
	p.Calendar.Holidays = map[string]bool{}
	closed := time.Date(2026, 3, rapid.IntRange(1, 60).Draw(t, "closed from"), 12, 0, 0, 0, zone)
	for i := range rapid.IntRange(0, 5).Draw(t, "closed days") {
		p.Calendar.Holidays[closed.AddDate(0, 0, i).Format(time.DateOnly)] = true
	}
	if rapid.Bool().Draw(t, "own ladders") {
		own := p
		own.Dispute, own.StopRequest = someLadder(t), someLadder(t)
		if len(own.Flaws(rules.LaneDispute, []string{"onboarding"}))+len(own.Flaws(rules.LaneStopRequest, []string{"onboarding"})) == 0 {
			return own
		}
	}
	return p
}

// someLadder draws steps in the order of their phases.
func someLadder(t *rapid.T) []rules.Step {
	var out []rules.Step
	span := func(label string) rules.Span {
		return rules.Span{N: rapid.IntRange(1, 5).Draw(t, label), Unit: rapid.SampledFrom([]string{"h", "d", "wd"}).Draw(t, label+" unit")}
	}
	for i, a := range []rules.Anchor{
		rules.OnOpened, rules.OnReopened, rules.OnStageChanged, rules.Unanswered, rules.Unanswered,
		rules.BeforeDeadline, rules.BeforeDeadline, rules.AtDeadline, rules.AfterDeadline,
	} {
		if rapid.IntRange(0, 2).Draw(t, "left out") == 0 {
			continue
		}
		s := rules.Step{Name: fmt.Sprintf("s%d", i), When: rules.When{Anchor: a}}
		switch a {
		case rules.Unanswered, rules.BeforeDeadline, rules.AfterDeadline:
			s.When.Span = span("span")
		}
		if rapid.Bool().Draw(t, "repeats") {
			s.Repeat = span("repeat")
		}
		if rapid.IntRange(0, 3).Draw(t, "elsewhere") == 0 {
			s.Channel = rapid.SampledFrom([]string{"#leads", "#night"}).Draw(t, "channel")
		}
		if rapid.IntRange(0, 3).Draw(t, "narrowed") == 0 {
			s.If.Verdicts = []string{"genuine"}
		}
		out = append(out, s)
	}
	return out
}

// At every moment an unanswered case has a future step or has just been told,
// and nothing is told twice, whatever happens in whatever order.
func TestUnansweredCaseAlwaysHasAFutureStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &history{
			T: t, p: somePolicy(t), c: rules.Case{ID: "c-abc123"}, told: map[string]bool{},
			now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 24*14).Draw(t, "begin")) * time.Hour),
		}
		h.happen(h.mail())
		for range rapid.IntRange(1, 25).Draw(t, "length") {
			if h.c.OpenedAt.IsZero() {
				return
			}
			switch rapid.IntRange(0, 3).Draw(t, "then") {
			case 3:
				h.deliver()
			case 0:
				h.now = h.now.Add(time.Duration(rapid.IntRange(1, 60*72).Draw(t, "minutes")) * time.Minute)
				h.decide()
			case 1:
				if !h.next.IsZero() {
					h.now = h.next
					h.decide()
				}
			default:
				h.happen(h.event())
			}
		}
	})
}
