package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// asked is a dispute mail about a dispute and an order, with a date to answer
// by.
func asked(dispute, order string, by time.Time) string {
	return strings.NewReplacer("256947", dispute, "77-1042", order, "16 March 2026", by.Format("2 January 2006")).Replace(request)
}

func TestAuditNamesMailsThatNobodyEverFollowedUp(t *testing.T) {
	s := newStory(t, time.Now().AddDate(0, 0, -40).UTC().Format(time.RFC3339))
	over, ahead := s.now.AddDate(0, 0, 14), s.now.AddDate(0, 0, 60)
	for dispute, by := range map[string]time.Time{"256941": over, "256942": over, "256943": ahead, "256944": over, "256945": ahead} {
		s.mail(dispute+"@klarna.com", "pass", "New dispute request", asked(dispute, "77-"+dispute, by))
	}
	s.mail("forged@klarna.com", "fail", "New dispute request", asked("256949", "77-9", over))
	s.dispute("4", "77-256944", "under_review", 12490, over) // answered, Stripe says
	s.dispute("5", "77-256945", "lost", 12490, ahead)
	s.dispute("6", "77-256946", "needs_response", 12490, over) // that no mail announced
	s.pass()
	if code, _, errs := s.command("claim", "256942", "--by", "anna"); code != exitDone {
		t.Fatal(errs)
	}
	code, out, errs := s.command("audit")
	if code != exitDone || !strings.Contains(out, "Mailed cases: 5. Never followed up: 2.") || !strings.Contains(out, "256941") || !strings.Contains(out, "256945") {
		t.Errorf("exit %d: %s\n%s", code, errs, out)
	}
	if !strings.Contains(out, "Stripe account main acct_1FakeShop") || !strings.Contains(out, "(Europe/Berlin)") {
		t.Errorf("the account of the config, in the shop's time, is not there:\n%s", out)
	}
	for _, other := range []string{"256942", "256943", "256944", "256949"} {
		if strings.Contains(out, other) {
			t.Errorf("%s is named:\n%s", other, out)
		}
	}
	page := filepath.Join(s.dir, "page.html")
	if code, out, errs := s.command("audit", "--json", "--html", page); code != exitDone || !strings.Contains(out, `"never_followed_up":[{"id":"c-`) {
		t.Errorf("exit %d: %s%s", code, errs, out)
	}
	if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "256941") || strings.Contains(string(text), "77-") {
		t.Errorf("the page: %v\n%s", err, text)
	}
}

func TestAuditNeedsNoBookAndMakesNone(t *testing.T) {
	s := newStory(t, today())
	book := filepath.Join(s.dir, "none.db")
	s.edit(filepath.Join(s.dir, "cases.db"), book)
	code, out, errs := s.command("audit")
	if code != exitDone || strings.Contains(out, "Mailed cases") {
		t.Errorf("exit %d: %s\n%s", code, errs, out)
	}
	if _, err := os.Stat(book); err == nil {
		t.Error("it made a book")
	}
	if code, _, errs := s.command("audit", "--stripe-api-base", s.stripe.URL); code != exitUsage || !strings.Contains(errs, "goes with --stripe-key-file") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestAccountThatFailsDoesNotKeepTheOthersFromTheAudit(t *testing.T) {
	s := newStory(t, today())
	s.write("config.yaml", strings.NewReplacer("    dkim:", "    stripe: main\n    dkim:", "slack:\n",
		"  - {name: other, api_key_file: /nonexistent/key}\n  - {name: third, api_key_file: stripe-key, api_base: "+s.stripe.URL+"}\nslack:\n").Replace(s.configText()))
	code, out, errs := s.command("audit")
	if code != exitFailed || !strings.Contains(out, "Stripe account main") || !strings.Contains(out, "Stripe account third") || !strings.Contains(errs, "/nonexistent/key") {
		t.Errorf("exit %d: %s\n%s", code, errs, out)
	}
}
