package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/check"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
)

// checkFlags are the flags of "check".
type checkFlags struct {
	offline bool
	hello   bool
	consent string // the mailbox that a person is to be asked for anew
	awaits  bool
	await   time.Duration // for a mail that the user sends
}

func (c *command) checkCommand() *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use: "check", Short: "tries the config, each mailbox, each Stripe account and Slack, changing nothing", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.awaits = cmd.Flags().Changed("await-mail")
			return c.check(cmd.Context(), f)
		},
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
	case f.offline && (f.consent != "" || f.awaits || f.hello):
		return &usageError{"check: --offline asks nobody\nhint: leave it out"}
	case f.awaits && (f.await <= 0 || f.await > 24*time.Hour):
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

func (c *command) check(ctx context.Context, f checkFlags) error {
	cfg, err := c.load(config.Options{Secrets: !f.offline, Unconsented: true, CheckVocabulary: wiring.CheckVocabulary})
	if err != nil {
		return err
	}
	if err := f.validate(cfg); err != nil {
		return err
	}
	k := check.Call{
		Offline: f.offline, Hello: f.hello, Consent: f.consent, Await: f.await,
		Stdin: c.stdin, Stdout: c.stdout, Stderr: c.stderr,
	}
	well, err := k.Run(ctx, cfg)
	if !well && err == nil {
		return errTold
	}
	return err
}
