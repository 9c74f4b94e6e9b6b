package notify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// offered is the verbs of a card, in their order.
func offered(c notify.Card) string {
	var out []string
	for _, a := range c.Actions {
		if a.URL != "" {
			out = append(out, "open")
			continue
		}
		out = append(out, string(a.Verb))
	}
	return strings.Join(out, " ")
}

func TestCardOffersWhatTheRulesWouldTake(t *testing.T) {
	s := newScene(t)
	ended := func(outcome string) rules.Case {
		c := s.inStripe("won")
		c.ClosedAt, c.Outcome = s.now, outcome
		return c
	}
	closedByMail := s.byMail()
	closedByMail.ClosedAt, closedByMail.Outcome = s.now, "withdrawn"
	untrusted := s.byMail()
	untrusted.Verdict = rules.Unverified
	overdue := s.byMail()
	overdue.MailDeadline.At = s.in(-time.Hour)
	undated := s.byMail()
	undated.MailDeadline = nil
	for name, tt := range map[string]struct {
		c    rules.Case
		want string
	}{
		"Stripe first":             {s.inStripe("needs_response"), "open claim answer snooze close"},
		"Klarna's form last":       {s.byMail(), "claim answer snooze close open"},
		"unproved: no form":        {untrusted, "claim answer snooze close"},
		"won: reopen":              {ended("won"), "open reopen"},
		"closed by mail":           {closedByMail, "reopen"},
		"went into another":        {ended("duplicate"), "open"},
		"overdue: nothing to rest": {overdue, "claim answer close open"},
		"no date known":            {undated, "claim answer snooze close open"},
	} {
		if got := offered(notify.WithButtons(notify.CardOf(tt.c, s.policy, s.now), tt.c, s.policy, s.now)); got != tt.want {
			t.Errorf("%s: offers %q, want %q", name, got, tt.want)
		}
	}
}

func TestRestsOfTheMenuEndBeforeTheDeadline(t *testing.T) {
	s := newScene(t)
	for left, want := range map[time.Duration]string{
		3 * time.Hour:  "",
		5 * time.Hour:  "4h",
		30 * time.Hour: "4h tomorrow",
		50 * time.Hour: "4h tomorrow before",
		5 * day:        "4h tomorrow 3d before",
	} {
		c := s.byMail()
		c.MailDeadline.At = s.in(left)
		var got []string
		for _, a := range notify.WithButtons(notify.CardOf(c, s.policy, s.now), c, s.policy, s.now).Actions {
			for _, o := range a.Options {
				end, err := notify.Rest(o.Value).End(c, s.policy, s.now)
				if err != nil || !end.After(s.now) || end.After(c.MailDeadline.At) {
					t.Errorf("%s left: %s ends %v %v", left, o.Value, end, err)
				}
				got = append(got, o.Value)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s left: offers %q, want %q", left, got, want)
		}
	}
}

func TestRestsEndWhenTheirWordsSay(t *testing.T) {
	s := newScene(t)
	c := s.byMail()
	for rest, want := range map[notify.Rest]string{
		notify.FourHours: "2026-03-05 12:05", notify.Tomorrow: "2026-03-06 09:00",
		notify.ThreeDays: "2026-03-08 08:05", notify.BeforeLast: "2026-03-14 23:05",
	} {
		if got, err := rest.End(c, s.policy, s.now); err != nil || got.In(s.now.Location()).Format("2006-01-02 15:04") != want {
			t.Errorf("%s: %v %v, want %s", rest, got, err, want)
		}
	}
	before := time.Date(2026, 3, 28, 12, 0, 0, 0, s.now.Location()) // the clocks change that night
	if got, _ := notify.Tomorrow.End(c, s.policy, before); got.Format("15:04") != "09:00" {
		t.Errorf("tomorrow morning is %s", got)
	}
	c.MailDeadline = nil
	for _, r := range []notify.Rest{notify.BeforeLast, "next year"} {
		if _, err := r.End(c, s.policy, s.now); err == nil {
			t.Errorf("%s ended", r)
		}
	}
}

func TestButtonsStandOnTheCardOnlyWhereTheyAreServed(t *testing.T) {
	for _, served := range []bool{false, true} {
		w := newWorld(t, "2026-03-02 09:00")
		w.desk.Buttons = served
		id := w.dispute("256947")
		w.good()
		card := w.saidOnce("Open Klarna's form")
		if got := strings.Contains(string(card.Blocks), `"button"`); got != served {
			t.Errorf("served %v: buttons %v", served, got)
		}
		w.say(id, rules.Event{Type: rules.EventAnswer, By: "anna"})
		w.good()
		if got := strings.Contains(fakeslack.Text(w.fake.Messages(channel)[0]), "[Reopen]"); got != served {
			t.Errorf("served %v: the card that was brought up to date offers to reopen: %v", served, got)
		}
		for _, m := range w.said() {
			if strings.Contains(string(m.Blocks), `"button"`) {
				t.Errorf("a button in the thread: %s", fakeslack.Text(m))
			}
		}
	}
}

func TestOwnerWhoClickedIsMentioned(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	id := w.dispute("256947")
	w.good()
	w.said()
	w.say(id, rules.Event{Type: rules.EventClaim, By: "Anna", Slack: "U0ANNA", Until: w.now().AddDate(0, 0, 14)})
	w.good()
	w.saidOnce("Anna is on it.")
	w.set(time.Date(2026, 3, 9, 23, 59, 0, 0, w.now().Location()))
	w.good()
	w.saidOnce("<@U0ANNA>", "7 days left")
}

func TestChargeWithoutAReadingHasNoLink(t *testing.T) {
	s := newScene(t)
	c := s.byMail()
	c.Match = rules.Match{Strength: rules.Exact, Charge: "ch_1", Why: "order reference"}
	for _, l := range notify.CardOf(c, s.policy, s.now).Links {
		if strings.Contains(l.URL, "stripe.com") {
			t.Errorf("links to %s and does not know whether it is live", l.URL)
		}
	}
}

func TestAlarmNamesWhomTheConfigSays(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.desk.Ops, w.desk.AlarmMentions = []string{"U0OPS"}, []string{"on_call", "@here"}
	w.queue(rules.Message{Key: "alarm/1", Kind: rules.MessageAlarm, About: map[string]string{rules.AboutPart: "slack"}})
	w.good()
	if m := w.saidOnce("<!here> <@U0ONCALL>"); strings.Contains(fakeslack.Text(m), "U0OPS") {
		t.Error("names ops too")
	}
}
