package mailbox

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot"
	"github.com/disputewatch/disputewatch/ingest/mailbox/dovecot/dovecottest"
	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
	"github.com/disputewatch/disputewatch/ingest/mailbox/oauth/fakeoauth"
)

// purse is a provider's side of an account: it asks by an app's credentials.
type purse struct {
	now     string   // handed out until it is refused
	later   []string // then these
	err     error
	refused []string
}

func (p *purse) Token(context.Context) (string, error) { return p.now, p.err }

func (p *purse) Refused(token string) bool {
	p.refused = append(p.refused, token)
	if len(p.later) == 0 {
		return false
	}
	p.now, p.later = p.later[0], p.later[1:]
	return true
}

// onBearingDovecot starts a Dovecot that asks a provider about access tokens.
// The first that the provider gives is access-1.
func onBearingDovecot(t *testing.T) (*fakeoauth.Server, Account, *purse) {
	t.Helper()
	provider, err := fakeoauth.Start(fakeoauth.Options{User: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(provider.Close)
	server := dovecottest.Start(t, dovecot.Options{
		Users: map[string]string{"shop": "secret"}, Introspect: provider.URL + "/introspect", IntrospectCA: provider.CA(),
	})
	p := &purse{now: provider.Give()}
	return provider, Account{
		Name: "onboarding", Host: server.Host, Port: server.TLSPort, Security: TLS, CAFile: server.CAFile, Username: "shop", Tokens: p,
	}, p
}

func TestDovecotTakesAnAccessToken(t *testing.T) {
	_, account, _ := onBearingDovecot(t)
	s := newStory(t, account)
	s.must(s.poll())
	s.said()
}

func TestTokenThatWasRevokedIsReplacedOnce(t *testing.T) {
	provider, account, p := onBearingDovecot(t)
	p.now, p.later = "revoked", []string{provider.Give()}
	s := newStory(t, account)
	s.must(s.poll())
	p.now, p.later = "revoked", []string{"revoked2", "revoked3"}
	p.refused = nil
	err := s.poll()
	var refused *AuthError
	if !errors.As(err, &refused) || !refused.Token || !strings.Contains(err.Error(), "hint: ") {
		t.Errorf("%v", err)
	}
	if len(p.refused) != 2 {
		t.Errorf("%d logins", len(p.refused))
	}
	if strings.Contains(err.Error(), "revoked") {
		t.Errorf("shows the token: %v", err)
	}
}

func TestTokenOfAnotherUserIsRefused(t *testing.T) {
	_, account, _ := onBearingDovecot(t)
	account.Username = "other"
	_, err := Dial(t.Context(), account)
	var refused *AuthError
	if !errors.As(err, &refused) || !refused.Token {
		t.Errorf("%v", err)
	}
}

func TestProviderThatFailsIsNoRefusalOfTheMailServer(t *testing.T) {
	_, account, p := onBearingDovecot(t)
	p.err = errors.New("token endpoint: answered 503")
	_, err := Dial(t.Context(), account)
	if err == nil || !strings.Contains(err.Error(), "mailbox onboarding: login as shop: token endpoint: answered 503") || len(p.refused) > 0 {
		t.Errorf("%v", err)
	}
}

func TestServerWithoutOAuth2IsNamed(t *testing.T) {
	_, account := fake(t, fakeimap.Options{})
	p := &purse{now: "access"}
	account.Tokens = p
	_, err := Dial(t.Context(), account)
	if err == nil || !strings.Contains(err.Error(), "use password_file") || len(p.refused) > 0 {
		t.Errorf("%v", err)
	}
}

// bearing is a server that offers some mechanisms, takes any line for a login,
// and answers it as it is told to.
func bearing(t *testing.T, caps, answer string) (Account, func() string) {
	t.Helper()
	heard := ""
	server, err := fakeimap.StartScript(func(tag, command string) string {
		switch verb, rest, _ := strings.Cut(command, " "); {
		case tag == "":
			return "* OK [CAPABILITY IMAP4rev1 " + caps + "] hello\r\n"
		case verb == "AUTHENTICATE":
			heard = rest
			if !strings.Contains(caps, "SASL-IR") {
				return "+ \r\n"
			}
			return strings.ReplaceAll(answer, "TAG", tag)
		case command == "" && tag != "":
			heard += " " + tag
			return strings.ReplaceAll(answer, "TAG", "T1")
		case verb == "LOGOUT":
			return "* BYE\r\n" + tag + " OK bye\r\n"
		}
		return tag + " BAD what\r\n"
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return Account{
		Name: "shared", Host: "127.0.0.1", Port: server.Port(), Security: None, Username: "payments@shop.example", Tokens: &purse{now: "AbC"},
	}, func() string { return heard }
}

const (
	tagged  = "TAG OK in\r\n"
	xwire   = "user=payments@shop.example\x01auth=Bearer AbC\x01\x01"
	refusal = "+ eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=\r\n" // {"status":"400","schemes":"Bearer"}
)

// Of a shared mailbox Microsoft wants its address as the user.
func TestMechanismIsTheOneThatIsOffered(t *testing.T) {
	for caps, want := range map[string]string{
		"SASL-IR AUTH=XOAUTH2":                  "XOAUTH2 " + base64.StdEncoding.EncodeToString([]byte(xwire)),
		"AUTH=XOAUTH2 AUTH=PLAIN":               "XOAUTH2 " + base64.StdEncoding.EncodeToString([]byte(xwire)),
		"SASL-IR AUTH=OAUTHBEARER AUTH=XOAUTH2": "XOAUTH2 " + base64.StdEncoding.EncodeToString([]byte(xwire)),
		"SASL-IR AUTH=OAUTHBEARER":              "OAUTHBEARER ",
	} {
		account, heard := bearing(t, caps, tagged)
		conn, err := Dial(t.Context(), account)
		if err != nil {
			t.Errorf("%s: %v", caps, err)
			continue
		}
		conn.Close()
		if got := heard(); got != want && !(strings.HasSuffix(want, " ") && strings.HasPrefix(got, want)) {
			t.Errorf("%s: said %s, want %s", caps, got, want)
		}
	}
}

func TestRefusedTokenIsNamedByTheServersCodeAlone(t *testing.T) {
	for answer, want := range map[string]string{
		refusal:                                  "authentication failed [400]\nhint: ",
		"TAG NO AUTHENTICATE failed for anna.":   "authentication failed\nhint: ",
		"TAG NO [AUTHENTICATIONFAILED] AbC":      "authentication failed [AUTHENTICATIONFAILED]\nhint: ",
		"TAG NO [UNAVAILABLE] later":             "cannot take logins now [UNAVAILABLE]",
		"+ bm8gSlNPTiBvZiBhbm5h":                 "authentication failed\nhint: ",
		"+ eyJzdGF0dXMiOiI0MDAgZm9yIGFubmEifQ==": "authentication failed\nhint: ", // {"status":"400 for anna"}
		"TAG BAD no":                             "authentication failed\nhint: ",
	} {
		account, _ := bearing(t, "SASL-IR AUTH=XOAUTH2", strings.TrimSuffix(answer, "\r\n")+"\r\n")
		account.Patience = time.Minute
		_, err := Dial(t.Context(), account)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "anna") || strings.Contains(err.Error(), "AbC") {
			t.Errorf("%s: %v", answer, err)
		}
		p, refused := account.Tokens.(*purse), new(AuthError)
		if errors.As(err, &refused) && (!refused.Token || len(p.refused) != 1) { // the provider has no other one
			t.Errorf("%s: of the token %v, %d logins", answer, refused.Token, len(p.refused))
		}
	}
}

// The library waits for ever for an answer to what it sends behind a "no". It is
// sometimes fast enough not to.
func TestRefusalThatWaitsForNothingEndsTheLogin(t *testing.T) {
	server, err := fakeimap.StartScript(func(tag, command string) string {
		switch {
		case tag == "":
			return "* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=PLAIN AUTH=XOAUTH2] hello\r\n"
		case strings.HasPrefix(command, "AUTHENTICATE"):
			return "+ \r\n" + tag + " NO no\r\n"
		}
		return "* BYE\r\n" + fakeimap.HangUp
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	account := Account{
		Name: "shared", Host: "127.0.0.1", Port: server.Port(), Security: None, Username: "shop",
		Password: func() (string, error) { return "secret", nil },
	}
	for range 3 {
		for _, account.Tokens = range []Tokens{nil, &purse{now: "AbC"}} {
			if c, err := Dial(t.Context(), account); err == nil {
				c.Close()
				t.Error("it let us in")
			}
		}
	}
}

func TestProvidersAreKnownByTheirHosts(t *testing.T) {
	for host, want := range map[string]provider{
		"imap.gmail.com": google, "outlook.office365.com": microsoft, "IMAP.Fastmail.com": fastmail,
		"imap.notgmail.com": "", "imap.web.de": gmx, "127.0.0.1": "",
	} {
		if got := providerOf(host); got != want {
			t.Errorf("%s: %q", host, got)
		}
	}
}
