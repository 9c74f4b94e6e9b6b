package rules_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// tableStates are the columns of the tables in the package's documentation.
var tableStates = []rules.State{rules.Open, rules.Claimed, rules.Snoozed, rules.Answered, rules.Closed}

// An act is a row: what happens to a case, or how much time passes.
type act struct {
	name  string
	first rules.Event // that happens before it; none without a type
	event rules.Event
	wait  time.Duration // before the event, or alone
}

func mailAct(name string, kind rules.Kind, v rules.Verdict) act {
	return act{name: name, event: rules.Event{Type: rules.EventMail, Mail: &rules.MailSaid{
		Said: rules.Said{Kind: kind, Verdict: v, Result: rules.ResultWon},
	}}}
}

func stripeAct(name, status string, change ...func(*rules.Reading)) act {
	r := rules.Reading{Dispute: "du_1", Charge: "ch_1", Status: status, Amount: rules.Money{Minor: 100, Currency: "EUR"}}
	for _, f := range change {
		f(&r)
	}
	return act{name: name, event: rules.Event{Type: rules.EventStripe, Stripe: &r}}
}

func (a act) after(d time.Duration) act { a.wait = d; return a }

// actsWithoutStripe are the rows of the first table.
func actsWithoutStripe() []act {
	younger := rules.Case{ID: "c-young1", OpenedAt: tableStart.Add(2 * time.Hour), LastMail: tableStart.Add(3 * time.Hour), Said: rules.Said{Verdict: rules.Genuine}}
	word := func(name string, typ rules.EventType) act {
		return act{name: name, event: rules.Event{Type: typ, By: "bo", Outcome: "settled", Until: tableStart.Add(48 * time.Hour)}}
	}
	unsure := stripeAct("Stripe: won, if this is the charge", "won")
	unsure.first = rules.Event{Type: rules.EventMatch, Match: &rules.Match{Strength: rules.Probable, Charge: "ch_1"}}
	return []act{
		mailAct("a dispute mail, genuine", rules.KindDisputeRequest, rules.Genuine),
		mailAct("a dispute mail, unverified", rules.KindDisputeRequest, rules.Unverified),
		mailAct("a reminder, genuine", rules.KindReminder, rules.Genuine),
		mailAct("a follow-up, genuine", rules.KindFollowUp, rules.Genuine),
		mailAct("an appeal is open, genuine", rules.KindAppealOpen, rules.Genuine),
		mailAct("a mail nobody understands, genuine", rules.KindUnknownKlarna, rules.Genuine),
		mailAct("a stop request, genuine", rules.KindStopRequest, rules.Genuine),
		mailAct("an investigation, unverified", rules.KindInvestigation, rules.Unverified),
		mailAct("Klarna: resolved, genuine", rules.KindResolved, rules.Genuine),
		mailAct("Klarna: resolved, unverified", rules.KindResolved, rules.Unverified),
		mailAct("Klarna: evidence received, genuine", rules.KindEvidenceReceived, rules.Genuine),
		mailAct("Klarna: evidence received, unverified", rules.KindEvidenceReceived, rules.Unverified),
		{name: "a mail is read again, and says more", event: rules.Event{Type: rules.EventReread, Was: rules.KindDisputeRequest, Mail: &rules.MailSaid{
			Said: rules.Said{Kind: rules.KindResolved, Result: rules.ResultWon, Verdict: rules.Genuine}, Date: tableStart,
		}}},
		{name: "a reply to the mail in Sent", event: rules.Event{Type: rules.EventReply, By: "bo", Mail: &rules.MailSaid{}}},
		{name: "a younger case joins it", event: rules.Event{Type: rules.EventMerge, Other: younger.ID, From: &younger}},
		word("a person: I'm on it", rules.EventClaim),
		word("a person: snooze", rules.EventSnooze),
		word("a person: answered", rules.EventAnswer),
		word("a person: not a dispute", rules.EventClose),
		word("a person: reopen", rules.EventReopen),
		{name: "a person links a charge", event: rules.Event{Type: rules.EventLink, By: "bo", Match: &rules.Match{Strength: rules.Exact, Charge: "ch_9"}}},
		{name: "a charge is found", event: rules.Event{Type: rules.EventMatch, Match: &rules.Match{Strength: rules.Probable, Charge: "ch_9"}}},
		unsure,
		{name: "Stripe shows no dispute for long", event: rules.Event{Type: rules.EventMissing}},
		{name: "a step is told", event: rules.Event{Type: rules.EventTold, Told: &rules.Escalation{Step: "nudge", Round: 1}}},
		{name: "its card is posted", event: rules.Event{Type: rules.EventPosted, Card: &rules.Place{Channel: "C1", TS: "1"}}},
		{name: "the promised time is over", wait: 72 * time.Hour},
	}
}

// actsWithStripe are the rows of the second table.
func actsWithStripe() []act {
	refunded := func(r *rules.Reading) { r.RefundedSince = 100 }
	partly := func(r *rules.Reading) { r.RefundedSince = 99 }
	submitted := func(r *rules.Reading) { r.Submissions = 1 }
	return []act{
		stripeAct("needs_response", "needs_response"),
		stripeAct("needs_response, the answer's day later", "needs_response").after(48 * time.Hour),
		stripeAct("needs_response, evidence submitted", "needs_response", submitted),
		stripeAct("needs_response, refunded", "needs_response", refunded),
		stripeAct("under_review", "under_review"),
		stripeAct("warning_needs_response (another stage)", "warning_needs_response"),
		stripeAct("warning_needs_response, refunded", "warning_needs_response", refunded),
		stripeAct("warning_needs_response, partly refunded", "warning_needs_response", partly),
		stripeAct("warning_under_review", "warning_under_review"),
		stripeAct("warning_closed", "warning_closed"),
		stripeAct("won", "won"),
		stripeAct("lost", "lost"),
		stripeAct("prevented", "prevented"),
		stripeAct("a status unknown to us", "something_new"),
		mailAct("a reminder, genuine", rules.KindReminder, rules.Genuine),
		mailAct("a stop request, genuine", rules.KindStopRequest, rules.Genuine),
		mailAct("Klarna: resolved, genuine", rules.KindResolved, rules.Genuine),
		mailAct("Klarna: evidence received, genuine", rules.KindEvidenceReceived, rules.Genuine),
		{name: "a reply to the mail in Sent", event: rules.Event{Type: rules.EventReply, By: "bo", Mail: &rules.MailSaid{}}},
	}
}

// tableStart is when the tables' case was opened, by a genuine dispute mail.
var tableStart = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// inState is that case in a state, two hours later.
func inState(t *testing.T, state rules.State, stripe bool) rules.Case {
	t.Helper()
	c := rules.Case{ID: "c-abc123"}
	happen := func(after time.Duration, e rules.Event) {
		t.Helper()
		e.At = tableStart.Add(after)
		var err error
		if c, err = rules.Apply(c, e); err != nil {
			t.Fatal(err)
		}
	}
	open := mailAct("", rules.KindDisputeRequest, rules.Genuine).event
	open.Mail.Date, open.Mail.Deadline = tableStart, &rules.MailDeadline{At: tableStart.Add(300 * time.Hour)}
	happen(0, open)
	if stripe {
		happen(0, rules.Event{Type: rules.EventMatch, Match: &rules.Match{Strength: rules.Exact, Charge: "ch_1", Dispute: "du_1"}})
		happen(0, stripeAct("", "needs_response").event)
	}
	by := rules.Event{By: "anna", Until: tableStart.Add(24 * time.Hour), Outcome: "not a dispute"}
	switch state {
	case rules.Claimed:
		by.Type = rules.EventClaim
	case rules.Snoozed:
		by.Type = rules.EventSnooze
	case rules.Answered:
		by.Type = rules.EventAnswer
	case rules.Closed:
		by.Type = rules.EventClose
	}
	if by.Type != "" {
		happen(time.Hour, by)
	}
	return c
}

// becomes is the state after an act, "-" where it was refused.
func (a act) becomes(c rules.Case) string {
	at := tableStart.Add(2*time.Hour + a.wait)
	if a.event.Type == "" {
		return string(c.StateAt(at))
	}
	if a.first.Type != "" {
		first := a.first
		first.At = at
		c, _ = rules.Apply(c, first)
	}
	e := a.event
	e.At = at
	switch {
	case e.Mail != nil:
		m := *e.Mail
		m.Date = at
		e.Mail = &m
	case e.Stripe != nil:
		s := *e.Stripe
		s.ReadAt, s.DueBy = at, tableStart.Add(400*time.Hour)
		e.Stripe = &s
	}
	c, err := rules.Apply(c, e)
	if err != nil {
		return "-"
	}
	return string(c.State)
}

func TestCaseBecomesWhatTheTableSays(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	tables := regexp.MustCompile(`(?m)(?:^//\t.*\n)+`).FindAllString(string(source), -1)
	if len(tables) != 2 {
		t.Fatalf("%d tables in the package's documentation", len(tables))
	}
	for i, acts := range [][]act{actsWithoutStripe(), actsWithStripe()} {
		want := fmt.Sprintf("//\t%-40s%-10s%-10s%-10s%-10s%s\n", "", "open", "claimed", "snoozed", "answered", "closed")
		for _, a := range acts {
			var cells []any
			for _, state := range tableStates {
				cells = append(cells, a.becomes(inState(t, state, i == 1)))
			}
			want += strings.TrimRight(fmt.Sprintf("//\t%-40s", a.name)+fmt.Sprintf("%-10s%-10s%-10s%-10s%s", cells...), " ") + "\n"
		}
		if tables[i] != want {
			t.Errorf("the documentation says\n%s\nand Apply does\n%s", tables[i], want)
		}
	}
}

// The tables leave out no event and no status.
func TestTablesKnowAllThatCanHappen(t *testing.T) {
	var seen []string
	for _, a := range slices.Concat(actsWithoutStripe(), actsWithStripe()) {
		seen = append(seen, string(a.event.Type))
		if a.event.Mail != nil {
			seen = append(seen, string(a.event.Mail.Kind))
		}
		if a.event.Stripe != nil {
			seen = append(seen, a.event.Stripe.Status)
		}
	}
	for _, want := range []rules.EventType{
		rules.EventMail, rules.EventReread, rules.EventReply, rules.EventMatch, rules.EventLink, rules.EventStripe, rules.EventMissing, rules.EventTold,
		rules.EventPosted, rules.EventClaim, rules.EventAnswer, rules.EventSnooze, rules.EventReopen, rules.EventClose, rules.EventMerge,
	} {
		if !slices.Contains(seen, string(want)) {
			t.Errorf("no row for the event %s", want)
		}
	}
	for _, kind := range mailKinds {
		if !slices.Contains(seen, string(kind)) {
			t.Errorf("no row for a mail of the kind %s", kind)
		}
	}
	for _, status := range statuses {
		if !slices.Contains(seen, status) {
			t.Errorf("no row for Stripe's status %s", status)
		}
	}
}
