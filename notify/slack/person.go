package slack

import (
	"cmp"
	"context"

	"github.com/slack-go/slack"
)

// maxName bounds a person's name.
const maxName = 80

// name is how a person is called in Slack. It is asked for once; where Slack does
// not say, it is what the click itself said, or else the id.
func (c *Client) name(ctx context.Context, u slack.User) string {
	c.mu.Lock()
	known := c.names[u.ID]
	c.mu.Unlock()
	if known != "" {
		return known
	}
	var who *slack.User
	err := c.call(ctx, "users.info", func(ctx context.Context, api *slack.Client) (err error) {
		who, err = api.GetUserInfoContext(ctx, u.ID)
		return err
	})
	if err != nil || who == nil || who.ID == "" {
		return clamp(clean(cmp.Or(u.Name, u.Username, u.ID)), maxName)
	}
	name := clamp(clean(cmp.Or(who.Profile.DisplayName, who.RealName, who.Profile.RealName, who.Name, u.ID)), maxName)
	c.mu.Lock()
	c.names[u.ID] = name
	c.mu.Unlock()
	return name
}
