package slack

import (
	"context"
	"fmt"
)

// Alive asks Slack who we are: a token that was revoked shows before there is
// anything to say.
func (c *Client) Alive(ctx context.Context) error {
	_, p := c.token(ctx)
	if p.OK {
		return nil
	}
	return fmt.Errorf("slack: %s: %s", p.What, p.Hint)
}
