package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/systemd"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

func (c *command) purgeCommand() *cobra.Command {
	var person string
	var asJSON bool
	cmd := &cobra.Command{
		Use: "purge", Short: "remove personal data by age, or of one person; the cases keep their numbers", Args: noArgs,
		Long: "Without a flag it removes what is older than retention: in the config says, as\n" +
			"the daemon does once a day. With --person it removes one person everywhere in\n" +
			"the case book: the text of the mails that name the address, what was written\n" +
			"of their cases, and the address itself. The mailbox, Slack and your backups\n" +
			"are not touched: what stands there is yours to remove.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkPerson(person, cmd.Flags().Changed("person")); err != nil {
				return err
			}
			return c.purge(cmd.Context(), person, asJSON)
		},
	}
	cmd.Flags().StringVar(&person, "person", "", "the mail `ADDRESS` of who is to be forgotten")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return cmd
}

// checkPerson wants a whole address: a part of one would take other people too.
func checkPerson(address string, given bool) error {
	local, domain, ok := strings.Cut(address, "@")
	if given && (!ok || local == "" || domain == "" || strings.ContainsAny(address, " \t\r\n<>,;\"") || strings.Contains(domain, "@")) {
		return &usageError{"purge: --person wants one mail address\nhint: --person anna@example.com"}
	}
	return nil
}

// purged is what "purge --json" prints.
type purged struct {
	Cases    int64 `json:"cases"`
	Mails    int64 `json:"mails"`
	Messages int64 `json:"messages"`
}

func (c *command) purge(ctx context.Context, person string, asJSON bool) error {
	cfg, err := c.load(config.Options{})
	if err != nil {
		return err
	}
	return c.withBook(ctx, cfg, false, func(book *casebook.Book) error {
		alone := claims{book: book, log: systemd.Log(c.stderr), patience: waitForClaim}
		var gone casebook.Purged
		err := alone.under(ctx, retentionPart, func(ctx context.Context, claim rules.Claim) (err error) {
			if person == "" {
				gone, err = book.Purge(ctx, claim, cutoff(cfg, time.Now()))
			} else {
				gone, err = book.Forget(ctx, claim, casebook.Person{Address: person, Open: ingest.Words})
			}
			return errors.Join(err, book.Scrub(ctx))
		})
		if err != nil {
			return fmt.Errorf("purge: %w", err)
		}
		if asJSON {
			return json.NewEncoder(c.stdout).Encode(purged{gone.Cases, gone.Mails, gone.Messages})
		}
		return c.sayPurged(gone, person != "", cfg.Store)
	})
}

func (c *command) sayPurged(gone casebook.Purged, person bool, store string) error {
	what := "what is older than retention: says"
	if person {
		what = "this person"
	}
	if !gone.Any() {
		_, err := fmt.Fprintf(c.stdout, "the case book holds nothing of %s\n", what)
		return err
	}
	_, err := fmt.Fprintf(c.stdout, "removed %s from %d cases, %d mails and %d messages; the cases keep their numbers\n", what, gone.Cases, gone.Mails, gone.Messages)
	if person {
		wal := ""
		if strings.HasPrefix(store, "postgres") { // its files are the server's own
			wal = " PostgreSQL keeps it in its write-ahead log until the log is recycled, and in archives of it."
		}
		fmt.Fprintln(c.stderr, "Not touched: the mails in the mailbox, what was told in Slack, backups of the case book."+wal)
	}
	return err
}
