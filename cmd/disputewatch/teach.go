package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/klarna"
)

// teachFlags are what "teach" is called with.
type teachFlags struct {
	set           []string
	vocabulary    string
	mailbox       string
	force, dryRun bool
}

func (c *command) teachCommand() *cobra.Command {
	var f teachFlags
	cmd := &cobra.Command{
		Use: "teach FILE...", Short: "learns the words of your own mails into your vocabulary file, and proves it by reading again",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &usageError{"teach: no file named\nhint: name a mail that was saved as .eml"}
			}
			if slices.Contains(args, "-") && len(f.set) == 0 {
				return &usageError{"teach: the mail and your answers cannot both come from standard input\nhint: say them with --set FIELD=VALUE"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return c.teach(cmd.Context(), args, f) },
	}
	cmd.Flags().StringArrayVar(&f.set, "set", nil, "what the mail says: `FIELD=VALUE`, such as dispute_id=256947; may be given several times")
	cmd.Flags().StringVar(&f.vocabulary, "vocabulary", "", "the `FILE` that is taught (default: vocabulary of the config)")
	cmd.Flags().StringVar(&f.mailbox, "mailbox", "", "with the settings of the mailbox `NAME`")
	cmd.Flags().BoolVar(&f.force, "force", false, "write although mails in the book would be read otherwise")
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "show what would be learned, and write nothing")
	return cmd
}

// teach learns from each mail what it does not read as it should, proves it, and
// writes all of it or nothing.
func (c *command) teach(ctx context.Context, files []string, f teachFlags) error {
	set, err := parseSet(f.set)
	if err != nil {
		return err
	}
	t, err := c.teaching(f)
	if err != nil {
		return err
	}
	for _, file := range files {
		raw, err := c.slurp(file)
		if err != nil {
			return fmt.Errorf("teach %s: %w", file, errors.Unwrap(err))
		}
		p := &pupil{teaching: t, file: file, raw: raw}
		if err := p.learn(ctx, set); err != nil {
			return fmt.Errorf("teach %s: %w", file, err)
		}
		t.pupils = append(t.pupils, p)
	}
	if err := t.prove(ctx, t.words); err != nil {
		return err
	}
	t.show()
	if len(t.entries) == 0 {
		fmt.Fprintln(c.stdout, "nothing to learn: all of it is read so already")
		return nil
	}
	if err := t.compare(ctx); err != nil {
		return err
	}
	return t.save(ctx)
}

// teaching is one call of "teach".
type teaching struct {
	*command
	flags    teachFlags
	config   *config.Config // nil where there is none
	settings ingest.Settings
	path     string // of the vocabulary file
	text     string // what it holds
	now      time.Time
	answers  *bufio.Reader

	old     *klarna.Vocabulary // with the file's words
	words   *klarna.Vocabulary // with what was learned besides
	entries []learned
	pupils  []*pupil
}

// learned is an entry with the date of the mail that taught it.
type learned struct {
	klarna.Entry
	date time.Time
}

// teaching gathers what is needed: the settings of the mailbox, and the file.
func (c *command) teaching(f teachFlags) (*teaching, error) {
	t := &teaching{command: c, flags: f, now: time.Now(), answers: bufio.NewReader(c.stdin)}
	own := ""
	if _, err := config.Find(c.configFile); err == nil || c.configFile != "" || f.mailbox != "" {
		if t.config, err = c.load(config.Options{}); err != nil {
			return nil, err
		}
		own, t.config.Vocabulary = t.config.Vocabulary, "" // it need not exist yet
	}
	if t.path = f.vocabulary; t.path == "" {
		t.path = own
	}
	if t.path == "" {
		return nil, &usageError{"teach: no vocabulary file to write to\nhint: set vocabulary in the config, or name one with --vocabulary FILE"}
	}
	b, err := os.ReadFile(t.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("teach: %w", err)
	}
	t.text = string(b)
	if t.settings, err = t.settingsOf(f.mailbox); err != nil {
		return nil, err
	}
	if t.old, err = klarna.LoadVocabulary(strings.NewReader(t.text)); err != nil {
		return nil, fmt.Errorf("teach: %s: %w", t.path, err)
	}
	t.words = t.old
	return t, nil
}

// settingsOf is a mailbox's settings. No signature is checked: who sent a mail
// does not change its words.
func (t *teaching) settingsOf(name string) (ingest.Settings, error) {
	s, err := ingest.Settings{}, error(nil)
	if t.config == nil {
		s, err = t.readSettings("")
	} else {
		found := false
		for _, m := range t.config.Mailboxes {
			if !found && (m.Name == name || name == "") {
				words, failed := wiring.Vocabulary(t.config)
				s, err, found = wiring.Settings(t.config, m, words), failed, true
			}
		}
		if !found {
			return s, &usageError{fmt.Sprintf("teach: no mailbox %q in the config", name)}
		}
	}
	s.Sender.DKIM = false
	return s, err
}

// read reads a mail with a vocabulary.
func (t *teaching) read(ctx context.Context, raw []byte, words *klarna.Vocabulary) ingest.Reading {
	s := t.settings
	s.Vocabulary = words
	return ingest.Read(ctx, raw, s, t.now)
}

// options are what lessons are understood with.
func (t *teaching) options(r ingest.Reading) klarna.Options {
	return klarna.Options{
		Location: t.settings.Location, DateOrder: t.settings.DateOrder, Now: t.now,
		FromKlarna: r.Sender.Klarna, FromStripe: r.Sender.Stripe,
	}
}

// prove reads all mails again: each says what it was taught to say.
func (t *teaching) prove(ctx context.Context, words *klarna.Vocabulary) error {
	for _, p := range t.pupils {
		r := t.read(ctx, p.raw, words)
		for _, l := range p.lessons {
			if !l.Holds(r.Notice, t.options(r)) {
				return fmt.Errorf("teach %s: %s is not read as %q with all that was learned; nothing was written", p.file, l.Field, l.Value)
			}
		}
		p.after = r
	}
	return nil
}
