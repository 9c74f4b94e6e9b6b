// Package check tries what the config names: the case book, each mailbox, each Stripe
// account and Slack. It changes nothing, and leads a person through what only a person
// can do: a consent, a mail to the onboarding address, a click on a sample card.
package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
)

// Call is one call of "check". It prints a line a check and remembers whether one
// failed.
type Call struct {
	Offline bool          // it stops after the config
	Hello   bool          // it posts a sample card
	Consent string        // the mailbox that a person is to be asked for anew; then it checks that one alone
	Await   time.Duration // for a mail that the user sends; 0 is not at all

	Stdin          io.Reader
	Stdout, Stderr io.Writer

	failed bool
	unsaid error         // of standard output
	pasted <-chan string // lines of standard input; nil before somebody is to paste
}

// Run tries what the call asks for. It says whether all is well; an error is one of
// standard output.
func (c *Call) Run(ctx context.Context, cfg *config.Config) (well bool, err error) {
	c.config(cfg)
	if !c.Offline {
		c.online(ctx, cfg)
	}
	if c.Hello {
		c.hello(ctx, cfg)
	}
	return !c.failed, c.unsaid
}

// line prints ✓ or ✗, what was tried, and a hint.
func (c *Call) line(ok bool, what, hint string) {
	mark := "✓"
	if !ok {
		mark, c.failed = "✗", true
	}
	_, err := fmt.Fprintf(c.Stdout, "%s %s\n", mark, what)
	for text := range strings.Lines(hint) {
		fmt.Fprintf(c.Stdout, "    %s\n", strings.TrimSpace(text))
	}
	c.unsaid = errors.Join(c.unsaid, err)
}

// try prints how something went.
func (c *Call) try(what string, err error) bool {
	if err == nil {
		c.line(true, what, "")
		return true
	}
	why, hint := health.Apart(err)
	c.line(false, what+": "+why, hint)
	return false
}

// config says what is odd about a config without a fault.
func (c *Call) config(cfg *config.Config) {
	c.line(true, fmt.Sprintf("config: %d mailboxes, %d Stripe accounts, Slack channel %s", len(cfg.Mailboxes), len(cfg.Stripe), cfg.Slack.Channel), "")
	if len(cfg.OnCall) == 0 {
		c.line(true, "config: nobody is on_call: the last warnings name no one", "set on_call to the Slack ids of whom to call when it is serious")
	}
	exposed, hint := cfg.Exposed()
	for _, path := range exposed {
		c.line(true, "secret "+path+": every user of this machine may read it", hint)
	}
}

// online tries all that the config names, or the one mailbox that is asked for.
func (c *Call) online(ctx context.Context, cfg *config.Config) {
	boxes := cfg.Mailboxes
	if name := c.Consent; name != "" {
		boxes = slices.DeleteFunc(slices.Clone(boxes), func(m config.Mailbox) bool { return m.Name != name })
	} else {
		c.store(ctx, cfg)
	}
	for _, m := range boxes {
		c.mailbox(ctx, cfg, m)
	}
	if c.Consent == "" {
		for _, s := range cfg.Stripe {
			c.stripe(ctx, cfg, s)
		}
		c.slack(ctx, cfg)
	}
	if c.Await > 0 && ctx.Err() == nil {
		c.awaitMail(ctx, cfg, boxes)
	}
}

// stripe tries each permission of the key.
func (c *Call) stripe(ctx context.Context, cfg *config.Config, s config.Stripe) {
	probes, err := wiring.Stripe(cfg, s, nil, time.Now).Check(ctx)
	for _, p := range probes {
		c.line(p.OK, "stripe "+s.Name+": "+p.What, p.Hint)
	}
	if err != nil {
		c.try("stripe "+s.Name, err)
	}
}

// slack tries the token, its scopes and the channels.
func (c *Call) slack(ctx context.Context, cfg *config.Config) {
	channels := []string{cfg.Slack.Channel}
	for _, m := range cfg.Mailboxes {
		channels = append(channels, m.Channel)
	}
	for _, s := range append(slices.Clone(cfg.Escalation.Dispute), cfg.Escalation.StopRequest...) {
		channels = append(channels, s.Channel)
	}
	channels = append(channels, cfg.Alarms.Channel)
	slices.Sort(channels)
	channels = slices.DeleteFunc(slices.Compact(channels), func(s string) bool { return s == "" })
	client := wiring.Slack(cfg, nil)
	for _, p := range client.Check(ctx, channels...) {
		c.line(p.OK, "slack: "+p.What, p.Hint)
	}
	if token := cfg.Secret(cfg.Slack.AppTokenFile); token != nil {
		p := client.CheckButtons(ctx, token.Read)
		c.line(p.OK, "slack: "+p.What, p.Hint)
	}
}
