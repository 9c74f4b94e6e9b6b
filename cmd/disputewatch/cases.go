package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/view"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

func (c *command) casesCommand() *cobra.Command {
	var open, asJSON, asCSV bool
	cmd := &cobra.Command{
		Use: "cases", Short: "the cases, most urgent first", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON && asCSV {
				return &usageError{"cases: --json or --csv, not both"}
			}
			cfg, err := c.load(config.Options{})
			if err != nil {
				return err
			}
			return c.withBook(cmd.Context(), cfg, true, func(book *casebook.Book) error {
				views, err := listCases(cmd, book, cfg.Policy(), open)
				if err != nil {
					return err
				}
				switch {
				case asJSON:
					return view.Lines(c.stdout, views)
				case asCSV:
					return view.CSV(c.stdout, views)
				}
				return view.Table(c.stdout, views, time.Now())
			})
		},
	}
	cmd.Flags().BoolVar(&open, "open", false, "only those that somebody must act on")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	cmd.Flags().BoolVar(&asCSV, "csv", false, "comma-separated values")
	return cmd
}

// listCases is the cases, most urgent first.
func listCases(cmd *cobra.Command, book *casebook.Book, p rules.Policy, open bool) ([]view.Case, error) {
	cases, err := boardBook{book}.Cases(cmd.Context())
	if err != nil {
		return nil, err
	}
	now := time.Now()
	var views []view.Case
	for _, c := range cases {
		if !open || !c.Finished() {
			views = append(views, view.CaseOf(c, p, now))
		}
	}
	view.Sort(views)
	return views, nil
}
