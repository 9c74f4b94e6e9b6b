package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/view"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/sender"
)

func (c *command) readCommand() *cobra.Command {
	var asJSON, redact bool
	var name string
	var keep []string
	cmd := &cobra.Command{
		Use: "read FILE...", Short: "what the reader sees in .eml files (- is standard input)",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &usageError{"read: no file named\nhint: - is standard input"}
			}
			if i := slices.Index(args, "-"); i >= 0 && slices.Contains(args[i+1:], "-") {
				return &usageError{"read: - stands twice: standard input can be read once"}
			}
			if asJSON && redact {
				return &usageError{"read: --redact prints a mail, and --json none: choose one"}
			}
			if len(keep) > 0 && !redact {
				return &usageError{"read: --keep goes with --redact"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			settings, err := c.readSettings(name)
			switch {
			case err != nil:
				return err
			case redact:
				return c.redact(cmd.Context(), args, settings, keep)
			}
			return c.read(cmd.Context(), args, settings, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	cmd.Flags().BoolVar(&redact, "redact", false, "print the mail with personal data replaced, to be shared")
	cmd.Flags().StringSliceVar(&keep, "keep", nil, "with --redact: a `WORD` that may stay although the reader does not know it")
	cmd.Flags().StringVar(&name, "mailbox", "", "with the settings of the mailbox `NAME`")
	return cmd
}

// read shows each file. What it finds in a mail is no failure; a file that
// cannot be opened is.
func (c *command) read(ctx context.Context, files []string, settings ingest.Settings, asJSON bool) error {
	var errs []error
	for _, file := range files {
		raw, err := c.slurp(file)
		if err != nil {
			errs = append(errs, fmt.Errorf("read %s: %w", file, errors.Unwrap(err)))
			continue
		}
		v := view.MailOf(file, ingest.Read(ctx, raw, settings, time.Now()))
		if asJSON {
			err = json.NewEncoder(c.stdout).Encode(v)
		} else {
			err = v.Print(c.stdout)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (c *command) slurp(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(c.stdin)
	}
	return os.ReadFile(file)
}

// readSettings is those of a mailbox of the config, or the defaults: a mail can
// be read where nothing was set up yet, and by whoever has the file. Only a config
// that was asked for, by --config or --mailbox, must be there and open.
func (c *command) readSettings(name string) (ingest.Settings, error) {
	words, err := phrase.Load(nil)
	if err != nil {
		return ingest.Settings{}, err
	}
	defaults := ingest.Settings{
		Location: time.UTC, Vocabulary: words, RespondHosts: config.Default().RespondHosts,
		Sender: sender.Settings{Domains: config.DefaultSenderDomains(), DKIM: true, LookupTXT: sender.Resolver("")},
	}
	asked := c.configFile != "" || name != ""
	if !asked {
		if _, err := config.Find(""); err != nil {
			return defaults, nil
		}
	}
	cfg, err := c.load(config.Options{CheckVocabulary: wiring.CheckVocabulary})
	if !asked && errors.Is(err, fs.ErrPermission) {
		fmt.Fprintf(c.stderr, "disputewatch: %v\nread without its settings\n", err)
		return defaults, nil
	}
	if err != nil {
		return defaults, err
	}
	for _, m := range cfg.Mailboxes {
		if m.Name == name || name == "" {
			words, err := wiring.Vocabulary(cfg.Vocabulary)
			return wiring.Settings(cfg, m, words), err
		}
	}
	return defaults, &usageError{fmt.Sprintf("read: no mailbox %q in the config\nhint: it knows %s", name, strings.Join(names(cfg.Mailboxes), ", "))}
}
