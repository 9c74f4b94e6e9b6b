package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/view"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// verb is what a person can say of a case on the command line.
type verb struct {
	name, short string
	args        string // after ID
	event       rules.EventType
}

// verbs are the words of CONTRACT.md, in its order.
func verbs() []verb {
	return []verb{
		{"claim", "say that you are on a case; that lapses", "", rules.EventClaim},
		{"answer", "say that a case was answered", "", rules.EventAnswer},
		{"snooze", "let a case rest until a time", "", rules.EventSnooze},
		{"reopen", "open a case again", "", rules.EventReopen},
		{"close", "say that a case is over, or none", "", rules.EventClose},
		{"link", "say which Stripe charge a case is about", " CHARGE", rules.EventLink},
	}
}

// call is one call of a verb.
type call struct {
	verb
	id, charge      string
	by, note, until string
}

func (c *command) verbCommand(v verb) *cobra.Command {
	w := call{verb: v}
	want := 1 + strings.Count(v.args, " ")
	cmd := &cobra.Command{
		Use: v.name + " ID" + v.args, Short: v.short,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != want || slices.Contains(args, "") {
				return &usageError{fmt.Sprintf("%s: want %s%s\nhint: ID is the case's, or Klarna's dispute id", v.name, "ID", v.args)}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			w.id = args[0]
			if want > 1 {
				w.charge = args[1]
			}
			return c.speak(cmd.Context(), w)
		},
	}
	cmd.Flags().StringVar(&w.by, "by", "", "`NAME` of who says so (default the system user)")
	cmd.Flags().StringVar(&w.note, "note", "", "why: a `TEXT` of a few words")
	if v.event == rules.EventSnooze {
		cmd.Flags().StringVar(&w.until, "until", "", "until `T`: a duration, a date, or RFC 3339")
	}
	return cmd
}

// speak writes a person's word into the book and shows the case after it.
func (c *command) speak(ctx context.Context, w call) error {
	cfg, err := c.load(config.Options{})
	if err != nil {
		return err
	}
	said, err := w.word(cfg, time.Now())
	if err != nil {
		return err
	}
	return c.withBook(ctx, cfg, false, func(book *casebook.Book) error {
		found, err := theCase(ctx, book, w.name, w.id)
		if err != nil {
			return err
		}
		after, err := said.speak(ctx, cfg, book, found)
		if err != nil {
			return fmt.Errorf("%s %s: %w", w.name, w.id, err)
		}
		v := view.CaseOf(after, cfg.Policy(), time.Now())
		line := fmt.Sprintf("%s is %s", v.ID, v.State)
		if v.Outcome != "" {
			line += ": " + terminal.OneLine(v.Outcome)
		}
		if v.ID != found.ID {
			line = found.ID + " is the same dispute and was joined with it: " + line
		}
		if v.Next != nil {
			line += "; next " + v.Next.Step + ", " + v.When(v.Next.At)
		}
		_, err = fmt.Fprintln(c.stdout, line)
		return err
	})
}

// word is what the call says.
func (w call) word(cfg *config.Config, now time.Time) (word, error) {
	said := word{verb: w.event, at: now, by: cmp.Or(w.by, systemUser()), note: w.note, charge: w.charge}
	if said.by == "" {
		return said, &usageError{w.name + ": nobody is named\nhint: say who you are with --by"}
	}
	if w.event != rules.EventSnooze {
		return said, nil
	}
	if w.until == "" {
		return said, &usageError{"snooze: until when?\nhint: --until 4h, --until 2026-03-09, --until \"2026-03-09 14:00\""}
	}
	until, err := moment(cfg, w.until, now, +1)
	if err != nil {
		return said, &usageError{"snooze: " + err.Error()}
	}
	said.until = until
	return said, nil
}

// systemUser is who runs this command, "" where the system does not say.
func systemUser() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

// theCase is the case that a person names.
func theCase(ctx context.Context, book *casebook.Book, verb, id string) (rules.Case, error) {
	found, err := outbox{book}.Case(ctx, id)
	if errors.Is(err, casebook.ErrNoCase) {
		return found, fmt.Errorf("%s %s: %w\nhint: disputewatch cases lists them; a case is named by its id or by Klarna's dispute id", verb, id, err)
	}
	return found, err
}
