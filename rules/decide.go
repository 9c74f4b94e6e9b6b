package rules

import (
	"slices"
	"time"
)

// repeatsEnd is how long after the last deadline steps repeat; from then on
// the digest speaks of the case (DESIGN.md, "Deciding").
const repeatsEnd = 14 * 24 * time.Hour

// Decide returns what must be told about c at now, most urgent first, and when
// it wants to be asked again; the zero time means: not before the next event.
// It is silent, but for news, about a case that is answered or closed, and
// never repeats a step that c.Told holds. Asking again changes nothing.
func Decide(c Case, p Policy, now time.Time) ([]Escalation, time.Time) {
	var out []Escalation
	for _, n := range c.News {
		e := c.tellNews(n, now)
		if n.Loud() {
			e.loudly(p.calls(c, Stage(n.Name)))
		}
		out = append(out, e)
	}
	if c.Finished() {
		if e, ok := c.mourn(now); ok {
			out = append(out, e)
		}
		return out, time.Time{}
	}
	w := c.watch(&p)
	due, next := w.due(now)
	ended, waits := w.lapsed(now)
	switch {
	case len(due) > 0:
		told := c.tellAll(due, now)
		told[0].Ended = ended
		if c.Card.TS == "" && c.Also() != "" { // its card is the first that is heard of that too
			told[0].loudly(p.calls(c, c.Also()))
		}
		out = append(told, out...)
	case ended != "":
		out = append(out, c.tellNews(News{c.Facts + 1, newsLapsed, now, ended}, now))
	}
	return out, earlier(next, waits)
}

// loudly has an escalation call also whom a stop request would call.
func (e *Escalation) loudly(mention []string, page bool) {
	e.Rank, e.Page = 0, e.Page || page
	e.Mention = with(e.Mention, mention...)
}

// calls is whom the loud lane's first word would call to c.
func (p *Policy) calls(c Case, as Stage) (mention []string, page bool) {
	c.Stage = as
	for _, s := range p.steps(&c) {
		if s.When.Anchor == OnOpened && s.If.holds(&c) {
			return slices.Clone(s.Mention), s.Page
		}
	}
	return nil, false
}

// Next is the step that will be told next if nothing happens until then; Due is
// when. It is false where none is left.
func Next(c Case, p Policy, now time.Time) (Escalation, bool) {
	if c.Finished() {
		return Escalation{}, false
	}
	w := c.watch(&p)
	due, next := w.due(now)
	if len(due) == 0 && !next.IsZero() {
		due, _ = w.due(next)
	}
	if len(due) == 0 {
		return Escalation{}, false
	}
	return c.tellAll(due, now)[0], true
}

// mourn tells of a case that was lost before anybody heard of it: its card is
// the first and last word.
func (c Case) mourn(now time.Time) (Escalation, bool) {
	if c.Outcome != "lost" || c.Card.TS != "" || len(c.Told) > 0 {
		return Escalation{}, false
	}
	return Escalation{
		Case: c.ID, Round: c.Round.N, Step: "lost", Due: c.ClosedAt,
		Reason: "it was lost before anybody was told", Rank: c.rank(now),
	}, true
}

// tellNews tells a fact, behind the step that is due at the same time.
func (c Case) tellNews(n News, now time.Time) Escalation {
	return Escalation{
		Case: c.ID, Round: c.Round.N, Step: "news", N: n.N, Due: n.At,
		Reason: n.Name, News: &n, Rank: c.rank(now) + 1,
	}
}
