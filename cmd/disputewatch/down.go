package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

// startPart is under what people are told that the daemon does not come up.
const startPart = "start"

// down is that the daemon does not come up: since when, and how often that was
// told. No book can keep it, which may be what is wrong, and no process lives
// long enough.
type down struct {
	Since time.Time `json:"since"`
	Told  int       `json:"told"`
}

// downFile is where that is kept from one start to the next: in a folder that
// outlives them, in memory, since the disk may be full. "" is nowhere: nothing
// starts this process again and again, and whoever started it sees why it ended.
func downFile() string {
	folder, _, _ := strings.Cut(os.Getenv("RUNTIME_DIRECTORY"), ":") // systemd.exec(5)
	if folder == "" {
		return ""
	}
	return filepath.Join(folder, "down.json")
}

// readDown is the zero down where nothing is remembered. What cannot be read is
// forgotten: it counts from now.
func readDown(file string) (d down) {
	text, err := os.ReadFile(file)
	if err != nil || json.Unmarshal(text, &d) != nil || d.Told < 0 {
		return down{}
	}
	return d
}

func (d down) keep(file string) error {
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o600)
}

// tellDown says in Slack that the daemon ended because of cause, where that does
// not mend itself: at once where systemd starts it no more, else when each start
// has failed for a while; again after growing times.
func (c *command) tellDown(ctx context.Context, cause error, now time.Time) error {
	file := downFile()
	if file == "" {
		return nil
	}
	d := readDown(file)
	if d.Since.IsZero() || d.Since.After(now) {
		d = down{Since: now}
	}
	lasts, tried := now.Sub(d.Since), c.exitCode(cause) != exitUsage
	if lasts < health.AgainAfter(d.Told) || tried && lasts < health.UnwrittenFor {
		return d.keep(file)
	}
	cfg, err := c.load(config.Options{})
	var faults *config.Faults
	if errors.As(err, &faults) {
		cfg = faults.Voice()
	}
	if cfg == nil {
		return fmt.Errorf("the config does not say how: %w", err)
	}
	// It is kept first: where that fails it would be said with each start.
	told := down{d.Since, d.Told + 1}
	if err := told.keep(file); err != nil {
		return err
	}
	err = wiring.Voice(cfg, wiring.Slack(cfg, nil), time.Now).Say(ctx, told.alarm(cause, tried))
	if err != nil && !errors.As(err, new(*notify.Ambiguous)) {
		return errors.Join(err, d.keep(file)) // the next start tries again
	}
	return nil
}

func (d down) alarm(cause error, tried bool) rules.Message {
	host, err := os.Hostname()
	if err != nil {
		host = "an unknown host"
	}
	why, hint := health.Apart(cause)
	if !tried {
		hint = "mend it until `disputewatch check --offline` finds no fault, then `systemctl start disputewatch`: it is not tried again by itself"
	}
	return rules.Message{
		ID: fmt.Sprintf("%s/%d/%d", startPart, d.Since.Unix(), d.Told), Kind: rules.MessageAlarm,
		About: map[string]string{
			rules.AboutPart: startPart, rules.AboutSince: d.Since.UTC().Format(time.RFC3339),
			rules.AboutWhy: "on " + host + ": " + why, rules.AboutHint: hint,
		},
	}
}

// tellUp forgets that the daemon did not come up, and says that it has where
// people were told.
func (h *house) tellUp(ctx context.Context) error {
	file := downFile()
	if file == "" {
		return nil
	}
	if d := readDown(file); d.Told > 0 {
		_, err := h.book.Queue(ctx, rules.Message{
			Key: fmt.Sprintf("alarm/%s/%d/ended", startPart, d.Since.Unix()), Kind: rules.MessageAlarm,
			About: map[string]string{
				rules.AboutPart: startPart, rules.AboutSince: d.Since.UTC().Format(time.RFC3339),
				rules.AboutEnded: h.now().UTC().Format(time.RFC3339),
			},
		})
		if err != nil {
			return err
		}
	}
	if err := os.Remove(file); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
