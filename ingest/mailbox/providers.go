package mailbox

import (
	"errors"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// A provider whose logins are peculiar (README, "Mailboxes").
type provider string

const (
	google    provider = "Gmail"
	microsoft provider = "Microsoft"
	fastmail  provider = "Fastmail"
	apple     provider = "iCloud"
	yahoo     provider = "Yahoo"
	gmx       provider = "GMX"
)

// providerOf knows a provider by its IMAP host, or is "".
func providerOf(host string) provider {
	domains := map[provider][]string{
		google:    {"gmail.com", "googlemail.com"},
		microsoft: {"office365.com", "office.com", "outlook.com", "office365.us", "outlook.cn", "partner.outlook.cn"},
		fastmail:  {"fastmail.com", "messagingengine.com"},
		apple:     {"mail.me.com", "icloud.com"},
		yahoo:     {"yahoo.com", "aol.com"},
		gmx:       {"gmx.net", "gmx.com", "web.de"},
	}
	host = "." + strings.ToLower(host)
	for p, list := range domains {
		if slices.ContainsFunc(list, func(d string) bool { return strings.HasSuffix(host, "."+d) }) {
			return p
		}
	}
	return ""
}

// loginHint is what usually helps where a password is refused.
func (c *Conn) loginHint() string {
	switch providerOf(c.account.Host) {
	case google:
		return `Gmail wants an app password, which needs 2-step verification, or oauth2; see "Gmail" in the README`
	case microsoft:
		return `Microsoft 365 takes no passwords any more, only oauth2; see "Microsoft 365" in the README`
	case fastmail:
		return "Fastmail wants an app password with access to mail (Settings, Privacy & Security); its Basic plan has no IMAP"
	case apple:
		return "iCloud wants an app-specific password, made at account.apple.com"
	case yahoo:
		return "Yahoo and AOL want an app password, made in the account's security settings"
	case gmx:
		return "GMX and WEB.DE refuse IMAP until it is switched on in the settings for POP3 and IMAP"
	}
	return "check username and the password file; some providers want an app password or IMAP to be switched on"
}

// bearHint is what usually helps where an access token is refused.
func (c *Conn) bearHint() string {
	switch providerOf(c.account.Host) {
	case google:
		return "the token must be of this very account, with the scope https://mail.google.com/, and Workspace must allow IMAP; consent again: disputewatch check --consent " + c.account.Name
	case microsoft:
		return "username must be the mailbox's address; an app needs IMAP.AccessAsApp and Add-MailboxPermission, a person Full Access to a shared mailbox, and IMAP must be on for it; see \"Microsoft 365\" in the README"
	}
	return "the token must be of this user and for IMAP: check username and scopes, and consent again: disputewatch check --consent " + c.account.Name
}

// connectedHint is for Microsoft's BAD "User is authenticated but not
// connected", after a login that went well.
const connectedHint = "Microsoft takes the login but opens no mailbox: IMAP is off for it, or the app or the person who consented lacks Full Access; see \"Microsoft 365\" in the README"

func (c *Conn) listHint(err error) string {
	var response *imap.Error
	if errors.As(err, &response) && response.Type == imap.StatusResponseTypeBad && providerOf(c.account.Host) == microsoft {
		return connectedHint
	}
	return "name the folders in the config instead of auto"
}
