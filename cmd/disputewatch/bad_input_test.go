package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/view"
	"github.com/disputewatch/disputewatch/ingest/charges/fakestripe"
	"github.com/disputewatch/disputewatch/rules"
)

// today is for tests of commands, which live in real time.
func today() string { return time.Now().Truncate(time.Second).UTC().Format(time.RFC3339) }

// edit replaces a part of the config.
func (s *story) edit(old, text string) {
	s.t.Helper()
	before := s.configText()
	if !strings.Contains(before, old) {
		s.t.Fatalf("the config has no %q", old)
	}
	s.write("config.yaml", strings.Replace(before, old, text, 1))
}

// fails runs a command and expects its exit code, and one line on standard
// error that holds the words, with a hint.
func (s *story) fails(code int, words string, args ...string) {
	s.t.Helper()
	got, out, errs := s.command(args...)
	all := out + errs
	if got != code {
		s.t.Errorf("%v: exit %d, want %d\n%s", args, got, code, all)
	}
	if !strings.Contains(all, words) || !strings.Contains(all, "hint: ") && !strings.Contains(all, "\n    ") {
		s.t.Errorf("%v: want %q and a hint, got:\n%s", args, words, all)
	}
	for _, secret := range []string{"xoxb-", "rk_test", "geheim"} {
		if strings.Contains(all, secret) {
			s.t.Errorf("%v prints a secret:\n%s", args, all)
		}
	}
}

func TestConfigWithFiveFaultsNamesFive(t *testing.T) {
	s := newStory(t, monday)
	s.write("config.yaml", `timezone: Mars/Olympus
mailboxes:
  - {name: a, host: imap.example.com, username: a, password_file: imap-password, schedule: "61 * * * *", colour: red}
stripe:
  - {name: main, api_base: "http://stripe.example"}
slack: {channel: leads and more}
`)
	code, _, errs := s.command("check")
	if code != exitUsage {
		t.Errorf("exit %d", code)
	}
	for _, key := range []string{"timezone", "mailboxes[0].schedule", "mailboxes[0].colour", "stripe[0].api_base", "slack.channel"} {
		if !strings.Contains(errs, key) {
			t.Errorf("%s is not named:\n%s", key, errs)
		}
	}
}

func TestWrongPasswordIsOneClearLine(t *testing.T) {
	s := newStory(t, monday)
	s.write("imap-password", "geheim")
	s.fails(exitFailed, "login as "+shopUser, "scan")
	s.fails(exitFailed, "✗ mailbox onboarding", "check")
}

func TestUnknownFolderIsOneClearLineAndStopsNoOther(t *testing.T) {
	s := newStory(t, today())
	s.mail("1@klarna.com", "pass", "New dispute request", strings.Replace(request, "16 March 2026", s.now.Add(14*day).Format("2 January 2006"), 1))
	s.edit("    dkim:", "    folders: [Nowhere, INBOX]\n    dkim:")
	s.fails(exitFailed, "Nowhere", "scan")
	s.said("channel: ", "77-1042")
	s.fails(exitFailed, "Nowhere", "check")
}

func TestRevokedStripeKeyIsOneClearLine(t *testing.T) {
	s := newStory(t, monday)
	s.stripe.AddKey("rk_test_story", fakestripe.Key{Revoked: true})
	s.fails(exitFailed, "stripe main", "scan")
	s.fails(exitFailed, "✗ stripe main", "check")
}

func TestMissingStripePermissionIsNamed(t *testing.T) {
	s := newStory(t, monday)
	s.stripe.AddKey("rk_test_story", fakestripe.Key{Lacks: []string{"dispute"}})
	s.fails(exitFailed, "dispute", "check")
}

func TestMissingSlackScopeIsNamed(t *testing.T) {
	s := newStory(t, monday)
	s.slack.SetScopes("chat:write", "channels:read")
	s.fails(exitFailed, "channels:history", "check")
}

func TestChannelWithoutTheAppIsNamed(t *testing.T) {
	s := newStory(t, monday)
	s.slack.Kick(channel)
	s.fails(exitFailed, "✗ slack: channel "+channel, "check")
}

func TestUnreadableSecretIsNamedBeforeAnythingHappens(t *testing.T) {
	s := newStory(t, monday)
	if err := os.Remove(filepath.Join(s.dir, "stripe-key")); err != nil {
		t.Fatal(err)
	}
	for _, cmd := range []string{"check", "scan", "run"} {
		s.fails(exitUsage, "stripe-key", cmd)
	}
	s.write("slack-bot-token", "\n")
	s.fails(exitUsage, "slack-bot-token", "scan")
	if logins := len(s.slack.Calls("")); logins != 0 {
		t.Errorf("Slack was called %d times", logins)
	}
}

func TestStrayWordIsAUsageError(t *testing.T) {
	s := newStory(t, monday)
	s.fails(exitUsage, `unexpected word "60d"`, "run", "--rescan", "60d")
	s.fails(exitUsage, `unexpected word "60d"`, "scan", "--rescan", "60d")
	s.fails(exitUsage, "it knows onboarding", "scan", "--mailbox", "other")
	s.fails(exitUsage, "it knows onboarding", "read", "--mailbox", "other", "-")
	for _, args := range [][]string{{"scan", "--nonsense"}, {"nonsense"}, {"scan", "--since", "3d"}, {"scan", "--mailbox", "other"}, {"scan", "--rescan=soon"}, {"show"}, {"read"}} {
		if code, _, _ := s.command(args...); code != exitUsage {
			t.Errorf("%v: exit %d, want %d", args, code, exitUsage)
		}
	}
}

func TestValueThatIsEmptyOrContradictsAnotherIsAUsageError(t *testing.T) {
	s := newStory(t, monday)
	for _, args := range [][]string{
		{"scan", "--mailbox", ""},
		{"scan", "--rescan", "--since", ""},
		{"read", "--mailbox", "", "-"},
		{"rules", "--at", ""},
		{"audit", "--html", ""},
		{"claim", "256947", "--by", " "},
		{"claim", ""},
		{"link", "256947", ""},
		{"show", ""},
		{"scan", "--rescan=3d", "--since", "5d"},
		{"read", "--keep", "Quibblatt", "-"},
		{"read", "-", "-"},
		{"help", "nonsense"},
		{"help", "scan", "me"},
	} {
		if code, out, errs := s.command(args...); code != exitUsage || out != "" || errs == "" {
			t.Errorf("%q: exit %d, want %d: %s%s", args, code, exitUsage, out, errs)
		}
	}
	if code, out, errs := s.command("help", "scan"); code != exitDone || !strings.Contains(out, "--dry-run") {
		t.Errorf("help: exit %d: %s%s", code, out, errs)
	}
}

func TestMissingConfigNamesWhereItWasLookedFor(t *testing.T) {
	var out, errs strings.Builder
	t.Chdir(t.TempDir())
	if code := run(t.Context(), []string{"scan"}, strings.NewReader(""), &out, &errs); code != exitUsage {
		t.Errorf("exit %d: %s", code, errs.String())
	}
	for _, named := range []string{"nowhere.yaml", "."} {
		errs.Reset()
		if code := run(t.Context(), []string{"scan", "--config", named}, strings.NewReader(""), &out, &errs); code != exitUsage || !strings.Contains(errs.String(), "hint: ") {
			t.Errorf("%s: exit %d: %s", named, code, errs.String())
		}
	}
}

func TestScanPrintsWhatItDid(t *testing.T) {
	s := newStory(t, today())
	s.mail("1@klarna.com", "pass", "New dispute request", strings.Replace(request, "16 March 2026", s.now.Add(14*day).Format("2 January 2006"), 1))
	code, out, errs := s.command("scan", "--json")
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var r scanReport
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if len(r.Mailboxes) == 0 || r.Mailboxes[0].Notices != 1 || r.Opened != 1 || r.Told != 1 || len(r.Errors) != 0 {
		t.Errorf("%+v", r)
	}
}

func TestDryRunChangesAndTellsNothingAndSaysWhatItWould(t *testing.T) {
	s := newStory(t, today())
	s.mail("1@klarna.com", "pass", "New dispute request", strings.Replace(request, "16 March 2026", s.now.Add(14*day).Format("2 January 2006"), 1))
	code, out, errs := s.command("scan", "--dry-run", "--json")
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	if !strings.Contains(out, "256947") || !strings.Contains(out, `"changes":[`) {
		t.Errorf("it does not say what would change: %s", out)
	}
	s.saidNothing()
	if code, out, _ := s.command("cases"); code != exitDone || !strings.Contains(out, "no cases") {
		t.Errorf("the book holds: %s", out)
	}
	if _, out, _ = s.command("scan", "--dry-run"); !strings.Contains(out, "would be: 1 cases opened") {
		t.Errorf("in words it says as if it were done: %s", out)
	}
	if _, out, _ = s.command("scan", "--json"); !strings.Contains(out, `"cases_opened":1`) || strings.Contains(out, "changes") {
		t.Errorf("the real scan after it: %s", out)
	}
	if _, out, _ = s.command("scan", "--dry-run", "--json"); !strings.Contains(out, `"changes":[]`) {
		t.Errorf("where nothing would change: %s", out)
	}
}

func TestScanSaysWhatStillWaitsToBeTold(t *testing.T) {
	s := newStory(t, today())
	for _, args := range [][]string{{"scan"}, {"scan", "--json"}} {
		if code, out, errs := s.command(args...); code != exitDone || strings.Contains(out, "waiting") {
			t.Errorf("nothing waits: exit %d: %s%s", code, out, errs)
		}
	}
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(12*day))
	s.slack.Kick(channel)
	s.fails(exitFailed, "not_in_channel", "scan")
	if code, out, errs := s.command("scan"); code != exitDone || !strings.Contains(out, "1 message waiting to be told: ") { // it is tried again later
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if _, out, _ := s.command("scan", "--json"); !strings.Contains(out, `"waiting":1`) {
		t.Errorf("%s", out)
	}
}

func TestDryRunNamesWhatStripeAloneKnows(t *testing.T) {
	s := newStory(t, today())
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(12*day))
	if code, out, errs := s.command("scan", "--dry-run"); code != exitDone || !strings.Contains(out, "would: open a case: stripe_dispute, dispute du_1, reference 77-1042\n") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
}

func TestDryRunNamesNothingOfADisputeThatMayBeAnothers(t *testing.T) {
	c := rules.Case{ID: "c-1", OpenedAt: time.Now(), Said: rules.Said{Kind: rules.KindDisputeRequest}, Match: rules.Match{Strength: rules.Exact}}
	c.Stripe = &rules.Reading{Dispute: "du_1", OrderReference: "77-1042"}
	for strength, want := range map[rules.Strength]string{
		rules.Exact: "dispute du_1, reference 77-1042", rules.Probable: "dispute unknown, reference unknown",
	} {
		c.Match.Strength = strength
		if got := differences(nil, map[string]rules.Case{c.ID: c}); len(got) != 1 || got[0] != "open a case: dispute_request, "+want {
			t.Errorf("%s: %q", strength, got)
		}
	}
	c.Match.Strength, c.DisputeID, c.MerchantReference1 = rules.Exact, "256947", "77-9"
	if got := differences(nil, map[string]rules.Case{c.ID: c}); got[0] != "open a case: dispute_request, dispute 256947, reference 77-9" {
		t.Errorf("what the mail says gave way: %q", got)
	}
}

func TestShowKnowsACaseByKlarnasNumber(t *testing.T) {
	s := newStory(t, today())
	s.dispute("1", "77-1042", "needs_response", 12490, s.now.Add(12*day))
	s.mail("1@klarna.com", "pass", "New dispute request", strings.Replace(request, "16 March 2026", s.now.Add(14*day).Format("2 January 2006"), 1))
	s.pass()
	code, out, errs := s.command("show", "256947", "--json")
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	var v view.Case
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatal(err)
	}
	if v.Match.Strength != "exact" || v.Stage != "chargeback" || len(v.Events) < 4 || v.Next == nil {
		t.Errorf("%s", out)
	}
	if code, _, errs := s.command("show", "999"); code != exitFailed || !strings.Contains(errs, "999") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestCasesAsCSVAreNoFormulas(t *testing.T) {
	s := newStory(t, today())
	mail := strings.Replace(request, "16 March 2026", s.now.Add(14*day).Format("2 January 2006"), 1)
	s.mail("1@klarna.com", "pass", "New dispute request", strings.Replace(mail, "77-1042", "=HYPERLINK(1)", 1))
	if code, _, errs := s.command("scan"); code != exitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	code, out, errs := s.command("cases", "--csv")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if code != exitDone || err != nil || len(rows) != 2 {
		t.Fatalf("exit %d, %v: %q %s", code, err, out, errs)
	}
	for name, want := range map[string]string{"dispute_id": "256947", "merchant_reference_1": "'=HYPERLINK(1)", "state": "open", "currency": "EUR"} {
		if got := rows[1][slices.Index(rows[0], name)]; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestVocabularyThatIsMissingOrFaultyIsAFaultOfTheConfig(t *testing.T) {
	s := newStory(t, monday)
	s.write("config.yaml", s.configText()+"colour: red\nvocabulary: words.txt\n")
	for _, args := range [][]string{{"scan"}, {"run"}, {"check"}, {"check", "--offline"}, {"read", "-"}} {
		s.fails(exitUsage, ": vocabulary: open "+filepath.Join(s.dir, "words.txt")+": no such file or directory; hint: disputewatch teach MAIL writes it", args...)
		s.fails(exitUsage, ": colour: unknown key", args...)
	}
	s.write("config.yaml", s.configText()+"vocabulary: words.txt\n")
	s.write("words.txt", "# mine\nno key\n")
	if code, _, errs := s.command("scan"); code != exitUsage || !strings.Contains(errs, `vocabulary:2: "no key"`) {
		t.Errorf("exit %d: %s", code, errs)
	}
	if code, out, errs := s.command("cases"); code != exitDone {
		t.Errorf("cases reads no mail: exit %d: %s%s", code, out, errs)
	}
}

// A pipe that was closed must not pass for a config that was checked.
func TestCheckThatCannotBeReadFails(t *testing.T) {
	s := newStory(t, monday)
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	var errs strings.Builder
	code := run(t.Context(), []string{"check", "--offline", "--config", s.configFile()}, strings.NewReader(""), full, &errs)
	if code != exitFailed || !strings.Contains(errs.String(), "no space left") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
}

// It is said, not refused: a daemon that stands still loses disputes.
func TestSecretThatEveryUserMayReadIsWarnedOf(t *testing.T) {
	s := newStory(t, monday)
	for dir := s.dir; dir != filepath.Clean(os.TempDir()) && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(s.dir, "stripe-key")
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(s.configFile())
	if err != nil {
		t.Fatal(err)
	}
	if exposed, _ := cfg.Exposed(); len(exposed) == 0 {
		t.Skipf("%s is closed to others", os.TempDir())
	}
	if code, out, errs := s.command("check", "--offline"); code != exitDone || !strings.Contains(out, file+": every user of this machine may read it\n    chmod 0640") {
		t.Errorf("check ends with %d: %s%s", code, out, errs)
	}
	if code, _, errs := s.command("scan"); code != exitDone || !strings.Contains(errs, "file="+file) {
		t.Errorf("scan ends with %d: %s", code, errs)
	}
}
