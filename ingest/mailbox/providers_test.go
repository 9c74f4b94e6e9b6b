package mailbox

import (
	"strings"
	"testing"

	"github.com/emersion/go-imap/v2"
)

func TestRefusedLoginsHintFollowsTheProvider(t *testing.T) {
	for host, want := range map[string][2]string{
		"imap.gmail.com":        {"app password", "https://mail.google.com/"},
		"outlook.office365.com": {"only oauth2", "IMAP.AccessAsApp"},
		"imap.fastmail.com":     {"Basic plan has no IMAP", "check username and scopes"},
		"imap.mail.me.com":      {"app-specific password", "check username and scopes"},
		"imap.mail.yahoo.com":   {"app password", "check username and scopes"},
		"imap.gmx.net":          {"switched on", "check username and scopes"},
		"imap.shop.example":     {"check username and the password file", "disputewatch check --consent onboarding"},
	} {
		c := &Conn{account: Account{Name: "onboarding", Host: host}}
		if got := c.loginHint(); !strings.Contains(got, want[0]) {
			t.Errorf("%s, password: %s", host, got)
		}
		if got := c.bearHint(); !strings.Contains(got, want[1]) {
			t.Errorf("%s, token: %s", host, got)
		}
	}
}

// Exchange takes the login of an app that may not open the mailbox, and says BAD
// to what comes after it.
func TestMicrosoftsLoginWithoutAMailboxIsNamed(t *testing.T) {
	bad := &imap.Error{Type: imap.StatusResponseTypeBad, Text: "User is authenticated but not connected."}
	for host, want := range map[string]bool{"outlook.office365.com": true, "imap.shop.example": false} {
		c := &Conn{account: Account{Host: host}}
		if err := c.folderError(t.Context(), "INBOX", bad); strings.Contains(err.Error(), "opens no mailbox") != want {
			t.Errorf("%s: %v", host, err)
		}
		if got := c.listHint(bad); strings.Contains(got, "opens no mailbox") != want {
			t.Errorf("%s: %s", host, got)
		}
	}
}
