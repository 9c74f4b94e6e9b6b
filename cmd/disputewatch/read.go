package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/klarna"
	"github.com/disputewatch/disputewatch/ingest/sender"
	"github.com/disputewatch/disputewatch/rules"
)

func (c *command) readCommand() *cobra.Command {
	var asJSON, redact bool
	var name string
	var keep []string
	cmd := &cobra.Command{
		Use: "read FILE...", Short: "what the reader sees in .eml files (- is standard input)",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &usageError{"read: no file named\nhint: - is standard input"}
			}
			if asJSON && redact {
				return &usageError{"read: --redact prints a mail, and --json none: choose one"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			settings, err := c.readSettings(name)
			switch {
			case err != nil:
				return err
			case redact:
				return c.redact(cmd.Context(), args, settings, keep)
			}
			return c.read(cmd.Context(), args, settings, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a line")
	cmd.Flags().BoolVar(&redact, "redact", false, "print the mail with personal data replaced, to be shared")
	cmd.Flags().StringSliceVar(&keep, "keep", nil, "with --redact: a `WORD` that may stay although the reader does not know it")
	cmd.Flags().StringVar(&name, "mailbox", "", "with the settings of the mailbox `NAME`")
	return cmd
}

// read shows each file. What it finds in a mail is no failure; a file that
// cannot be opened is.
func (c *command) read(ctx context.Context, files []string, settings ingest.Settings, asJSON bool) error {
	var errs []error
	for _, file := range files {
		raw, err := c.slurp(file)
		if err != nil {
			errs = append(errs, fmt.Errorf("read %s: %w", file, errors.Unwrap(err)))
			continue
		}
		v := viewOfMail(file, ingest.Read(ctx, raw, settings, time.Now()))
		if asJSON {
			err = json.NewEncoder(c.stdout).Encode(v)
		} else {
			err = v.print(c.stdout)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (c *command) slurp(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(c.stdin)
	}
	return os.ReadFile(file)
}

// readSettings is those of a mailbox of the config, or the defaults: a mail can
// be read where nothing was set up yet. Only a config that was asked for, by
// --config or --mailbox, must be there.
func (c *command) readSettings(name string) (ingest.Settings, error) {
	words, err := klarna.LoadVocabulary(nil)
	if err != nil {
		return ingest.Settings{}, err
	}
	defaults := ingest.Settings{
		Location: time.UTC, Vocabulary: words, RespondHosts: config.Default().RespondHosts,
		Sender: sender.Settings{Domains: config.DefaultSenderDomains(), DKIM: true, LookupTXT: sender.Resolver("")},
	}
	if c.configFile == "" && name == "" {
		if _, err := config.Find(""); err != nil {
			return defaults, nil
		}
	}
	cfg, err := c.load(config.Options{})
	if err != nil {
		return defaults, err
	}
	for _, m := range cfg.Mailboxes {
		if m.Name == name || name == "" {
			words, err := wiring.Vocabulary(cfg)
			return wiring.Settings(cfg, m, words), err
		}
	}
	return defaults, &usageError{fmt.Sprintf("read: no mailbox %q in the config\nhint: it knows %s", name, strings.Join(names(cfg.Mailboxes), ", "))}
}

// mailView is what "read" shows of a mail; absent fields stay out.
type mailView struct {
	File     string        `json:"file"`
	Outcome  rules.Outcome `json:"outcome"`
	Kind     rules.Kind    `json:"kind,omitempty"`
	Language string        `json:"language,omitempty"`

	DisputeID          string        `json:"dispute_id,omitempty"`
	Reason             string        `json:"reason,omitempty"`
	ReasonText         string        `json:"reason_text,omitempty"`
	MerchantReference1 string        `json:"merchant_reference_1,omitempty"`
	MerchantReference2 string        `json:"merchant_reference_2,omitempty"`
	OrderNumber        string        `json:"order_number,omitempty"`
	OrderID            string        `json:"order_id,omitempty"`
	CaptureID          string        `json:"capture_id,omitempty"`
	KlarnaReference    string        `json:"klarna_reference,omitempty"`
	MerchantID         string        `json:"merchant_id,omitempty"`
	Unnamed            []string      `json:"unnamed,omitempty"` // what may be an order's number, where nothing is called one
	StripeIDs          []string      `json:"stripe_ids,omitempty"`
	Deadline           *deadlineView `json:"deadline,omitempty"`
	Amount             *amountView   `json:"amount,omitempty"`
	Result             rules.Result  `json:"result,omitempty"`

	Sender      *senderView  `json:"sender,omitempty"`
	Forwarded   bool         `json:"forwarded,omitempty"`
	RespondLink string       `json:"respond_link,omitempty"`
	Warnings    []string     `json:"warnings,omitempty"`
	Error       string       `json:"error,omitempty"`
	Explain     []reasonView `json:"explain,omitempty"`
}

type deadlineView struct {
	At        string `json:"at"`
	Text      string `json:"text"`
	Ambiguous bool   `json:"ambiguous"`
}

type amountView struct {
	Minor    int64  `json:"minor"`
	Currency string `json:"currency"`
	Text     string `json:"text"`
}

// reasonView is why a field was read, or why a value was not taken.
type reasonView struct {
	Field    string `json:"field"`
	Value    string `json:"value"`
	From     string `json:"from"`
	Rejected bool   `json:"rejected,omitempty"`
}

type senderView struct {
	Address string        `json:"address,omitempty"`
	Verdict rules.Verdict `json:"verdict"`
	Why     string        `json:"why"`
}

func viewOfMail(file string, r ingest.Reading) mailView {
	n := r.Notice
	v := mailView{
		File: file, Outcome: r.Outcome, Kind: n.Kind, Language: n.Language,
		DisputeID: n.DisputeID, Reason: n.Reason, ReasonText: n.ReasonText,
		MerchantReference1: n.Order(), MerchantReference2: n.MerchantReference2,
		OrderNumber: n.OrderNumber, OrderID: n.OrderID, CaptureID: n.CaptureID, KlarnaReference: n.KlarnaReference, MerchantID: n.MerchantID,
		Unnamed: n.Unnamed, StripeIDs: n.StripeIDs, Result: n.Result,
		Forwarded: n.Forwarded, RespondLink: n.RespondLink, Warnings: n.Warnings,
	}
	for _, e := range n.Explain {
		v.Explain = append(v.Explain, reasonView(e))
	}
	if r.Message != nil {
		v.Sender = &senderView{r.Sender.Address, r.Sender.Verdict, r.Sender.Why}
		v.Warnings = append(v.Warnings, r.Message.Warnings...)
	}
	if d := n.Deadline; d != nil {
		v.Deadline = &deadlineView{d.At.Format(time.RFC3339), d.Text, d.Ambiguous}
	}
	if !n.Amount.IsZero() {
		v.Amount = &amountView{n.Amount.Minor, n.Amount.Currency, n.AmountText}
	}
	if r.Err != nil {
		v.Error = r.Err.Error()
	}
	return v
}

// print shows a mail to a person, a line a field.
func (v mailView) print(w io.Writer) error {
	var b strings.Builder
	line := func(label, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %-22s %s\n", label, value)
		}
	}
	b.WriteString(v.File + "\n")
	line("outcome", strings.TrimSpace(string(v.Outcome)+" "+string(v.Kind)))
	if s := v.Sender; s != nil {
		line("sender", strings.TrimSpace(s.Address+" "+string(s.Verdict)+": "+s.Why))
	}
	line("dispute id", v.DisputeID)
	line("reason", strings.TrimSpace(v.Reason+" "+terminal.Quoted(v.ReasonText)))
	line("merchant reference 1", v.MerchantReference1)
	line("merchant reference 2", v.MerchantReference2)
	line("order number", v.OrderNumber)
	line("order id", v.OrderID)
	line("capture id", v.CaptureID)
	line("klarna reference", v.KlarnaReference)
	line("merchant id", v.MerchantID)
	line("numbers without a name", strings.Join(v.Unnamed, " "))
	line("stripe ids", strings.Join(v.StripeIDs, " "))
	if d := v.Deadline; d != nil {
		text := d.At + " " + terminal.Quoted(d.Text)
		if d.Ambiguous {
			text += " AMBIGUOUS: the earlier reading"
		}
		line("deadline", text)
	}
	if a := v.Amount; a != nil {
		line("amount", rules.Money{Minor: a.Minor, Currency: a.Currency}.String()+" "+terminal.Quoted(a.Text))
	}
	line("result", string(v.Result))
	line("language", v.Language)
	if v.Forwarded {
		line("forwarded", "yes: read from the mail inside")
	}
	line("respond link", v.RespondLink)
	line("error", v.Error)
	for _, text := range v.Warnings {
		line("warning", text)
	}
	for _, e := range v.Explain {
		how := "from "
		if e.Rejected {
			how = "not taken, "
		}
		line("why "+strings.ReplaceAll(e.Field, "_", " "), terminal.Quoted(e.Value)+" "+how+e.From)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
