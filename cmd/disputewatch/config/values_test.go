package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/disputewatch/disputewatch/rules"
)

func TestAmountsAreMinorUnitsOfTheirCurrency(t *testing.T) {
	for text, want := range map[string]rules.Money{
		"100 EUR":   {Minor: 10000, Currency: "EUR"},
		"99.90 EUR": {Minor: 9990, Currency: "EUR"},
		"0.05 SEK":  {Minor: 5, Currency: "SEK"},
		"5000 JPY":  {Minor: 5000, Currency: "JPY"},
		"1.500 KWD": {Minor: 1500, Currency: "KWD"},
	} {
		if got, err := parseMoney(text); got != want || err != nil {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "100", "100 eur", "100EUR", "1,5 EUR", "1.5 EUR", "1.50 JPY", "-1 EUR", "1.500 EUR", "9999999999999 EUR"} {
		if got, err := parseMoney(text); err == nil {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestOfficeHours(t *testing.T) {
	var h Hours
	if err := h.read("00:00-24:00"); err != nil || h != (Hours{0, 24 * time.Hour}) {
		t.Errorf("%v, %v", h, err)
	}
	if err := h.read("08:30-16:45"); err != nil || h != (Hours{8*time.Hour + 30*time.Minute, 16*time.Hour + 45*time.Minute}) {
		t.Errorf("%v, %v", h, err)
	}
	for _, text := range []string{"9:00-17:00", "09:00-09:00", "22:00-06:00", "24:00-24:00", "09:60-17:00", "09:00-25:00", "09:00 - 17:00"} {
		if err := h.read(text); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
}

func TestPolicySaysWhatTheFileSays(t *testing.T) {
	c, lines := load(t, "good-asks-nothing.yaml")
	if lines != nil {
		t.Fatal(lines)
	}
	p := c.Policy()
	if p.Calendar.Location.String() != "Europe/Berlin" || !p.Calendar.Holidays["2026-12-24"] {
		t.Errorf("calendar: %+v", p.Calendar)
	}
	if p.Calendar.Days != [7]bool{false, true, true, true, true, true, false} || p.Calendar.Opens != 9*time.Hour || p.Calendar.Closes != 17*time.Hour {
		t.Errorf("office time: %+v", p.Calendar)
	}
	if len(p.Mailboxes) != 1 || p.Mailboxes[0] != "onboarding" {
		t.Errorf("mailboxes: %q", p.Mailboxes)
	}
	want := []rules.Step{
		{Name: "new", When: rules.When{Anchor: rules.OnOpened}, Mention: []string{"@here"}, If: rules.Condition{
			MinAmount: []rules.Money{{Minor: 10000, Currency: "EUR"}},
		}},
		{Name: "nudge", When: rules.When{Anchor: rules.Unanswered, Span: rules.Span{N: 1, Unit: "wd"}}},
		{Name: "big", When: rules.When{Anchor: rules.BeforeDeadline, Span: rules.Span{N: 2, Unit: "wd"}}, Mention: []string{"owner", "U024BE7LH"}, If: rules.Condition{
			MinAmount: []rules.Money{{Minor: 9990, Currency: "EUR"}, {Minor: 5000, Currency: "JPY"}},
		}},
	}
	if diff := cmp.Diff(want, p.Dispute); diff != "" {
		t.Errorf("the ladder of the file (-want +got):\n%s", diff)
	}
	if len(p.StopRequest) != 2 || p.StopRequest[1].Repeat.String() != "2h" || !p.StopRequest[1].Page {
		t.Errorf("the ladder that the file leaves out: %+v", p.StopRequest)
	}
	if p.Assume.HighRisk.String() != "96h" || p.ClaimLapses.String() != "1wd" {
		t.Errorf("assumptions: %+v, claims lapse %s", p.Assume, p.ClaimLapses)
	}
}

func TestFeesAndWhatMayBeShownReachThePolicy(t *testing.T) {
	c, lines := load(t, "good-money.yaml")
	if lines != nil {
		t.Fatal(lines)
	}
	p := c.Policy()
	want := rules.Fees{"EUR": {Minor: 2500, Currency: "EUR"}, "SEK": {Minor: 14950, Currency: "SEK"}, "JPY": {Minor: 3000, Currency: "JPY"}, "USD": {Minor: 0, Currency: "USD"}}
	if diff := cmp.Diff(want, p.Fees); diff != "" || !p.ShowCustomers || c.AutomaticCapture != "allowed" {
		t.Errorf("customers %v, capture %q, fees (-want +got):\n%s", p.ShowCustomers, c.AutomaticCapture, diff)
	}
	if p := Default().Policy(); len(p.Fees) > 0 || p.ShowCustomers {
		t.Error("the default shows customers, or knows fees of its own")
	}
}

func TestTheContractsConfigIsTheDefaultWhereItNamesOne(t *testing.T) {
	c, lines := load(t, "good-contract.yaml")
	if lines != nil {
		t.Fatal(lines)
	}
	d := Default()
	for what, pair := range map[string][2]any{
		"calendar":   {c.Calendar, d.Calendar},
		"assume":     {c.Assume, d.Assume},
		"escalation": {c.Escalation, d.Escalation},
		"alarms":     {c.Alarms, d.Alarms},
		"slack":      {c.Slack, d.Slack},
		"digest":     {c.Digest, d.Digest},
		"retention":  {c.Retention, d.Retention},
	} {
		if diff := cmp.Diff(pair[1], pair[0], cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-default +contract):\n%s", what, diff)
		}
	}
	var box Mailbox
	box.setDefaults()
	if got := c.Mailboxes[0]; got.Schedule != box.Schedule || got.Lookback != box.Lookback || got.DKIM != box.DKIM || got.PasswordFile != box.PasswordFile {
		t.Errorf("mailbox: %+v", got)
	}
}

func TestTrustFollowsTheHostWhereTheFileIsSilent(t *testing.T) {
	for host, want := range map[string]string{
		"imap.gmail.com":        "mx.google.com",
		"imap.googlemail.com":   "mx.google.com",
		"Outlook.Office365.com": "microsoft",
		"outlook.office.com":    "microsoft",
		"imap.example.com":      "",
	} {
		c := mustRead(t, strings.Replace(smallest, "imap.example.com", host, 1))
		if got := strings.Join(c.Mailboxes[0].TrustedAuthserv, " "); got != want {
			t.Errorf("%s: %q", host, got)
		}
	}
	c := mustRead(t, strings.Replace(smallest, "imap.example.com", "imap.gmail.com, trusted_authserv: []", 1))
	if got := c.Mailboxes[0].TrustedAuthserv; len(got) != 0 {
		t.Errorf("an empty list was overruled: %v", got)
	}
}

func TestWhatFollowsFromOtherKeys(t *testing.T) {
	c := mustRead(t, "store: sqlite:cases.db\nvocabulary: words.txt\nslack: {api_base: 'http://127.0.0.1:8080/api'}\n"+
		"stripe: [{name: main, api_base: 'http://localhost:8081/'}]\n"+
		"mailboxes: [{name: a, host: '::1', security: none, username: a, ca_file: /ca.pem}]\n")
	if c.Store != "sqlite:/etc/disputewatch/cases.db" || c.Vocabulary != "/etc/disputewatch/words.txt" || c.Mailboxes[0].CAFile != "/ca.pem" {
		t.Errorf("paths: %s, %s, %s", c.Store, c.Vocabulary, c.Mailboxes[0].CAFile)
	}
	if c.Slack.APIBase != "http://127.0.0.1:8080/api/" || c.Stripe[0].APIBase != "http://localhost:8081" {
		t.Errorf("bases: %s, %s", c.Slack.APIBase, c.Stripe[0].APIBase)
	}
	if a := c.Mailboxes[0].Addresses; len(a) != 0 {
		t.Errorf("addresses: %s", a)
	}
	for keys, want := range map[string]string{"port: 993": "a@shop.example", "addresses: [other@shop.example]": "other@shop.example", "addresses: []": ""} {
		if got := strings.Join(mustRead(t, with("mailbox", keys)).Mailboxes[0].Addresses, " "); got != want {
			t.Errorf("%s: Klarna writes to %s", keys, got)
		}
	}
	if c.Mailboxes[0].Port != 143 || c.Mailboxes[0].Stripe != "main" {
		t.Errorf("mailbox: %+v", c.Mailboxes[0])
	}
}

// with is the smallest config with more keys: of the file, of its mailbox or of its
// account.
func with(place, keys string) string {
	switch place {
	case "mailbox":
		return strings.Replace(smallest, "imap.example.com", "imap.example.com, "+keys, 1)
	case "stripe":
		return strings.Replace(smallest, "name: main", "name: main, "+keys, 1)
	}
	return smallest + keys + "\n"
}

func TestEachValueThatCannotBeMeantIsAFault(t *testing.T) {
	const app = "oauth2: {provider: custom, client_id: i, refresh_token_file: r, token_url: "
	for _, tt := range []struct{ place, keys, want string }{
		{"", "store: 'sqlite:'", "store: want sqlite: and the path"},
		{"", "store: 'sqlite://x'", "store: want sqlite: and the path"},
		{"", "store: 'sqlite:cases.db?mode=ro'", "store: want sqlite: and the path"},
		{"", "store: 'postgres://[bad/cases'", "store: want sqlite:PATH or"},
		{"", "store: 'postgres://db.example/'", "store: names no database"},
		{"", "timezone: ''", "timezone: unknown time zone"},
		{"", "listen: 127.0.0.1", "listen: want an address"},
		{"", "listen: 127.0.0.1:http", "listen: want an address"},
		{"", "listen: 127.0.0.1:70000", "listen: want an address"},
		{"", "listen: 127.0.0.1:09321", "listen: want an address"},
		{"", "listen: 127.0.0.1:-1", "listen: want an address"},
		{"", "listen: 0.0.0.0:9321", "listen: only a loopback address"},
		{"", "listen: 192.0.2.1:9321", "listen: only a loopback address"},
		{"", "resolver: 9.9.9.9:0", "resolver: want the DNS server's"},
		{"", "slack: {api_base: 'https://slack.com/api/?x=1'}", "slack.api_base: want an https:// address"},
		{"", "slack: {api_base: 'https://slack.com/api/#x'}", "slack.api_base: want an https:// address"},
		{"", "slack: {api_base: 'https:///api/'}", "slack.api_base: want an https:// address"},
		{"", "slack: {api_base: 'ftp://slack.com/api/'}", "slack.api_base: want an https:// address"},
		{"", "slack: {api_base: 'https://[bad/'}", "slack.api_base: want an https:// address"},
		{"", "slack: {api_base: 'http://192.0.2.1/api/'}", "slack.api_base: http would send the key in the clear"},
		{"", "escalation: {dispute: [{step: new, when: opened}, {step: " + strings.Repeat("x", 41) + ", when: opened}]}", "escalation.dispute[1].step: want a name"},
		{"mailbox", "schedule: 'CRON_TZ=UTC * * * * *'", "mailboxes[0].schedule: the zone is set by the key timezone"},
		{"mailbox", "port: 0", "mailboxes[0].port: want a port"},
		{"mailbox", "trusted_authserv: ['mx a']", "mailboxes[0].trusted_authserv[0]: want the id"},
		{"mailbox", "oauth2: {provider: custom, client_id: i, token_url: 'https://id.example/'}", "mailboxes[0].oauth2: wants refresh_token_file, or"},
		{"mailbox", "oauth2: {provider: custom, refresh_token_file: r, token_url: 'https://id.example/'}", "mailboxes[0].oauth2.client_id: is missing"},
		{"mailbox", app + "'https:///token'}", "mailboxes[0].oauth2.token_url: want an https:// address"},
		{"mailbox", app + "'ftp://id.example/'}", "mailboxes[0].oauth2.token_url: want an https:// address"},
		{"mailbox", app + "'https://id.example/#x'}", "mailboxes[0].oauth2.token_url: want an https:// address"},
		{"mailbox", app + "'https://[bad/'}", "mailboxes[0].oauth2.token_url: want an https:// address"},
		{"mailbox", app + "'https://id.example/?client_secret=x'}", "mailboxes[0].oauth2.token_url: secrets are files only"},
		{"stripe", "account: acct_1-2", "stripe[0].account: want a connected account's id"},
		{"stripe", "reference_keys: [" + strings.Repeat("x", 41) + "]", "stripe[0].reference_keys[0]: want a metadata key"},
	} {
		_, err := Options{CheckSchedule: checkSchedule}.read("c.yaml", []byte(with(tt.place, tt.keys)), Config{})
		var faults *Faults
		if !errors.As(err, &faults) || len(faults.List) != 1 || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.keys, err, tt.want)
		}
	}
}

func TestWhatCanBeMeantIsNoFault(t *testing.T) {
	for _, tt := range []struct{ place, keys string }{
		{"", "listen: ''"},
		{"", "listen: '[::1]:9321'"},
		{"", "resolver: 9.9.9.9:53"},
		{"", "store: postgres://db.example/cases"},
		{"", "retention: {mail_text: 48h}"},
		{"mailbox", "oauth2: {provider: custom, client_id: i, refresh_token_file: r, token_url: 'http://127.0.0.1:8080/token'}"},
		{"mailbox", "oauth2: {provider: custom, client_id: i, client_secret_file: s, token_url: 'https://id.example/'}"},
		{"mailbox", "oauth2: {provider: microsoft, client_id: i, client_secret_file: s, token_url: 'https://id.example/'}"},
		{"stripe", "account: acct_1Shop"},
	} {
		mustRead(t, with(tt.place, tt.keys))
	}
}

func TestStoreTakesNoPassword(t *testing.T) {
	for _, url := range []string{
		"postgres://me:hunter2@db.example/cases",
		"postgresql://db.example/cases?password=hunter2",
		"postgres://db.example/cases?sslpassword=hunter2",
	} {
		_, err := Options{}.read("c.yaml", []byte("store: "+url+"\n"+smallest), Config{})
		if err == nil || !strings.Contains(err.Error(), "store: secrets are files only") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%v", err)
		}
	}
}

func TestByteOrderMarkIsNoKey(t *testing.T) {
	mustRead(t, "\ufeff"+smallest)
}

func TestFindPrefersTheFlag(t *testing.T) {
	t.Chdir(t.TempDir())
	if got, err := Find("/some/file"); got != "/some/file" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := os.Stat("/etc/disputewatch/config.yaml"); err == nil {
		t.Skip("this machine has a config of its own")
	}
	if _, err := Find(""); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "\nhint: ") {
		t.Errorf("without a file: %v", err)
	}
	if err := os.WriteFile("config.yaml", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := Find(""); got != "config.yaml" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestMissingFileIsNoFault(t *testing.T) {
	_, err := Load(filepath.Join(t.TempDir(), "config.yaml"))
	var faults *Faults
	if !errors.Is(err, fs.ErrNotExist) || errors.As(err, &faults) || !strings.Contains(err.Error(), "\nhint: ") {
		t.Errorf("%v", err)
	}
}

func TestHugeFileIsRefusedUnread(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, []byte(strings.Repeat("#\n", maxFile)), 0o600); err != nil {
		t.Fatal(err)
	}
	var faults *Faults
	if _, err := Load(path); !errors.As(err, &faults) || !strings.Contains(err.Error(), "larger than") {
		t.Errorf("%v", err)
	}
}

func TestManyFaultsAreCounted(t *testing.T) {
	_, err := Options{}.read("c.yaml", []byte("on_call: [x"+strings.Repeat(", x", 499)+"]\n"+smallest), Config{})
	var faults *Faults
	if !errors.As(err, &faults) || len(faults.List) != maxFaults+1 || faults.List[maxFaults].What != "400 more faults from here on" {
		t.Errorf("%v", err)
	}
}
