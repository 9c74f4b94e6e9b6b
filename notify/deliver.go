package notify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// deliver finds the words for a message and says them.
func (p *pass) deliver(ctx context.Context, m rules.Message, claim rules.Claim) (End, error) {
	if m.Kind == rules.MessageStep {
		return p.step(ctx, m, claim)
	}
	if why, err := p.desk.stale(ctx, m); err != nil || why != "" {
		return End{Kind: Dropped, Why: why}, err
	}
	switch m.Kind {
	case rules.MessageCard:
		return p.update(ctx, m, claim)
	case rules.MessagePage:
		return p.page(ctx, m, claim)
	case rules.MessageDigest:
		return p.digest(ctx, m, claim)
	case rules.MessageDismissed:
		return p.dismissed(ctx, m, claim)
	case rules.MessageSummary:
		return p.summary(ctx, m, claim)
	case rules.MessageForged:
		return p.forged(ctx, m, claim)
	}
	post, err := p.desk.wordsOf(m)
	if err != nil {
		return End{}, err
	}
	return p.sayInOne(ctx, m, claim, p.desk.inMain(post)...)
}

// step tells a step of a case's ladder, or its news. The case is read now, not
// when the step was queued: what has been answered since is not nagged about.
func (p *pass) step(ctx context.Context, m rules.Message, claim rules.Claim) (End, error) {
	if m.Escalation == nil {
		return End{}, fmt.Errorf("message %s: a step without an escalation", m.ID)
	}
	d, e := p.desk, *m.Escalation
	c, err := d.Outbox.Case(ctx, m.Case)
	if err != nil {
		return End{}, fmt.Errorf("case %s: %w", m.Case, err)
	}
	if d.unmatched(c) {
		return End{Kind: Again, Next: d.Now().Add(time.Second), Why: "its charge is being looked for"}, nil
	}
	why := overtaken(c, e, d.Now())
	if why == "" {
		if why, err = d.stale(ctx, m); err != nil {
			return End{}, err
		}
	}
	if why != "" {
		return p.drop(ctx, m, d.postOf(m, c), why)
	}
	if d.unread(m, c) {
		return End{Kind: Again, Next: d.Now().Add(lookAgain), Why: "Stripe is to be asked first"}, nil
	}
	if waits, err := d.waits(ctx, m, c); err != nil || waits {
		return End{Kind: Again, Next: d.Now().Add(lookAgain), Why: "more is being read before it is told"}, err
	}
	if queued, err := d.queuePage(ctx, m, c); err != nil || queued {
		return End{Kind: Again, Next: d.Now(), Why: "its page goes first"}, err
	}
	return p.sayInOne(ctx, m, claim, d.places(m, c)...)
}

// unmatched says that a mail opened a dispute's case just now, and that nobody has
// looked for its charge.
func (d *Desk) unmatched(c rules.Case) bool {
	return c.Card.TS == "" && c.Match.Strength == "" && c.Lane() == rules.LaneDispute && !c.Finished() &&
		c.Kind != rules.KindUnknownKlarna && d.Now().Sub(c.OpenedAt).Abs() < d.AwaitCharge
}

// unread says that what Stripe said last of a case is old, and that it may be asked in a
// moment: somebody may have answered there. Where it does not answer the step is told
// with that.
func (d *Desk) unread(m rules.Message, c rules.Case) bool {
	return m.Escalation.News == nil && c.Lane() == rules.LaneDispute && len(oldReading(c, d.Now())) > 0 &&
		d.Now().Sub(m.QueuedAt).Abs() < d.AwaitReading
}

// drop ends a step that was overtaken, unless an earlier attempt said it after
// all: then it stands, and its case may have its card by it.
func (p *pass) drop(ctx context.Context, m rules.Message, post Post, why string) (End, error) {
	if !m.TriedAt.IsZero() && !p.desk.Observe {
		at, found, err := p.desk.find(ctx, post)
		if found || err != nil && noPlace(err, post) == "" { // where nobody can look, nobody reads
			return End{Kind: Told, At: at}, err
		}
	}
	return End{Kind: Dropped, Why: why}, nil
}

// overtaken says why a step need not be told any more; "" where it must. News
// is a fact and is told in any case, and so is the first word on a dispute that
// was lost before anybody heard of it. The steps of an earlier round give way to
// those of the new one, unless they are the case's only word so far.
func overtaken(c rules.Case, e rules.Escalation, now time.Time) string {
	switch untold := c.Card.TS == ""; {
	case e.News != nil:
	case c.Finished() && !(untold && c.Outcome == "lost"):
		return "overtaken: the case is " + string(c.StateAt(now))
	case e.Round < c.Round.N && (!untold || len(c.Told) > 0): // the new round's has been queued
		return "overtaken: a new round began (" + c.Round.Reason + ")"
	}
	return ""
}

// postOf words a step: the card itself where the case has none yet, or where
// the step goes to a channel of its own; else a reply in the card's thread.
func (d *Desk) postOf(m rules.Message, c rules.Case) Post {
	e, now := *m.Escalation, d.Now()
	post := Post{
		ID:       m.ID,
		Channel:  d.channel(c.Mailbox),
		Mentions: d.mentions(e.Mention, c),
		Since:    m.TriedAt,
	}
	if e.Ended != "" || e.News != nil && e.News.Name == "lapsed" {
		post.Mentions = append(post.Mentions, promisers(c, now)...)
	}
	elsewhere := e.Channel != "" && e.Channel != post.Channel
	switch {
	case elsewhere:
		post.Channel = e.Channel
		post.Card = d.buttons(FirstCard(c, e, d.Policy, now), c)
	case c.Card.TS == "":
		post.Card = d.buttons(FirstCard(c, e, d.Policy, now), c)
	case e.News != nil:
		post.Channel, post.Thread = c.Card.Channel, c.Card.TS
		post.Card = NewsCard(c, e, d.Policy, now)
	default:
		post.Channel, post.Thread = c.Card.Channel, c.Card.TS
		post.Card = StepCard(c, e, d.Policy, now)
	}
	post.Broadcast = post.Thread != "" && severe(c, e, now)
	post.Text = fallback(post.Card)
	return post
}

// Show brings a case's card up to date now, ahead of what waits in the outbox:
// whoever clicked on it looks at it. It says nothing new, so that it is harmless
// to do twice, and its failure too: the outbox holds the same refresh.
func (d *Desk) Show(ctx context.Context, c rules.Case) error {
	if c.Card.TS == "" || d.Observe {
		return nil
	}
	if err := d.hush(); err != nil {
		return err
	}
	ctx, done := context.WithTimeout(ctx, postTime)
	defer done()
	return d.show(ctx, "show/"+c.ID, c)
}

func (d *Desk) show(ctx context.Context, id string, c rules.Case) error {
	card := d.buttons(CardOf(c, d.Policy, d.Now()), c)
	return d.Slack.Update(ctx, c.Card, Post{ID: id, Channel: c.Card.Channel, Text: fallback(card), Card: card})
}

// buttons is a case's card with buttons, where somebody serves them.
func (d *Desk) buttons(card Card, c rules.Case) Card {
	if !d.Buttons {
		return card
	}
	return WithButtons(card, c, d.Policy, d.Now())
}

// update brings a posted card up to date. It is harmless to do twice, so that
// an unclear end is simply tried again. Slack takes some fifty of them a minute
// (docs.slack.dev, chat.update: Tier 3).
func (p *pass) update(ctx context.Context, m rules.Message, claim rules.Claim) (End, error) {
	d := p.desk
	c, err := d.Outbox.Case(ctx, m.Case)
	if err != nil {
		return End{}, fmt.Errorf("case %s: %w", m.Case, err)
	}
	if c.Card.TS == "" {
		return End{Kind: Dropped, Why: "no card stands yet; it will be posted as the case is then"}, nil
	}
	if d.Observe {
		return End{Kind: Dropped, Why: observed}, nil
	}
	if err := d.hush(); err != nil {
		return End{}, err
	}
	if err := p.pace(ctx, c.Card.Channel); err != nil {
		return End{}, err
	}
	if err := d.attempt(ctx, claim, m.ID); err != nil {
		return End{}, err
	}
	ctx, done := context.WithTimeout(ctx, postTime)
	defer done()
	err = d.show(ctx, m.ID, c)
	var refused *Refused
	if errors.As(err, &refused) && (gone(refused.Code) || c.Finished() && closed(refused.Code)) {
		return End{Kind: Dropped, Why: "the card cannot be changed: " + refused.Code}, d.showCopies(ctx, m.ID, c)
	}
	if err == nil {
		err = d.showCopies(ctx, m.ID, c)
	}
	return End{Kind: Told, At: c.Card}, err
}

// showCopies brings up to date the cards that steps with a channel of their own
// posted there. One that was deleted is left alone.
func (d *Desk) showCopies(ctx context.Context, id string, c rules.Case) error {
	if d.Copies == nil {
		return nil
	}
	copies, err := d.Copies(ctx, c)
	if err != nil {
		return fmt.Errorf("copies of the card of case %s: %w", c.ID, err)
	}
	card := c
	for _, at := range copies {
		card.Card = at
		var refused *Refused
		if err := d.show(ctx, id, card); err != nil && !(errors.As(err, &refused) && (gone(refused.Code) || closed(refused.Code))) {
			return err
		}
	}
	return nil
}

// gone says that a card was deleted or is closed to changes: no person's act
// brings it back, and the steps go on in its thread.
func gone(code string) bool {
	switch code {
	case "message_not_found", "edit_window_closed", "cant_update_message":
		return true
	}
	return false
}

const observed = "observed: nothing is said"

// say posts, so that a message which an earlier attempt may have said is not
// said twice: looked for first, and at once after an unclear end.
func (p *pass) say(ctx context.Context, m rules.Message, claim rules.Claim, post Post) (End, error) {
	d := p.desk
	if d.Observe {
		return End{Kind: Dropped, Why: observed}, nil
	}
	if err := cmp.Or(p.refused[post.Channel], d.hush()); err != nil {
		return End{}, err
	}
	if !m.TriedAt.IsZero() {
		if at, found, err := d.find(ctx, post); err != nil || found {
			return End{Kind: Told, At: at}, p.refusal(post, err)
		}
	}
	if err := p.pace(ctx, post.Channel); err != nil {
		return End{}, err
	}
	if err := d.attempt(ctx, claim, m.ID); err != nil {
		return End{}, err
	}
	if post.Since.IsZero() {
		post.Since = d.Now()
	}
	at, err := d.post(ctx, post)
	for _, plainer := range []func(Post, string) Post{plainer, unmentioned} {
		if code := malformed(err); code != "" {
			at, err = d.postPlainly(ctx, plainer(post, code))
		}
	}
	var unclear *Ambiguous
	if errors.As(err, &unclear) && ctx.Err() == nil {
		if at, found, lookErr := d.find(ctx, post); lookErr == nil && found {
			return End{Kind: Told, At: at}, nil
		}
	}
	return End{Kind: Told, At: at}, p.refusal(post, err)
}

// malformed is Slack's word where it does not take a message's form: that is a
// fault of ours, and no reason to say nothing.
func malformed(err error) string {
	var refused *Refused
	if !errors.As(err, &refused) {
		return ""
	}
	switch refused.Code {
	case "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "too_many_attachments", "no_text":
		return refused.Code
	}
	return ""
}

// postPlainly says a message whose form was refused in one that holds less. It
// looks first all the same.
func (d *Desk) postPlainly(ctx context.Context, post Post) (rules.Place, error) {
	ctx, done := context.WithTimeout(ctx, plainTime)
	defer done()
	if at, found, err := d.find(ctx, post); err != nil || found {
		return at, err
	}
	return d.post(ctx, post)
}

// plainer is a post that holds only what nobody may miss.
func plainer(post Post, code string) Post {
	post.Card = Card{
		Title: post.Card.Title, Now: post.Card.Now, Links: post.Card.Links,
		Footer: joined(" · ", post.Card.Footer, "Slack took the whole message not ("+code+"): “disputewatch show” has the rest."),
	}
	return post
}

// unmentioned is plainer and calls nobody: an id that Slack does not know, of a
// colleague who has left, must not keep the others from reading.
func unmentioned(post Post, code string) Post {
	post = plainer(post, code)
	if len(post.Mentions) > 0 {
		post.Card.Warnings = []string{"It calls " + joined(", ", post.Mentions...) + ", and Slack did not take that: see on_call, ops and mention in the config."}
		post.Mentions = nil
	}
	return post
}

// refusal remembers a channel that takes nothing, for the rest of the pass.
func (p *pass) refusal(post Post, err error) error {
	var refused *Refused
	if errors.As(err, &refused) && refused.Whom != ThisMessage {
		p.refused[post.Channel] = err
	}
	return err
}

// attempt records that a message is about to be sent, from when on the claim lasts its
// whole time. What takes longer, for the book is locked, is not sent: when it is written
// at last another desk may have the message.
func (d *Desk) attempt(ctx context.Context, claim rules.Claim, id string) error {
	ctx, done := context.WithTimeout(ctx, attemptTime)
	defer done()
	if err := d.Outbox.Attempt(ctx, claim, id); err != nil {
		return fmt.Errorf("record attempt: %w", err)
	}
	return nil
}

func (d *Desk) post(ctx context.Context, post Post) (rules.Place, error) {
	ctx, done := context.WithTimeout(ctx, postTime)
	defer done()
	return d.Slack.Post(ctx, post)
}

func (d *Desk) find(ctx context.Context, post Post) (rules.Place, bool, error) {
	ctx, done := context.WithTimeout(ctx, lookTime)
	defer done()
	at, found, err := d.Slack.Find(ctx, post)
	if err != nil {
		return at, false, fmt.Errorf("look for message %s: %w", post.ID, err)
	}
	return at, found, nil
}
