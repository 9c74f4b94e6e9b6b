package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/ingest/mailbox"
)

func (c *command) checkCommand() *cobra.Command {
	var offline bool
	cmd := &cobra.Command{
		Use: "check", Short: "tries the config, each mailbox, each Stripe account and Slack, changing nothing", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.check(cmd.Context(), offline) },
	}
	cmd.Flags().BoolVar(&offline, "offline", false, "stop after the config")
	return cmd
}

// checking prints a line a check and remembers whether one failed.
type checking struct {
	*command
	failed bool
}

// line prints ✓ or ✗, what was tried, and a hint.
func (c *checking) line(ok bool, what, hint string) {
	mark := "✓"
	if !ok {
		mark, c.failed = "✗", true
	}
	fmt.Fprintf(c.stdout, "%s %s\n", mark, what)
	for text := range strings.Lines(hint) {
		fmt.Fprintf(c.stdout, "    %s\n", strings.TrimSpace(text))
	}
}

// try prints how something went.
func (c *checking) try(what string, err error) bool {
	if err == nil {
		c.line(true, what, "")
		return true
	}
	why, hint := apart(err)
	c.line(false, what+": "+why, hint)
	return false
}

func (c *command) check(ctx context.Context, offline bool) error {
	cfg, err := c.load(config.Options{Secrets: !offline})
	if err != nil {
		return err
	}
	k := &checking{command: c}
	k.line(true, fmt.Sprintf("config: %d mailboxes, %d Stripe accounts, Slack channel %s", len(cfg.Mailboxes), len(cfg.Stripe), cfg.Slack.Channel), "")
	if len(cfg.OnCall) == 0 {
		k.line(true, "config: nobody is on_call: the last warnings name no one", "set on_call to the Slack ids of whom to call when it is serious")
	}
	if _, err := vocabulary(cfg); err != nil {
		k.try("vocabulary", err)
	}
	if !offline {
		k.store(ctx, cfg)
		for _, m := range cfg.Mailboxes {
			k.mailbox(ctx, cfg, m)
		}
		for _, s := range cfg.Stripe {
			k.stripe(ctx, cfg, s)
		}
		k.slack(ctx, cfg)
	}
	if k.failed {
		return errTold
	}
	return nil
}

// store looks whether the book is there, or could be made.
func (c *checking) store(ctx context.Context, cfg *config.Config) {
	path, isFile := strings.CutPrefix(cfg.Store, "sqlite:")
	if isFile {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			dir := filepath.Dir(path)
			if info, err := os.Stat(dir); err != nil || !info.IsDir() {
				c.line(false, "store: the folder "+dir+" is not there", "make it, owned by the user that runs disputewatch; under systemd StateDirectory does")
				return
			}
			c.line(true, "store: "+cfg.Store+" will be made at the first start", "")
			return
		}
	}
	book, err := openBook(ctx, cfg, true, time.Now)
	if err == nil {
		err = book.Close()
	}
	c.try("store", err)
}

// mailbox logs in and looks at the folders.
func (c *checking) mailbox(ctx context.Context, cfg *config.Config, m config.Mailbox) {
	what := fmt.Sprintf("mailbox %s: log in to %s:%d as %s", m.Name, m.Host, m.Port, m.Username)
	box, err := mailboxOf(cfg, m, storeBook{cfg, cfg.Secret(m.OAuth2.RefreshTokenFile)}, time.Now)
	if err != nil {
		c.try(what, err)
		return
	}
	conn, err := mailbox.Dial(ctx, box.Account)
	if !c.try(what, err) {
		return
	}
	defer conn.Close()
	folders := box.Folders
	if folders == nil {
		if folders, err = conn.Auto(ctx); !c.try(fmt.Sprintf("mailbox %s: folders %s", m.Name, strings.Join(folders, ", ")), err) {
			return
		}
	} else {
		c.folders(ctx, conn, m.Name, folders)
	}
	c.otherFolders(ctx, conn, m, folders)
}

// folders looks whether each folder of the config can be opened.
func (c *checking) folders(ctx context.Context, conn *mailbox.Conn, name string, folders []string) {
	for _, f := range folders {
		n, err := conn.Count(ctx, f, "")
		if c.try(fmt.Sprintf("mailbox %s: folder %s", name, f), err) && n == 0 {
			c.line(true, fmt.Sprintf("mailbox %s: folder %s is empty", name, f), "")
		}
	}
}

// otherFolders names folders that are not read although they hold Klarna mail.
func (c *checking) otherFolders(ctx context.Context, conn *mailbox.Conn, m config.Mailbox, read []string) {
	all, err := conn.Folders(ctx)
	if err != nil {
		c.try(fmt.Sprintf("mailbox %s: list folders", m.Name), err)
		return
	}
	for _, f := range all {
		if !f.Selectable || slices.Contains(read, f.Name) {
			continue
		}
		n, err := conn.Count(ctx, f.Name, "klarna")
		if err != nil {
			c.try(fmt.Sprintf("mailbox %s: look into %s", m.Name, f.Name), err)
			return
		}
		if n > 0 {
			c.line(true, fmt.Sprintf("mailbox %s: folder %s holds %d mails of Klarna and is not read", m.Name, f.Name, n),
				"add it to folders if a filter moves dispute mails there")
		}
	}
}

// stripe tries each permission of the key.
func (c *checking) stripe(ctx context.Context, cfg *config.Config, s config.Stripe) {
	probes, err := stripeClient(cfg, s, nil, time.Now).Check(ctx)
	for _, p := range probes {
		c.line(p.OK, "stripe "+s.Name+": "+p.What, p.Hint)
	}
	if err != nil {
		c.try("stripe "+s.Name, err)
	}
}

// slack tries the token, its scopes and the channels.
func (c *checking) slack(ctx context.Context, cfg *config.Config) {
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
	client := slackClient(cfg, nil)
	for _, p := range client.Check(ctx, channels...) {
		c.line(p.OK, "slack: "+p.What, p.Hint)
	}
	if token := cfg.Secret(cfg.Slack.AppTokenFile); token != nil {
		p := client.CheckButtons(ctx, token.Read)
		c.line(p.OK, "slack: "+p.What, p.Hint)
	}
}
