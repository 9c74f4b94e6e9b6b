package main

import (
	"encoding/json"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/audit"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/view"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

func (c *command) showCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "show ID", Short: "one case: what is known, why it was matched, its history, what happens next",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return &usageError{"show: name one case, by its id or by Klarna's dispute id"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := c.load(config.Options{})
			if err != nil {
				return err
			}
			return c.withBook(cmd.Context(), cfg, true, func(book *casebook.Book) error {
				v, err := oneCase(cmd, book, cfg.Policy(), args[0])
				if err != nil {
					return err
				}
				if asJSON {
					return json.NewEncoder(c.stdout).Encode(v)
				}
				return v.Print(c.stdout)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return cmd
}

func oneCase(cmd *cobra.Command, book *casebook.Book, p rules.Policy, id string) (view.Case, error) {
	found, err := theCase(cmd.Context(), book, "show", id)
	if err != nil {
		return view.Case{}, err
	}
	now := time.Now()
	v := view.CaseOf(found, p, now)
	v.Events, err = book.History(cmd.Context(), found.ID)
	v.Observed = audit.Observe(v.Events, now, p.Calendar.Location)
	return v, err
}
