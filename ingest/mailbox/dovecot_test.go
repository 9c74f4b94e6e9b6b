package mailbox

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot"
	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot/dovecottest"
)

// onDovecot starts a Dovecot and the account that reads it.
func onDovecot(t testing.TB, o dovecot.Options) (*dovecot.Server, Account) {
	t.Helper()
	o.Users = map[string]string{"shop": "secret"}
	server := dovecottest.Start(t, o)
	return server, Account{
		Name: "onboarding", Host: server.Host, Port: server.TLSPort, Security: TLS, CAFile: server.CAFile,
		Username: "shop", Password: func() (string, error) { return "secret", nil }, Patience: 20 * time.Second,
	}
}

func add2(t testing.TB, s *dovecot.Server, folder string, raw []byte, date time.Time) uint32 {
	t.Helper()
	uid, err := s.Append("shop", folder, raw, date)
	if err != nil {
		t.Fatal(err)
	}
	return uid
}

func TestDovecotIsReadOverEachKindOfLine(t *testing.T) {
	server, account := onDovecot(t, dovecot.Options{})
	add2(t, server, "INBOX", foreign(1), now)
	add2(t, server, "INBOX", dispute(1), now)
	for _, security := range []string{TLS, StartTLS, None} {
		account.Security, account.Port = security, server.PlainPort
		if security == TLS {
			account.Port = server.TLSPort
		}
		s := newStory(t, account)
		s.must(s.poll())
		s.said("dispute 1")
		s.must(s.poll())
		s.said()
	}
}
