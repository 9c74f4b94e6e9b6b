package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// outlookCall is one call of "rules".
type outlookCall struct {
	at, id string
	asJSON bool
}

func (c *command) rulesCommand() *cobra.Command {
	var o outlookCall
	cmd := &cobra.Command{
		Use: "rules", Short: "which step of its ladder each open case is at, why, and what comes next",
		Long: "Says of each open case what is told now and why, what comes next, and what each step\n" +
			"of its ladder is doing. It changes nothing and tells nobody.\n\n" +
			"With --at a time ahead it lets the time until then pass with nothing happening, and\n" +
			"says what would be told on the way. With a time past it takes the case as it stood.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.outlooks(cmd.Context(), o) },
	}
	cmd.Flags().StringVar(&o.at, "at", "", "at `T`: a duration from now, a date, or RFC 3339 (default now)")
	cmd.Flags().StringVar(&o.id, "case", "", "only the case of this `ID`, its own or Klarna's, open or not")
	cmd.Flags().BoolVar(&o.asJSON, "json", false, "one JSON object a line")
	return cmd
}

func (c *command) outlooks(ctx context.Context, o outlookCall) error {
	cfg, err := c.load(config.Options{})
	if err != nil {
		return err
	}
	now := time.Now()
	at := now
	if o.at != "" {
		if at, err = moment(cfg, o.at, now, +1); err != nil {
			return &usageError{"rules: " + err.Error()}
		}
	}
	return c.withBook(ctx, cfg, true, func(book *casebook.Book) error {
		cases, err := askedFor(ctx, book, o.id)
		if err != nil {
			return err
		}
		if len(cases) == 0 && !o.asJSON {
			_, err := fmt.Fprintln(c.stdout, "no open cases")
			return err
		}
		for _, one := range cases {
			v := outlook{now: now, at: at, policy: cfg.Policy()}
			if err := v.look(ctx, book, one); err != nil {
				return err
			}
			if o.asJSON {
				err = json.NewEncoder(c.stdout).Encode(v.view())
			} else {
				err = v.print(c.stdout)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// askedFor is one case, or all open ones, most urgent first.
func askedFor(ctx context.Context, book *casebook.Book, id string) ([]rules.Case, error) {
	if id != "" {
		c, err := theCase(ctx, book, "rules", id)
		return []rules.Case{c}, err
	}
	cases, err := book.Cases(ctx, casebook.Filter{Unfinished: true})
	slices.SortStableFunc(cases, rules.ByUrgency)
	return cases, err
}

// outlook is what the rules say of a case at a moment.
type outlook struct {
	now, at time.Time
	policy  rules.Policy

	c     rules.Case         // as it stands at that moment
	said  []rules.Escalation // on the way there, from now
	until time.Time          // how far the way was followed
	due   []rules.Escalation // then
	next  rules.Escalation   // what follows
	more  bool               // there is a next
	rungs []rules.Rung
}

// look goes to the moment: back through the case's history, or ahead.
func (o *outlook) look(ctx context.Context, book *casebook.Book, c rules.Case) error {
	o.c, o.until = c, o.at
	switch {
	case o.at.Before(o.now):
		events, err := book.History(ctx, c.ID)
		if err != nil {
			return err
		}
		if o.c, err = asItStood(c.ID, events, o.at); err != nil {
			return fmt.Errorf("rules: case %s at %s: %w", c.ID, o.at.Format(time.RFC3339), err)
		}
		if o.c.OpenedAt.IsZero() {
			return nil
		}
	case o.at.After(o.now):
		o.said, o.c, o.until = rules.Foresee(c, o.policy, o.now, o.at)
	}
	o.due, _ = rules.Decide(o.c, o.policy, o.until)
	o.rungs = rules.Explain(o.c, o.policy, o.until)
	after := o.c
	for _, e := range o.due {
		told, err := rules.Apply(after, rules.Event{Type: rules.EventTold, At: o.until, Told: &e})
		if err != nil {
			return err
		}
		after = told
	}
	o.next, o.more = rules.Next(after, o.policy, o.until)
	return nil
}

// asItStood is a case after all that had happened to it by a moment.
func asItStood(id string, events []rules.Event, at time.Time) (rules.Case, error) {
	c := rules.Case{ID: id}
	for _, e := range events {
		if e.At.After(at) {
			continue
		}
		next, err := rules.Apply(c, e)
		if err != nil {
			return c, fmt.Errorf("its history cannot be followed: %w", err)
		}
		c = next
	}
	return c, nil
}
