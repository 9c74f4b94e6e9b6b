package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/audit"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/rules"
)

// auditCall is one call of "audit".
type auditCall struct {
	*command
	keyFile, apiBase, page string
	asJSON                 bool
}

func (c *command) auditCommand() *cobra.Command {
	a := auditCall{command: c}
	cmd := &cobra.Command{
		Use: "audit", Short: "what the Klarna disputes of the last 200 days cost, from a read-only Stripe key alone",
		Long: "Says what the Klarna disputes of the last 200 days came to: lost because nobody\n" +
			"answered, lost after an answer, open now and until when; and which captured Klarna\n" +
			"orders carry no tracking number. It reads Stripe and changes nothing.\n\n" +
			"With --stripe-key-file it needs neither config nor mailbox nor Slack: a restricted\n" +
			"key with read access to Disputes, Charges and Refunds, and PaymentIntents is enough.\n" +
			"Without it, each Stripe account of the config is audited. With a config also the\n" +
			"disputes that were mailed and never followed up are named, if the book holds any.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.run(cmd.Context()) },
	}
	f := cmd.Flags()
	f.StringVar(&a.keyFile, "stripe-key-file", "", "a `FILE` that holds a restricted Stripe key and nothing else")
	f.StringVar(&a.apiBase, "stripe-api-base", "", "with --stripe-key-file: Stripe's API at another `URL` (default the config's, else https://api.stripe.com)")
	f.StringVar(&a.page, "html", "", "also write one self-contained page without customer data to `FILE`")
	f.BoolVar(&a.asJSON, "json", false, "one JSON object")
	return cmd
}

// run reads what can be read, prints it, and then says what failed.
func (a *auditCall) run(ctx context.Context) error {
	accounts, cfg, err := a.sources()
	if err != nil {
		return err
	}
	page, err := newAuditFile(a.page) // before the minute that the reading takes
	if err != nil {
		return err
	}
	defer page.drop()
	policy := rules.Default(time.UTC)
	if cfg != nil {
		policy = cfg.Policy()
	}
	r := audit.New(time.Now().In(policy.Calendar.Location), policy.Fees)
	errs := a.read(ctx, accounts, r)
	if cfg != nil {
		errs = append(errs, a.mails(ctx, cfg, r))
	}
	failed := errors.Join(errs...)
	if len(r.Accounts) == 0 || ctx.Err() != nil {
		return failed
	}
	for _, err := range errs {
		if err != nil {
			why, _ := health.Apart(err)
			r.Errors = append(r.Errors, why)
		}
	}
	return errors.Join(a.print(r), page.write(r), failed)
}

// print writes the result to standard output.
func (a *auditCall) print(r *audit.Report) error {
	if a.asJSON {
		return json.NewEncoder(a.stdout).Encode(r)
	}
	return r.Table(a.stdout)
}

// account is one Stripe account to audit.
type account struct {
	name   string // in the config; "" for that of --stripe-key-file
	client *charges.Client
}

// sources are the accounts to audit, and the config, which is nil where the key
// file stands alone.
func (a *auditCall) sources() ([]account, *config.Config, error) {
	if a.keyFile == "" && a.apiBase != "" {
		return nil, nil, &usageError{"audit: --stripe-api-base goes with --stripe-key-file; in a config it is api_base"}
	}
	var cfg *config.Config
	if a.keyFile == "" || a.configFile != "" {
		var err error
		if cfg, err = a.load(config.Options{}); err != nil {
			if a.configFile == "" {
				err = fmt.Errorf("%w\nhint: or audit without a config: --stripe-key-file FILE", err)
			}
			return nil, nil, err
		}
	}
	if a.keyFile != "" {
		if cfg != nil && a.apiBase == "" { // the key is of the Stripe that the config knows
			a.apiBase = cfg.Stripe[0].APIBase
		}
		one, err := a.ofKeyFile()
		return []account{one}, cfg, err
	}
	var all []account
	for _, s := range cfg.Stripe {
		all = append(all, account{s.Name, wiring.Stripe(cfg, s, nil, time.Now)})
	}
	return all, cfg, nil
}

// ofKeyFile is the account of the key in --stripe-key-file.
func (a *auditCall) ofKeyFile() (account, error) {
	path, err := filepath.Abs(a.keyFile)
	if err != nil {
		return account{}, fmt.Errorf("audit: %w", err)
	}
	key := (&config.Config{}).Secret(path)
	if _, err := key.Read(); errors.Is(err, os.ErrNotExist) {
		return account{}, fmt.Errorf("%w\nhint: write a restricted key (rk_live_…) into that file, mode 0600", err)
	} else if err != nil {
		return account{}, err
	}
	if err := safeBase(a.apiBase); err != nil {
		return account{}, err
	}
	return account{"", charges.New(charges.Account{Name: "account", Key: key.Read, APIBase: a.apiBase})}, nil
}

// safeBase refuses an address to which the key would go in the clear.
func safeBase(base string) error {
	if base == "" {
		return nil
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return &usageError{"audit: --stripe-api-base: want an https:// address"}
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()) {
		return nil
	}
	return &usageError{"audit: --stripe-api-base: want an https:// address; http would send the key in the clear, so only loopback may have it"}
}

// read audits each account; one that fails does not keep the others from it.
func (a *auditCall) read(ctx context.Context, accounts []account, r *audit.Report) []error {
	var errs []error
	say := terminal.Progress(a.stderr)
	defer say("")
	for _, acct := range accounts {
		say(strings.TrimSpace("Stripe "+acct.name) + ": reading disputes")
		w, err := acct.client.Window(ctx, r.Since)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		sales, err := acct.client.Sales(ctx, r.Since, func(read int, share float64) {
			say(fmt.Sprintf("%s: %s charges read, %.0f %% of the time", strings.TrimSpace("Stripe "+acct.name), audit.Grouped(read), 100*share))
		})
		errs = append(errs, w.Err(), err)
		of := audit.Source{Name: acct.name, TestMode: acct.client.TestMode(), Disputes: w.Readings()}
		if err == nil {
			of.Sales = &sales
		}
		r.Add(of)
	}
	return errs
}

// mails adds what the book knows of mailed disputes. A book that is not there
// yet knows nothing: that is no fault.
func (a *auditCall) mails(ctx context.Context, cfg *config.Config, r *audit.Report) error {
	book, err := wiring.Book(ctx, cfg, true, time.Now)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	cases, err := auditCases(ctx, book, r.Since)
	if err == nil {
		r.AddCases(cases)
	}
	return errors.Join(err, book.Close())
}

// auditCases reads the cases since a time, each with all that was said of it.
func auditCases(ctx context.Context, book *casebook.Book, since time.Time) ([]audit.Case, error) {
	cases, err := book.Cases(ctx, casebook.Filter{Since: since})
	if err != nil {
		return nil, err
	}
	var all []audit.Case
	for _, c := range cases {
		events, err := book.History(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		all = append(all, audit.Case{Case: c, Events: events})
	}
	return all, nil
}
