package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/teach"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// teachFlags are what "teach" is called with.
type teachFlags struct {
	set           []string
	vocabulary    string
	mailbox       string
	force, dryRun bool
}

func (c *command) teachCommand() *cobra.Command {
	var f teachFlags
	cmd := &cobra.Command{
		Use: "teach FILE...", Short: "learns the words of your own mails into your vocabulary file, and proves it by reading again",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &usageError{"teach: no file named\nhint: name a mail that was saved as .eml"}
			}
			if slices.Contains(args, "-") && len(f.set) == 0 {
				return &usageError{"teach: the mail and your answers cannot both come from standard input\nhint: say them with --set FIELD=VALUE"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return c.teach(cmd.Context(), args, f) },
	}
	cmd.Flags().StringArrayVar(&f.set, "set", nil, "what the mail says: `FIELD=VALUE`, such as dispute_id=256947; may be given several times")
	cmd.Flags().StringVar(&f.vocabulary, "vocabulary", "", "the `FILE` that is taught (default: vocabulary of the config)")
	cmd.Flags().StringVar(&f.mailbox, "mailbox", "", "with the settings of the mailbox `NAME`")
	cmd.Flags().BoolVar(&f.force, "force", false, "write although mails in the book would be read otherwise")
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "show what would be learned, and write nothing")
	return cmd
}

// teach learns from each mail what it does not read as it should, proves it, and
// writes all of it or nothing.
func (c *command) teach(ctx context.Context, files []string, f teachFlags) error {
	said, err := teach.Parse(f.set)
	if err != nil {
		return &usageError{"teach: --set " + err.Error()}
	}
	t, cfg, err := c.teaching(f)
	if err != nil {
		return err
	}
	t.Said = said
	var mails []teach.Mail
	for _, file := range files {
		raw, err := c.slurp(file)
		if err != nil {
			return fmt.Errorf("teach %s: %w", file, errors.Unwrap(err))
		}
		mails = append(mails, teach.Mail{File: file, Raw: raw})
	}
	written, err := t.Run(ctx, mails)
	if written && cfg != nil && f.vocabulary != "" {
		fmt.Fprintln(c.stdout, "the config must name this file under vocabulary")
	}
	return err
}

// teaching gathers what is needed: the settings of the mailbox, the file, and the
// mails of the book. The config is nil where there is none.
func (c *command) teaching(f teachFlags) (*teach.Call, *config.Config, error) {
	t := &teach.Call{Path: f.vocabulary, Force: f.force, DryRun: f.dryRun, Stdin: c.stdin, Stdout: c.stdout, Stderr: c.stderr}
	var cfg *config.Config
	own := ""
	if _, err := config.Find(c.configFile); err == nil || c.configFile != "" || f.mailbox != "" {
		if cfg, err = c.load(config.Options{}); err != nil {
			return nil, nil, err
		}
		own, cfg.Vocabulary = cfg.Vocabulary, "" // it need not exist yet
		t.Mails = c.mailsOfCases(cfg)
	}
	if t.Path = cmp.Or(t.Path, own); t.Path == "" {
		return nil, nil, &usageError{"teach: no vocabulary file to write to\nhint: set vocabulary in the config, or name one with --vocabulary FILE"}
	}
	var err error
	t.Settings, err = c.teachSettings(cfg, f.mailbox)
	return t, cfg, err
}

// teachSettings is a mailbox's settings. No signature is checked: who sent a mail
// does not change its words.
func (c *command) teachSettings(cfg *config.Config, name string) (ingest.Settings, error) {
	s, err := ingest.Settings{}, error(nil)
	if cfg == nil {
		s, err = c.readSettings("")
	} else {
		found := false
		for _, m := range cfg.Mailboxes {
			if !found && (m.Name == name || name == "") {
				words, failed := wiring.Vocabulary(cfg.Vocabulary)
				s, err, found = wiring.Settings(cfg, m, words), failed, true
			}
		}
		if !found {
			return s, &usageError{fmt.Sprintf("teach: no mailbox %q in the config", name)}
		}
	}
	s.Sender.DKIM = false
	return s, err
}

// mailsOfCases shows the mails of the book's cases, each with its case's id.
func (c *command) mailsOfCases(cfg *config.Config) func(context.Context, func(id string, m rules.Mail)) error {
	return func(ctx context.Context, see func(id string, m rules.Mail)) error {
		return c.withBook(ctx, cfg, true, func(book *casebook.Book) error {
			cases, err := book.Cases(ctx, casebook.Filter{})
			if err != nil {
				return err
			}
			for _, one := range cases {
				mails, err := book.Mails(ctx, one.ID)
				if err != nil {
					return err
				}
				for _, m := range mails {
					see(one.ID, m)
				}
			}
			return nil
		})
	}
}
