package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// manCommand writes the manual from the commands themselves, so that the two
// cannot part. It is for whoever builds a package.
func (c *command) manCommand() *cobra.Command {
	return &cobra.Command{
		Use: "man DIR", Short: "write the manual pages into a folder", Hidden: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &usageError{"man: name one folder"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			root.DisableAutoGenTag = true // it would name the day
			header := &doc.GenManHeader{Section: "1", Source: "disputewatch " + release(), Manual: "disputewatch"}
			if err := doc.GenManTree(root, header, args[0]); err != nil {
				return fmt.Errorf("write manual: %w", err)
			}
			return nil
		},
	}
}

// manual is what the manual says beside the commands.
const manual = `disputewatch reads the mailbox that Klarna sends its disputes to, keeps one case
per dispute, and brings back to Slack what nobody answers, until the deadline.
It never changes a mail, Stripe or Klarna.

The config is /etc/disputewatch/config.yaml; the file config.example.yaml that
came with the program explains every key. Secrets are files in
/etc/disputewatch/secrets. Cases are kept in /var/lib/disputewatch/cases.db,
unless the config names a PostgreSQL database. Run the commands as the account
that the daemon runs as: sudo -u disputewatch disputewatch cases.

The daemon reads its config anew on SIGHUP and stops on SIGTERM; a second
SIGTERM ends it at once.

Exit status: 0 done, 1 something failed (it says what, and what was still
done), 2 wrong usage or a fault in the config.`
