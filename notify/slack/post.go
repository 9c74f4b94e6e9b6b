package slack

import (
	"context"
	"errors"

	"github.com/slack-go/slack"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

// eventType marks our own messages; their payload holds the outbox id.
const (
	eventType = "disputewatch"
	outboxKey = "outbox"
)

// Post says p, and returns where it stands by the channel's id. An answer
// without a ts proves nothing and is *notify.Ambiguous.
func (c *Client) Post(ctx context.Context, p notify.Post) (rules.Place, error) {
	channel, err := c.channel(ctx, p.Channel)
	if err != nil {
		return rules.Place{}, err
	}
	opts := words(p)
	if p.Thread != "" {
		opts = append(opts, slack.MsgOptionTS(p.Thread))
		if p.Broadcast {
			opts = append(opts, slack.MsgOptionBroadcast())
		}
	}
	opts = append(opts, slack.MsgOptionMetadata(slack.SlackMetadata{
		EventType:    eventType,
		EventPayload: map[string]any{outboxKey: p.ID},
	}))
	var at rules.Place
	err = c.call(ctx, "chat.postMessage", func(ctx context.Context, api *slack.Client) (err error) {
		at.Channel, at.TS, err = api.PostMessageContext(ctx, channel, opts...)
		return proved(at.TS, err)
	})
	if err != nil {
		c.forget(p.Channel, err)
		return rules.Place{}, err
	}
	if at.Channel == "" {
		at.Channel = channel
	}
	return at, nil
}

// Update puts p in the place of the message at. The message keeps the outbox id
// that it was posted with. Which message that is we know: Slack's "ok" is enough.
func (c *Client) Update(ctx context.Context, at rules.Place, p notify.Post) error {
	return c.call(ctx, "chat.update", func(ctx context.Context, api *slack.Client) error {
		_, _, _, err := api.UpdateMessageContext(ctx, at.Channel, at.TS, words(p)...)
		return err
	})
}

// proved wants the ts that proves a message: without it the library sees success
// in answers that say nothing.
func proved(ts string, err error) error {
	if err == nil && ts == "" {
		return errors.New("no ts")
	}
	return err
}

// words is a post as Slack takes it: blocks for the eye, text for the phone.
// Nothing is parsed, linked or unfurled by Slack.
func words(p notify.Post) []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionText(clamp(clean(p.Text), maxText), true),
		slack.MsgOptionBlocks(blocks(p)...),
		slack.MsgOptionDisableMarkdown(),
		slack.MsgOptionDisableLinkUnfurl(),
		slack.MsgOptionDisableMediaUnfurl(),
		slack.MsgOptionParse(false),
	}
}
