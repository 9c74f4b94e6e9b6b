package ingest_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/eml/emltest"
)

// The corpora are real and hostile mails of public projects: each is redacted
// soon, or refused, and no address of its head is left.
func TestEveryPublicMailIsRedactedOrRefused(t *testing.T) {
	dir := os.Getenv("DISPUTEWATCH_CORPORA")
	if dir == "" {
		t.Skip("DISPUTEWATCH_CORPORA is not set")
	}
	const perMail = 4 * time.Second // it is read three times
	r, ends := redactor(t), map[string]int{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m, err := eml.Parse(raw)
		if err != nil {
			ends["unreadable"]++
			return nil
		}
		var out ingest.Redacted
		if took := emltest.Cost(t, func() { out, err = r.Redact(context.Background(), raw, time.Now()) }); took > slow*perMail {
			t.Errorf("%s took %v", path, took)
		}
		switch {
		case errors.Is(err, ingest.ErrLeak):
			ends["refused"]++
			return nil
		case err != nil:
			ends["failed"]++
			t.Logf("%s: %v", path, err)
			return nil
		}
		ends["redacted"]++
		all := strings.ToLower(string(out.Mail))
		for _, a := range append(m.From, m.ReplyTo...) {
			if strings.Contains(a.Addr, "@") && len(a.Addr) > 6 && !strings.Contains(a.Addr, "klarna") && !strings.HasSuffix(a.Addr, "stripe.com") && strings.Contains(all, strings.ToLower(a.Addr)) {
				t.Errorf("%s: an address of its head survived", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v", ends)
}
