package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
)

// books is a Stripe account to audit, with customers whose names nobody may
// print.
type books struct {
	*fakestripe.Server
	t   *testing.T
	dir string
	now time.Time
	n   int
}

func newBooks(t *testing.T) *books {
	t.Helper()
	s, err := fakestripe.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	b := &books{s, t, t.TempDir(), time.Now().UTC().Truncate(time.Second), 0}
	b.write("key", "rk_live_audit123456\n")
	return b
}

func (b *books) write(name, text string) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// sold adds a Klarna order, some days ago.
func (b *books) sold(minor int64, currency string, ago int, change func(*fakestripe.Charge)) string {
	b.n++
	c := fakestripe.Charge{
		ID: fmt.Sprintf("py_%d", b.n), Amount: minor, Currency: currency, Created: b.now.AddDate(0, 0, -ago),
		Customer: "Erika Mustermann", Email: "erika@example.com", OrderReference: "SECRET-77", Description: "for Erika Mustermann",
	}
	if change != nil {
		change(&c)
	}
	b.AddCharge(c)
	return c.ID
}

// disputed adds a dispute of a new order, with a date to answer by.
func (b *books) disputed(minor int64, currency, status string, change func(*fakestripe.Dispute)) string {
	d := fakestripe.Dispute{
		Charge: b.sold(minor, currency, 40, nil), Status: status, Reason: "product_not_received",
		Created: b.now.AddDate(0, 0, -30), DueBy: b.now.AddDate(0, 0, -9),
	}
	d.ID = "du_" + strings.TrimPrefix(d.Charge, "py_")
	if change != nil {
		change(&d)
	}
	b.AddDispute(d)
	return d.Charge
}

// audit runs the command with the key file.
func (b *books) audit(args ...string) (code int, out, errs string) {
	return b.command(append([]string{"audit", "--stripe-key-file", filepath.Join(b.dir, "key"), "--stripe-api-base", b.URL}, args...)...)
}

func (b *books) command(args ...string) (code int, out, errs string) {
	var o, e bytes.Buffer
	code = run(context.Background(), args, strings.NewReader(""), &o, &e)
	for _, secret := range []string{"audit123456", "rika", "ustermann", "SECRET-77"} {
		if strings.Contains(o.String()+e.String(), secret) {
			b.t.Errorf("%v prints %q", args, secret)
		}
	}
	return code, o.String(), e.String()
}

// holds checks that text has each of the words, blanks aside.
func (b *books) holds(text string, words ...string) {
	b.t.Helper()
	flat := strings.Join(strings.Fields(text), " ")
	for _, w := range words {
		if !strings.Contains(flat, w) {
			b.t.Errorf("want %q in:\n%s", w, text)
		}
	}
}

// fill makes a bit of everything.
func (b *books) fill() {
	lost := func(submissions int64, code string) func(*fakestripe.Dispute) {
		return func(d *fakestripe.Dispute) { d.Submissions, d.LossReason = submissions, code }
	}
	b.disputed(124_90, "EUR", "lost", nil)
	b.disputed(1_000_000, "EUR", "lost", lost(0, "Merchant didn't counter dispute"))
	b.disputed(5000, "JPY", "lost", nil)
	b.disputed(50_00, "EUR", "lost", lost(1, "insufficient_evidence"))
	b.disputed(10_00, "EUR", "lost", func(d *fakestripe.Dispute) { d.Submissions, d.PastDue = 1, true })
	b.disputed(20_00, "EUR", "lost", func(d *fakestripe.Dispute) { d.DueBy = time.Time{} })
	b.disputed(30_00, "EUR", "won", lost(1, ""))
	b.disputed(40_00, "SEK", "under_review", lost(1, ""))
	b.disputed(60_00, "EUR", "warning_closed", nil)
	b.disputed(70_00, "EUR", "needs_response", func(d *fakestripe.Dispute) { d.DueBy = b.now.Add(30 * time.Hour) })
	b.disputed(80_00, "EUR", "warning_needs_response", func(d *fakestripe.Dispute) { d.DueBy = b.now.AddDate(0, 0, 10) })
	b.disputed(90_00, "EUR", "needs_response", func(d *fakestripe.Dispute) { d.DueBy = time.Time{} })
	b.sold(11_00, "EUR", 3, nil)
	b.sold(12_00, "EUR", 3, func(c *fakestripe.Charge) { c.Tracking, c.Carrier = "T1", "DHL" })
	b.sold(13_00, "EUR", 300, nil) // before the time of the audit
	b.sold(14_00, "EUR", 3, func(c *fakestripe.Charge) { c.Method = "card" })
}

func TestAuditWithNothingButAKeySaysWhatSilenceCost(t *testing.T) {
	b := newBooks(t)
	b.fill()
	code, out, errs := b.audit()
	if code != exitDone || errs != "" {
		t.Fatalf("exit %d: %s", code, errs)
	}
	b.holds(out,
		"Klarna disputes of the last 200 days",
		"Lost because nobody answered: 3 disputes. 10,164.90 EUR with fees 5,000 JPY without the fees, which are not known Open now: 3 disputes, the next one",
		"Stripe account acct_1FakeShop",
		"Lost: nobody answered 2 10,124.90 40.00 10,164.90 EUR 1 5,000 unknown 5,000 JPY",
		"Lost: answered too late 1 10.00 20.00 30.00 EUR",
		"Lost: in spite of an answer 1 50.00 20.00 70.00 EUR",
		"Lost: Stripe took no answer 1 20.00 20.00 40.00 EUR",
		"Open: an answer is due 3 240.00 60.00 300.00 EUR",
		"Answered or refunded: waiting 1 40.00 40.00 SEK",
		"Won 1 30.00 30.00 EUR",
		"Settled as an inquiry 1 60.00 60.00 EUR",
		"1 Merchant didn't counter dispute 1 insufficient_evidence",
		"Lost disputes without a tracking number on the charge: 6 of 6.",
		"left chargeback 70.00 EUR py_10", "9 days left inquiry 80.00 EUR py_11", "– no answer chargeback 90.00 EUR py_12",
		"Klarna orders captured: 14. Refunded in full: 0. With tracking: 1.",
		"Without a tracking number: 13 (10,545.90 EUR, 5,000 JPY, 40.00 SEK), 1 of them of the last 7 days.",
		"* Fees: 20.00 EUR a lost chargeback, after Stripe's list of 2023",
		"A dispute that somebody accepted on purpose looks the same at Stripe.",
	)
	for line := range strings.Lines(out) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	for _, r := range b.Requests() {
		if r.Method != "GET" {
			t.Errorf("%s %s", r.Method, r.Path)
		}
	}
}

func TestAuditNamesStatesThatNobodyKnows(t *testing.T) {
	b := newBooks(t)
	b.disputed(70_00, "EUR", "klarna_thinks", nil)
	page := filepath.Join(b.dir, "page.html")
	_, out, _ := b.audit("--html", page)
	b.holds(out, "In a state unknown here 1 70.00 70.00 EUR", "look at these in Stripe 1 klarna_thinks")
	b.holds(b.read(page), "1 × klarna_thinks")
	if _, out, _ := b.audit("--json"); !strings.Contains(out, `"unknown_statuses":[{"code":"klarna_thinks","disputes":1}]`) {
		t.Error(out)
	}
}

func TestOpenDisputesAreListedByUrgency(t *testing.T) {
	b := newBooks(t)
	for _, hours := range []int{300, -5, 3, 72} {
		b.disputed(1000, "EUR", "needs_response", func(d *fakestripe.Dispute) { d.DueBy = b.now.Add(time.Duration(hours)*time.Hour + 30*time.Minute) })
	}
	b.disputed(1000, "EUR", "needs_response", func(d *fakestripe.Dispute) { d.DueBy = time.Time{} })
	_, out, _ := b.audit()
	b.holds(out, "overdue chargeback 10.00 EUR py_2", "3 h left chargeback 10.00 EUR py_3", "Open now: 5 disputes, 1 of them overdue, the next one", "(3 h left).")
	last := 0
	for _, charge := range []string{"py_2", "py_3", "py_4", "py_1", "py_5"} {
		at := strings.Index(out, charge+"\n")
		if at < last {
			t.Errorf("%s is out of order:\n%s", charge, out)
		}
		last = at
	}
}

func TestAuditAsJSONHoldsTheSameSums(t *testing.T) {
	b := newBooks(t)
	b.fill()
	code, out, _ := b.audit("--json")
	var r struct {
		From, To  string
		FeeSource string `json:"fee_source"`
		Accounts  []struct {
			Account  string
			TestMode bool `json:"test_mode"`
			Disputes int
			Ends     map[string]struct {
				Disputes int
				Sums     []struct {
					Currency string
					Minor    int64
					Fees     *int64 `json:"fees_minor"`
					Unknown  bool   `json:"fees_unknown"`
					Together int64  `json:"together_minor"`
				}
			}
			Open []struct {
				Charge, Stage, Link string
				DueBy               *string `json:"due_by"`
			}
			Orders struct {
				Charges, Captured, Tracked int
				Untracked                  int   `json:"without_tracking"`
				Week                       int   `json:"without_tracking_last_7_days"`
				Newest                     []any `json:"without_tracking_newest"`
			}
		}
		Mails *any
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != exitDone || strings.Count(out, "\n") != 1 {
		t.Fatalf("exit %d, %v: %s", code, err, out)
	}
	a := r.Accounts[0]
	silent := a.Ends["lost_unanswered"]
	if silent.Disputes != 3 || len(silent.Sums) != 2 || silent.Sums[0].Minor != 1_012_490 || *silent.Sums[0].Fees != 40_00 || silent.Sums[0].Together != 1_016_490 {
		t.Errorf("lost because nobody answered: %+v", silent)
	}
	if jpy := silent.Sums[1]; jpy.Fees != nil || !jpy.Unknown || jpy.Together != 5000 {
		t.Errorf("a currency without a known fee: %+v", jpy)
	}
	if won := a.Ends["won"].Sums[0]; won.Fees != nil || won.Unknown {
		t.Errorf("a win has fees: %+v", won)
	}
	if len(a.Open) != 3 || a.Open[0].Charge != "py_10" || a.Open[0].Link != "https://dashboard.stripe.com/acct_1FakeShop/payments/py_10" || a.Open[2].DueBy != nil {
		t.Errorf("open: %+v", a.Open)
	}
	if o := a.Orders; o.Charges != 15 || o.Captured != 14 || o.Tracked != 1 || o.Untracked != 13 || o.Week != 1 || len(o.Newest) != 13 {
		t.Errorf("orders: %+v", o)
	}
	if r.Mails != nil || a.TestMode || a.Disputes != 12 {
		t.Errorf("%+v", r)
	}
}

func TestAuditOfAnAccountWithoutDisputesSaysSo(t *testing.T) {
	b := newBooks(t)
	b.write("key", "rk_test_empty")
	code, out, _ := b.audit("--html", filepath.Join(b.dir, "page.html"))
	if code != exitDone {
		t.Errorf("exit %d", code)
	}
	b.holds(out, "Lost because nobody answered: none. Open now: none.", "test mode: these are no real disputes", "No Klarna dispute.", "Klarna orders captured: 0.")
}

func TestKeyFileBesideAConfigGoesToTheConfigsStripe(t *testing.T) {
	b := newBooks(t)
	b.fill()
	b.write("config.yaml", "store: sqlite:"+b.dir+"/cases.db\nmailboxes: [{name: shop, host: 127.0.0.1, username: p@shop.example}]\nstripe: [{name: main, api_base: \""+b.URL+"\"}]\nslack: {channel: \"#a\"}\n")
	code, out, errs := b.command("audit", "--stripe-key-file", filepath.Join(b.dir, "key"), "--config", filepath.Join(b.dir, "config.yaml"))
	if code != exitDone {
		t.Errorf("exit %d: %s", code, errs)
	}
	b.holds(out, "Lost: nobody answered")
}

func TestAuditThatCannotReadSaysWhyInOneLineAndWritesNothing(t *testing.T) {
	for name, c := range map[string]struct {
		words string
		code  int
		do    func(*books)
		args  []string
	}{
		"wrong key":      {"list disputes: HTTP 401", exitFailed, func(b *books) { b.AddKey("rk_live_other", fakestripe.Key{}) }, nil},
		"no permission":  {"Disputes: Read", exitFailed, func(b *books) { b.AddKey("rk_live_audit123456", fakestripe.Key{Lacks: []string{"dispute"}}) }, nil},
		"no key file":    {"hint: write a restricted key", exitFailed, func(b *books) { os.Remove(filepath.Join(b.dir, "key")) }, nil},
		"empty key file": {"the file is empty", exitFailed, func(b *books) { b.write("key", "\n") }, nil},
		"two keys":       {"nothing else", exitFailed, func(b *books) { b.write("key", "rk_live_1 rk_live_2") }, nil},
		"page nowhere":   {"its folder must be there", exitFailed, nil, []string{"--html", "/nonexistent/page.html"}},
		"page a folder":  {"not a file", exitUsage, nil, []string{"--html", "/"}},
		"stray word":     {"unexpected word", exitUsage, nil, []string{"now"}},
		"key in clear":   {"only loopback", exitUsage, nil, []string{"--stripe-api-base", "http://stripe.example"}},
		"odd address":    {"want an https:// address", exitUsage, nil, []string{"--stripe-api-base", "stripe"}},
		"no host":        {"want an https:// address", exitUsage, nil, []string{"--stripe-api-base", "https://"}},
		"login in it":    {"want an https:// address", exitUsage, nil, []string{"--stripe-api-base", "https://a:b@stripe.example"}},
		"another scheme": {"want an https:// address", exitUsage, nil, []string{"--stripe-api-base", "file:///etc"}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBooks(t)
			b.fill()
			if c.do != nil {
				c.do(b)
			}
			page := filepath.Join(b.dir, "page.html")
			code, out, errs := b.audit(append([]string{"--html", page}, c.args...)...)
			if code != c.code || out != "" || !strings.Contains(errs, c.words) || strings.Count(errs, "\n") > 2 {
				t.Errorf("exit %d, %q, %q", code, out, errs)
			}
			left, err := filepath.Glob(filepath.Join(b.dir, "*"))
			hidden, _ := filepath.Glob(filepath.Join(b.dir, ".*"))
			if err != nil || len(hidden) != 0 || len(left) > 1 {
				t.Errorf("it left %v %v", left, hidden)
			}
		})
	}
}

func TestAuditWithoutChargesToReadStillTellsOfDisputes(t *testing.T) {
	b := newBooks(t)
	b.fill()
	b.Break(fakestripe.Fault{Path: "/v1/charges", Status: 403, Code: "more_permissions_required"})
	page := filepath.Join(b.dir, "page.html")
	code, out, errs := b.audit("--html", page)
	if code != exitFailed {
		t.Errorf("exit %d", code)
	}
	b.holds(out, "Lost: nobody answered 2", "Orders: not read")
	b.holds(errs, "list charges: HTTP 403", "hint: ")
	b.holds(b.read(page), "Not read: stripe account: list charges: HTTP 403", "10,164.90 EUR")
}

func TestLongListsOfTheTableAreCutAndSaySo(t *testing.T) {
	b := newBooks(t)
	const listed = 25
	for range listed + 3 {
		b.disputed(1000, "EUR", "needs_response", func(d *fakestripe.Dispute) { d.DueBy = b.now.Add(time.Hour) })
	}
	_, out, _ := b.audit()
	if n := strings.Count(out, "chargeback   "); n != listed || !strings.Contains(out, "and 3 more: see --json or --html") {
		t.Errorf("%d lines:\n%s", n, out)
	}
}

func TestLinkOfATestDisputeLeadsToTestMode(t *testing.T) {
	b := newBooks(t)
	b.write("key", "rk_test_audit123456")
	b.disputed(1000, "EUR", "needs_response", nil)
	if _, out, _ := b.audit("--json"); !strings.Contains(out, `https://dashboard.stripe.com/acct_1FakeShop/test/payments/py_1"`) {
		t.Error(out)
	}
}

func (b *books) read(path string) string {
	b.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(text)
}

func TestAuditPageStandsAloneAndNamesNoCustomer(t *testing.T) {
	b := newBooks(t)
	b.fill()
	b.disputed(1, "EUR", "lost", func(d *fakestripe.Dispute) { d.LossReason = "<script>alert(1)</script>" })
	page := filepath.Join(b.dir, "page.html")
	b.write("page.html", "the one of last month")
	if code, _, errs := b.audit("--html", page); code != exitDone {
		t.Fatal(errs)
	}
	text := b.read(page)
	b.holds(text, "Lost because nobody answered: 4 disputes", "10,184.91 EUR", "5,000 JPY <small>without the fees", "py_10",
		"29 h left", "Without a tracking number: 14</b>", "prefers-color-scheme: dark", "width=device-width", "&lt;script&gt;", "list of 2023")
	for _, word := range []string{"rika", "ustermann", "SECRET-77", "audit123456", "<script", "src=", "@import", "url(", "<link", "last month"} {
		if strings.Contains(text, word) {
			t.Errorf("the page holds %q", word)
		}
	}
	for _, part := range strings.Split(text, `href="`)[1:] {
		if !strings.HasPrefix(part, "https://dashboard.stripe.com/") {
			t.Errorf("a link leads to %.40s", part)
		}
	}
	if info, err := os.Stat(page); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(b.dir, ".*")); len(left) != 0 {
		t.Errorf("it left %v", left)
	}
}
