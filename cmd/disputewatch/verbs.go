package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/user"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/charges"
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

// word is one call of a verb.
type word struct {
	verb
	id, charge      string
	by, note, until string
}

func (c *command) verbCommand(v verb) *cobra.Command {
	w := word{verb: v}
	want := 1 + strings.Count(v.args, " ")
	cmd := &cobra.Command{
		Use: v.name + " ID" + v.args, Short: v.short,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != want {
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
	cmd.Flags().StringVar(&w.note, "note", "", "why, in a few words")
	if v.event == rules.EventSnooze {
		cmd.Flags().StringVar(&w.until, "until", "", "until `T`: a duration, a date, or RFC 3339")
	}
	return cmd
}

// speak writes a person's word into the book and shows the case after it.
func (c *command) speak(ctx context.Context, w word) error {
	cfg, err := c.load(config.Options{})
	if err != nil {
		return err
	}
	e, err := w.happens(cfg, time.Now())
	if err != nil {
		return err
	}
	return c.withBook(ctx, cfg, false, func(book *casebook.Book) error {
		found, err := theCase(ctx, book, w.name, w.id)
		if err != nil {
			return err
		}
		if e.Type == rules.EventLink {
			if err := linked(ctx, cfg, found, w.charge, &e); err != nil {
				return fmt.Errorf("link %s: %w", w.id, err)
			}
		}
		after, err := book.Say(ctx, found.ID, e)
		if err != nil {
			return fmt.Errorf("%s %s: %w", w.name, w.id, err)
		}
		v := viewOfCase(after, cfg.Policy(), time.Now())
		line := fmt.Sprintf("%s is %s", v.ID, strings.TrimSpace(string(v.State)+" "+v.Outcome))
		if v.Next != nil {
			line += "; next " + v.Next.Step + " at " + v.Next.At
		}
		_, err = fmt.Fprintln(c.stdout, line)
		return err
	})
}

// happens is the event that the word stands for.
func (w word) happens(cfg *config.Config, now time.Time) (rules.Event, error) {
	e := rules.Event{Type: w.event, At: now, By: cmp.Or(w.by, systemUser()), Note: w.note}
	if e.By == "" {
		return e, &usageError{w.name + ": nobody is named\nhint: say who you are with --by"}
	}
	p := cfg.Policy()
	switch w.event {
	case rules.EventClaim, rules.EventAnswer:
		e.Until = p.Calendar.Add(now, p.ClaimLapses)
	case rules.EventSnooze:
		if w.until == "" {
			return e, &usageError{"snooze: until when?\nhint: --until 4h, --until 2026-03-09, --until \"2026-03-09 14:00\""}
		}
		until, err := moment(cfg, w.until, now, +1)
		if err != nil {
			return e, &usageError{"snooze: " + err.Error()}
		}
		e.Until = until
	case rules.EventClose:
		e.Outcome = cmp.Or(w.note, "closed by a person")
	}
	return e, nil
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

// linked asks Stripe for the charge that a person names, so that nobody links a
// case to a typing error or to a payment that is not Klarna's.
func linked(ctx context.Context, cfg *config.Config, c rules.Case, charge string, e *rules.Event) error {
	for _, s := range cfg.Stripe {
		if s.Name != c.Account {
			continue
		}
		m, err := stripeClient(cfg, s, nil, time.Now).Match(ctx, nil, charges.Want{Charge: charge}, e.At)
		if err != nil {
			return err
		}
		if !m.Sure() || m.Charge == "" {
			return fmt.Errorf("%s: %s\nhint: take the id of the charge (ch_… or py_…) from Stripe's Dashboard", charge, m.Why)
		}
		if m.Dispute != "" {
			e.Keys = []string{rules.StripeKey(m.Dispute)}
		}
		e.Match = &m
		return nil
	}
	return fmt.Errorf("the case's Stripe account %q is not in the config", c.Account)
}
