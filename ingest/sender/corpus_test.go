package sender

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/rules"
)

// corpus is a folder of the public mails, or the test is skipped.
func corpus(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("DISPUTEWATCH_CORPORA")
	if dir == "" {
		t.Skip("DISPUTEWATCH_CORPORA is not set")
	}
	return filepath.Join(dir, name)
}

// records answers TXT questions from a map; "TEMP:" records fail for now.
func records(zone map[string]string) func(context.Context, string) ([]string, error) {
	return func(_ context.Context, name string) ([]string, error) {
		record, ok := zone[name]
		switch {
		case strings.HasPrefix(record, "TEMP:"):
			return nil, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
		case !ok, record == "NX":
			return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
		}
		return []string{record}, nil
	}
}

// The folder holds 150 variations of a signed mail; expect.tsv says which of
// them may pass for genuine.
func TestNoTrickOfTheSpoofCorpusPassesForGenuine(t *testing.T) {
	dir := corpus(t, "spoof")
	b, err := os.ReadFile(filepath.Join(dir, "dns.json"))
	if err != nil {
		t.Fatal(err)
	}
	var zone map[string]string
	if err := json.Unmarshal(b, &zone); err != nil {
		t.Fatal(err)
	}
	expect, err := os.Open(filepath.Join(dir, "expect.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer expect.Close()
	lines := bufio.NewScanner(expect)
	lines.Scan() // the headings
	n := 0
	for lines.Scan() {
		file, rest, _ := strings.Cut(lines.Text(), "\t")
		want, about, _ := strings.Cut(rest, "\t")
		raw, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		m, err := eml.Parse(raw)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		now := time.Date(2030, 1, 7, 10, 0, 0, 0, time.UTC)
		v := Judge(context.Background(), m, Settings{Domains: DefaultDomains(), DKIM: true, LookupTXT: records(zone), Now: now})
		n++
		t.Logf("%-45s %-10s %s [%s %s]", file, v.Verdict, v.Why, want, about)
		switch {
		case want == "genuine" && v.Verdict != rules.Genuine:
			t.Errorf("%s (%s): %s: %s", file, about, v.Verdict, v.Why)
		case strings.HasPrefix(want, "not-genuine"), strings.HasPrefix(want, "unverified"):
			flagged := strings.Contains(want, "or-flag") && strings.Contains(v.Why, "not covered")
			if v.Verdict == rules.Genuine && !flagged {
				t.Errorf("%s (%s): genuine: %s", file, about, v.Why)
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d mails were judged", n)
	}
}
