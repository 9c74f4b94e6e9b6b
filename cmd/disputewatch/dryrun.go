package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/holder"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/systemd"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/mailbox/oauth"
	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

// dryRun makes the pass on a copy of the book, in a temporary folder, with a
// messenger that says nothing, and prints the difference.
func (c *command) dryRun(ctx context.Context, cfg *config.Config, f scanFlags, rescan *ingest.Rescan) error {
	dir, err := os.MkdirTemp("", "disputewatch-dry-run-")
	if err != nil {
		return fmt.Errorf("dry run: %w", err)
	}
	defer os.RemoveAll(dir)
	o := casebook.Options{Policy: cfg.Policy(), Now: time.Now, Holder: holder.Self(), Observe: cfg.Observe}
	book, err := casebook.Open(ctx, "sqlite:"+filepath.Join(dir, "copy.db"), o)
	if err != nil {
		return err
	}
	defer book.Close()
	if err := copyReal(ctx, cfg, book); err != nil {
		return err
	}
	before, err := caseMap(ctx, book)
	if err != nil {
		return err
	}
	h, err := build(cfg, book, systemd.Log(c.stderr), time.Now)
	if err != nil {
		return err
	}
	for i, m := range cfg.Mailboxes {
		if !m.OAuth2.Off() {
			h.boxes[i].Account.Tokens = oauth.New(wiring.OAuth(cfg, m, wiring.TokensOf(cfg, m)), time.Now)
		}
	}
	silent := &silent{}
	h.desk = h.newDesk(cfg, silent)
	h.desk.Page, h.slack = nil, nil
	h.desk.Wait = func(context.Context, time.Duration) error { return nil } // nobody is spoken to
	p, passErr := h.scan(ctx, c.stderr, f.mailbox, rescan)
	after, err := caseMap(ctx, book)
	if err != nil {
		return err
	}
	return c.scanned(f.json, p, append(differences(before, after), silent.posts...), passErr)
}

// copyReal fills the empty book with what the real one holds. A real book that
// does not exist yet is an empty one.
func copyReal(ctx context.Context, cfg *config.Config, book *casebook.Book) error {
	if path, ok := strings.CutPrefix(cfg.Store, "sqlite:"); ok {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	}
	existing, err := wiring.Book(ctx, cfg, true, time.Now)
	if err != nil {
		return err
	}
	defer existing.Close()
	if _, err := casebook.Copy(ctx, existing, book); err != nil {
		return fmt.Errorf("dry run: %w", err)
	}
	return nil
}

func caseMap(ctx context.Context, book *casebook.Book) (map[string]rules.Case, error) {
	cases, err := book.Cases(ctx, casebook.Filter{})
	all := map[string]rules.Case{}
	for _, c := range cases {
		all[c.ID] = c
	}
	return all, err
}

// differences says in a sentence each what a pass would change; it is never nil.
func differences(before, after map[string]rules.Case) []string {
	out := []string{}
	for _, id := range slices.Sorted(maps.Keys(after)) {
		is, was := after[id], before[id]
		switch {
		case was.OpenedAt.IsZero():
			dispute, reference := is.DisputeID, is.Order()
			if s := is.Stripe; s != nil && is.Match.Sure() {
				dispute, reference = cmp.Or(dispute, s.Dispute), cmp.Or(reference, s.OrderReference)
			}
			out = append(out, fmt.Sprintf("open a case: %s, dispute %s, reference %s", is.Kind, orNone(dispute), orNone(reference)))
		case was.State != is.State || was.Outcome != is.Outcome:
			out = append(out, fmt.Sprintf("change case %s from %s to %s", id, was.State, strings.TrimSpace(string(is.State)+" "+is.Outcome)))
		case !was.Deadline().At.Equal(is.Deadline().At):
			d := is.Deadline()
			out = append(out, strings.TrimSpace(fmt.Sprintf("change case %s: deadline %s %s", id, d.At.Format(time.RFC3339), d.Doubt())))
		case was.Match.Charge != is.Match.Charge:
			out = append(out, fmt.Sprintf("change case %s: charge %s", id, is.Match.Charge))
		}
	}
	return out
}

func orNone(s string) string {
	if s == "" {
		return "unknown"
	}
	return terminal.Clip(s, 60)
}

// silent is a messenger that writes down what it would have said.
type silent struct{ posts []string }

func (s *silent) Post(_ context.Context, p notify.Post) (rules.Place, error) {
	s.posts = append(s.posts, fmt.Sprintf("tell %s: %s", p.Channel, terminal.Clip(p.Text, 200)))
	return rules.Place{Channel: "dry-run", TS: fmt.Sprint(len(s.posts))}, nil
}

func (s *silent) Find(context.Context, notify.Post) (rules.Place, bool, error) {
	return rules.Place{}, false, nil
}

func (s *silent) Update(_ context.Context, _ rules.Place, p notify.Post) error {
	s.posts = append(s.posts, fmt.Sprintf("update the card: %s", terminal.Clip(p.Text, 200)))
	return nil
}
