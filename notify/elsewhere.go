package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/disputewatch/disputewatch/rules"
)

// sayInOne says a message in the first of several places that takes it. A channel
// that was archived, or that the app was put out of, must not keep a dispute from
// being told: it is told elsewhere, and says so.
func (p *pass) sayInOne(ctx context.Context, m rules.Message, claim rules.Claim, posts ...Post) (End, error) {
	for i, post := range posts {
		end, err := p.say(ctx, m, claim, post)
		code := noPlace(err, post)
		if code == "" || i == len(posts)-1 {
			end.Moved = i > 0 && err == nil && post.Thread == ""
			return end, err
		}
		p.fault("refused "+code, fmt.Errorf("tell %s: %w", m.Kind, err))
		next := &posts[i+1]
		next.Card.Warnings = append(slices.Clip(next.Card.Warnings), misplaced(post, code))
	}
	return End{}, errors.New("there is no place to say it")
}

// noPlace is Slack's word where nothing can be said in the place of a post; "" for
// any other error, and for none.
func noPlace(err error, post Post) string {
	var refused *Refused
	if !errors.As(err, &refused) {
		return ""
	}
	switch refused.Code {
	case "thread_not_found", "message_not_found", "cannot_reply_to_message":
		if post.Thread != "" {
			return refused.Code
		}
	}
	if refused.Whom == ThisChannel || closed(refused.Code) {
		return refused.Code
	}
	return ""
}

// closed says that a channel lets the app neither speak nor read.
func closed(code string) bool {
	switch code {
	case "channel_not_found", "not_in_channel", "is_archived":
		return true
	}
	return false
}

func misplaced(post Post, code string) string {
	if post.Thread != "" {
		return "It belongs under its earlier card, which cannot be reached (" + code + ")."
	}
	return "It belongs into " + post.Channel + ", where nothing can be said (" + code + ")."
}

// inMain is a post and, where that is another place, the same in the channel where
// cases are told.
func (d *Desk) inMain(post Post) []Post {
	if post.Channel == d.Channel && post.Thread == "" {
		return []Post{post}
	}
	main := post
	main.Channel, main.Thread, main.Broadcast = d.Channel, "", false
	return []Post{post, main}
}

// places are where a step is said, the next where the one before takes nothing: a
// channel of its own, the thread of the card, a new card where the case is told by
// now, and where all are.
func (d *Desk) places(m rules.Message, c rules.Case) []Post {
	out := []Post{d.postOf(m, c)}
	e := *m.Escalation
	if e.Channel != "" && out[0].Channel == e.Channel {
		e.Channel = ""
		out = append(out, d.postOf(rules.Message{ID: m.ID, Escalation: &e, TriedAt: m.TriedAt}, c))
	}
	last := out[len(out)-1]
	if last.Thread == "" {
		return append(out[:len(out)-1], d.inMain(last)...)
	}
	last.Channel, last.Thread, last.Broadcast = d.channel(c.Mailbox), "", false
	card := FirstCard(c, e, d.Policy, d.Now())
	if why := whyNow(e); why != "" && e.News == nil {
		card.Lines = append([]Line{{"Told now", why}}, card.Lines...)
	}
	last.Card = d.buttons(card, c)
	last.Text = fallback(last.Card)
	return append(out, d.inMain(last)...)
}
