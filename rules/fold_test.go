package rules_test

import (
	"slices"
	"testing"

	"github.com/disputewatch/disputewatch/rules"
)

// Whoever reads another channel hears of what fell due at once with a word that is
// said elsewhere.
func TestStepForAnotherChannelIsNotFoldedAway(t *testing.T) {
	in := func(channel string, mention ...string) func(*rules.Step) {
		return func(s *rules.Step) { s.Channel, s.Mention = channel, mention }
	}
	paged := func(s *rules.Step) { s.Page = true }
	s := newStory(t, monday)
	s.p.Dispute = []rules.Step{
		rung(t, "new", "opened"),
		rung(t, "week", "7d before deadline", in("#leads")),
		rung(t, "last", "48h before deadline", in("#leads", "on_call")),
		rung(t, "day", "24h before deadline", in("#night", "ops"), paged),
		rung(t, "overdue", "deadline"),
	}
	s.change(s.mail(rules.KindDisputeRequest, rules.Genuine, "2026-03-03 09:00"))
	due, _ := rules.Decide(s.c, s.p, s.now)
	var got []string
	for _, e := range due {
		got = append(got, e.Step+" in "+e.Channel)
		for _, f := range e.Folded {
			got = append(got, f.Step+" with it")
		}
	}
	if want := []string{"new in ", "last in #leads", "week with it", "day in #night"}; !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
	if !due[0].Page || due[2].Page || !slices.Equal(due[0].Mention, []string{"on_call", "ops"}) || !slices.Equal(due[1].Mention, []string{"on_call"}) {
		t.Errorf("told %+v", due)
	}
	s.decide()
	s.told = nil
	s.until("2026-03-03 09:00")
	s.said("overdue")
}

// The furthest step speaks for the others where its own readers are the fewer.
func TestStepInAChannelOfItsOwnFoldsThoseOfTheCase(t *testing.T) {
	s := newStory(t, monday)
	s.p.Dispute = []rules.Step{rung(t, "nudge", "unanswered 1h"), rung(t, "last", "48h before deadline", func(s *rules.Step) { s.Channel = "#leads" })}
	s.change(s.mail(rules.KindDisputeRequest, rules.Genuine, "2026-03-03 20:00"))
	s.now = s.at("2026-03-02 12:00")
	due, _ := rules.Decide(s.c, s.p, s.now)
	if len(due) != 1 || due[0].Step != "last" || len(due[0].Folded) != 1 {
		t.Errorf("told %+v", due)
	}
}
