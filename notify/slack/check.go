package slack

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"github.com/disputewatch/disputewatch/notify"
)

// Probe is one thing that was tried.
type Probe struct {
	What string // in words, such as "channel #klarna-disputes"
	OK   bool
	Hint string // what to do where it is not OK
}

// Check tries what posting needs, and changes nothing: the token, its scopes,
// and for each channel that it exists, that the app is in it and that its history
// can be read, without which an unclear end cannot be resolved.
func (c *Client) Check(ctx context.Context, channels ...string) []Probe {
	scopes, token := c.token(ctx)
	if !token.OK {
		return []Probe{token}
	}
	probes := append([]Probe{token}, missing(scopes)...)
	for _, name := range channels {
		probes = append(probes, c.checkChannel(ctx, name))
	}
	return probes
}

// token asks Slack who we are and what we may do.
func (c *Client) token(ctx context.Context) (scopes []string, p Probe) {
	var who *slack.AuthTestResponse
	err := c.call(ctx, "auth.test", func(ctx context.Context, api *slack.Client) (err error) {
		who, err = api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return nil, failed("bot token", reading(err))
	}
	for s := range strings.SplitSeq(who.Header.Get("X-OAuth-Scopes"), ",") {
		if s = strings.TrimSpace(s); s != "" {
			scopes = append(scopes, s)
		}
	}
	p = Probe{What: "bot token", OK: true}
	if who.User != "" && who.Team != "" {
		p.What += ": " + clean(who.User) + " in " + clean(who.Team)
	}
	return scopes, p
}

// missing names the scopes that are wanted and not there: one of each pair,
// since a channel is public or private. Slack sends the header for every token;
// without it nothing is claimed.
func missing(have []string) []Probe {
	if len(have) == 0 {
		return nil
	}
	var out []Probe
	for _, want := range [][]string{
		{"chat:write"},
		{"channels:history", "groups:history"},
		{"channels:read", "groups:read"},
	} {
		p := Probe{What: "scope " + strings.Join(want, " or "), OK: true}
		if !slices.ContainsFunc(want, func(s string) bool { return slices.Contains(have, s) }) {
			p.OK, p.Hint = false, "add the bot scope "+want[0]+" to the Slack app, install it again and take the new token"
		}
		out = append(out, p)
	}
	return out
}

// checkChannel looks at one channel.
func (c *Client) checkChannel(ctx context.Context, name string) Probe {
	what := "channel " + name
	id, err := c.channel(ctx, name)
	if err != nil {
		return failed(what, err)
	}
	var ch *slack.Channel
	err = c.call(ctx, "conversations.info", func(ctx context.Context, api *slack.Client) (err error) {
		ch, err = api.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: id})
		return err
	})
	switch {
	case err != nil:
		return failed(what, reading(err))
	case ch.IsArchived:
		return failed(what, refuse("conversations.info", "is_archived", ""))
	case !ch.IsMember:
		return failed(what, refuse("conversations.info", "not_in_channel", ""))
	}
	if err := c.readable(ctx, id); err != nil {
		return failed(what+": history", reading(err))
	}
	return Probe{What: what, OK: true}
}

// readable reads a page of a channel's history.
func (c *Client) readable(ctx context.Context, id string) error {
	t := history(id, time.Time{})
	return c.call(ctx, t.method, func(ctx context.Context, api *slack.Client) error {
		_, _, err := t.read(ctx, api, "")
		return err
	})
}

// failed is the probe of an error, with its hint.
func failed(what string, err error) Probe {
	p := Probe{What: what, Hint: err.Error()}
	var refused *notify.Refused
	if errors.As(err, &refused) {
		p.What += ": " + refused.Code
		p.Hint = refused.Hint
	}
	return p
}
