package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/holder"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

func (c *command) copyCommand() *cobra.Command {
	return &cobra.Command{
		Use: "copy FROM TO", Short: "copy a book: a backup while it runs, or a move to the other kind of store",
		Long: "FROM and TO are written as store: in the config, sqlite:/path or postgres://….\n" +
			"FROM may be in use; TO must be empty or not be there yet. Every row is read\n" +
			"back and compared before anything is kept. For a move stop the daemon first,\n" +
			"copy, set store: to TO, start it again.",
		Args: twoStores,
		RunE: func(cmd *cobra.Command, args []string) error { return c.copy(cmd.Context(), args[0], args[1]) },
	}
}

// twoStores wants two different stores.
func twoStores(_ *cobra.Command, args []string) error {
	switch {
	case len(args) != 2:
		return &usageError{"copy: want two stores, FROM and TO\nhint: disputewatch copy sqlite:/var/lib/disputewatch/cases.db sqlite:/backup/cases.db"}
	case args[0] == args[1]:
		return &usageError{"copy: FROM and TO are the same store"}
	}
	for _, dsn := range args {
		if kind, _, _ := strings.Cut(dsn, ":"); !slices.Contains([]string{"sqlite", "postgres", "postgresql"}, kind) {
			return &usageError{"copy: a store is written sqlite:/path or postgres://user@host/database, as in store:"}
		}
	}
	return nil
}

// copy needs no config: nothing is decided and nobody is told.
func (c *command) copy(ctx context.Context, from, to string) error {
	o := casebook.Options{Policy: rules.Default(time.UTC), Now: time.Now, Holder: holder.Self()}
	source, err := casebook.OpenReadOnly(ctx, from, o)
	if err != nil {
		return err
	}
	counts, err := copyInto(ctx, source, to, o)
	if err = errors.Join(err, source.Close()); err != nil {
		return err
	}
	return printCounts(c.stdout, counts)
}

// copyInto makes the target. A file that a copy which failed has made is taken
// away again: the next one must not meet half a book.
func copyInto(ctx context.Context, source *casebook.Book, to string, o casebook.Options) (counts map[string]int64, err error) {
	path, isFile := strings.CutPrefix(to, "sqlite:")
	if _, statErr := os.Stat(path); isFile && errors.Is(statErr, fs.ErrNotExist) {
		defer func() {
			if err != nil {
				err = errors.Join(err, remove(path))
			}
		}()
	}
	target, err := casebook.Open(ctx, to, o)
	if err != nil {
		return nil, err
	}
	counts, err = casebook.Copy(ctx, source, target)
	return counts, errors.Join(err, target.Close())
}

// remove takes a SQLite file away, and what stands beside it.
func remove(path string) error {
	var errs []error
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// printCounts prints a line for each table.
func printCounts(w io.Writer, counts map[string]int64) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	var rows int64
	for _, table := range slices.Sorted(maps.Keys(counts)) {
		rows += counts[table]
		if _, err := fmt.Fprintf(t, "%s\t%d\n", table, counts[table]); err != nil {
			return err
		}
	}
	if _, err := fmt.Fprintf(t, "all\t%d\tcopied and compared\n", rows); err != nil {
		return err
	}
	return t.Flush()
}
