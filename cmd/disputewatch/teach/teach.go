// Package teach learns the words of a shop's own mails into its vocabulary file: it
// finds the phrases by which a mail reads as its user says, shows what else they
// would change, and proves them by reading again.
package teach

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/klarna"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/rules"
)

// Call is one call of "teach".
type Call struct {
	Path          string          // of the vocabulary file, which need not be there
	Settings      ingest.Settings // with which the mails are read, but for the words
	Said          Said            // what the mails say; nil: their user is asked
	Force, DryRun bool
	// Mails shows the mails of the book's cases; nil without a config.
	Mails func(ctx context.Context, see func(id string, m rules.Mail)) error

	Stdin          io.Reader
	Stdout, Stderr io.Writer

	text    string // what the file holds
	now     time.Time
	answers *bufio.Reader

	old     *phrase.Vocabulary // with the file's words
	words   *phrase.Vocabulary // with what was learned besides
	entries []learned
	pupils  []*pupil
}

// Mail is a mail that is taught from.
type Mail struct {
	File string
	Raw  []byte
}

// Run learns from each mail what it does not read as it should, proves it, and
// writes all of it or nothing. It says whether it has written.
func (t *Call) Run(ctx context.Context, mails []Mail) (written bool, err error) {
	if err := t.open(); err != nil {
		return false, err
	}
	for _, m := range mails {
		p := &pupil{Call: t, file: m.File, raw: m.Raw}
		if err := p.learn(ctx, t.Said); err != nil {
			return false, fmt.Errorf("teach %s: %w", m.File, err)
		}
		t.pupils = append(t.pupils, p)
	}
	if err := t.prove(ctx, t.words); err != nil {
		return false, err
	}
	t.show()
	if len(t.entries) == 0 {
		fmt.Fprintln(t.Stdout, "nothing to learn: all of it is read so already")
		return false, nil
	}
	if err := t.compare(ctx); err != nil {
		return false, err
	}
	return t.save(ctx)
}

// open reads the vocabulary file.
func (t *Call) open() error {
	t.now, t.answers = time.Now(), bufio.NewReader(t.Stdin)
	b, err := os.ReadFile(t.Path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("teach: %w", err)
	}
	t.text = string(b)
	if t.old, err = phrase.Load(strings.NewReader(t.text)); err != nil {
		return fmt.Errorf("teach: %s: %w", t.Path, err)
	}
	t.words = t.old
	return nil
}

// learned is an entry with the date of the mail that taught it.
type learned struct {
	phrase.Entry
	date time.Time
}

// read reads a mail with a vocabulary.
func (t *Call) read(ctx context.Context, raw []byte, words *phrase.Vocabulary) ingest.Reading {
	s := t.Settings
	s.Vocabulary = words
	return ingest.Read(ctx, raw, s, t.now)
}

// options are what lessons are understood with.
func (t *Call) options(r ingest.Reading) klarna.Options {
	return klarna.Options{
		Location: t.Settings.Location, DateOrder: t.Settings.DateOrder, Now: t.now,
		FromKlarna: r.Sender.Klarna, FromStripe: r.Sender.Stripe,
	}
}

// prove reads all mails again: each says what it was taught to say.
func (t *Call) prove(ctx context.Context, words *phrase.Vocabulary) error {
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
