package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"github.com/disputewatch/disputewatch/notify"
)

// maxListed bounds the pages of a workspace's channels that are read to resolve
// a name: 100,000 channels.
const maxListed = 100

// channel is the id of a channel: itself, or what "#name" stands for. A name is
// looked up once; the id stays when people rename the channel.
func (c *Client) channel(ctx context.Context, name string) (string, error) {
	want, isName := strings.CutPrefix(name, "#")
	if !isName {
		return name, nil
	}
	c.mu.Lock()
	id := c.channels[want]
	c.mu.Unlock()
	if id != "" {
		return id, nil
	}
	id, err := c.lookUp(ctx, want)
	if err != nil {
		return "", fmt.Errorf("channel #%s: %w", want, err)
	}
	c.mu.Lock()
	c.channels[want] = id
	c.mu.Unlock()
	return id, nil
}

// forget drops what "#name" stood for when that channel is gone: another may
// bear the name by now.
func (c *Client) forget(name string, err error) {
	var refused *notify.Refused
	if errors.As(err, &refused) && (refused.Code == "channel_not_found" || refused.Code == "is_archived") {
		c.mu.Lock()
		delete(c.channels, strings.TrimPrefix(name, "#"))
		c.mu.Unlock()
	}
}

// listed is how many channels a page may have: "under 1000" (docs.slack.dev,
// conversations.list).
const listed = 999

// lookUp reads the list of channels that the app can see. Slack refuses to list two
// kinds to an app that may read one of them: then that one is listed.
func (c *Client) lookUp(ctx context.Context, name string) (id string, err error) {
	for _, kinds := range [][]string{{"public_channel", "private_channel"}, {"public_channel"}, {"private_channel"}} {
		var refused *notify.Refused
		id, err = c.lookAmong(ctx, name, kinds)
		if !errors.As(err, &refused) || refused.Code != "missing_scope" {
			return id, err
		}
	}
	return id, err
}

func (c *Client) lookAmong(ctx context.Context, name string, kinds []string) (string, error) {
	const method = "conversations.list"
	cursor := ""
	for range maxListed {
		var found []slack.Channel
		var next string
		err := c.call(ctx, method, func(ctx context.Context, api *slack.Client) (err error) {
			found, next, err = api.GetConversationsContext(ctx, &slack.GetConversationsParameters{
				Cursor: cursor, Limit: listed, ExcludeArchived: true, Types: kinds,
			})
			return err
		})
		if err != nil {
			return "", reading(err)
		}
		if found == nil {
			return "", fmt.Errorf("%s: the answer lacks the channels", method)
		}
		for _, ch := range found {
			if ch.Name == name && !ch.IsArchived {
				return ch.ID, nil
			}
		}
		if next == "" {
			return "", refuse(method, "channel_not_found", "")
		}
		cursor = next
	}
	return "", fmt.Errorf("%s: more than %d pages", method, maxListed)
}
