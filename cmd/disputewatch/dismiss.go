package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

func (c *command) dismissCommand() *cobra.Command {
	var e rules.MailEvent
	cmd := &cobra.Command{
		Use:   "dismiss [MAIL...]",
		Short: "say that a phishing mail, or one that could not be opened, was looked at; without MAIL list them",
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := c.load(config.Options{})
			if err != nil {
				return err
			}
			if e.By = cmp.Or(e.By, systemUser()); e.By == "" && len(args) > 0 {
				return &usageError{"dismiss: nobody is named\nhint: say who you are with --by"}
			}
			e.At = time.Now()
			return c.withBook(cmd.Context(), cfg, len(args) == 0, func(book *casebook.Book) error {
				if len(args) == 0 {
					return c.listStrange(cmd.Context(), cfg, book)
				}
				var errs []error
				for _, id := range args {
					errs = append(errs, c.dismiss(cmd.Context(), book, id, e))
				}
				return errors.Join(errs...)
			})
		},
	}
	cmd.Flags().StringVar(&e.By, "by", "", "`NAME` of who says so (default the system user)")
	cmd.Flags().StringVar(&e.Note, "note", "", "why: a `TEXT` of a few words")
	return cmd
}

func (c *command) dismiss(ctx context.Context, book *casebook.Book, id string, e rules.MailEvent) error {
	err := book.Dismiss(ctx, id, e)
	var refused *rules.RefusedError
	switch {
	case errors.Is(err, casebook.ErrNoMail):
		return fmt.Errorf("dismiss %s: %w\nhint: disputewatch dismiss lists those that wait; a mail is named by its id or its Message-ID", id, err)
	case errors.As(err, &refused):
		return fmt.Errorf("dismiss %s: %s", id, refused.Why)
	case err != nil:
		return fmt.Errorf("dismiss %s: %w", id, err)
	}
	_, err = fmt.Fprintf(c.stdout, "%s is dismissed by %s\n", id, e.By)
	return err
}

// listStrange lists the mails that belong to no case and that wait for somebody
// to look at them.
func (c *command) listStrange(ctx context.Context, cfg *config.Config, book *casebook.Book) error {
	now := time.Now()
	mails, err := book.Strange(ctx, now)
	if err != nil {
		return err
	}
	waiting := slices.DeleteFunc(mails, func(m casebook.Strange) bool { return m.Case != "" })
	if len(waiting) == 0 {
		fmt.Fprintln(c.stderr, "no mail waits for somebody to look at it")
	}
	w := tabwriter.NewWriter(c.stdout, 0, 0, 2, ' ', 0)
	for _, m := range waiting {
		what, date := "not opened: "+m.Error, "without a date"
		if m.Verdict == rules.Forged {
			what = "phishing: " + m.Why
		}
		for _, charge := range m.Charges {
			what = "NAMES AN ORDER THAT EXISTS (" + charge + "), " + what
		}
		if !m.Date.IsZero() {
			date = m.Date.In(cfg.Policy().Calendar.Location).Format(time.DateOnly)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s, UID %d\t%s\n", m.ID, date, m.Mailbox, terminal.Clip(m.Folder, 60), m.UID, terminal.Clip(what, 160))
	}
	return w.Flush()
}

// dismiss does what a click on a mail says.
func (k *clicks) dismiss(ctx context.Context, n notify.Click) (reply string, err error) {
	err = k.book.Dismiss(ctx, n.Case, rules.MailEvent{At: k.now(), By: n.ByName, Slack: n.By, Click: n.ID})
	var refused *rules.RefusedError
	switch {
	case errors.Is(err, casebook.ErrNoMail):
		return "Not done: this mail is not in the book.", nil
	case errors.As(err, &refused):
		return "Not done: " + refused.Why + ".", nil
	}
	return "", err
}
