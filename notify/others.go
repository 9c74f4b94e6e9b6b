package notify

import (
	"context"
	"fmt"

	"github.com/disputewatch/disputewatch/rules"
)

// wordsOf words the messages that are about no case.
func (d *Desk) wordsOf(m rules.Message) (Post, error) {
	post := Post{ID: m.ID, Channel: d.channel(m.About[rules.AboutMailbox]), Since: m.TriedAt}
	switch m.Kind {
	case rules.MessageUnreadable:
		post.Card = UnreadableCard(m, d.Policy)
	case rules.MessageForged:
		post.Card = ForgedCard(m, d.Policy)
	case rules.MessageAlarm:
		post.Card = AlarmCard(m, d.Policy, d.Now())
		post.Mentions = d.mentions(d.alarmed(), rules.Case{})
		if d.Alarms != "" {
			post.Channel = d.Alarms
		}
	default:
		return Post{}, fmt.Errorf("message %s: nobody knows the words for kind %q", m.ID, m.Kind)
	}
	post.Text = fallback(post.Card)
	if d.Buttons && m.Kind != rules.MessageAlarm {
		post.Card = withDismiss(post.Card, m)
	}
	return post, nil
}

// Say says an alarm that no outbox can keep, since the book cannot be written. It
// may be said twice where its end is unclear. Nothing is said where the desk only
// observes.
func (d *Desk) Say(ctx context.Context, alarm rules.Message) error {
	if d.Observe {
		return nil
	}
	if err := d.hush(); err != nil {
		return err
	}
	post, err := d.wordsOf(alarm)
	if err != nil {
		return err
	}
	_, err = d.post(ctx, post)
	return err
}

// alarmed is who is named in alarms.
func (d *Desk) alarmed() []string {
	if d.AlarmMentions == nil {
		return []string{"ops"}
	}
	return d.AlarmMentions
}

// queuePage queues the page of a step as a message of its own, more urgent than
// the step, so that it waits for nothing of Slack's. It says whether it was new.
func (d *Desk) queuePage(ctx context.Context, m rules.Message, c rules.Case) (bool, error) {
	if d.Page == nil || !m.Escalation.Page || d.Observe {
		return false, nil
	}
	queued, err := d.Queue(ctx, rules.Message{
		Key: "page/" + m.Key, Kind: rules.MessagePage, Case: c.ID,
		Escalation: m.Escalation, Rank: m.Rank - 1, QueuedAt: d.Now(), NextAt: d.Now(),
	})
	if err != nil {
		return false, fmt.Errorf("queue the page of case %s: %w", c.ID, err)
	}
	return queued, nil
}

// page wakes somebody. There is nothing to look for: an unclear end is tried
// again, and the key says that it is the same.
func (p *pass) page(ctx context.Context, m rules.Message, claim rules.Claim) (End, error) {
	d := p.desk
	if d.Page == nil || d.Observe {
		return End{Kind: Dropped, Why: "nobody is to be paged"}, nil
	}
	if m.Escalation == nil {
		return End{}, fmt.Errorf("message %s: a page without an escalation", m.ID)
	}
	c, err := d.Outbox.Case(ctx, m.Case)
	if err != nil {
		return End{}, fmt.Errorf("case %s: %w", m.Case, err)
	}
	if why := overtaken(c, *m.Escalation, d.Now()); why != "" {
		return End{Kind: Dropped, Why: why}, nil
	}
	if err := d.attempt(ctx, claim, m.ID); err != nil {
		return End{}, err
	}
	ctx, done := context.WithTimeout(ctx, postTime)
	defer done()
	words := StepCard
	if m.Escalation.News != nil {
		words = NewsCard
	}
	card := words(c, *m.Escalation, d.Policy, d.Now())
	if err := d.Page(ctx, Post{ID: m.Key, Text: fallback(card), Card: card}); err != nil {
		return End{}, fmt.Errorf("page: %w", err)
	}
	return End{Kind: Told}, nil
}

// digest tells the day's digest.
func (p *pass) digest(ctx context.Context, m rules.Message, claim rules.Claim) (End, error) {
	d := p.desk
	if d.Digest == nil {
		return End{Kind: Dropped, Why: "there is no digest"}, nil
	}
	facts, err := d.Digest(ctx, m.About[rules.AboutDay])
	if err != nil {
		return End{}, fmt.Errorf("gather the digest: %w", err)
	}
	card := DigestCard(facts, d.Policy, d.Now())
	return p.say(ctx, m, claim, Post{ID: m.ID, Channel: d.Channel, Since: m.TriedAt, Text: fallback(card), Card: card})
}
