package slack

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

// The bounds of looking for our own message.
const (
	page     = 200              // messages a call; Slack advises no more
	maxPages = 20               // 4,000 messages since the first attempt
	skew     = 10 * time.Minute // how far our clock and Slack's may differ
)

// Find looks for an earlier attempt at p in the channel since p.Since, and in
// the thread where p has one: the channel always, because an attempt may have
// been made before there was a thread.
func (c *Client) Find(ctx context.Context, p notify.Post) (rules.Place, bool, error) {
	channel, err := c.channel(ctx, p.Channel)
	if err != nil {
		return rules.Place{}, false, err
	}
	ts, err := c.seek(ctx, p.ID, history(channel, p.Since))
	if err == nil && ts == "" && p.Thread != "" {
		ts, err = c.seek(ctx, p.ID, replies(channel, p.Thread, p.Since))
	}
	return rules.Place{Channel: channel, TS: ts}, ts != "", err
}

// turn is one call that reads a page.
type turn struct {
	method string
	read   func(ctx context.Context, api *slack.Client, cursor string) (msgs []slack.Message, next string, err error)
}

func history(channel string, since time.Time) turn {
	return turn{"conversations.history", func(ctx context.Context, api *slack.Client, cursor string) ([]slack.Message, string, error) {
		r, err := api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
			ChannelID: channel, Cursor: cursor, Limit: page, Oldest: oldest(since), IncludeAllMetadata: true,
		})
		if err != nil {
			return nil, "", err
		}
		return r.Messages, r.ResponseMetaData.NextCursor, nil
	}}
}

func replies(channel, thread string, since time.Time) turn {
	return turn{"conversations.replies", func(ctx context.Context, api *slack.Client, cursor string) ([]slack.Message, string, error) {
		msgs, _, next, err := api.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: channel, Timestamp: thread, Cursor: cursor, Limit: page, Oldest: oldest(since), IncludeAllMetadata: true,
		})
		return msgs, next, err
	}}
}

// seek reads pages until our message is found or the history ends. A thread that
// is gone holds nothing.
func (c *Client) seek(ctx context.Context, id string, t turn) (ts string, err error) {
	cursor := ""
	for range maxPages {
		var msgs []slack.Message
		var next string
		err := c.call(ctx, t.method, func(ctx context.Context, api *slack.Client) (err error) {
			msgs, next, err = t.read(ctx, api, cursor)
			return err
		})
		var refused *notify.Refused
		if errors.As(err, &refused) && refused.Code == "thread_not_found" {
			return "", nil
		}
		if err != nil {
			return "", reading(err)
		}
		if msgs == nil { // an empty history is a list without items
			return "", fmt.Errorf("%s: the answer lacks the messages", t.method)
		}
		if ts := ours(msgs, id); ts != "" {
			return ts, nil
		}
		if next == "" {
			return "", nil
		}
		cursor = next
	}
	return "", fmt.Errorf("%s: more than %d messages since the first attempt", t.method, page*maxPages)
}

// ours is the ts of the message that carries our outbox id.
func ours(msgs []slack.Message, id string) string {
	for _, m := range msgs {
		if m.Metadata.EventType == eventType && m.Metadata.EventPayload[outboxKey] == id {
			return m.Timestamp
		}
	}
	return ""
}

// oldest is a time as Slack writes it, with room for clocks that differ.
func oldest(since time.Time) string {
	if since.IsZero() {
		return ""
	}
	return strconv.FormatInt(since.Add(-skew).Unix(), 10) + ".000000"
}
