package rules

import (
	"slices"
	"time"
)

// tellAll is tellLast, and besides what is for other channels than its own: those
// who read there would never hear of what was folded into a word that is said
// elsewhere.
func (c Case) tellAll(due []instance, now time.Time) []Escalation {
	first := c.tellLast(due, now)
	out := []Escalation{first}
	for len(due) > 0 {
		channel := due[0].step.Channel
		others := func(i instance) bool { return i.step.Channel != channel }
		if channel != "" && channel != first.Channel {
			e := c.tellLast(slices.DeleteFunc(slices.Clone(due), others), now)
			e.Page = e.Page && !first.Page // once is enough
			out = append(out, e)
		}
		due = slices.DeleteFunc(slices.Clone(due), func(i instance) bool { return !others(i) })
	}
	for _, e := range out[1:] {
		out[0].Folded = slices.DeleteFunc(out[0].Folded, func(t Told) bool {
			return t.Step == e.Step || slices.ContainsFunc(e.Folded, func(f Told) bool { return f.Step == t.Step })
		})
	}
	return out
}

// tellLast tells the furthest step of the ladder that is due and folds the
// others into it. When a round begins, what is already past folds into its
// first word, with the people whom it would have called.
func (c Case) tellLast(due []instance, now time.Time) Escalation {
	first := func(i instance) bool {
		return i.n == 0 && (i.step.When.Anchor == OnOpened || i.step.When.Anchor == OnReopened || i.step.When.Anchor == OnStageChanged)
	}
	told := due[len(due)-1]
	if i := slices.IndexFunc(due, first); i >= 0 {
		told = due[i]
	}
	e := Escalation{
		Case: c.ID, Round: c.Round.N, Step: told.step.Name, N: told.n, Due: told.at,
		Reason: told.reason(), Channel: told.step.Channel, Page: told.step.Page,
		Mention: slices.Clone(told.step.Mention), Rank: c.rank(now),
	}
	for _, i := range due {
		if i.step.Name == told.step.Name {
			continue
		}
		e.Folded = append(e.Folded, Told{Step: i.step.Name, N: i.n})
		e.Page = e.Page || i.step.Page
		e.Mention = with(e.Mention, i.step.Mention...)
	}
	return e
}

// reason says in words why a step is told now.
func (i instance) reason() string {
	w := i.step.When.String()
	switch i.step.When.Anchor {
	case AtDeadline:
		w = "the deadline has come"
	case BeforeDeadline:
		w = i.step.When.Span.String() + " before the deadline"
	case AfterDeadline:
		w = i.step.When.Span.String() + " after the deadline"
	}
	if i.repeat {
		w += ", again after " + i.step.Repeat.String()
	}
	return w
}
