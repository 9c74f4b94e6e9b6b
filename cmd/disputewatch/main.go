// Command disputewatch reads the mailbox that a merchant gave to Klarna, keeps
// one case per dispute, and does not let a case go quiet in Slack until it has
// been answered.
//
// main.go names the commands. Each has a file of its name, but what a person says of a
// case is verbs.go. It reads its flags, opens what it needs and asks a package: what the
// commands say is made in view and audit, what they try in check, what they learn in
// teach.
//
// The daemon is daemon.go: it builds a house (house.go), begins (begin.go) and watches
// (watch.go). A poll (poll.go) is the regular reading of one mailbox, by the steps of a
// pass (pass.go); the desk (desk.go) decides and tells. wiring makes the parts of the
// config's words, digest gathers the summary, and health knows what works and what does
// not.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/systemd"
)

// version is set by the linker when a package is built.
var version string

// release is the version of this program: that of its package, else what Go
// knows of the source that it was built from.
func release() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ctx.Done()
		stop() // from here on a second signal ends the process at once
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// The exit codes of CONTRACT.md.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

// run is the whole program but for the process it runs in.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &command{stdin: stdin, stdout: stdout, stderr: stderr}
	root := c.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err != nil && !errors.Is(err, errTold) {
		fmt.Fprint(stderr, systemd.LastWords(stderr, err))
	}
	return c.exitCode(err)
}

// exitCode is how the program ends because of err.
func (c *command) exitCode(err error) int {
	var faults *config.Faults
	var unopened *config.UnopenedError
	var usage *usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errTold):
		return exitFailed
	case errors.As(err, &faults), errors.As(err, &unopened), errors.As(err, &usage), !c.ran:
		return exitUsage
	}
	return exitFailed
}

// errTold ends a command that has already said what failed.
var errTold = errors.New("told")

// usageError is a command line that cannot be meant.
type usageError struct{ what string }

func (e *usageError) Error() string { return e.what }

// command is one call of the program.
type command struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	configFile     string
	ran            bool // the command line was understood
}

func (c *command) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "disputewatch",
		Short:         "Watches the mailbox that Klarna sends its disputes to, and does not let one be forgotten",
		Long:          manual,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			c.ran = true
			return noEmptyFlags(cmd)
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.PersistentFlags().StringVar(&c.configFile, "config", "", "the config `FILE` (default /etc/disputewatch/config.yaml, else ./config.yaml)")
	root.AddCommand(
		c.runCommand(), c.scanCommand(), c.readCommand(), c.teachCommand(), c.casesCommand(),
		c.showCommand(), c.rulesCommand(), c.checkCommand(), c.auditCommand(), c.copyCommand(), c.purgeCommand(),
		c.dismissCommand(), c.versionCommand(), c.manCommand(),
	)
	for _, v := range verbs() {
		root.AddCommand(c.verbCommand(v))
	}
	root.InitDefaultHelpCmd()
	for _, help := range root.Commands() {
		if help.Name() == "help" {
			help.Args = knownCommand
		}
	}
	return root
}

// load reads the config that --config names, or the first of the two defaults.
func (c *command) load(o config.Options) (*config.Config, error) {
	path, err := config.Find(c.configFile)
	if err != nil {
		return nil, &usageError{err.Error()}
	}
	o.CheckSchedule = checkSchedule
	return o.Load(path)
}

func (c *command) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "print the version", Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(c.stdout, "disputewatch "+release())
			return err
		},
	}
}

// noEmptyFlags refuses --mailbox "$NAME" where NAME was never set: it would mean
// every mailbox. A note alone may be empty.
func noEmptyFlags(cmd *cobra.Command) (err error) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Value.Type() == "string" && f.Name != "note" && strings.TrimSpace(f.Value.String()) == "" {
			err = errors.Join(err, &usageError{fmt.Sprintf("%s: --%s is empty\nhint: give it a value, or leave it out", cmd.Name(), f.Name)})
		}
	})
	return err
}

// knownCommand refuses help about what there is not.
func knownCommand(cmd *cobra.Command, args []string) error {
	_, rest, err := cmd.Root().Find(args)
	if err != nil {
		return err
	}
	return noArgs(cmd, rest)
}

// noArgs refuses a stray word: "run --rescan 30d" would otherwise rescan
// something else than was meant.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := ""
	for _, name := range []string{"rescan", "await-mail"} { // whose value may be left out
		if cmd.Flags().Changed(name) {
			hint = "\nhint: write --" + name + "=" + args[0]
		}
	}
	return &usageError{fmt.Sprintf("%s: unexpected word %q%s", cmd.Name(), strings.Join(args, " "), hint)}
}
