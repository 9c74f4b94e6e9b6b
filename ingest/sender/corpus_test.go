package sender

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
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

// The cases hold, for each signature of a public mail, what go-msgauth v0.7.0
// says of it when it reads the mail's bytes itself. That it is asked for one
// signature at a time, of the mail as it was parted here, must change nothing;
// the policy on top (what a signature has to cover, test keys, strict keys) is
// stricter here and not compared.
func TestSignaturesOfPublicMailsAreJudgedLikeOthersDo(t *testing.T) {
	dir := corpus(t, "dkim-cases")
	b, err := os.ReadFile(filepath.Join(dir, "cases.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases struct {
		Zones map[string]map[string]string
		Cases []struct {
			File, Zone string
			Theirs     string `json:"go_msgauth_v070"`
		}
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	signatures, valid := 0, 0
	for _, c := range cases.Cases {
		if c.Theirs == "" || strings.HasPrefix(c.Theirs, "ERR") {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(dir, c.File))
		if err != nil {
			t.Fatal(err)
		}
		m, err := eml.Parse(raw)
		if err != nil {
			t.Errorf("%s: %v", c.File, err)
			continue
		}
		theirs := strings.Split(c.Theirs, " ; ")
		n := 0
		for i, f := range m.Fields {
			if !strings.EqualFold(f.Name, "DKIM-Signature") {
				continue
			}
			if n == len(theirs) {
				break
			}
			err := withoutPolicy(m, i, records(cases.Zones[c.Zone]))
			if passes := strings.HasSuffix(theirs[n], "PASS"); passes != (err == nil) {
				t.Errorf("%s, signature %d: %v, they say %s", c.File, n, err, theirs[n])
			}
			if n++; err == nil {
				valid++
			}
		}
		if n != len(theirs) {
			t.Errorf("%s: %d signatures, they saw %d", c.File, n, len(theirs))
		}
		signatures += n
	}
	t.Logf("%d signatures, %d of them valid", signatures, valid)
	if valid < 30 {
		t.Errorf("only %d valid signatures", valid)
	}
}

// withoutPolicy checks the signature in the i-th field by its times and its key
// alone.
func withoutPolicy(m *eml.Message, i int, lookup func(context.Context, string) ([]string, error)) error {
	sig, err := parseSignature(m.Fields[i].Raw)
	if err != nil {
		return err
	}
	record, err := lookupKey(context.Background(), sig.selector+"._domainkey."+sig.domain, lookup)
	if err != nil {
		return err
	}
	return errors.Join(sig.checkTags(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)), sig.arithmetic(m, i, record))
}
