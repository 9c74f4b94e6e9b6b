package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/ingest"
)

// redact prints each mail with its personal data replaced: one as it is,
// several as an mbox. A mail that cannot be made safe is not printed.
func (c *command) redact(ctx context.Context, files []string, settings ingest.Settings, keep []string) error {
	r := &ingest.Redactor{Settings: settings, Keep: keep}
	var errs []error
	for _, file := range files {
		raw, err := c.slurp(file)
		if err != nil {
			errs = append(errs, fmt.Errorf("read %s: %w", file, errors.Unwrap(err)))
			continue
		}
		out, err := r.Redact(ctx, raw, time.Now())
		if err != nil {
			errs = append(errs, fmt.Errorf("read %s: %w", file, err))
			continue
		}
		if len(files) > 1 {
			out.Mail = mboxed(out.Mail)
		}
		if _, err := c.stdout.Write(out.Mail); err != nil {
			return err
		}
		c.redacted(file, out)
	}
	return errors.Join(errs...)
}

// mboxed puts a mail into an mbox of the kind that quotes its From lines.
func mboxed(mail []byte) []byte {
	mail = bytes.ReplaceAll(mail, []byte("\nFrom "), []byte("\n>From "))
	return append([]byte("From redacted@disputewatch.example Thu Jan  1 00:00:00 1970\n"), append(mail, '\n')...)
}

// redacted says what was done. The words themselves are shown on a terminal
// alone: a file that standard error goes to may be shared with the mail.
func (c *command) redacted(file string, r ingest.Redacted) {
	fmt.Fprintf(c.stderr, "%s: redacted; look it through before you share it: words in lower case were kept\n", file)
	if r.Dropped > 0 {
		fmt.Fprintf(c.stderr, "%s: %d attachments were left out\n", file, r.Dropped)
	}
	if len(r.Replaced) > 0 {
		list := ""
		if terminal.Is(c.stderr) {
			list = ": " + strings.Join(r.Replaced, " ")
		}
		fmt.Fprintf(c.stderr, "%s: %d words that the reader does not know were replaced%s\nhint: --keep WORD keeps one that is no name, such as a label\n", file, len(r.Replaced), list)
	}
	if len(r.Differs) > 0 {
		fmt.Fprintf(c.stderr, "%s: the redacted mail is read otherwise: %s\n", file, strings.Join(r.Differs, ", "))
	}
}
