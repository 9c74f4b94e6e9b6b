package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/view"
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
			var history []rules.Event
			if at.Before(now) {
				if history, err = book.History(ctx, one.ID); err != nil {
					return err
				}
			}
			v, err := view.OutlookOf(one, history, cfg.Policy(), now, at)
			if err != nil {
				return err
			}
			if o.asJSON {
				err = json.NewEncoder(c.stdout).Encode(v.Ladder())
			} else {
				err = v.Print(c.stdout)
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
