package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot"
	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot/dovecottest"
	"github.com/disputewatch/disputewatch/ingest/mailbox/oauth"
	"github.com/disputewatch/disputewatch/ingest/mailbox/oauth/fakeoauth"
)

// bearing moves the story's mailbox to a Dovecot that also takes access tokens,
// and the config to oauth2 with a person's consent.
func (s *story) bearing(o fakeoauth.Options) *fakeoauth.Server {
	s.t.Helper()
	o.User = shopUser
	provider, err := fakeoauth.Start(o)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(provider.Close)
	s.imap = dovecottest.Start(s.t, dovecot.Options{
		Users: map[string]string{shopUser: "secret"}, Introspect: provider.URL + "/introspect", IntrospectCA: provider.CA(),
	})
	ca, err := os.ReadFile(s.imap.CAFile)
	if err != nil {
		s.t.Fatal(err)
	}
	s.write("ca.pem", string(ca)+provider.CA())
	s.imap.CAFile = filepath.Join(s.dir, "ca.pem")
	s.write("config.yaml", strings.Replace(s.configText(), "password_file: imap-password", fmt.Sprintf(
		"oauth2: {provider: custom, token_url: %[1]s/token, device_url: %[1]s/devicecode, client_id: app, refresh_token_file: imap-refresh}", provider.URL), 1))
	return provider
}

// withoutTokens fails where a text holds any of the provider's tokens.
func (s *story) withoutTokens(text string) {
	s.t.Helper()
	for _, token := range []string{"consented", "refresh-", "access-"} {
		if strings.Contains(text, token) {
			s.t.Errorf("shows a token:\n%s", text)
		}
	}
}

func TestMailboxIsReadByATokenThroughRotationRevocationAndRestart(t *testing.T) {
	s := newStory(t, monday)
	provider := s.bearing(fakeoauth.Options{Rotates: true, Tokens: []string{"consented"}})
	s.write("imap-refresh", "consented")
	s.restart()
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	s.pass()
	s.said("channel: ", "77-1042")
	s.wait(2 * time.Hour)
	s.mail("2@klarna.com", "pass", "Reminder to respond", "Deadline: 12 March 2026\nDispute ID: 256947\n")
	s.pass()
	s.said("thread: ", "eminder")
	provider.Revoke(false)
	s.pass()
	s.restart()
	s.pass()
	if n := provider.Asked(fakeoauth.Refresh); n != 4 || provider.Reused() != 0 {
		t.Errorf("refreshed %d times, reused %d", n, provider.Reused())
	}
	provider.Revoke(true)
	s.wait(2 * time.Hour)
	err := s.tryPass(nil)
	if err == nil || !strings.Contains(err.Error(), "invalid_grant") || !strings.Contains(err.Error(), "disputewatch check --consent onboarding") {
		t.Fatalf("%v", err)
	}
	s.withoutTokens(err.Error())
}

func TestDryRunKeepsATokenThatItRotated(t *testing.T) {
	s := newStory(t, monday)
	provider := s.bearing(fakeoauth.Options{Rotates: true, Tokens: []string{"consented"}})
	s.write("imap-refresh", "consented")
	s.mail("1@klarna.com", "pass", "New dispute request", request)
	code, out, errs := s.command("scan", "--dry-run", "--rescan=all")
	if code != 0 || !strings.Contains(out, "open a case") {
		t.Fatalf("%d\n%s\n%s", code, out, errs)
	}
	s.withoutTokens(out + errs)
	s.restart()
	s.pass()
	if provider.Reused() != 0 {
		t.Error("the token that the dry run got was lost")
	}
}

func TestCheckBeforeTheFirstStartKeepsARotatedTokenInItsFile(t *testing.T) {
	s := newStory(t, monday)
	provider := s.bearing(fakeoauth.Options{Rotates: true, Tokens: []string{"consented"}})
	s.write("imap-refresh", "consented")
	if err := s.book.Close(); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(filepath.Join(s.dir, "cases.db"+file)) // not each is there
	}
	for range 2 {
		code, out, errs := s.command("check")
		if !strings.Contains(out, "✓ mailbox onboarding: log in") {
			t.Fatalf("%d\n%s\n%s", code, out, errs)
		}
		s.withoutTokens(out + errs)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "cases.db")); err == nil {
		t.Error("check made a book")
	}
	s.start()
	s.pass()
	if provider.Reused() != 0 {
		t.Error("a used-up token was sent")
	}
}

func TestCheckMigratesNoBookOfAnOlderRelease(t *testing.T) {
	s := newStory(t, monday)
	provider := s.bearing(fakeoauth.Options{Rotates: true, Tokens: []string{"consented"}})
	s.write("imap-refresh", "consented")
	if err := s.book.Close(); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"", "-wal", "-shm"} {
		_ = os.Remove(filepath.Join(s.dir, "cases.db"+file)) // not each is there
	}
	packed, err := os.Open("../../ingest/casebook/testdata/schema-1.db.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	unpacked, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	old, err := io.ReadAll(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	s.write("cases.db", string(old))
	code, out, errs := s.command("check")
	if code != exitFailed || !strings.Contains(out, "✗ mailbox onboarding: ") {
		t.Errorf("%d\n%s\n%s", code, out, errs)
	}
	if now, err := os.ReadFile(filepath.Join(s.dir, "cases.db")); err != nil || !bytes.Equal(now, old) {
		t.Errorf("the book was changed: %v", err)
	}
	if n := provider.Asked(fakeoauth.Refresh); n > 0 {
		t.Errorf("a token was asked for that nobody could keep: %d times", n)
	}
}

func TestDaemonsOnOnePostgreSQLDoNotBurnATokenTheyShare(t *testing.T) {
	provider, err := fakeoauth.Start(fakeoauth.Options{User: shopUser, Rotates: true, Tokens: []string{"consented"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(provider.Close)
	ca, err := provider.CAFile(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	store := shared.postgres(t)
	var daemons sync.WaitGroup
	for i := range 3 {
		book, err := casebook.Open(t.Context(), store, casebook.Options{Policy: config.Default().Policy(), Now: time.Now, Holder: fmt.Sprint("daemon/", i)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { book.Close() })
		source := oauth.New(oauth.Account{
			Mailbox: "onboarding", Provider: oauth.Custom, TokenURL: provider.URL + "/token", ClientID: "app", CAFile: ca,
			RefreshToken: func() (string, error) { return "consented", nil }, Book: wiring.TokensIn(book),
		}, time.Now)
		daemons.Go(func() {
			for range 3 {
				token, err := source.Token(t.Context())
				if err != nil {
					t.Error(err)
				}
				source.Refused(token)
			}
		})
	}
	daemons.Wait()
	if provider.Reused() != 0 || provider.Asked(fakeoauth.Refresh) != 9 {
		t.Errorf("reused %d of %d", provider.Reused(), provider.Asked(fakeoauth.Refresh))
	}
}
