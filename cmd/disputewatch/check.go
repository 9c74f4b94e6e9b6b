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
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
)

// checkFlags are the flags of "check".
type checkFlags struct {
	offline bool
	hello   bool
	consent string        // the mailbox that a person is to be asked for anew
	await   time.Duration // for a mail that the user sends; 0 is not at all
}

func (c *command) checkCommand() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use: "check", Short: "tries the config, each mailbox, each Stripe account and Slack, changing nothing", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.check(cmd.Context(), f) },
	}
	cmd.Flags().BoolVar(&f.offline, "offline", false, "stop after the config")
	cmd.Flags().BoolVar(&f.hello, "say-hello", false, "post a sample card; with an app token, wait for a click on it")
	cmd.Flags().StringVar(&f.consent, "consent", "", "ask for the consent to read the mailbox `NAME` by oauth2, once more if it was given; then check that mailbox alone")
	cmd.Flags().DurationVar(&f.await, "await-mail", 0, "wait `FOR` a mail that you send to the address that Klarna has, and say where it arrives (15m)")
	cmd.Flags().Lookup("await-mail").NoOptDefVal = "15m"
	return cmd
}

// validate refuses flags that cannot be meant together.
func (f checkFlags) validate(cfg *config.Config) error {
	switch {
	case f.offline && (f.consent != "" || f.await != 0 || f.hello):
		return &usageError{"check: --offline asks nobody\nhint: leave it out"}
	case f.await < 0 || f.await > 24*time.Hour:
		return &usageError{"check: --await-mail waits up to 24h\nhint: write --await-mail=1h"}
	case f.consent == "":
		return nil
	}
	i := slices.IndexFunc(cfg.Mailboxes, func(m config.Mailbox) bool { return m.Name == f.consent })
	switch {
	case i < 0:
		return &usageError{fmt.Sprintf("check: no mailbox %q in the config\nhint: it knows %s", f.consent, strings.Join(names(cfg.Mailboxes), ", "))}
	case cfg.Mailboxes[i].OAuth2.RefreshTokenFile == "":
		return &usageError{fmt.Sprintf("check: mailbox %s needs nobody's consent: it has no oauth2.refresh_token_file\nhint: leave --consent out", f.consent)}
	}
	return nil
}

func names(boxes []config.Mailbox) []string {
	var all []string
	for _, m := range boxes {
		all = append(all, m.Name)
	}
	return all
}

// checking prints a line a check and remembers whether one failed.
type checking struct {
	*command
	flags  checkFlags
	failed bool
	unsaid error         // of standard output
	pasted <-chan string // lines of standard input; nil before somebody is to paste
}

// line prints ✓ or ✗, what was tried, and a hint.
func (c *checking) line(ok bool, what, hint string) {
	mark := "✓"
	if !ok {
		mark, c.failed = "✗", true
	}
	_, err := fmt.Fprintf(c.stdout, "%s %s\n", mark, what)
	for text := range strings.Lines(hint) {
		fmt.Fprintf(c.stdout, "    %s\n", strings.TrimSpace(text))
	}
	c.unsaid = errors.Join(c.unsaid, err)
}

// try prints how something went.
func (c *checking) try(what string, err error) bool {
	if err == nil {
		c.line(true, what, "")
		return true
	}
	why, hint := health.Apart(err)
	c.line(false, what+": "+why, hint)
	return false
}

func (c *command) check(ctx context.Context, f checkFlags) error {
	cfg, err := c.load(config.Options{Secrets: !f.offline, Unconsented: true})
	if err != nil {
		return err
	}
	if err := f.validate(cfg); err != nil {
		return err
	}
	k := &checking{command: c, flags: f}
	k.config(cfg)
	if !f.offline {
		k.online(ctx, cfg)
	}
	if f.hello {
		k.hello(ctx, cfg)
	}
	if k.failed && k.unsaid == nil {
		return errTold
	}
	return k.unsaid
}

// config says what is odd about a config without a fault.
func (c *checking) config(cfg *config.Config) {
	c.line(true, fmt.Sprintf("config: %d mailboxes, %d Stripe accounts, Slack channel %s", len(cfg.Mailboxes), len(cfg.Stripe), cfg.Slack.Channel), "")
	if len(cfg.OnCall) == 0 {
		c.line(true, "config: nobody is on_call: the last warnings name no one", "set on_call to the Slack ids of whom to call when it is serious")
	}
	exposed, hint := cfg.Exposed()
	for _, path := range exposed {
		c.line(true, "secret "+path+": every user of this machine may read it", hint)
	}
	if _, err := wiring.Vocabulary(cfg); err != nil {
		c.try("vocabulary", err)
	}
}

// online tries all that the config names, or the one mailbox that is asked for.
func (c *checking) online(ctx context.Context, cfg *config.Config) {
	boxes := cfg.Mailboxes
	if name := c.flags.consent; name != "" {
		boxes = slices.DeleteFunc(slices.Clone(boxes), func(m config.Mailbox) bool { return m.Name != name })
	} else {
		c.store(ctx, cfg)
	}
	for _, m := range boxes {
		c.mailbox(ctx, cfg, m)
	}
	if c.flags.consent == "" {
		for _, s := range cfg.Stripe {
			c.stripe(ctx, cfg, s)
		}
		c.slack(ctx, cfg)
	}
	if c.flags.await > 0 && ctx.Err() == nil {
		c.awaitMail(ctx, cfg, boxes)
	}
}

// store looks whether the book is there, or could be made.
func (c *checking) store(ctx context.Context, cfg *config.Config) {
	if path, isFile := strings.CutPrefix(cfg.Store, "sqlite:"); isFile && !c.storeFile(path) {
		return
	}
	book, err := wiring.Book(ctx, cfg, true, time.Now)
	if err == nil {
		err = book.Close()
	}
	c.try("store", err)
}

// storeFile says whether the book's file is there to be opened. To be of use it and
// its folder, where SQLite keeps its journal, must be open to the user that checks.
func (c *checking) storeFile(path string) bool {
	const write, enter = 2, 1 // access(2)
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		c.line(false, "store: the folder "+dir+" is not there", "make it, owned by the user that runs disputewatch; under systemd StateDirectory does")
		return false
	}
	if err := syscall.Access(dir, write|enter); err != nil {
		c.line(false, "store: the folder "+dir+" cannot be written: "+err.Error(), "it must belong to the user that runs disputewatch, on a disk that is not read-only; check as that user: sudo -u disputewatch disputewatch check")
		return false
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		c.line(true, "store: sqlite:"+path+" will be made at the first start", "")
		return false
	}
	if err := syscall.Access(path, write); err != nil {
		c.line(false, "store: "+path+" cannot be written: "+err.Error(), "give it to the user that runs disputewatch: chown disputewatch "+path)
		return false
	}
	return true
}

// stripe tries each permission of the key.
func (c *checking) stripe(ctx context.Context, cfg *config.Config, s config.Stripe) {
	probes, err := wiring.Stripe(cfg, s, nil, time.Now).Check(ctx)
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
	client := wiring.Slack(cfg, nil)
	for _, p := range client.Check(ctx, channels...) {
		c.line(p.OK, "slack: "+p.What, p.Hint)
	}
	if token := cfg.Secret(cfg.Slack.AppTokenFile); token != nil {
		p := client.CheckButtons(ctx, token.Read)
		c.line(p.OK, "slack: "+p.What, p.Hint)
	}
}
