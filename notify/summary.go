package notify

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// lookAgain is when a first word that waits for the end of a reading is looked
// at again.
const lookAgain = 5 * time.Second

// waits says that a step is the first word on a case that is better told together
// with others.
func (d *Desk) waits(ctx context.Context, m rules.Message, c rules.Case) (bool, error) {
	if d.Gathering == nil || c.Card.TS != "" || !m.TriedAt.IsZero() {
		return false, nil
	}
	if c.Lane() == rules.LaneStopRequest && c.Answerable(d.Now()) {
		return false, nil
	}
	return d.Gathering(ctx, c)
}

// summary tells of many cases at once, as they stand now.
func (p *pass) summary(ctx context.Context, m rules.Message, claim rules.Claim) (End, error) {
	d := p.desk
	var cases []rules.Case
	channels := map[string]bool{}
	for _, id := range strings.Fields(m.About[rules.AboutCases]) {
		c, err := d.Outbox.Case(ctx, id)
		if err != nil {
			return End{}, fmt.Errorf("case %s: %w", id, err)
		}
		if c.Outcome == "duplicate" {
			continue
		}
		cases = append(cases, c)
		channels[d.channel(c.Mailbox)] = true
	}
	post := Post{ID: m.ID, Channel: d.Channel, Since: m.TriedAt, Card: SummaryCard(cases, d.Policy, d.Now())}
	if len(channels) == 1 {
		post.Channel = slices.Collect(maps.Keys(channels))[0]
	}
	post.Text = fallback(post.Card)
	return p.sayInOne(ctx, m, claim, d.inMain(post)...)
}

// SummaryCard tells of many cases that came to light at once: on a first day, or
// when a mailbox was read again. Only what can still be answered has cards.
func SummaryCard(cases []rules.Case, p rules.Policy, now time.Time) Card {
	var todo, late, answered, over []rules.Case
	for _, c := range cases {
		c = asOf(c, now)
		switch {
		case c.State == rules.Closed:
			over = append(over, c)
		case c.State == rules.Answered:
			answered = append(answered, c)
		case c.Answerable(now):
			todo = append(todo, c)
		default:
			late = append(late, c)
		}
	}
	slices.SortStableFunc(todo, rules.ByUrgency)
	slices.SortStableFunc(late, rules.ByUrgency)
	card := Card{
		Title:  summaryTitle(todo, len(cases), p, now),
		Now:    summaryAct(todo, late),
		Footer: "They came to light at once, so this one message tells of them. “disputewatch cases” and the board list each.",
	}
	row := func(c rules.Case) string { return dated(c, p, now) }
	card.list("To answer", todo, row)
	card.list("Past their date, and not answered as far as is known", late, row)
	card.list("Answered, Klarna decides", answered, caseWords)
	if len(over) > 0 {
		card.Lists = append(card.Lists, List{Title: fmt.Sprintf("Over (%d)", len(over)), Rows: outcomeRows(over)})
	}
	return card
}

func summaryTitle(todo []rules.Case, all int, p rules.Policy, now time.Time) string {
	s := rules.Count(all, "Klarna dispute") + " found at once: "
	if len(todo) == 0 {
		return s + "none of them can be answered any more"
	}
	s += joined(", ", fmt.Sprintf("%d to answer", len(todo)), atRisk(todo))
	if at := todo[0].Deadline().Living(now); !at.IsZero() {
		s += ", the most urgent: " + left(at.In(zone(p)), now)
	}
	return s
}

func summaryAct(todo, late []rules.Case) string {
	switch {
	case len(todo) == 1:
		return "Answer the one that has a card of its own."
	case len(todo) > 1:
		return fmt.Sprintf("Answer these %d: each has a card of its own. Begin at the top.", len(todo))
	case len(late) > 0:
		return "Look in Stripe whether those past their date were answered."
	}
	return "Nothing: all of them are answered or over."
}

// outcomeRows is a row for each way in which cases ended.
func outcomeRows(over []rules.Case) []string {
	by := map[string][]rules.Case{}
	for _, c := range over {
		word := rules.OutcomeWords(c.Outcome)
		by[word] = append(by[word], c)
	}
	var rows []string
	for _, word := range slices.Sorted(maps.Keys(by)) {
		rows = append(rows, sumRow(word, by[word]))
	}
	return rows
}
