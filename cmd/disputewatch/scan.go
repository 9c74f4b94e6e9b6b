package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/holder"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/systemd"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

// defaultRescan is how far back --rescan reads when it says nothing.
const defaultRescan = "30d"

// scanFlags are the flags of "scan".
type scanFlags struct {
	rescan, since, mailbox string
	rescans, dryRun, json  bool
}

func (c *command) scanCommand() *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use: "scan", Short: "one full pass: read, match, decide, deliver; then exit", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.rescans = cmd.Flags().Changed("rescan")
			return c.scan(cmd.Context(), f)
		},
	}
	rescanFlag(cmd, &f.rescan)
	cmd.Flags().StringVar(&f.since, "since", "", "with --rescan: read everything since `SINCE`, a duration or a date")
	cmd.Flags().StringVar(&f.mailbox, "mailbox", "", "only the mailbox `NAME`")
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "change nothing, tell nobody, print what would change")
	cmd.Flags().BoolVar(&f.json, "json", false, "print one JSON object")
	return cmd
}

func rescanFlag(cmd *cobra.Command, value *string) {
	cmd.Flags().StringVar(value, "rescan", "", "read everything since `SINCE` again (a duration or a date; "+defaultRescan+")")
	cmd.Flags().Lookup("rescan").NoOptDefVal = defaultRescan
}

func (c *command) scan(ctx context.Context, f scanFlags) error {
	if f.since != "" {
		if !f.rescans {
			return &usageError{"scan: --since goes with --rescan"}
		}
		if f.rescan != defaultRescan {
			return &usageError{fmt.Sprintf("scan: --rescan=%s or --since %s, not both", f.rescan, f.since)}
		}
		f.rescan = f.since
	}
	cfg, err := c.load(config.Options{Secrets: true, CheckVocabulary: wiring.CheckVocabulary})
	if err != nil {
		return err
	}
	var rescan *ingest.Rescan
	if f.rescans {
		if rescan, err = rescanSince(cfg, f.rescan, time.Now()); err != nil {
			return err
		}
	}
	if f.mailbox != "" && !slices.ContainsFunc(cfg.Mailboxes, func(m config.Mailbox) bool { return m.Name == f.mailbox }) {
		return &usageError{fmt.Sprintf("scan: no mailbox %q in the config\nhint: it knows %s", f.mailbox, strings.Join(names(cfg.Mailboxes), ", "))}
	}
	if f.dryRun {
		return c.dryRun(ctx, cfg, f, rescan)
	}
	return c.withBook(ctx, cfg, false, func(book *casebook.Book) error {
		log := systemd.Log(c.stderr)
		if _, err := holder.Bury(ctx, book, log); err != nil {
			return err
		}
		h, err := build(cfg, book, log, time.Now)
		if err != nil {
			return err
		}
		p, err := h.scan(ctx, c.stderr, f.mailbox, rescan)
		waiting, _, failed := book.Outbox(ctx)
		p.waiting = waiting
		return c.scanned(f.json, p, nil, errors.Join(err, failed))
	})
}

// rescanSince reads the value of --rescan: "all", a duration or a date.
func rescanSince(cfg *config.Config, text string, now time.Time) (*ingest.Rescan, error) {
	if text == "all" {
		return &ingest.Rescan{}, nil
	}
	at, err := moment(cfg, text, now, -1)
	if err != nil {
		return nil, &usageError{"rescan: " + err.Error()}
	}
	if at.After(now) {
		return nil, &usageError{fmt.Sprintf("rescan: %s lies ahead", text)}
	}
	return &ingest.Rescan{Since: at}, nil
}

// moment reads T of CONTRACT.md: RFC 3339, a date or a date and time in the
// shop's zone, or a duration, which counts from now in the direction of sign.
func moment(cfg *config.Config, text string, now time.Time, sign int) (time.Time, error) {
	cal := cfg.Policy().Calendar
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at, nil
	}
	for _, form := range []string{"2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(form, text, cal.Location); err == nil {
			return at, nil
		}
	}
	span, err := rules.ParseSpan(text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no time\nhint: write a duration (7d, 48h), a date (2006-01-02, 2006-01-02 15:04) or RFC 3339", text)
	}
	if sign < 0 {
		return cal.Sub(now, span), nil
	}
	return cal.Add(now, span), nil
}

// waitForClaim is how long a scan waits for a daemon that is at the same work.
const waitForClaim = 2 * time.Minute

// scan is one full pass beside whatever daemon is running: where that holds a
// claim, it waits for it.
func (h *house) scan(ctx context.Context, progress io.Writer, name string, rescan *ingest.Rescan) (passed, error) {
	h.patience = waitForClaim
	boxes := h.boxes
	if name != "" {
		boxes = nil
		for _, b := range h.boxes {
			if b.Account.Name == name {
				boxes = append(boxes, b)
			}
		}
	}
	for _, s := range h.stripe {
		s.MailRead = nil // whoever asks now is told of every dispute: nobody comes back for it
	}
	say := terminal.Progress(progress)
	h.intake.Progress = func(mailbox, folder string, done, total int) {
		say(fmt.Sprintf("%s: %d of %d mails", terminal.Clip(mailbox+" "+folder, 40), done, total))
		if done >= total {
			say("") // the report says what was read
		}
	}
	return h.pass(ctx, boxes, rescan)
}

// scanReport is what "scan --json" prints.
type scanReport struct {
	Mailboxes []folderRow `json:"mailboxes"`
	Opened    int         `json:"cases_opened"`
	Changed   int         `json:"cases_changed"`
	Matched   int         `json:"matched"`
	Told      int         `json:"told"`
	Waiting   int         `json:"waiting,omitempty"` // messages that did not get out
	Errors    []string    `json:"errors"`
	Changes   []string    `json:"changes,omitzero"` // of a dry run, else nil
}

// folderRow is one folder of a scan.
type folderRow struct {
	Name       string `json:"name"`
	Folder     string `json:"folder"`
	Messages   int    `json:"messages"`
	Fetched    int    `json:"fetched"`
	Bytes      int    `json:"bytes"`
	RoundTrips int    `json:"round_trips"`
	Notices    int    `json:"notices"`
	Unknown    int    `json:"unknown"`
	Unreadable int    `json:"unreadable"`
	Other      int    `json:"other"`
	MS         int64  `json:"ms"`
}

// report counts what a pass did.
func (p passed) report(err error) scanReport {
	r := scanReport{Mailboxes: []folderRow{}, Opened: len(p.mail.Opened), Matched: p.matched, Told: p.told, Waiting: p.waiting, Errors: []string{}}
	opened := map[string]bool{}
	for _, id := range p.mail.Opened {
		opened[id] = true
	}
	for id := range p.changed {
		if !opened[id] {
			r.Changed++
		}
	}
	for _, f := range p.mail.Folders {
		r.Mailboxes = append(r.Mailboxes, folderRow{
			f.Mailbox, f.Folder, f.Messages, f.Fetched, f.Bytes, f.RoundTrips,
			f.Notices, f.Unknown, f.Unreadable, f.Other, f.Took.Milliseconds(),
		})
	}
	for _, e := range health.Each(err) {
		r.Errors = append(r.Errors, e.Error())
	}
	return r
}

// scanned prints what a scan did and each error once.
func (c *command) scanned(asJSON bool, p passed, changes []string, err error) error {
	r := p.report(err)
	r.Changes = changes
	for _, e := range r.Errors {
		fmt.Fprintln(c.stderr, "disputewatch: "+e)
	}
	if asJSON {
		if werr := json.NewEncoder(c.stdout).Encode(r); werr != nil {
			return werr
		}
	} else if werr := r.print(c.stdout); werr != nil {
		return werr
	}
	if err != nil {
		return errTold
	}
	return nil
}

// print says what a scan did, a line a folder.
func (r scanReport) print(w io.Writer) error {
	var errs []error
	line := func(format string, a ...any) {
		_, err := fmt.Fprintf(w, format+"\n", a...)
		errs = append(errs, err)
	}
	for _, f := range r.Mailboxes {
		line("%s %s: %d mails in the folder, %d read: %d notices, %d unknown, %d unreadable, %d other (%d ms)",
			f.Name, f.Folder, f.Messages, f.Fetched, f.Notices, f.Unknown, f.Unreadable, f.Other, f.MS)
	}
	would := ""
	if r.Changes != nil {
		would = "would be: "
	}
	line(would+"%d cases opened, %d changed, %d matched to a charge, %d messages told", r.Opened, r.Changed, r.Matched, r.Told)
	if r.Waiting > 0 {
		line("%s waiting to be told: what did not get out is tried again later", rules.Count(r.Waiting, "message"))
	}
	for _, c := range r.Changes {
		line("would: %s", c)
	}
	return errors.Join(errs...)
}
