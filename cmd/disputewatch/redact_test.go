package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const mailToShare = `From: Klarna <no-reply@klarna.com>
To: Anna Lindqvist <anna@shop.example>
Subject: New dispute
Date: Tue, 3 Mar 2026 09:00:00 +0100
Content-Type: text/plain; charset=utf-8

Dear Anna Lindqvist,
Quibblatt: 256947
Dispute ID: 256947
Respond by: 17 March 2026
`

// do runs the program without a config.
func do(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	code = run(context.Background(), args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

func TestRedactedMailCanBeShared(t *testing.T) {
	code, out, errs := do(t, mailToShare, "read", "--redact", "-")
	if code != exitDone {
		t.Fatalf("exit %d: %s", code, errs)
	}
	for _, value := range []string{"Anna", "Lindqvist", "anna@", "256947", "Quibblatt"} {
		if strings.Contains(out+errs, value) {
			t.Errorf("%q is shown:\n%s%s", value, out, errs)
		}
	}
	if !strings.Contains(out, "Respond by: 17 March 2026") || !strings.Contains(errs, "--keep") {
		t.Errorf("printed:\n%s%s", out, errs)
	}
	if _, again, _ := do(t, out, "read", "-"); !strings.Contains(again, "dispute_request") || !strings.Contains(again, "2026-03-17") {
		t.Errorf("the redacted mail is read as:\n%s", again)
	}
}

func TestWordThatTheUserKeepsStays(t *testing.T) {
	if _, out, _ := do(t, mailToShare, "read", "--redact", "--keep", "Quibblatt", "-"); !strings.Contains(out, "Quibblatt: ") {
		t.Errorf("printed:\n%s", out)
	}
}

func TestSeveralRedactedMailsAreAnMbox(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.eml")
	if err := os.WriteFile(file, []byte(mailToShare), 0o600); err != nil {
		t.Fatal(err)
	}
	_, out, _ := do(t, "", "read", "--redact", file, file)
	if strings.Count("\n"+out, "\nFrom ") != 2 {
		t.Errorf("printed:\n%s", out)
	}
}

func TestRedactedMailIsNoJSON(t *testing.T) {
	if code, _, errs := do(t, "", "read", "--redact", "--json", "-"); code != exitUsage {
		t.Errorf("exit %d: %s", code, errs)
	}
}
