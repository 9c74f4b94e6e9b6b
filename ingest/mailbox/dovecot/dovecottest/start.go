// Package dovecottest starts a Dovecot for one test.
package dovecottest

import (
	"errors"
	"os"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot"
)

// Start starts a server that ends with the test. Where Dovecot is missing the
// test is skipped, except with DISPUTEWATCH_CI=1: there everything must run.
func Start(t testing.TB, o dovecot.Options) *dovecot.Server {
	t.Helper()
	server, err := dovecot.StartWith(t.TempDir(), o)
	if errors.Is(err, dovecot.ErrMissing) && os.Getenv("DISPUTEWATCH_CI") != "1" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
	})
	return server
}
